"""What a notice says, filled in by Prefect's own template engine."""

from __future__ import annotations

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

from okr_flows.deploy.scheduled_flows import FLOWS
from okr_flows.notify.notice_words import body_for, subject_of

ID = UUID(int=7)
CHAT, MAIL = "slack-webhook/growth", "sendgrid-email/board"
DIGEST = {"subject": "OKR q4, week 47", "text": "6 of 9 reached", "html": "<p>6 of 9</p>"}


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
