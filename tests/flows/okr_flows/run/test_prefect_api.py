"""Prefect's API is called as Prefect itself calls it, without loading it."""

from __future__ import annotations

import doctest
from collections.abc import Mapping
from pathlib import Path

import pytest

from okr_cli.shell.prefect_server import prefect_settings
from okr_flows.run import prefect_address
from okr_flows.run.prefect_address import at_address, shown_address
from okr_flows.run.prefect_api import API, api_client

PROFILE = """\
active = "mine"
[profiles.mine]
PREFECT_API_URL = "http://mine/api"
PREFECT_API_KEY = "of-the-profile"
"""
BASIC = "Basic YWRhOmdlaGVpbQ=="


@pytest.mark.parametrize(
    ("env", "signed"),
    [
        ({}, "Bearer of-the-profile"),
        ({"PREFECT_API_KEY": "mine"}, "Bearer mine"),
        ({"PREFECT_API_AUTH_STRING": "ada:geheim"}, BASIC),
        ({"PREFECT_API_AUTH_STRING": "ada:geheim", "PREFECT_API_KEY": "mine"}, BASIC),
        ({"PREFECT_API_KEY": ""}, None),
    ],
    ids=["profile", "key", "auth-string", "both", "emptied"],
)
def test_requests_are_signed_as_prefect_signs_them(
    env: Mapping[str, str], signed: str | None, tmp_path: Path
) -> None:
    (tmp_path / "profiles.toml").write_text(PROFILE, encoding="utf-8")
    settings = prefect_settings({"PREFECT_HOME": str(tmp_path), **env})
    assert settings[API] == "http://mine/api"
    with api_client(settings) as client:
        assert client.headers.get("Authorization") == signed
        assert str(client.base_url) == "http://mine/api/"


def test_the_examples_give_what_they_say() -> None:
    assert doctest.testmod(prefect_address).failed == 0


@pytest.mark.parametrize(
    "address",
    [
        "http://u:CANARY@127.0.0.1:4999/api",
        "http://u:C%41NARY@127.0.0.1:4999/api?key=CANARY#CANARY",
        "u:CANARY@127.0.0.1:4999/api",
        "//u:CANARY@127.0.0.1/api",
        "http://u:CANARY@[::1/api",
        "http:///u:CANARY@host/api",
    ],
    ids=["userinfo", "query", "no-scheme", "no-scheme-slashes", "broken", "path"],
)
def test_no_address_is_shown_with_its_password(address: str) -> None:
    for said in (shown_address(address), at_address(address)):
        assert "CANARY" not in said
        assert "C%41NARY" not in said
