"""Differences between what Prefect should have and what it has."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from okr_core.files.document import load_plan, load_workspace
from okr_flows.deploy.deployments import FLOWS, Infrastructure, ScheduledFlow, at, reads
from okr_flows.deploy.diff import Change, Fields, Key, differences, notice_fields, wanted_items
from okr_flows.notify.notices import HEARTBEAT_SECONDS, Notice
from okr_flows.run.names import CycleNames

ROOT = Path(__file__).resolve().parents[4]
NAMES = CycleNames("acme", "q4")

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
        id_="acme",
        infrastructure=Infrastructure(pool),
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
        "create deployment sync-progress/acme-q4",
        "create deployment score-cycle/acme-q4",
        "create schedule okr-score of score-cycle/acme-q4",
        "create schedule okr-sync-acme of sync-progress/acme-q4",
        "create notice okr-notice-acme-q4:chat",
        "create notice okr-notice-acme-q4:clock stopped",
        "create notice okr-notice-acme-q4:run late",
        "create notice okr-notice-acme-q4:run lost",
        "create notice okr-notice-acme-q4:run pending",
        "create notice okr-notice-acme-q4:run silent",
    ]


def test_nothing_is_to_do_where_everything_is_as_it_should_be() -> None:
    assert differences(_wanted(), _wanted()) == []


def test_only_what_differs_is_changed_and_says_how() -> None:
    later = WORKSPACE.replace("runs_at_once: 2", 'schedule: "0 7 * * *"')
    (change,) = differences(_wanted(workspace=later), _wanted())
    assert change.key == Key("schedule", "okr-sync-acme", "acme-q4", "sync-progress")
    assert (change.action, change.differs) == ("change", {"cron": ("0 6 * * 1-5", "0 7 * * *")})


def test_a_limit_that_an_earlier_release_made_is_deleted() -> None:
    found = {**_wanted(), Key("limit", "okr-sync-acme"): {}}
    assert _said(differences(_wanted(), found)) == ["delete limit okr-sync-acme"]


def test_own_things_that_are_gone_are_deleted_after_all_else() -> None:
    found: dict[Key, Fields] = {
        Key("schedule", "okr-sync-old", "acme-q4", "sync-progress"): {},
        Key("notice", "okr-notice-acme-q4:old", "acme-q4"): {},
    }
    assert _said(differences(_wanted(), found))[-2:] == [
        "delete schedule okr-sync-old of sync-progress/acme-q4",
        "delete notice okr-notice-acme-q4:old",
    ]


def test_what_others_made_is_left_alone() -> None:
    found: dict[Key, Fields] = {
        **_wanted(),
        Key("schedule", "nightly", "acme-q4", "score-cycle"): {},
        Key("deployment", "q3", flow="sync-progress"): {},
        Key("work pool", "other"): {},
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
    assert wanted[Key("deployment", "acme-q4", flow="sync-progress")]["work pool"] == ""


def test_each_deployment_has_the_form_and_the_entrypoint_of_its_own_flow() -> None:
    wanted = _wanted()
    shown = {
        key.flow: (fields["entrypoint"], cast("Fields", fields["form"])["title"])
        for key, fields in wanted.items()
        if key.kind == "deployment"
    }
    assert shown == {
        "sync-progress": ("flows.sync", "sync-progress"),
        "score-cycle": ("flows.score", "score-cycle"),
    }


def test_a_server_of_an_older_release_gets_the_new_flow_and_its_notice_hears_of_it() -> None:
    changes = differences(_wanted(), _wanted(table=TABLE[:1]))
    assert _said(changes) == [
        "create deployment score-cycle/acme-q4",
        "create schedule okr-score of score-cycle/acme-q4",
        "change notice okr-notice-acme-q4:chat",
        "change notice okr-notice-acme-q4:clock stopped",
        "change notice okr-notice-acme-q4:run late",
        "change notice okr-notice-acme-q4:run lost",
        "change notice okr-notice-acme-q4:run pending",
        "change notice okr-notice-acme-q4:run silent",
    ]
    assert changes[-1].differs == {
        "deployments": (["sync-progress/acme-q4"], ["score-cycle/acme-q4", "sync-progress/acme-q4"])
    }


def test_a_flow_that_loses_its_schedule_in_the_table_loses_it_on_the_server() -> None:
    unscheduled = (TABLE[0], ScheduledFlow("score-cycle", "flows.score", "Scores"))
    changes = differences(_wanted(table=unscheduled), _wanted())
    assert _said(changes) == ["delete schedule okr-score of score-cycle/acme-q4"]


def test_what_an_earlier_release_scheduled_for_scores_and_reports_is_taken_away() -> None:
    older = (
        ScheduledFlow("score-cycle", "flows.score", "Scores", at("okr-score", "30 6 * * 1-5")),
        ScheduledFlow(
            "report-cycle", "flows.report", "Reports", at("okr-report-digest", "0 7 * * 1")
        ),
    )
    now = (
        ScheduledFlow("score-cycle", "flows.score", "Scores"),
        ScheduledFlow("report-cycle", "flows.report", "Reports"),
        ScheduledFlow("run-cycle", "flows.clock", "Ticks", at("okr-tick", "35 * * * *")),
    )
    changes = differences(_wanted(table=now), _wanted(table=older))
    assert [each for each in _said(changes) if " schedule " in each] == [
        "create schedule okr-tick of run-cycle/acme-q4",
        "delete schedule okr-report-digest of report-cycle/acme-q4",
        "delete schedule okr-score of score-cycle/acme-q4",
    ]


def test_a_clock_that_stops_is_waited_for_by_the_event_of_its_own_cycle() -> None:
    fields = notice_fields(Notice(NAMES, "stopped", ("chat",)), {"chat": "x/chat"})
    assert fields["resource"] == NAMES.resource
    assert (fields["after"], fields["expect"]) == (["okr.cycle.ticked"], ["okr.cycle.ticked"])
    assert fields["within"] == 26 * 3600


def test_all_schedules_of_a_cycle_that_is_over_are_deleted_whatever_their_flow() -> None:
    assert _said(differences({Key("work pool", "okr"): {}}, _wanted())) == [
        "delete schedule okr-score of score-cycle/acme-q4",
        "delete schedule okr-sync-acme of sync-progress/acme-q4",
        "delete notice okr-notice-acme-q4:chat",
        "delete notice okr-notice-acme-q4:clock stopped",
        "delete notice okr-notice-acme-q4:run late",
        "delete notice okr-notice-acme-q4:run lost",
        "delete notice okr-notice-acme-q4:run pending",
        "delete notice okr-notice-acme-q4:run silent",
    ]


def test_a_notice_waits_for_runs_of_every_flow_that_is_deployed() -> None:
    wanted = wanted_items(
        load_workspace(WORKSPACE),
        [load_plan(PLAN)],
        id_="acme",
        infrastructure=Infrastructure(),
        version="1",
        forms={flow.entrypoint: {} for flow in FLOWS},
        blocks={"chat": "slack-webhook/chat"},
    )
    heard = {
        name: wanted[Key("notice", f"okr-notice-acme-q4:{name}", "acme-q4")]["deployments"]
        for name in ("chat", "run silent", "run pending", "run late")
    }
    alone = heard.pop("chat")
    for deployments in heard.values():
        assert deployments == sorted(f"{flow.name}/acme-q4" for flow in FLOWS)
    # What somebody mistyped in a form is told to nobody else.
    no_forms = ("report-cycle", "run-cycle", "score-cycle", "sync-progress")
    assert alone == [f"{name}/acme-q4" for name in no_forms]


def test_a_block_that_sends_html_gets_the_body_in_html() -> None:
    notice = Notice(NAMES, "ended", ("mail",))
    plain = notice_fields(notice, {"mail": "slack-webhook/mail"})
    rich = notice_fields(notice, {"mail": "sendgrid-email/mail"})
    assert "<pre" in str(rich["body"])
    assert "<pre" not in str(plain["body"])


def test_a_run_that_ends_badly_is_told_of_whatever_its_state_is_called() -> None:
    fields = notice_fields(Notice(NAMES, "ended", ("chat",)), {"chat": "x/chat"})
    assert fields["expect"] == ["prefect.flow-run.*"]
    assert fields["states"] == ["CANCELLED", "CRASHED", "FAILED"]


def test_a_run_is_lost_after_three_heartbeats_and_no_end_of_ours_looks_like_that() -> None:
    fields = notice_fields(Notice(NAMES, "silent", ()), {})
    assert fields["after"] == ["prefect.flow-run.heartbeat"]
    assert cast("int", fields["within"]) > 3 * HEARTBEAT_SECONDS
    expected = cast("list[str]", fields["expect"])
    assert "prefect.flow-run.heartbeat" in expected
    assert {f"prefect.flow-run.{end}" for end in _ends()} <= set(expected)


def test_a_deployment_makes_its_runs_show_that_they_are_alive_as_often_as_notices_ask() -> None:
    deployments = [fields for key, fields in _wanted().items() if key.kind == "deployment"]
    assert {fields["heartbeat"] for fields in deployments} == {str(HEARTBEAT_SECONDS)}


def test_a_lost_run_is_told_of_only_where_the_server_marked_it() -> None:
    fields = notice_fields(Notice(NAMES, "lost", ("chat",)), {"chat": "x/chat"})
    assert fields["expect"] == ["prefect.automation.action.executed"]
    assert fields["acted"] == "okr-notice-acme-q4:run silent"


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


def test_tags_and_job_variables_that_people_added_survive_a_redeploy() -> None:
    key = Key("deployment", "acme-q4", flow="sync-progress")
    wanted = {key: {"tags": ["okr", "okr:acme", "q4"], "job variables": {"image": "okr:2"}}}
    found: dict[Key, Fields] = {
        key: {"tags": ["okr", "okr:acme", "mine"], "job variables": {"cpu": 2, "image": "okr:1"}}
    }
    (change,) = differences(wanted, found)
    assert change.fields["tags"] == ["mine", "okr", "okr:acme", "q4"]
    assert change.fields["job variables"] == {"cpu": 2, "image": "okr:2"}
    assert differences(wanted, {key: change.fields}) == []


def test_what_nobody_asked_for_of_queue_and_job_variables_stays_as_it_is() -> None:
    fields = _wanted()[Key("deployment", "acme-q4", flow="sync-progress")]
    assert not {"work queue", "job variables"} & set(fields)


def test_no_deployment_has_a_limit_under_which_what_people_start_would_vanish() -> None:
    limits = [
        fields["runs at once"] for key, fields in _wanted().items() if key.kind == "deployment"
    ]
    assert limits == [None, None]
