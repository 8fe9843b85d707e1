"""Differences between what Prefect should have and what it has."""

from __future__ import annotations

from typing import cast

from okr_core.files.document import load_plan, load_workspace
from okr_flows.deploy.deployments import FLOWS, Infrastructure, ScheduledFlow, at, reads
from okr_flows.deploy.diff import Change, Fields, Key, differences, notice_fields, wanted_items
from okr_flows.notify.notices import Notice
from okr_flows.run.names import CycleNames

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
        "create limit okr-sync-acme",
        "create notice okr-notice-acme-q4:chat",
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
    ]
    assert changes[-1].differs == {"flow": (["sync-progress"], ["score-cycle", "sync-progress"])}


def test_a_flow_that_loses_its_schedule_in_the_table_loses_it_on_the_server() -> None:
    unscheduled = (TABLE[0], ScheduledFlow("score-cycle", "flows.score", "Scores"))
    changes = differences(_wanted(table=unscheduled), _wanted())
    assert _said(changes) == ["delete schedule okr-score of score-cycle/acme-q4"]


def test_all_schedules_of_a_cycle_that_is_over_are_deleted_whatever_their_flow() -> None:
    found = {key: fields for key, fields in _wanted().items() if key.kind != "limit"}
    assert _said(differences({Key("work pool", "okr"): {}}, found)) == [
        "delete schedule okr-score of score-cycle/acme-q4",
        "delete schedule okr-sync-acme of sync-progress/acme-q4",
        "delete notice okr-notice-acme-q4:chat",
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
    notice = wanted[Key("notice", "okr-notice-acme-q4:chat", "acme-q4")]
    assert notice["flow"] == sorted(flow.name for flow in FLOWS)


def test_a_route_that_no_broken_run_concerns_waits_for_its_own_events_only() -> None:
    fields = notice_fields(Notice(NAMES, "chat", ("ops",), broken_runs=False), {"chat": "x/chat"})
    assert fields["events"] == ["okr.route.alerted"]
    assert fields["resources"] == ["okr.route.acme.q4.ops"]


def test_a_block_that_sends_html_gets_the_body_in_html() -> None:
    notice = Notice(NAMES, "mail", ("ops",))
    plain = notice_fields(notice, {"mail": "slack-webhook/mail"})
    rich = notice_fields(notice, {"mail": "sendgrid-email/mail"})
    assert "<pre" in str(rich["body"])
    assert "<pre" not in str(plain["body"])


def test_a_concerned_route_hears_of_every_end_that_no_event_of_ours_tells_of() -> None:
    fields = notice_fields(Notice(NAMES, "chat", ("ops",)), {"chat": "x/chat"})
    assert fields["events"] == [
        "okr.route.alerted",
        "prefect.flow-run.Crashed",
        "prefect.flow-run.Failed",
        "prefect.flow-run.Incomplete",
        "prefect.flow-run.TimedOut",
    ]
    assert fields["resources"] == ["prefect.flow-run.*", "okr.route.acme.q4.ops"]


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
