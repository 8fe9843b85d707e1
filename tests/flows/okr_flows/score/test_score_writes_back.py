"""The flow `score-cycle` tells the tools: what changed, on schedule, with no one asking."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import stamina
from mirror_world import CYCLE, JIRA_TOKEN, NOTION_TOKEN, NOW, MirrorWorld, mirror_world
from prefect_api import PrefectApi
from sync_world import record_documents

from okr_core.record.entries import Reading
from okr_flows.score.report import ScoreReport
from okr_sandbox import Fault
from okr_store import open_store

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    return str(shutil.copy(sqlite_template, tmp_path / "lite.db"))


@pytest.fixture
def world(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[MirrorWorld]:
    with (
        open_store(url) as store,
        mirror_world(store) as opened,
        stamina.set_testing(True, attempts=2, cap=True),
    ):
        for name, value in opened.env.items():
            monkeypatch.setenv(name, value)
        record_documents(store, opened.plan, opened.workspace)
        yield opened


def read(world: MirrorWorld, value: int | str, week: int = 0) -> None:
    at = NOW + timedelta(weeks=week)
    one = Reading(key_result="growth.seats", value=Decimal(value), at=at, source="jira:acme")
    world.store.record(CYCLE, [(replace(one, as_of=at, observed_at=at), None)])


def score(url: str, week: int = 0) -> ScoreReport:
    from okr_flows.score.score_cycle import run_score  # noqa: PLC0415 - the server's settings come first

    at = NOW + timedelta(weeks=week, hours=1)
    return run_score(CYCLE, store_url=url, as_of=at, now=at)


def test_scores_reach_the_pages_and_issues_that_hold_the_objectives(
    world: MirrorWorld, url: str
) -> None:
    read(world, 17)
    score(url)
    assert world.cells_of("growth")["Score"] == 0.7
    assert world.property_of("growth")["score"] == 0.7
    assert world.cells_of("growth.mood")["Score"] is None


def test_a_past_slot_does_not_overwrite_what_newer_scores_wrote(
    world: MirrorWorld, url: str
) -> None:
    read(world, 13)
    read(world, 17, week=2)
    score(url, week=2)
    score(url, week=1)
    assert world.cells_of("growth")["Score"] == 0.7


def test_a_tool_that_is_down_is_told_in_the_runs_state_and_caught_up_with(
    world: MirrorWorld, url: str, prefect_server: PrefectApi
) -> None:
    read(world, "13.5")
    world.sandbox.faults.add(Fault(503, match="/v1/", times=None, retry_after=0))
    score(url)
    run = prefect_server.flow_runs()[-1]
    assert run["state_name"] == "Incomplete"
    assert "notion `wiki`" in run["state"]["message"]
    assert world.property_of("growth")["score"] == 0.35
    world.sandbox.faults.clear()
    score(url)
    assert world.cells_of("growth")["Score"] == 0.35
    last = prefect_server.flow_runs()[-1]["state"]
    assert last["name"] == "Completed", last["message"]


def test_people_keep_what_is_theirs_and_prefect_shows_nothing_of_it(
    world: MirrorWorld, url: str, prefect_server: PrefectApi
) -> None:
    read(world, "13.5")
    world.edit("growth", "Progress", "a private remark")
    score(url)
    cells = world.cells_of("growth")
    assert (cells["Score"], cells["Progress"]) == (0.35, "a private remark")
    world.sandbox.record.clear()
    score(url)
    assert world.writes == []
    shown = prefect_server.everything()
    private = (JIRA_TOKEN, NOTION_TOKEN, "a private remark")
    assert not [secret for secret in private if secret in shown]
