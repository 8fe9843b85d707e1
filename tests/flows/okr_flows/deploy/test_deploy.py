"""Which cycles are deployed, and which are over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel

from okr_core.basics.exact import canonical_json
from okr_core.errors import ConfigError
from okr_core.files.document import load_plan, load_workspace
from okr_core.record.entries import Entry
from okr_core.record.score_records import Closing
from okr_flows.deploy.rollout import Rollout, rollout_of
from okr_store import NewRevision, Store, open_store

WORKSPACE = "organization: Acme\npeople: {ada: {name: Ada}}\n"
PLAN = """\
cycle: {{id: {name}, starts: {starts}, ends: {ends}, timezone: Asia/Shanghai, grace_days: 5}}
objectives: []
"""
LAST_OF_GRACE = datetime(2027, 1, 5, 15, 59, 59, tzinfo=UTC)
"""One second before midnight in Shanghai, five days after the year's end."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "okr.db"), create=True) as opened:
        yield opened


@pytest.fixture
def two_cycles(store: Store) -> Store:
    """The last quarter of a year and the first of the next."""
    _add(store, "workspace", "", load_workspace(WORKSPACE))
    for name, starts, ends in (
        ("q4", "2026-10-01", "2026-12-31"),
        ("q1", "2027-01-01", "2027-03-31"),
    ):
        _add(store, "plan", name, load_plan(PLAN.format(name=name, starts=starts, ends=ends)))
    return store


def _add(store: Store, kind: Literal["plan", "workspace"], scope: str, document: BaseModel) -> None:
    text = canonical_json(document.model_dump(mode="json", by_alias=True)).decode()
    store.add_revision(
        NewRevision(
            kind=kind,
            scope=scope,
            document=text,
            added={},
            digest=f"sha256:{scope or kind}",
            base=0,
            at=datetime(2026, 9, 30, tzinfo=UTC),
            by="ada",
            via="test",
            reason="as agreed",
            text="",
        )
    )


def _cycles(rollout: Rollout) -> tuple[list[str], tuple[str, ...]]:
    return sorted(plan.cycle.id for plan in rollout.plans), rollout.over


def test_a_cycle_is_read_and_scored_until_its_days_of_grace_have_passed(two_cycles: Store) -> None:
    assert _cycles(rollout_of(two_cycles, LAST_OF_GRACE)) == (["q1", "q4"], ())
    midnight = LAST_OF_GRACE + timedelta(seconds=1)
    assert _cycles(rollout_of(two_cycles, midnight)) == (["q1"], ("q4",))


def test_a_closed_cycle_is_over_although_its_days_of_grace_last(two_cycles: Store) -> None:
    frozen = Entry(
        at=LAST_OF_GRACE,
        body=Closing(revision=1, reason="all is in"),
        cycle="q4",
        by="ada",
        via="test",
        key="closing",
    )
    two_cycles.judge(frozen, 1)
    assert _cycles(rollout_of(two_cycles, LAST_OF_GRACE)) == (["q1"], ("q4",))


def test_a_cycle_that_nobody_closed_keeps_its_clock_for_sixty_days(two_cycles: Store) -> None:
    def clocks(at: datetime) -> list[str]:
        return [each.cycle for each in rollout_of(two_cycles, at).served]

    assert clocks(LAST_OF_GRACE + timedelta(days=59)) == ["q1", "q4"]
    assert clocks(LAST_OF_GRACE + timedelta(days=61)) == ["q1"]
    frozen = Entry(LAST_OF_GRACE, Closing(revision=1), "q4", by="ada", via="test", key="closing")
    two_cycles.judge(frozen, 1)
    assert clocks(LAST_OF_GRACE + timedelta(days=1)) == ["q1"]


def test_a_cycle_that_is_asked_for_is_deployed_even_where_it_is_over(two_cycles: Store) -> None:
    later = LAST_OF_GRACE + timedelta(days=30)
    assert _cycles(rollout_of(two_cycles, later, "q4")) == (["q4"], ())


def test_without_a_workspace_or_a_plan_there_is_nothing_to_deploy(store: Store) -> None:
    with pytest.raises(ConfigError, match="the store has no workspace"):
        rollout_of(store, LAST_OF_GRACE)
    _add(store, "workspace", "", load_workspace(WORKSPACE))
    with pytest.raises(ConfigError, match="the store has no plan"):
        rollout_of(store, LAST_OF_GRACE)
    with pytest.raises(ConfigError, match="no plan of cycle `q9`"):
        rollout_of(store, LAST_OF_GRACE, "q9")
