"""The flow `score-cycle` writes back, through Prefect, which shows nothing of what people wrote."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import stamina
from mirror_world import JIRA_TOKEN, NOTION_TOKEN, NOW, MirrorWorld, mirror_world
from prefect_api import PrefectApi
from sync_world import add_revision

from okr_core.entries import Reading
from okr_core.revision import plan_digest, workspace_digest
from okr_store import open_store

CYCLE = "written-back"
LATER = NOW + timedelta(days=1)


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    return str(shutil.copy(sqlite_template, tmp_path / "lite.db"))


@pytest.fixture
def world(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[MirrorWorld]:
    """The company; its plan is applied, and four of ten seats are sold."""
    with (
        open_store(url) as store,
        mirror_world(store) as made,
        stamina.set_testing(True, attempts=2, cap=True),
    ):
        made.plan_text = made.plan_text.replace("id: 2026-q4", f"id: {CYCLE}")
        add_revision(store, "workspace", "", made.workspace, workspace_digest(made.workspace))
        add_revision(store, "plan", CYCLE, made.plan, plan_digest(made.plan))
        sold = Reading(key_result="growth.seats", value=Decimal(14), at=NOW, source="jira:acme")
        store.record(CYCLE, [(sold, None)])
        for name, value in made.env.items():
            monkeypatch.setenv(name, value)
        yield made


def test_a_scored_cycle_is_written_back_once_and_people_keep_what_is_theirs(
    world: MirrorWorld, url: str, prefect_server: PrefectApi
) -> None:
    from okr_flows.score_cycle import run_score  # noqa: PLC0415 - the server's settings come first

    world.edit("growth", "Progress", "a private remark")
    report = run_score(CYCLE, store_url=url, as_of=NOW)
    assert report.card.scores["growth.seats"].figures.effective == Fraction(2, 5)
    assert world.property_of("growth.seats")["score"] == 0.4
    cells = world.cells_of("growth")
    assert (cells["Score"], cells["Progress"]) == (0.4, "a private remark")
    (run,) = prefect_server.flow_runs(name={"any_": [f"Score {CYCLE}"]})
    assert prefect_server.task_runs(run["id"])["Write back to wiki"] == "Completed"
    world.sandbox.record.clear()
    run_score(CYCLE, store_url=url, as_of=LATER)
    assert world.writes == []
    shown = prefect_server.everything()
    assert not [
        secret for secret in (JIRA_TOKEN, NOTION_TOKEN, "a private remark") if secret in shown
    ]
