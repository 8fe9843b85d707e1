"""Differences between what Prefect should have and what it has."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from okr_core.files.document import load_plan, load_workspace
from okr_flows.deploy.deployments import FLOWS, ScheduledFlow, at, reads
from okr_flows.deploy.diff import Change, Fields, Key, differences, notice_fields, wanted_items
from okr_flows.notify.notices import HEARTBEAT_SECONDS, Notice

ROOT = Path(__file__).resolve().parents[4]

WORKSPACE = """\
organization: Acme
people: {ada: {name: Ada}}
teams: {growth: {name: Growth}}
connections: {acme: {kind: jira, url: "https://acme.atlassian.net", runs_at_once: 2}}
routes: {growth: chat}
"""
PLAN = """\
cycle: {id: q4, starts: 2026-10-01, ends: 2026-12-31}
objectives:
  - id: a
    title: A
    owner: ada
    team: growth
    key_results:
      - id: a.b
        title: T
        metric: {kind: increase, baseline: 0, target: 9}
        source: {jira: {connection: acme, jql: "labels = x", measure: count}}
"""
TABLE = (
    ScheduledFlow("sync-progress", "flows.sync", "Reads", reads),
    ScheduledFlow("score-cycle", "flows.score", "Scores", at("okr-score", "30 6 * * 1-5")),
)


def _wanted(
    pool: str = "okr",
    workspace: str = WORKSPACE,
    table: tuple[ScheduledFlow, ...] = TABLE,
) -> dict[Key, Fields]:
    return wanted_items(
        load_workspace(workspace),
        [load_plan(PLAN)],
        pool=pool,
        version="1",
        forms={flow.entrypoint: {"title": flow.name} for flow in table},
        blocks={"chat": "slack-webhook/chat"},
        flows=table,
    )


def _said(changes: list[Change]) -> list[str]:
    return [f"{change.action} {change.key}" for change in changes]


def test_an_empty_server_gets_everything_in_an_order_that_works() -> None:
    assert _said(differences(_wanted(), {})) == [
        "create work pool okr",
        "create deployment sync-progress/q4",
        "create deployment score-cycle/q4",
        "create schedule okr-score of score-cycle/q4",
        "create schedule okr-sync-acme of sync-progress/q4",
        "create limit okr-sync-acme",
        "create notice okr-notice-q4:chat",
        "create notice okr-notice-q4:run late",
        "create notice okr-notice-q4:run lost",
        "create notice okr-notice-q4:run pending",
        "create notice okr-notice-q4:run silent",
    ]


def test_nothing_is_to_do_where_everything_is_as_it_should_be() -> None:
    assert differences(_wanted(), _wanted()) == []


def test_only_what_differs_is_changed_and_says_how() -> None:
    found = _wanted(workspace=WORKSPACE.replace("runs_at_once: 2", "runs_at_once: 3"))
    (change,) = differences(_wanted(), found)
    assert (change.action, change.key) == ("change", Key("limit", "okr-sync-acme"))
    assert change.differs == {"limit": (3, 2)}


def test_own_things_that_are_gone_are_deleted_after_all_else() -> None:
    found: dict[Key, Fields] = {
        Key("schedule", "okr-sync-old", "q4", "sync-progress"): {},
        Key("notice", "okr-notice-q4:old", "q4"): {},
    }
    assert _said(differences(_wanted(), found))[-2:] == [
        "delete schedule okr-sync-old of sync-progress/q4",
        "delete notice okr-notice-q4:old",
    ]


def test_what_others_made_is_left_alone() -> None:
    found: dict[Key, Fields] = {
        **_wanted(),
        Key("schedule", "nightly", "q4", "score-cycle"): {},
        Key("deployment", "q3", flow="sync-progress"): {},
        Key("work pool", "other"): {},
        Key("limit", "okr-sync-other"): {"limit": 1},
    }
    assert differences(_wanted(), found) == []


def test_no_parameter_holds_an_address_of_the_store_or_a_secret() -> None:
    parameters = [fields["parameters"] for fields in _wanted().values() if "parameters" in fields]
    assert parameters == [
        {"cycle": "q4"},
        {"cycle": "q4", "connection": "acme"},
        {"cycle": "q4"},
        {"cycle": "q4"},
    ]


def test_a_serving_process_needs_no_work_pool() -> None:
    wanted = _wanted(pool="")
    assert not [key for key in wanted if key.kind == "work pool"]
    assert wanted[Key("deployment", "q4", flow="sync-progress")]["work pool"] == ""


def test_each_deployment_has_the_form_and_the_entrypoint_of_its_own_flow() -> None:
    wanted = _wanted()
    shown = {
        key.flow: (fields["entrypoint"], fields["form"])
        for key, fields in wanted.items()
        if key.kind == "deployment"
    }
    assert shown == {
        "sync-progress": ("flows.sync", {"title": "sync-progress"}),
        "score-cycle": ("flows.score", {"title": "score-cycle"}),
    }


def test_a_server_of_an_older_release_gets_the_new_flow_and_its_notice_hears_of_it() -> None:
    changes = differences(_wanted(), _wanted(table=TABLE[:1]))
    assert _said(changes) == [
        "create deployment score-cycle/q4",
        "create schedule okr-score of score-cycle/q4",
        "change notice okr-notice-q4:chat",
        "change notice okr-notice-q4:run late",
        "change notice okr-notice-q4:run lost",
        "change notice okr-notice-q4:run pending",
        "change notice okr-notice-q4:run silent",
    ]
    assert changes[-1].differs == {
        "deployments": (["sync-progress/q4"], ["score-cycle/q4", "sync-progress/q4"])
    }


def test_a_flow_that_loses_its_schedule_in_the_table_loses_it_on_the_server() -> None:
    unscheduled = (TABLE[0], ScheduledFlow("score-cycle", "flows.score", "Scores"))
    changes = differences(_wanted(table=unscheduled), _wanted())
    assert _said(changes) == ["delete schedule okr-score of score-cycle/q4"]


def test_all_schedules_of_a_cycle_that_is_over_are_deleted_whatever_their_flow() -> None:
    found = {key: fields for key, fields in _wanted().items() if key.kind != "limit"}
    assert _said(differences({Key("work pool", "okr"): {}}, found)) == [
        "delete schedule okr-score of score-cycle/q4",
        "delete schedule okr-sync-acme of sync-progress/q4",
        "delete notice okr-notice-q4:chat",
        "delete notice okr-notice-q4:run late",
        "delete notice okr-notice-q4:run lost",
        "delete notice okr-notice-q4:run pending",
        "delete notice okr-notice-q4:run silent",
    ]


def test_a_notice_waits_for_runs_of_every_flow_that_is_deployed() -> None:
    wanted = wanted_items(
        load_workspace(WORKSPACE),
        [load_plan(PLAN)],
        pool="",
        version="1",
        forms={flow.entrypoint: {} for flow in FLOWS},
        blocks={"chat": "slack-webhook/chat"},
    )
    for name in ("chat", "run silent", "run pending", "run late"):
        notice = wanted[Key("notice", f"okr-notice-q4:{name}", "q4")]
        assert notice["deployments"] == sorted(f"{flow.name}/q4" for flow in FLOWS)


def test_a_block_that_sends_html_gets_the_body_in_html() -> None:
    notice = Notice("q4", "ended", ("mail",))
    plain = notice_fields(notice, {"mail": "slack-webhook/mail"})
    rich = notice_fields(notice, {"mail": "sendgrid-email/mail"})
    assert "<pre" in str(rich["body"])
    assert "<pre" not in str(plain["body"])


def test_a_run_that_ends_badly_is_told_of_whatever_its_state_is_called() -> None:
    fields = notice_fields(Notice("q4", "ended", ("chat",)), {"chat": "x/chat"})
    assert fields["expect"] == ["prefect.flow-run.*"]
    assert fields["states"] == ["CANCELLED", "CRASHED", "FAILED"]


def test_a_run_is_lost_after_three_heartbeats_and_no_end_of_ours_looks_like_that() -> None:
    fields = notice_fields(Notice("q4", "silent", ()), {})
    assert fields["after"] == ["prefect.flow-run.heartbeat"]
    assert cast("int", fields["within"]) > 3 * HEARTBEAT_SECONDS
    expected = cast("list[str]", fields["expect"])
    assert "prefect.flow-run.heartbeat" in expected
    assert {f"prefect.flow-run.{end}" for end in _ends()} <= set(expected)


def test_a_deployment_makes_its_runs_show_that_they_are_alive_as_often_as_notices_ask() -> None:
    deployments = [fields for key, fields in _wanted().items() if key.kind == "deployment"]
    assert {fields["heartbeat"] for fields in deployments} == {str(HEARTBEAT_SECONDS)}


def test_a_lost_run_is_told_of_only_where_the_server_marked_it() -> None:
    fields = notice_fields(Notice("q4", "lost", ("chat",)), {"chat": "x/chat"})
    assert fields["expect"] == ["prefect.automation.action.executed"]
    assert fields["acted"] == "okr-notice-q4:run silent"


def test_without_routes_a_lost_run_is_marked_all_the_same() -> None:
    wanted = _wanted(workspace=WORKSPACE.replace("{growth: chat}", "{}"))
    (notice,) = [fields for key, fields in wanted.items() if key.kind == "notice"]
    assert notice["blocks"] == []
    assert notice["crashes"]


def _ends() -> Iterator[str]:
    """Names of states that our flows write down: in `State(...)`, its kin, and `noticed(...)`."""
    for path in (ROOT / "flows" / "okr_flows").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _names(node)


def _names(call: ast.Call) -> Iterator[str]:
    function = call.func.id if isinstance(call.func, ast.Name) else ""
    given = [each.value for each in call.keywords if each.arg == "name"]
    if function == "noticed":
        given += call.args[1:2]
    elif function not in {"State", "Completed", "Failed", "Cancelled", "Crashed"}:
        return
    for each in given:
        if isinstance(each, ast.Constant):
            yield str(each.value)
