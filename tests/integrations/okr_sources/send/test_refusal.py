"""What a refusal says: words of every tool's bodies, and reasons for a slow-down."""

import json
from datetime import UTC, datetime

import pytest

from okr_sources.censor import Censor
from okr_sources.send.refusal import LONGEST, Refusal

NOW = datetime(2026, 10, 21, tzinfo=UTC)


def said(body: object, headers: dict[str, str] | None = None) -> Refusal:
    text = body if isinstance(body, str) else json.dumps(body)
    return Refusal.of(400, headers or {}, text, now=NOW, censor=Censor(["s3cret-T0ken"]))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message": "no such thing"}, "no such thing"),
        ({"error": {"message": "scope", "code": 7}}, "scope"),
        ({"error": "invalid_grant", "error_description": "it ended"}, "it ended"),
        ({"title": "Bad", "detail": "the field is wrong"}, "the field is wrong"),
        ({"errorMessages": ["one", "two"], "errors": {"f": "three"}}, "one two three"),
        ({"errorMessages": [], "errors": {"okr": "too  long"}}, "too long"),
        ({"errorMessage": "old\nserver"}, "old server"),
        ({"message": None, "errors": None}, ""),
        (["a list"], ""),
        ("<html>", ""),
        ("[" * 100_000, ""),
        ("", ""),
    ],
)
def test_the_servers_own_words_are_found_in_one_line(body: object, words: str) -> None:
    assert said(body).words == words


def test_words_are_cut_after_the_token_was_taken_out() -> None:
    text = "x" * (LONGEST - 4) + "s3cret-T0ken"
    assert said({"message": text}).words == "x" * (LONGEST - 4) + "…"
    assert len(said({"message": "y" * 1000}).words) == LONGEST


def test_the_reason_of_a_slow_down_is_in_a_header_or_in_notions_body() -> None:
    assert said({}, {"RateLimit-Reason": "jira-burst-based"}).reason == "jira-burst-based"
    body = {"additional_data": {"rate_limit_reason": "workspace for s3cret-T0ken"}}
    assert said(body).reason == "workspace for …"
