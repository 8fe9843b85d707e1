"""Who is told when a run needs people, and what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from prefect.client.schemas.objects import Flow, FlowRun, State, StateType
from prefect.server.events.jinja_filters import all_filters
from prefect.server.utilities.user_templates import (
    register_user_template_filters,
    render_user_template_sync,
    validate_user_template,
)
from sync_answers import observed, suspect, unavailable

from okr_core.files.document import load_plan, load_workspace
from okr_flows.deploy.deployments import FLOWS
from okr_flows.notify.message import Message
from okr_flows.notify.notices import (
    Ending,
    Notice,
    body_for,
    description_of,
    notices_of,
    subject_of,
)
from okr_flows.run.names import CycleNames
from okr_flows.sync.page import LINES, alerts_of
from okr_flows.sync.report import SyncedReading, SyncReport

ROUTES = "{growth: chat, care: chat, ops: mail}"
WORKSPACE = """\
organization: Acme
people: {{ada: {{name: Ada}}}}
teams: {{growth: {{name: Growth}}, care: {{name: Care}}, ops: {{name: Ops}}}}
roles: {{carer: {{circle: care, held_by: [{{person: ada}}]}}}}
connections: {{acme: {{kind: jira, url: "https://acme.atlassian.net"}}}}
routes: {routes}
"""
SOURCE = '{jira: {connection: acme, jql: "labels = x", measure: count}}'
METRIC = "{kind: increase, baseline: 0, target: 9}"
PLAN = f"""\
cycle: {{id: q4, starts: 2026-10-01, ends: 2026-12-31}}
objectives:
  - id: a
    title: A
    owner: ada
    team: growth
    key_results:
      - {{id: a.one, title: T, metric: {METRIC}, source: {SOURCE}}}
  - id: b
    title: B
    role: carer
    key_results:
      - {{id: b.one, title: T, metric: {METRIC}, source: {SOURCE}}}
  - id: c
    title: C
    owner: ada
    key_results:
      - {{id: c.one, title: T, metric: {METRIC}, source: {SOURCE}}}
"""
SUSPECT = suspect("a.one", "fell from 9 to 0.", "`okr accept a.one`")
ID = UUID(int=7)
NAMES = CycleNames("acme", "q4")
CHAT, MAIL = "slack-webhook/growth", "sendgrid-email/board"


def _alerts(*readings: SyncedReading, routes: str = ROUTES) -> tuple[Message, ...]:
    report = SyncReport("q4", datetime(2026, 11, 2, 6, tzinfo=UTC), 1, readings)
    return alerts_of(
        load_workspace(WORKSPACE.format(routes=routes)), load_plan(PLAN), report, NAMES
    )


def _told_of_ends(routes: str = ROUTES, plan: str = PLAN) -> list[str]:
    several = notices_of(load_workspace(WORKSPACE.format(routes=routes)), load_plan(plan), "acme")
    return [block for notice in several if notice.about == "ended" for block in notice.blocks]


def test_routes_that_lead_to_one_block_are_one_notice() -> None:
    assert _told_of_ends() == ["chat", "mail"]


def test_whoever_hears_of_runs_hears_of_each_way_in_which_they_can_go_wrong() -> None:
    several = notices_of(load_workspace(WORKSPACE.format(routes=ROUTES)), load_plan(PLAN), "acme")
    assert [(each.about, each.name, sorted(each.blocks)) for each in several] == [
        ("ended", "okr-notice-acme-q4:chat", ["chat"]),
        ("ended", "okr-notice-acme-q4:mail", ["mail"]),
        ("silent", "okr-notice-acme-q4:run silent", []),
        ("lost", "okr-notice-acme-q4:run lost", ["chat", "mail"]),
        ("pending", "okr-notice-acme-q4:run pending", ["chat", "mail"]),
        ("late", "okr-notice-acme-q4:run late", ["chat", "mail"]),
        ("stopped", "okr-notice-acme-q4:clock stopped", ["chat", "mail"]),
    ]


def test_a_team_without_bound_key_results_does_not_hear_of_runs() -> None:
    routed = PLAN.replace("title: C\n    owner: ada", "title: C\n    role: carer")
    assert _told_of_ends(plan=routed) == ["chat"]


def test_everyone_hears_of_runs_where_all_numbers_are_entered_by_hand() -> None:
    assert _told_of_ends(plan=PLAN.replace(SOURCE, "{manual: {}}")) == ["chat", "mail"]


def test_its_team_is_told_of_a_suspect_reading_with_what_to_do() -> None:
    (alert,) = _alerts(SUSPECT)
    assert alert.route == "growth"
    assert alert.text == (
        "OKR acme-q4: 0 of 1 key results observed, 1 suspect (2026-11-02 06:00 UTC).\n"
        "• a.one is suspect: fell from 9 to 0. `okr accept a.one`"
    )


def test_without_a_team_the_circle_of_the_role_is_told() -> None:
    (alert,) = _alerts(unavailable("b.one"))
    assert alert.route == "care"


def test_a_number_that_nobody_is_named_for_concerns_every_route() -> None:
    alerts = _alerts(unavailable("c.one"))
    assert [alert.route for alert in alerts] == ["care", "growth", "ops"]


def test_nobody_is_told_of_good_readings() -> None:
    assert _alerts(observed("a.one"), observed("b.one")) == ()


def test_a_route_is_told_of_what_is_new_and_of_the_rest_as_the_same_news_again() -> None:
    told = suspect("c.one", "fell.", existing=True)
    (first, *_) = _alerts(told, SUSPECT, routes="{growth: chat}")
    assert "a.one" in first.text
    assert "c.one" not in first.text
    (again,) = _alerts(told, routes="{growth: chat}")
    (before,) = _alerts(suspect("c.one", "fell by 3."), routes="{growth: chat}")
    assert again.about == before.about != first.about


def test_nobody_is_told_where_there_are_no_routes() -> None:
    assert _alerts(SUSPECT, routes="{}") == ()


def test_a_long_list_is_cut_and_says_so() -> None:
    workspace = load_workspace(WORKSPACE.format(routes="{growth: chat}"))
    many = [f"a.k{n}" for n in range(LINES + 5)]
    rows = "\n".join(
        f"      - {{id: {i}, title: T, metric: {METRIC}, source: {SOURCE}}}" for i in many
    )
    start = PLAN.index("      - {id: a.one")
    plan = load_plan(PLAN[:start] + rows)
    readings = tuple(unavailable(each) for each in many)
    report = SyncReport("q4", datetime(2026, 11, 2, 6, tzinfo=UTC), 1, readings)
    (alert,) = alerts_of(workspace, plan, report, NAMES)
    assert alert.text.count("•") == LINES
    assert alert.text.endswith("… and 5 more; `okr decide --cycle q4` lists them.")


def _said(
    about: Ending,
    block: str = CHAT,
    *,
    flow: str = "score-cycle",
    pools: tuple[str, ...] = ("okr",),
) -> str:
    register_user_template_filters(all_filters)
    notice = Notice(NAMES, about, (block,))
    template = f"{subject_of(notice)}\n{body_for(notice, block, pools)}"
    validate_user_template(template)
    broken = State(type=StateType.FAILED, name="Failed", message="revision <3> & plan q4 differ")
    context: dict[str, Any] = {
        "flow": Flow(id=ID, name=flow, labels={}),
        "flow_run": FlowRun(id=ID, flow_id=ID, name="Score acme-q4", state=broken),
    }
    return render_user_template_sync(template, context)


@pytest.mark.parametrize("flow", [flow.name for flow in FLOWS])
def test_a_broken_run_is_named_by_what_it_was_to_do(flow: str) -> None:
    word = {"check-in": "check-in", "decide": "decision"}.get(flow, flow.partition("-")[0])
    assert _said("ended", flow=flow).startswith(f"OKR acme-q4: a {word} needs attention\n")


def test_a_broken_run_says_how_it_ended() -> None:
    said = _said("ended").partition("\n")[2]
    assert said.startswith("Score acme-q4 ended Failed: revision <3> & plan q4 differ")


def test_a_mail_about_a_broken_run_is_safe_html_with_its_lines_kept() -> None:
    said = _said("ended", MAIL).partition("\n")[2]
    assert said.startswith("<pre ")
    assert "revision &lt;3&gt; &amp; plan q4 differ" in said


def test_a_clock_that_stopped_is_told_of_with_what_starts_it_and_without_a_run() -> None:
    said = _said("stopped")
    assert "The clock of acme-q4 has not ticked for 26 hours" in said
    assert "`prefect worker start --pool okr` starts what is due" in said
    assert "http" not in said


@pytest.mark.parametrize("about", ["lost", "pending", "late"])
def test_a_run_that_cannot_speak_is_told_of_with_what_to_do(about: Ending) -> None:
    said = _said(about)
    assert "Score acme-q4 " in said
    assert "STARTER" not in said
    assert ("start its deployment again" in said) == (about != "late")


def test_a_late_run_says_how_what_is_due_is_started() -> None:
    assert "`prefect worker start --pool okr` starts what is due" in _said("late")
    assert "`okr serve` starts what is due" in _said("late", pools=())


def test_a_run_that_has_not_begun_is_named_by_workspace_and_connection() -> None:
    register_user_template_filters(all_filters)
    for about in ("late", "pending", "ended"):
        template = body_for(Notice(NAMES, about, ("chat",)), CHAT)
        run = FlowRun(
            id=ID, flow_id=ID, name="proud-fox", parameters={"cycle": "q4", "connection": "wiki"}
        )
        context: dict[str, Any] = {
            "flow": Flow(id=ID, name="sync-progress", labels={}),
            "flow_run": run,
        }
        said = render_user_template_sync(template, context)
        assert said.startswith("proud-fox (a sync of acme-q4, connection wiki) "), said


def test_each_automation_says_what_it_waits_for_and_what_it_does() -> None:
    several = notices_of(load_workspace(WORKSPACE.format(routes=ROUTES)), load_plan(PLAN), "acme")
    said = [description_of(each, each.blocks) for each in several]
    assert len(set(said)) == len(said)
    assert all("Waits for" in each and "of acme" in each for each in said)
    assert "no sign of life for 95 seconds; marks it as crashed" in said[2]
    assert said[-2].startswith(
        "Cycle q4 of acme. Waits for a run that nobody has started 10 minutes after it was due; "
        "says so through chat, mail. Made by `okr deploy`"
    )
