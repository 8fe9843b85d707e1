"""One reading of a cycle: explain, status, report and the page of a sync say the same of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from report_cycles import add

from okr_cli.trust.explain import explanation_text
from okr_core.files.document import load_plan, load_workspace
from okr_core.plan.acting import Actor, Occasion
from okr_core.record.entries import Entry, Reading, SyncRecord, UnavailableAnswer
from okr_flows.close.close_cycle import close
from okr_flows.documents.explain import ExplainDocument
from okr_flows.documents.status import StatusDocument
from okr_flows.report.report_input import read_report_input
from okr_flows.sync.page import page_of
from okr_flows.sync.report import SyncReport
from okr_report.report_facts import ReportFacts
from okr_store import Store
from okr_store.explanation import explain_key_result
from okr_store.snapshot import read_snapshot

CYCLE = "2026-q4"
SOURCE = "{jira: {connection: acme, jql: x = y, measure: count}}"
LINE = "metric: {kind: increase, baseline: 0, target: 100}"
WORKSPACE = """\
organization: Acme
people: {ada: {name: Ada}, bob: {name: Bob}}
connections: {acme: {kind: jira, url: "https://acme.atlassian.net"}}
policies: {status: {ahead: 0.2, on_track: -0.2, behind: -0.3}}
"""
PLAN = f"""\
cycle: {{id: {CYCLE}, starts: 2026-10-01, ends: 2026-12-31}}
objectives:
  - id: o
    title: O
    owner: ada
    key_results:
      - {{id: o.a, title: Sister, {LINE}, source: {SOURCE}}}
      - {{id: o.b, title: Removed and added again, {LINE}, source: {SOURCE}}}
      - {{id: o.c, title: Never read, {LINE}, source: {SOURCE}}}
      - {{id: o.two, title: Said twice, {LINE}}}
"""
OVER = datetime(2027, 1, 20, tzinfo=UTC)


def _at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


NOVEMBER = _at(11, 12)


@pytest.fixture
def told(store: Store) -> Store:
    """A quarter in which a key result came back, and two people said the same number."""
    add(store, load_workspace(WORKSPACE), _at(9, 1))
    add(store, load_plan(PLAN), _at(9, 20))
    without = "\n".join(line for line in PLAN.splitlines() if "o.b," not in line)
    add(store, load_plan(without), _at(11, 2))
    add(store, load_plan(PLAN), _at(11, 9))
    for name in ("o.a", "o.b"):
        _record(store, name, 30, _at(11, 10), source="jira:acme")
    _record(store, "o.two", 40, _at(11, 2), by="ada")
    _record(store, "o.two", 40, _at(11, 2, 13), by="bob", until=_at(11, 4))
    unread = UnavailableAnswer(key_result="o.c", reason="no access", hint="ask")
    for at, more in (
        (_at(11, 9), {"unavailable": (unread.model_copy(update={"key_result": "o.a"}),)}),
        (_at(11, 10), {"observed": ("o.a", "o.b"), "unavailable": (unread,)}),
    ):
        body = SyncRecord(connection="acme", observed_at=at, **more)
        store.add_entries(CYCLE, [Entry(at=at, body=body, via="flow")])
    return store


def _record(store: Store, name: str, value: int, at: datetime, **more: object) -> None:
    said = Reading(at=at, value=Decimal(value), key_result=name, as_of=at, **more)  # type: ignore[arg-type]
    store.record(CYCLE, [(said, None)])


def _closed(store: Store) -> datetime:
    known = read_snapshot(store, CYCLE, OVER)
    open_ = [score.id for score in known.card(unread=True).key_results if score.silent]
    left_out = dict.fromkeys(open_, "so be it")
    occasion = Occasion(OVER, OVER, Actor("cli", "ada"))
    close(store, CYCLE, left_out, occasion=occasion, reason="done")
    return OVER + timedelta(days=1)


@pytest.mark.parametrize("over", [False, True])
def test_explain_status_report_and_sync_page_agree(told: Store, over: bool) -> None:
    at = _closed(told) if over else NOVEMBER
    status = read_snapshot(told, CYCLE, at, newest=True)
    shown = StatusDocument.of(status)
    facts = ReportFacts(read_report_input(told, CYCLE, at))
    page = page_of(status, SyncReport(CYCLE, at, status.revision, ()))
    assert (shown.closed_at is not None) is over
    assert (facts.phase == "closed") is over
    for document in shown.objectives[0].key_results:
        name = document.id
        explained = explain_key_result(told, CYCLE, name, at)
        assert explained.standing == facts.standing(name) == status.standings[name]
        assert facts.report_input.provenance[name].reading == explained.reading
        assert explained.unavailable == facts.snapshot.unavailable.get(name)
        assert (document.unavailable is None) is (explained.unavailable is None)
        assert ExplainDocument.of(explained).current == document.current
        word = document.shown.replace("_", " ")
        if document.progress is not None:
            assert f"({word})" in explanation_text(explained)
        if name != "o.two":
            (row,) = (line for line in page.splitlines() if f"| {document.title} |" in line)
            assert row.endswith(f" {word} |")


def test_the_reading_that_counts_is_the_one_that_still_holds(told: Store) -> None:
    explained = explain_key_result(told, CYCLE, "o.two", NOVEMBER)
    assert explained.reading is not None
    assert explained.reading.by == "ada"
    assert "said by ada" in explanation_text(explained)
    counts = read_report_input(told, CYCLE, NOVEMBER).provenance["o.two"].reading
    assert counts is not None
    assert counts.by == "ada"
    earlier = explain_key_result(told, CYCLE, "o.two", _at(11, 3))
    assert earlier.reading is not None
    assert earlier.reading.by == "bob"


def test_what_came_back_is_as_far_behind_as_its_sister(told: Store) -> None:
    known = read_snapshot(told, CYCLE, NOVEMBER, newest=True).standings
    assert known["o.b"].status == known["o.a"].status == "on_track"
    assert known["o.b"].expected == known["o.a"].expected


def test_explain_goes_by_the_policies_of_the_workspace(told: Store) -> None:
    assert explain_key_result(told, CYCLE, "o.a", NOVEMBER).standing.status == "on_track"
    add(told, load_workspace(WORKSPACE.replace("-0.2", "-0.1")), _at(11, 11))
    assert explain_key_result(told, CYCLE, "o.a", NOVEMBER).standing.status == "behind"
    assert explain_key_result(told, CYCLE, "o.a", _at(11, 10)).standing.status == "on_track"


def test_what_was_read_again_is_not_said_to_be_unavailable(told: Store) -> None:
    assert explain_key_result(told, CYCLE, "o.a", NOVEMBER).unavailable is None
    before = explain_key_result(told, CYCLE, "o.a", _at(11, 9)).unavailable
    assert before is not None
    assert (before.reason, before.hint, before.at) == ("no access", "ask", _at(11, 9))
    assert "not read   by the sync of 2026-11-10 12:00 UTC: no access. ask" in explanation_text(
        explain_key_result(told, CYCLE, "o.c", NOVEMBER)
    )


def test_a_closed_cycle_is_closed_for_explain_too(told: Store) -> None:
    before = explain_key_result(told, CYCLE, "o.a", OVER).standing
    after = explain_key_result(told, CYCLE, "o.a", _closed(told)).standing
    assert (before.status, after.status) == ("red", "closed")
    assert before.shown == after.shown == "red"
