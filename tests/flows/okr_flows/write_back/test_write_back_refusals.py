"""Write-back: what cannot be written is told item by item, by the vendors' own rules, no token."""

from __future__ import annotations

import json
import logging
from fractions import Fraction
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from mirror_world import (
    CYCLE,
    JIRA_TOKEN,
    NOTION_TOKEN,
    NOW,
    MirrorWorld,
    fields_of,
    outcome,
    verdicts,
)
from openapi import Contract
from sync_answers import why

from okr_core.record.write_back import WriteBackRecord
from okr_sandbox import Fault

GOOD = outcome("growth", Fraction(7, 10), "on_track")


def records(world: MirrorWorld) -> list[WriteBackRecord]:
    bodies = [entry.body for entry in world.store.entries(CYCLE, kinds=("write_back",))]
    return [body for body in bodies if isinstance(body, WriteBackRecord)]


def test_a_missing_issue_stops_no_other(either: MirrorWorld) -> None:
    either.plan_text = either.plan_text.replace("issue: GROW-1}", "issue: GROW-77}")
    report = either.write("acme", GOOD)
    lost = report.items[0]
    assert "issue GROW-77 does not exist" in why(lost).reason
    assert "mirror.jira.issue" in why(lost).hint
    assert verdicts(report) == {"changed": 5, "same": 1, "unavailable": 1}
    assert report.exit_code == 4


def test_a_page_in_the_trash_and_one_that_is_not_shared_stop_no_other(world: MirrorWorld) -> None:
    world.pages["growth"].archive(NOW)
    world.plan_text = world.plan_text.replace("<1>", "0" * 31 + "1")
    report = world.write("wiki")
    trash, unshared, _ = report.items
    assert "is in the trash" in why(trash).reason
    assert "is not shared" in why(unshared).reason
    assert "mirror.notion.page" in why(unshared).hint
    assert world.cells_of("growth.mood")["Health"] == "Pending"


def test_a_locked_page_stays_as_it_is(world: MirrorWorld) -> None:
    world.pages["growth"].locked = True
    report = world.write("wiki", GOOD)
    assert "is locked. " in str(why(report.items[0]))
    assert world.cells_of("growth")["Score"] is None


def test_a_connection_that_is_no_more_is_told_item_by_item(world: MirrorWorld) -> None:
    world.plan_text = world.plan_text.replace("connection: wiki", "connection: wikis")
    report = world.write("wikis", GOOD)
    assert verdicts(report) == {"unavailable": 3}
    assert why(report.items[0]).reason == "connection `wikis` is not in the workspace."
    assert (report.exit_code, world.sandbox.record) == (4, [])


def test_two_items_in_one_place_do_not_overwrite_each_other(world: MirrorWorld) -> None:
    world.plan_text = world.plan_text.replace('"<1>"', '"https://notion.so/x-<0>"')
    report = world.write("wiki", GOOD)
    assert report.items[-1].item == "growth.seats"
    assert why(report.items[-1]).reason == "`growth` lives in the same place."
    assert world.cells_of("growth")["Score"] == 0.7


@pytest.mark.parametrize(
    ("fields", "reason", "hint"),
    [
        ("{score: Name}", 'property "Name" is a title: a title is written by people.', "number"),
        (
            "{status: Owner}",
            'property "Owner" is a people: people are chosen by people.',
            "select",
        ),
        ("{score: Health}", 'property "Health" is a status: a score does not fit into it.', "text"),
        ("{score: Skore}", 'property "Skore" of page "Goal growth" is unknown.', '"Score"'),
        (
            "{status: Health, options: {on_track: Great}}",
            'status "Health" has no option "Great".',
            "Pending, On Track, Behind, Done",
        ),
    ],
)
def test_a_property_that_we_may_not_write_is_named(
    world: MirrorWorld, fields: str, reason: str, hint: str
) -> None:
    world.notion_fields = fields
    report = world.write("wiki", GOOD)
    (settled,) = fields_of(report, "growth").values()
    assert settled.verdict == "unavailable"
    assert why(settled).reason == reason
    assert hint in why(settled).hint
    assert world.cells_of("growth")["Name"] == "Goal growth"


def test_the_options_of_a_team_are_used(world: MirrorWorld) -> None:
    world.notion_fields = "{status: Health, grade: Grade, options: {behind: Done, yellow: Meh}}"
    world.write("wiki")
    cells = world.cells_of("growth")
    assert (cells["Health"], cells["Grade"]) == ("Done", "Meh")


@pytest.mark.parametrize("status", [403, 404])
def test_a_write_that_is_refused_is_told_with_its_place(either: MirrorWorld, status: int) -> None:
    either.sandbox.faults.add(Fault(status, match="PUT", times=None))  # type: ignore[arg-type]
    report = either.write("acme", GOOD)
    settled = fields_of(report, "growth")["property"]
    assert settled.verdict == "unavailable"
    assert "GROW-1" in why(settled).reason
    assert fields_of(report, "growth")["link"].verdict == "changed"


def test_a_page_that_may_only_be_read_says_which_capability_is_missing(world: MirrorWorld) -> None:
    world.sandbox.faults.add(Fault(403, match="PATCH", times=None))
    report = world.write("wiki", GOOD)
    assert "capability to update content" in why(fields_of(report, "growth")["score"]).hint


def test_a_server_that_asks_us_to_slow_down_is_obeyed(either: MirrorWorld) -> None:
    either.sandbox.faults.add(Fault(429, match="PUT", retry_after=0))
    either.sandbox.faults.add(Fault(429, match="PATCH", retry_after=0))
    assert verdicts(either.write("acme", GOOD)) == {"changed": 8, "same": 1}
    assert "unavailable" not in verdicts(either.write("wiki", GOOD))


def test_a_page_that_notion_fails_to_give_is_no_connection_out_of_reach(world: MirrorWorld) -> None:
    world.sandbox.faults.add(Fault(500, match=world.pages["growth"].id, times=None))
    report = world.write("wiki")
    assert (report.exit_code, report.failed, report.totals["unavailable"]) == (4, "", 1)
    assert world.cells_of("growth.seats")["Score"] == 0.4


@pytest.mark.parametrize("name", ["acme", "wiki"])
def test_a_connection_out_of_reach_is_exit_3_and_nothing_is_lost(
    world: MirrorWorld, name: str
) -> None:
    world.sandbox.faults.add(Fault(401, times=None))
    report = world.write(name, GOOD)
    assert report.exit_code == 3
    assert all(why(item).reason for item in report.items)
    world.sandbox.faults.clear()
    assert world.write(name, GOOD).exit_code == 0


def test_every_request_is_one_that_the_vendors_documents_allow(
    world: MirrorWorld, shared_dir: Path
) -> None:
    jira = Contract(shared_dir / "contracts" / "jira-cloud-v3.openapi.json")
    notion = Contract(shared_dir / "contracts" / "notion-2025-09-03.openapi.json")
    world.plan_text = world.plan_text.replace("issue: GROW-3}", "issue: GROW-77}")
    world.notion_fields = "{score: Score, status: Health, grade: Grade, date: Updated on}"
    used = set()
    for name in ("acme", "wiki"):
        world.write(name, GOOD)
        for sent in world.sandbox.record:
            body = json.loads(sent.body) if sent.body else None
            path = sent.path.removeprefix("/notion")
            contract = jira if name == "acme" else notion
            used.add(contract.check_request(sent.method, path, parse_qs(sent.query), body))
    assert used == {
        "POST /rest/api/3/issue/bulkfetch",
        "GET /rest/api/3/issue/{issueIdOrKey}",
        "PUT /rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}",
        "GET /rest/api/3/issue/{issueIdOrKey}/remotelink",
        "POST /rest/api/3/issue/{issueIdOrKey}/remotelink",
        "GET /rest/api/3/issue/{issueIdOrKey}/comment",
        "POST /rest/api/3/issue/{issueIdOrKey}/comment",
        "GET /v1/pages/{page_id}",
        "PATCH /v1/pages/{page_id}",
        "GET /v1/data_sources/{data_source_id}",
    }


@pytest.mark.parametrize("kind", [400, 401, 403, 404, 409, 429, 500, "html", "drop"])
def test_the_tokens_show_in_no_report_log_or_record(
    world: MirrorWorld, kind: int, caplog: pytest.LogCaptureFixture
) -> None:
    if kind != 400:
        world.sandbox.faults.add(Fault(kind, times=None, retry_after=0))  # type: ignore[arg-type]
    with caplog.at_level(logging.DEBUG):
        told = repr([world.write(name, GOOD) for name in ("acme", "wiki")])
    kept = repr(records(world)) + caplog.text + repr([vars(each) for each in caplog.records])
    assert JIRA_TOKEN not in told + kept
    assert NOTION_TOKEN not in told + kept


def test_what_people_wrote_in_their_tools_is_not_kept_in_the_store(world: MirrorWorld) -> None:
    world.edit("growth", "Progress", "a private remark")
    report = world.write("wiki", GOOD)
    assert fields_of(report, "growth")["progress"].verdict == "conflict"
    assert "private" not in repr(records(world))
