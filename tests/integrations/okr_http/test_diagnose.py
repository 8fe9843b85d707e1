"""What `okr doctor` says of a JSON endpoint."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from http_asks import AT, LOCAL, TOKEN, ask, session
from small_internet import Said, Server

from okr_http.session import HttpSession
from okr_sources.answers import Ask
from okr_sources.source import Check


def checks(opened: HttpSession, asks: Sequence[Ask] = ()) -> list[Check]:
    with opened:
        return opened.diagnose(asks, now=AT)


def test_a_connection_without_key_results_is_asked_at_its_address(server: Server) -> None:
    server.answers["/"] = Said({"hello": 1})
    found = checks(session(server.url, options=LOCAL))
    assert ("ok", f"{server.url} answers with the token.") in [
        (check.outcome, check.message) for check in found
    ]


def test_each_key_result_shows_its_number_or_why_it_has_none(server: Server) -> None:
    server.answers["/n"] = Said({"won": 5, "lost": "6"})
    asks = [
        ask("won", url="/n", value="won"),
        ask("lost", url="/n", value="lost"),
        ask("wrong", url="/n", value="won["),
        ask("post", url="/n", method="POST", value="won"),
    ]
    found = {check.subject: check for check in checks(session(server.url, options=LOCAL), asks)}
    assert found["key result `won`"].message == "`won` is 5."
    assert found["key result `lost`"].hint == "Write `to_number(lost)`."
    assert found["key result `wrong`"].outcome == "error"
    assert [each.method for each in server.asked] == ["GET"]


def test_a_token_that_is_not_accepted_is_an_error(server: Server) -> None:
    server.answers["/"] = Said(status=401)
    found = checks(session(server.url, options=LOCAL))
    assert [check.message for check in found if check.outcome == "error"] == [
        f"http `crm`: {server.url} does not accept the token (401)."
    ]


def test_a_server_that_repeats_the_token_is_not_repeated(server: Server) -> None:
    server.answers["/n"] = Said({TOKEN: {f"Bearer {TOKEN}": 1}})
    asks = [ask("none", url="/n", value="no"), ask("some", url="/n", value="*")]
    found = checks(session(server.url, options=LOCAL), asks)
    assert TOKEN not in repr(found)
    assert "There is: `…`." in {check.hint.removeprefix("Correct the path. ") for check in found}


def test_a_base_address_without_a_page_of_its_own_is_no_error(server: Server) -> None:
    found = checks(session(server.url, options=LOCAL))
    assert "error" not in [check.outcome for check in found]


def test_a_token_over_plain_http_is_a_warning(server: Server) -> None:
    found = checks(session(server.url, options=LOCAL))
    assert any("allow_http" in check.message and check.outcome == "warning" for check in found)


@pytest.mark.parametrize(("ahead", "words"), [(300, "300 s ahead of ours"), (-300, "300 s behind")])
def test_a_clock_that_differs_is_a_warning(server: Server, ahead: int, words: str) -> None:
    date = (AT + timedelta(seconds=ahead)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    server.answers["/"] = Said({}, headers={"Date": date})
    found = checks(session(server.url, options=LOCAL))
    assert any(words in check.message for check in found)
