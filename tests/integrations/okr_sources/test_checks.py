"""Tokens that say until when they are good."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from okr_sources.checks import expires_at, expiry_check

NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)


def token(claims: object) -> SecretStr:
    body = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return SecretStr(f"e30.{body}.c2ln")


@pytest.mark.parametrize(
    ("left", "outcome"), [(-1, "error"), (0, "error"), (13, "warning"), (14, "warning"), (15, "ok")]
)
def test_a_token_near_its_end_is_a_warning_and_a_dead_one_an_error(left: int, outcome: str) -> None:
    ends = NOW + timedelta(days=left)
    check = expiry_check(token({"exp": ends.timestamp()}), NOW)
    assert check is not None
    assert check.outcome == outcome
    assert f"{ends:%Y-%m-%d}" in check.message


@pytest.mark.parametrize(
    "secret",
    [
        SecretStr("ntn_abc"),
        SecretStr("a.b.c"),
        SecretStr("a.é.c"),
        SecretStr(f"a.{'W' * 9000}.c"),
        token({}),
        token([1]),
        token({"exp": "soon"}),
        token({"exp": True}),
        token({"exp": 1e300}),
        token({"exp": -1}),
    ],
)
def test_other_tokens_say_nothing(secret: SecretStr) -> None:
    assert expires_at(secret) is None
    assert expiry_check(secret, NOW) is None
