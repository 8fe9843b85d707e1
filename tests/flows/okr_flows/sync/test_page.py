"""The page of a sync, as people read it in Prefect."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from sync_answers import observed, suspect, unavailable

from okr_core.files.document import load_plan, load_workspace
from okr_core.plan.agreement import PlanVersion
from okr_core.plan.workspace import Workspace
from okr_core.record.entries import Entry, Reading, SyncRecord, UnavailableAnswer
from okr_core.snapshot import Snapshot
from okr_flows.sync.page import page_of
from okr_flows.sync.report import SyncedReading, SyncReport

SOURCE = '{jira: {connection: acme, jql: "labels = x", measure: count}}'
PLAN = f"""\
cycle: {{id: q4, starts: 2026-10-01, ends: 2026-12-31}}
objectives:
  - id: a
    title: Calm | and <b>quick</b>
    owner: ada
    key_results:
      - id: a.one
        title: "Bugs [p1] from 8 to 0"
        metric: {{kind: decrease, unit: bugs, baseline: 8, target: 0}}
        source: {SOURCE}
      - id: a.two
        title: Talks
        metric: {{kind: increase, baseline: 0, target: 3}}
        source: {SOURCE}
      - {{id: a.hand, title: By hand, metric: {{kind: increase, baseline: 0, target: 3}}}}
"""
AS_OF = datetime(2026, 11, 2, 6, tzinfo=UTC)
BEFORE = datetime(2026, 9, 20, tzinfo=UTC)
LINK = "https://acme.example/issues?jql=labels = (x)"


def _page(*readings: SyncedReading, workspace: Workspace | None = None) -> str:
    plan = load_plan(PLAN)
    known = {
        "a.one": [Reading(at=AS_OF, value=Decimal(6), key_result="a.one", source="jira:acme")],
        "a.two": [Reading(at=AS_OF, value=Decimal(4) / 3, key_result="a.two", source="jira:acme")],
    }
    known["a.hand"] = [Reading(at=AS_OF, value=Decimal(2), key_result="a.hand")]
    report = SyncReport("q4", AS_OF, 1, readings)
    for each in readings:
        if each.state == "suspect" and each.reading and each.failure:
            doubted = replace(each.reading, state="suspect", sequence=9, id="r9")
            known[each.key_result].append(replace(doubted, reason=each.failure.reason))
    entries = {"": [Entry(AS_OF, _recorded(readings))]}
    version = PlanVersion(1, BEFORE, plan)
    return page_of(Snapshot(AS_OF, (version,), known, entries, workspace), report)


def _recorded(readings: tuple[SyncedReading, ...]) -> SyncRecord:
    """What the store holds of a run when its page is made."""
    return SyncRecord(
        connection="of-this-run",
        observed_at=AS_OF,
        observed=tuple(each.key_result for each in readings if each.state == "observed"),
        unavailable=tuple(
            UnavailableAnswer.of(each.key_result, each.failure)
            for each in readings
            if each.state == "unavailable" and each.failure
        ),
    )


def test_what_needs_people_comes_first_with_value_and_command() -> None:
    page = _page(
        observed("a.two", 2),
        suspect("a.one", "fell from 6 to 0.", "`okr accept a.one`"),
    )
    head, _, rest = page.partition("###")
    assert "(`a.one`): is this value true? (0 bugs) fell from 6 to 0. → `okr decide Q" in head
    assert re.search(
        r"`okr decide Q\w{5} accept --cycle q4` or `okr decide Q\w{5} correct VALUE", head
    )
    assert "| 6 bugs | 25 % | ▼ behind · **suspect** |" in rest


def test_the_page_of_a_good_run_has_nothing_for_people_to_do() -> None:
    assert "Needs you" not in _page(observed("a.one", 6))


def test_a_title_leads_to_its_source() -> None:
    page = _page(observed("a.one", 6, link=LINK))
    assert "](https://acme.example/issues?jql=labels%20=%20(x%29)" in page


def test_key_results_of_other_connections_show_what_was_read_last() -> None:
    page = _page(observed("a.one", 6))
    assert "| Talks | 1.333 | 44 % | ● on track |" in page


def test_key_results_that_people_check_in_are_not_on_it() -> None:
    assert "By hand" not in _page(observed("a.one", 6))


def test_titles_and_errors_are_no_markup() -> None:
    page = _page(unavailable("a.one", "<script> | *x*"))
    assert "### Calm \\| and \\<b\\>quick\\</b\\>" in page
    assert "\\[p1\\]" in page
    assert "\\<script\\> \\| \\*x\\*" in page


def test_a_connection_that_other_runs_do_not_read_is_named_first() -> None:
    workspace = load_workspace(
        "organization: Acme\npeople: {ada: {name: Ada}}\n"
        "connections: {acme: {kind: jira, url: 'https://acme.atlassian.net'}}\n"
    )
    head = _page(observed("a.two", 2), workspace=workspace).partition("###")[0]
    assert "## Needs you\n\n- jira `acme`: never read; its schedule says every workday" in head
