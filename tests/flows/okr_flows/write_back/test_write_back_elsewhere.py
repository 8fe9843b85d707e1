"""A third party's tool is written to as ours are, and its mistakes stay its own."""

from __future__ import annotations

from pathlib import Path

import pytest
import written_source
from mirror_world import NOW, outcome, verdicts
from sync_answers import why

from okr_core.files.document import load_plan, load_workspace
from okr_flows.write_back.plan import WriteBackJob, plan_write_back
from okr_flows.write_back.report import WriteBackReport
from okr_flows.write_back.write_back import write_back
from okr_sources.write_back.write_back import Outcome
from okr_store import Store

TOKEN = "a-secret-that-shows-nowhere"
ENV = {"OKR_WALL_TOKEN": TOKEN}


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written_source.install(tmp_path, monkeypatch)


def planned(store: Store, card: str, *changed: Outcome) -> WriteBackJob:
    plan = load_plan(written_source.PLAN.replace("CARD", card))
    workspace = load_workspace(written_source.WORKSPACE)
    told = changed or (outcome("a"), outcome("b"))
    (job,) = plan_write_back(store, plan, workspace, told, NOW)
    return job


def written(store: Store, card: str = "second", *changed: Outcome) -> WriteBackReport:
    return write_back(store, planned(store, card, *changed), ENV)


def test_a_third_partys_tool_is_written_to_once(store: Store) -> None:
    assert verdicts(written(store)) == {"changed": 2}
    assert written_source.SOURCE.cards == {"first": "0.4", "second": "0.4"}
    assert verdicts(written(store)) == {"same": 2}


def test_what_people_wrote_there_stays(store: Store) -> None:
    written(store)
    written_source.SOURCE.cards["first"] = "9"
    report = written(store, "second", outcome("a", None, "pending"), outcome("b"))
    assert verdicts(report) == {"same": 1, "conflict": 1}
    assert written_source.SOURCE.cards["first"] == "9"


@pytest.mark.parametrize(
    ("card", "reason"),
    [("silence", "the source gave no answer."), ("lost", "board `wall`: there is no such card.")],
)
def test_a_card_that_is_passed_over_stops_no_other(store: Store, card: str, reason: str) -> None:
    report = written(store, card)
    assert why(report.items[1]).reason == reason
    assert written_source.SOURCE.cards == {"first": "0.4"}


def test_a_source_that_breaks_is_told_without_its_words(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    report = written(store, "crash")
    assert report.exit_code == 3
    assert "failed unexpectedly (KeyError)" in report.failed
    assert TOKEN not in repr(report) + caplog.text
    assert written_source.SOURCE.cards == {}


def test_who_is_interrupted_while_writing_keeps_nobody_waiting(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt):
        written(store, "interrupt")
    assert written_source.SOURCE.cards == {"first": "0.4"}
    report = write_back(store, planned(store, "second"), ENV, wait=0)
    assert verdicts(report) == {"same": 1, "changed": 1}
