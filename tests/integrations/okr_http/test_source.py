"""The source as okr finds it, its block, and connections without a name or a token."""

import subprocess
import sys

import pytest
from pydantic import SecretStr

from okr_core.errors import ConfigError
from okr_core.plan.workspace import Connection
from okr_http import SOURCE
from okr_http.credentials import HttpCredentials
from okr_sources.credentials import credentials_of
from okr_sources.source import Source, connection_optional, token_optional


def test_it_is_a_source_that_needs_neither_token_nor_connection() -> None:
    assert isinstance(SOURCE, Source)
    assert token_optional(SOURCE)
    assert connection_optional(SOURCE)


def test_finding_it_imports_neither_prefect_nor_httpx() -> None:
    code = (
        "import sys, okr_http; sys.exit(bool({'prefect', 'httpx', 'httpcore'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_missing_token_is_no_mistake_where_none_is_needed() -> None:
    connection = Connection(kind="http", url="https://api.example.com")
    found = credentials_of("crm", connection, {}, SOURCE.load_block, optional=True)
    assert found.token.get_secret_value() == ""
    with pytest.raises(ConfigError):
        credentials_of("crm", connection, {}, SOURCE.load_block)


def test_a_block_signs_with_a_token_or_with_user_and_password() -> None:
    bearer = HttpCredentials(url="https://api.example.com", token=SecretStr("abc"))
    basic = HttpCredentials(url="https://api.example.com", user="ada", token=SecretStr("abc"))
    assert bearer.as_credentials().url == "https://api.example.com"
    with bearer.get_client() as client:
        assert client.headers["authorization"] == "Bearer abc"
        assert not client.follow_redirects
    with basic.get_client() as client:
        request = client.build_request("GET", "/n")
        assert client.auth is not None
        signed = next(client.auth.sync_auth_flow(request))
        assert signed.headers["authorization"] == "Basic YWRhOmFiYw=="
    assert "abc" not in repr(bearer)


def test_every_field_of_the_block_is_described_by_a_sentence() -> None:
    for name in ("url", "user", "token"):
        description = HttpCredentials.model_fields[name].description
        assert description
        assert description.endswith(".")
