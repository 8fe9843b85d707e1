"""The flow `score-cycle`, through Prefect: what is recorded, what people see, what events say."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from prefect_api import PrefectApi
from sync_world import PLAN, WORKSPACE, SyncWorld
from wait import until

from okr_core.errors import RefusalError
from okr_core.record.entries import CheckIn, Entry, Reading
from okr_core.record.score_records import Scored
from okr_flows.score.report import ScoreReport
from okr_store import Store, open_store

pytestmark = pytest.mark.usefixtures("prefect_server")
BEGINS = datetime(2026, 10, 5, 8, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    return str(shutil.copy(sqlite_template, tmp_path / "lite.db"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


def begin(world: SyncWorld, store: Store, cycle: str, starts: str = "2026-10-01") -> None:
    """The small company's plan under an id of its own: artifacts and events are the cycle's."""
    plan = PLAN.replace("id: 2026-q4", f"id: {cycle}")
    world.apply(store, plan.replace("starts: 2026-10-01", f"starts: {starts}"), WORKSPACE)


def read(store: Store, cycle: str, key_result: str, value: int | str, week: int) -> None:
    at = BEGINS + week * WEEK
    one = Reading(key_result=key_result, value=Decimal(value), at=at, source="jira:tracker")
    store.record(cycle, [(replace(one, as_of=at, observed_at=at), None)])


def score(url: str, cycle: str, as_of: datetime) -> ScoreReport:
    from okr_flows.score.score_cycle import run_score  # noqa: PLC0415 - the server's settings come first

    return run_score(cycle, store_url=url, as_of=as_of, now=as_of)


def scorings(store: Store, cycle: str) -> list[Entry]:
    return list(store.entries(cycle, kinds=("scored",)))


def test_a_run_records_scores_and_forecasts_for_the_commands_that_read(
    world: SyncWorld, store: Store, url: str
) -> None:
    begin(world, store, "score-a")
    for week in range(7):
        read(store, "score-a", "bugs.open", 8 - week, week)
    report = score(url, "score-a", BEGINS + 7 * WEEK)
    [entry] = scorings(store, "score-a")
    assert isinstance(entry.body, Scored)
    assert entry.body.lines["bugs.open"].computed == Decimal("0.75")
    assert entry.body.lines["quality"].effective == Decimal("0.75")
    assert entry.body.lines["talks.held"].computed is None
    assert entry.body.forecasts["bugs.open"].basis == "forecast"
    assert report.recorded


def test_a_slot_is_recorded_once_however_often_it_runs(
    world: SyncWorld, store: Store, url: str
) -> None:
    begin(world, store, "score-b")
    read(store, "score-b", "bugs.open", 4, 1)
    for _ in range(2):
        score(url, "score-b", BEGINS + 2 * WEEK)
    assert len(scorings(store, "score-b")) == 1


def test_prefect_shows_the_scorecard_and_a_bar_per_objective(
    world: SyncWorld, store: Store, url: str, prefect_server: PrefectApi
) -> None:
    begin(world, store, "score-c")
    read(store, "score-c", "bugs.open", 4, 1)
    score(url, "score-c", BEGINS + 2 * WEEK)
    page = prefect_server.artifacts("okr-acme-scorecard-score-c")[-1]
    assert "### Nobody works around our bugs" in page["data"]
    assert "| Open checkout bugs from 8 to 0 | 4 bugs | 0.50 |" in page["data"]
    assert "Ada" not in page["data"]
    assert prefect_server.artifacts("okr-acme-score-score-c-quality")[-1]["data"] == 50
    assert prefect_server.artifacts("okr-acme-score-score-c")[-1]["data"] == 50
    assert prefect_server.artifacts("okr-acme-score-score-c-customers") == []


def test_a_key_result_is_told_at_risk_once_per_change_of_state(
    world: SyncWorld, store: Store, url: str, prefect_server: PrefectApi
) -> None:
    begin(world, store, "score-d")
    read(store, "score-d", "bugs.open", 8, 5)
    told = "okr.keyresult.at-risk"
    score(url, "score-d", BEGINS + 5 * WEEK)
    score(url, "score-d", BEGINS + 5 * WEEK)
    score(url, "score-d", BEGINS + 6 * WEEK)
    read(store, "score-d", "bugs.open", 1, 6)
    score(url, "score-d", BEGINS + 6 * WEEK + timedelta(days=1))
    read(store, "score-d", "bugs.open", 8, 7)
    score(url, "score-d", BEGINS + 7 * WEEK)
    resource = "okr.keyresult.acme.score-d.bugs.open"
    until(lambda: len(prefect_server.events(told, resource)) >= 2, "events arrive")
    found = prefect_server.events(told, resource)
    assert sorted(event["payload"]["as_of"][:10] for event in found) == ["2026-11-09", "2026-11-23"]


def test_a_cycle_that_has_not_begun_is_not_scored(
    world: SyncWorld, store: Store, url: str, prefect_server: PrefectApi
) -> None:
    begin(world, store, "score-e", starts="2026-10-20")
    read(store, "score-e", "bugs.open", 8, 0)
    with pytest.raises(RefusalError, match="begins on 2026-10-20"):
        score(url, "score-e", BEGINS + WEEK)
    assert scorings(store, "score-e") == []
    assert prefect_server.flow_runs()[-1]["state_name"] == "Refused"


def test_nobody_is_named_where_everybody_reads(
    world: SyncWorld, store: Store, url: str, prefect_server: PrefectApi
) -> None:
    begin(world, store, "score-f")
    read(store, "score-f", "bugs.open", 8, 1)
    said = CheckIn(confidence=2, note="Ada is worried")
    entry = Entry(at=BEGINS, body=said, key_result="bugs.open", by="ada", via="cli")
    store.add_entries("score-f", [entry])
    score(url, "score-f", BEGINS + 2 * WEEK)
    everything = str(prefect_server.artifacts("okr-acme-scorecard-score-f")) + str(
        prefect_server.flow_runs()[-1]
    )
    assert not re.search(r"\bada\b|worried", everything.lower())
