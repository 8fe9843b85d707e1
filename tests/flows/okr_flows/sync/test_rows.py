"""Check-ins of a tool in a sync: what is told of them where, and what everyone may read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect_api import PrefectApi
from rows_world import FRIDAY, WORKSPACE, RowsWorld
from sync_world import CYCLE, NOTION_TOKEN
from wait import until

from okr_cli.progress.sync import plan_text, report_text
from okr_flows.formulate.check import check
from okr_flows.sync.diagnosis import diagnose_connections
from okr_flows.sync.page import page_of
from okr_flows.sync.plan import plan_sync
from okr_flows.sync.read import plan_requests
from okr_store import open_store
from okr_store.snapshot import read_snapshot

ENV = {"OKR_WIKI_TOKEN": NOTION_TOKEN}


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[RowsWorld]:
    shutil.copy(sqlite_template, tmp_path / "rows.db")
    with open_store(str(tmp_path / "rows.db")) as store, RowsWorld.open(store) as opened:
        yield opened


def test_a_terminal_says_why_a_row_is_not_recorded_and_prefect_only_where_it_is(
    world: RowsWorld,
) -> None:
    row = world.write("eve", Key_result="sales.new", Value="4", Note="canary-note")
    report = world.sync()
    link = f"https://www.notion.so/{row.id.replace('-', '')}"
    told = report_text(report)
    assert f"✗ check-in not recorded: {link}" in told
    assert "nobody in okr.yaml is Eve Sol." in told
    assert f"accounts: {{notion: {world.users['eve'].id}}}" in " ".join(told.split())
    page = page_of(read_snapshot(world.store, CYCLE, FRIDAY, newest=True), report)
    assert f"- person: <{link}>" in page
    for canary in ("Eve", "canary-note", world.users["eve"].id):
        assert canary not in page + report.headline


def test_a_run_of_the_flow_records_rows_and_shows_nothing_of_what_they_say(
    world: RowsWorld, tmp_path: Path, prefect_server: PrefectApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okr_flows.sync.sync_progress import run_sync  # noqa: PLC0415 - the server's settings come first

    monkeypatch.setenv("OKR_WIKI_TOKEN", NOTION_TOKEN)
    world.write("cy", Key_result="sales.new", Value="4", Confidence=7, Note="canary-of-cy")
    world.write("eve", FRIDAY, Key_result="sales.calls", Value="9", Note="canary-of-eve")
    url = str(tmp_path / "rows.db")
    report = run_sync(CYCLE, store_url=url, as_of=FRIDAY, now=FRIDAY)
    assert (report.check_ins, [row.wrong for row in report.misread]) == (1, ["person"])
    assert world.said()[0][3].note == "canary-of-cy"
    run = prefect_server.flow_runs()[-1]
    assert run["state_name"] == "Needs attention"
    assert "1 check-in read; 1 row of check-ins not recorded" in run["state"]["message"]
    logged = f"a check-in is not recorded (person): {report.misread[0].link}"
    # Prefect sends what is logged in batches.
    until(lambda: logged in prefect_server.logs(run["id"]), "it is logged")
    shown = prefect_server.everything()
    assert report.misread[0].link in shown
    for canary in ("canary-of-cy", "canary-of-eve", "Eve Sol", "Cy Moss"):
        assert canary not in shown


def test_a_dry_run_shows_the_query_for_check_ins_and_sends_nothing(world: RowsWorld) -> None:
    world.sandbox.requests.clear()
    plan = plan_sync(world.store, cycle=CYCLE, as_of=FRIDAY)
    text = plan_text(plan, [plan_requests(job, ENV) for job in plan.jobs if job.due])
    assert f"check-ins of data source {world.rows.id}" in " ".join(text.split())
    assert not world.sandbox.requests


def test_the_doctor_looks_at_the_place_where_people_check_in(world: RowsWorld) -> None:
    def said() -> str:
        plan = plan_sync(world.store, cycle=CYCLE, as_of=FRIDAY)
        found = diagnose_connections(plan, {}, ENV, now=FRIDAY)
        return next(str(each.check) for each in found if "check-ins" in each.check.subject)

    assert 'shared: "Check-ins"; properties found: Key result, Value' in said()
    world.apply(confidence="Sure")
    assert 'property "Sure" of data source "Check-ins" is unknown' in said()


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ('{data_source: "x", valeu: V}', "valeu"),
        ("{value: V}", "data_source"),
        ('{data_source: "no id"}', "holds no Notion id"),
    ],
)
def test_fields_that_no_check_in_has_are_named_with_their_line(written: str, why: str) -> None:
    text = WORKSPACE.replace('{data_source: "<rows>"}', written).replace(
        "<notion>", "https://n.example"
    )
    [checked] = check({"okr.yaml": text}, None, {})
    assert any(why in str(each) and "okr.yaml:12" in str(each) for each in checked.findings)


def test_a_tool_in_which_nobody_can_check_in_is_refused() -> None:
    text = WORKSPACE.replace("kind: notion", "kind: jira").replace("<notion>", "https://j.example")
    [checked] = check({"okr.yaml": text}, None, {})
    said = " ".join(map(str, checked.findings))
    assert "no check-ins can be read from kind `jira`." in said
    assert "They are read from: notion." in said
