"""A connection that is wanted becomes an entry of okr.yaml, and never another one's."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from okr_core.errors import InputError, RefusalError
from okr_core.files.workspace_edit import WorkspaceText
from okr_flows.connect.request import (
    ConnectionRequest,
    WantedConnection,
    refuse_shared_variable,
    tidied,
    variables,
    wanted_connection,
)
from okr_flows.connect.session import connection_named
from okr_sources.source import Credentials

KNOWN = """\
organization: Acme
connections:
  acme: {kind: jira, url: "https://old.example", timeout: 9}  # old
  wiki: {kind: notion}
"""


def want(
    request: ConnectionRequest, url: str | None, *, text: str = KNOWN, replace: bool = False
) -> WantedConnection:
    before = WorkspaceText.read("okr.yaml", text)
    return wanted_connection(before, request, url, replace=replace)


def test_a_new_connection_is_an_entry_at_the_end() -> None:
    request = ConnectionRequest("jira", "eu", block=True, datacenter=True, allow_http=True)
    wanted = want(request, "http://jira.local")
    assert (wanted.connection.block, wanted.connection.deployment) == ("eu", "datacenter")
    assert wanted.edit.text.startswith(KNOWN)
    assert "allow_http: true" in wanted.edit.text.removeprefix(KNOWN)


def test_what_is_there_already_changes_nothing() -> None:
    wanted = want(ConnectionRequest("jira", "acme"), "https://old.example")
    assert not wanted.edit.changes
    assert wanted.connection.timeout == 9


def test_other_values_take_the_place_of_what_is_there_only_by_consent() -> None:
    request = ConnectionRequest("jira", "acme")
    with pytest.raises(RefusalError, match="a connection `acme` with another url; nothing"):
        want(request, "https://new.example")
    wanted = want(request, "https://new.example", replace=True)
    assert wanted.edit.text == KNOWN.replace("https://old.example", "https://new.example")


def test_another_kind_begins_anew() -> None:
    wanted = want(ConnectionRequest("http", "acme"), "https://a.example", replace=True)
    assert wanted.connection.kind == "http"
    assert wanted.connection.timeout != 9


@pytest.mark.parametrize("name", ["Acme", "a b", ""])
def test_a_name_that_okr_yaml_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="is no name for a connection"):
        ConnectionRequest("jira", name)


def test_two_names_never_share_a_token() -> None:
    text = "organization: Acme\nconnections: {ac-me: {kind: notion}}\n"
    workspace = WorkspaceText.read("okr.yaml", text).workspace
    with pytest.raises(InputError, match="would share the variable OKR_AC_ME_TOKEN"):
        refuse_shared_variable(workspace, ConnectionRequest("notion", "ac_me"))
    refuse_shared_variable(workspace, ConnectionRequest("notion", "ac_me", block=True))
    refuse_shared_variable(workspace, ConnectionRequest("notion", "ac-me"))


def test_credentials_are_two_variables_or_one() -> None:
    token = SecretStr("t")
    assert variables("eu", Credentials(token)) == {"OKR_EU_TOKEN": "t"}
    assert variables("eu", Credentials(token, "me")) == {"OKR_EU_TOKEN": "t", "OKR_EU_USER": "me"}


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        (" acme.atlassian.net/jira/software ", "https://acme.atlassian.net"),
        ("https://jira.acme.example/base/", "https://jira.acme.example/base"),
        ("https://", "https://"),
        ("http://[", "http://["),
    ],
)
def test_an_address_is_taken_as_people_copy_it(typed: str, base: str) -> None:
    assert tidied(typed, "jira") == base


def test_a_connection_is_found_by_its_name_and_its_kind() -> None:
    workspace = WorkspaceText.read("okr.yaml", KNOWN).workspace
    assert connection_named(workspace, "acme").kind == "jira"
    with pytest.raises(InputError) as refused:
        connection_named(workspace, "acme", "notion")
    assert str(refused.value) == (
        "okr.yaml has no notion connection `acme` (it has: wiki). Run `okr connect notion acme`."
    )
    with pytest.raises(
        InputError, match=r"\(it has: acme, wiki\)\. Run `okr connect jira crm`, or"
    ):
        connection_named(workspace, "crm")
