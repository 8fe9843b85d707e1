"""What `okr check` says of people who cannot be mailed."""

from __future__ import annotations

import pytest

from okr_core.files.document import load_workspace
from okr_core.files.workspace_rules import check_workspace

MAIL = "mail: {smtp: smtp.acme.example, sender: okr@acme.example}\n"
WORKSPACE = """\
organization: Acme
people: {ada: {name: Ada}, bo: {name: Bo, email: bo@acme.example}, cy: {name: Cy}}
roles: {lead: {held_by: [{person: ada}, {person: bo}]}}
"""


def said(text: str) -> list[tuple[object, str]]:
    """Places and severities of what is found."""
    return [(each.path, each.severity) for each in check_workspace(load_workspace(text))]


def test_a_holder_of_a_role_without_an_address_is_a_warning_where_there_is_a_mail_server() -> None:
    assert said(WORKSPACE) == []
    assert said(WORKSPACE + MAIL) == [(("people", "ada"), "warning")]
    quiet = "policies: {reminders: {send: false}}\n"
    assert said(WORKSPACE + MAIL + quiet) == []


@pytest.mark.parametrize("email", ["bo", '"bo@a.example, eve@evil.example"', '"Bo <bo@a.example>"'])
def test_what_is_no_address_is_a_warning_at_its_place(email: str) -> None:
    assert said(WORKSPACE.replace("bo@acme.example", email)) == [
        (("people", "bo", "email"), "warning")
    ]
