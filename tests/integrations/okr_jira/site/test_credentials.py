"""The Prefect block, and what loading a source costs."""

import asyncio
import subprocess
import sys

import httpx
import pytest
from pydantic import SecretStr

from okr_core.errors import ConfigError
from okr_core.plan.workspace import Connection
from okr_jira import SOURCE
from okr_sources.source import Credentials


def test_a_source_is_loaded_without_prefect_jira_or_any_http_client() -> None:
    code = (
        "import sys, okr_jira\n"
        "print([n for n in ('prefect', 'jira', 'requests', 'httpx') if n in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert shown.stdout.strip() == "[]"


def test_the_block_hides_its_token_and_makes_a_client_without_a_request() -> None:
    from okr_jira.site.credentials import JiraCredentials  # noqa: PLC0415 - imports Prefect

    block = JiraCredentials(url="https://acme.example", user="me@acme.example", token="secret")
    assert "secret" not in repr(block)
    assert block.get_client().deploymentType == "Cloud"
    assert block.as_credentials() == Credentials(
        SecretStr("secret"), "me@acme.example", "https://acme.example"
    )


def test_a_block_without_a_user_is_for_a_data_center() -> None:
    from okr_jira.site.credentials import JiraCredentials  # noqa: PLC0415

    block = JiraCredentials(url="https://jira.acme.example", token="secret")
    assert block.get_client().deploymentType == "Server"
    assert block.as_credentials() == Credentials(
        SecretStr("secret"), "", "https://jira.acme.example"
    )


@pytest.mark.parametrize(
    ("user", "signed"),
    [("me@acme.example", "Basic bWVAYWNtZS5leGFtcGxlOnNlY3JldA=="), ("", "Bearer secret")],
    ids=["cloud", "data-center"],
)
def test_asynchronous_code_gets_a_client_that_does_not_block(user: str, signed: str) -> None:
    from okr_jira.site.credentials import JiraCredentials  # noqa: PLC0415

    block = JiraCredentials(url="https://acme.example", user=user, token="secret")

    async def sent() -> httpx.Request:
        async with await block.aget_client() as client:
            request = client.build_request("GET", "/rest/api/3/myself")
            for flow in [client.auth.sync_auth_flow(request)] if client.auth else []:
                next(flow)
            return request

    request = asyncio.run(sent())
    assert str(request.url) == "https://acme.example/rest/api/3/myself"
    assert request.headers["Authorization"] == signed


def test_every_field_of_the_block_is_described_for_the_form() -> None:
    from okr_jira.site.credentials import JiraCredentials  # noqa: PLC0415

    descriptions = [field.description or "" for field in JiraCredentials.model_fields.values()]
    assert all(text.endswith(".") for text in descriptions)
    assert '.load("BLOCK_NAME")' in (JiraCredentials.__doc__ or "")


@pytest.mark.parametrize(
    ("settings", "user", "problem"),
    [
        ({"url": "https://acme.example"}, "", "has no user"),
        ({}, "me", "has no url"),
        ({"deployment": "datacenter"}, "", "has no url"),
    ],
)
def test_a_connection_that_cannot_work_is_refused_before_anything_is_sent(
    settings: dict[str, str], user: str, problem: str
) -> None:
    connection = Connection.model_validate({"kind": "jira", **settings})
    with pytest.raises(ConfigError, match=problem):
        SOURCE.open("acme", connection, Credentials(SecretStr("token"), user))
