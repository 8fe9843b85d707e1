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
from okr_flows.notify.notices import Notice, body_for, notices_of, subject_of
from okr_flows.run.names import CycleNames
from okr_flows.sync.page import LINES, Alert, alerts_of
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
DIGEST = {"subject": "OKR q4, week 47", "text": "6 of 9 reached", "html": "<p>6 of 9</p>"}


def _alerts(*readings: SyncedReading, routes: str = ROUTES) -> tuple[Alert, ...]:
    report = SyncReport("q4", datetime(2026, 11, 2, 6, tzinfo=UTC), 1, readings)
    return alerts_of(load_workspace(WORKSPACE.format(routes=routes)), load_plan(PLAN), report)


def test_routes_that_lead_to_one_block_are_one_notice() -> None:
    workspace = load_workspace(WORKSPACE.format(routes=ROUTES))
    assert notices_of(workspace, load_plan(PLAN), "acme") == (
        Notice(NAMES, "chat", ("care", "growth")),
        Notice(NAMES, "mail", ("ops",)),
    )


def test_a_team_without_bound_key_results_hears_of_digests_and_not_of_broken_runs() -> None:
    workspace = load_workspace(WORKSPACE.format(routes=ROUTES))
    routed = load_plan(PLAN.replace("title: C\n    owner: ada", "title: C\n    role: carer"))
    assert notices_of(workspace, routed, "acme") == (
        Notice(NAMES, "chat", ("care", "growth")),
        Notice(NAMES, "mail", ("ops",), broken_runs=False),
    )


def test_everyone_hears_of_broken_runs_where_all_numbers_are_entered_by_hand() -> None:
    workspace = load_workspace(WORKSPACE.format(routes=ROUTES))
    by_hand = load_plan(PLAN.replace(SOURCE, "{manual: {}}"))
    assert [notice.broken_runs for notice in notices_of(workspace, by_hand, "acme")] == [True, True]


def test_its_team_is_told_of_a_suspect_reading_with_what_to_do() -> None:
    (alert,) = _alerts(SUSPECT)
    assert alert.route == "growth"
    assert alert.text == (
        "OKR q4: 0 of 1 key results observed, 1 suspect (2026-11-02 06:00 UTC).\n"
        "• a.one is suspect: fell from 9 to 0. `okr accept a.one`"
    )


def test_without_a_team_the_circle_of_the_role_is_told() -> None:
    (alert,) = _alerts(unavailable("b.one"))
    assert alert.route == "care"


def test_a_number_that_nobody_is_named_for_concerns_every_route() -> None:
    alerts = _alerts(unavailable("c.one"))
    assert [alert.route for alert in alerts] == ["care", "growth", "ops"]


def test_nobody_is_told_of_good_readings_or_of_what_an_earlier_run_told() -> None:
    told = suspect("b.one", "fell.", existing=True)
    assert _alerts(observed("a.one"), told) == ()


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
    (alert,) = alerts_of(workspace, plan, report)
    assert alert.text.count("•") == LINES
    assert alert.text.endswith("… and 5 more; `okr status` lists them.")


def _said(template: str, payload: dict[str, str], *, flow: str = "score-cycle") -> str:
    register_user_template_filters(all_filters)
    validate_user_template(template)
    broken = State(type=StateType.FAILED, name="Failed", message="revision <3> & plan q4 differ")
    context: dict[str, Any] = {
        "event": {"payload": payload},
        "flow": Flow(id=ID, name=flow, labels={}),
        "flow_run": FlowRun(id=ID, flow_id=ID, name="Score q4", state=broken),
    }
    return render_user_template_sync(template, context)


@pytest.mark.parametrize("flow", [flow.name for flow in FLOWS])
def test_a_broken_run_is_named_by_what_it_was_to_do(flow: str) -> None:
    word = flow.partition("-")[0]
    assert _said(subject_of("q4"), {}, flow=flow) == f"OKR q4: a {word} needs attention"


def test_a_broken_run_says_how_it_ended() -> None:
    said = _said(body_for(CHAT), {})
    assert said.startswith("Score q4 ended Failed: revision <3> & plan q4 differ")


def test_a_mail_about_a_broken_run_is_safe_html_with_its_lines_kept() -> None:
    said = _said(body_for(MAIL), {})
    assert said.startswith("<pre ")
    assert "revision &lt;3&gt; &amp; plan q4 differ" in said


def test_an_event_that_brings_its_own_words_is_told_in_them() -> None:
    assert _said(subject_of("q4"), DIGEST) == DIGEST["subject"]
    assert _said(body_for(CHAT), DIGEST).startswith(DIGEST["text"])
    assert _said(body_for(MAIL), DIGEST) == DIGEST["html"]


def test_an_alert_of_a_sync_is_told_as_it_is_and_escaped_in_a_mail() -> None:
    alert = {"text": "• a.b is suspect: fell from 9 to <1."}
    assert _said(subject_of("q4"), alert, flow="sync-progress") == "OKR q4: a sync needs attention"
    assert _said(body_for(CHAT), alert).startswith(alert["text"])
    assert "fell from 9 to &lt;1." in _said(body_for(MAIL), alert)
