"""Reading from a real server on loopback."""

import gzip
import json
import logging
from decimal import Decimal
from threading import Event

import pytest
from http_asks import LOCAL, TOKEN, ask, read, refusal, session
from small_internet import Asked, Said, Server

from okr_core.errors import ConfigError
from okr_core.progress.smells import Previous
from okr_http.session import HttpSession
from okr_sources.answers import Observed, Suspect, Unavailable
from okr_sources.source import Memory


def local(server: Server, **extra: object) -> HttpSession:
    options = {**LOCAL, **extra}
    return session(server.url, options=options)


def test_a_number_comes_with_the_evidence_that_gives_it_again(server: Server) -> None:
    server.answers["/n"] = Said(b'{"total": 31.50}')
    one = ask("deals", url="/n", query={"team": "north east"}, value="total", scale="2")
    answer = read(local(server), [one])["deals"]
    assert isinstance(answer, Observed)
    assert (str(answer.value), answer.evidence.formula) == ("63", "value")
    assert [(row.id, str(row.value), row.label) for row in answer.evidence.rows] == [
        ("value", "31.50", "total")
    ]
    assert answer.evidence.query == f"GET {server.url}/n?team=north+east"
    assert answer.evidence.link == f"{server.url}/n?team=north+east"


def test_key_results_that_ask_the_same_are_one_request(server: Server) -> None:
    server.answers["/n"] = Said({"won": 5, "lost": [1, 2], "odd": "x"})
    asks = [
        ask("won", url="/n", value="won"),
        ask("lost", url="n", value="length(lost)"),
        ask("odd", url=f"{server.url}/n", value="odd"),
    ]
    answers = read(local(server), asks)
    assert [type(answers[name]) for name in ("won", "lost", "odd")] == [
        Observed, Observed, Unavailable,
    ]  # fmt: skip
    assert len(server.asked) == 1


def test_the_plan_shows_each_request_and_sends_none(server: Server) -> None:
    asks = [
        ask("a", url="/n", value="won"),
        ask("b", url="/n", value="lost"),
        ask("c", url="/other", value="n"),
        ask("d", url="/n", value="lost["),
    ]
    with local(server) as opened:
        plan = opened.plan(asks, Memory({}))
    assert [(f.endpoint, f.fields, f.pages, f.serves) for f in plan.fetches] == [
        (f"GET {server.url}/n", ("won", "lost"), 1, ("a", "b")),
        (f"GET {server.url}/other", ("n",), 1, ("c",)),
    ]
    assert [refused.key_result for refused in plan.refused] == ["d"]
    assert not server.asked


@pytest.mark.parametrize(
    ("options", "user", "header", "sent"),
    [
        ({}, "", "authorization", f"Bearer {TOKEN}"),
        ({"scheme": "Token"}, "", "authorization", f"Token {TOKEN}"),
        ({"header": "X-Api-Key"}, "", "x-api-key", TOKEN),
        ({}, "ada", "authorization", "Basic YWRhOnMzY3JldC1UMGtlbg=="),
    ],
)
def test_the_token_goes_where_the_server_expects_it(
    server: Server, options: dict[str, object], user: str, header: str, sent: str
) -> None:
    server.answers["/n"] = Said(5)
    read(
        session(server.url, user=user, options={**LOCAL, **options}),
        [ask("a", url="/n", value="@")],
    )
    assert server.asked[0].headers[header] == sent


def test_a_token_in_a_parameter_shows_in_no_evidence(server: Server) -> None:
    server.answers["/n"] = Said(5)
    answer = read(local(server, parameter="api_key"), [ask("a", url="/n", value="@")])["a"]
    assert server.asked[0].path == f"/n?api_key={TOKEN}"
    assert "authorization" not in server.asked[0].headers
    assert TOKEN not in repr(answer)


def test_without_a_token_nothing_is_signed(server: Server) -> None:
    server.answers["/n"] = Said(5)
    read(session(server.url, token="", options=LOCAL), [ask("a", url="/n", value="@")])
    assert "authorization" not in server.asked[0].headers


def test_a_token_goes_to_no_other_site_than_the_connections(server: Server) -> None:
    elsewhere = ask("a", url="https://collector.example/n", value="@")
    assert "the token is for the latter" in refusal(local(server), elsewhere).reason
    nowhere = refusal(session(None), elsewhere)
    assert "no `url` that says to whom it may be shown" in nowhere.reason
    assert "https://collector.example" in nowhere.hint


def test_a_value_beyond_belief_is_suspect(server: Server) -> None:
    server.answers["/n"] = Said(50_000)
    answer = read(local(server), [ask("a", url="/n", value="@")])["a"]
    assert isinstance(answer, Suspect)
    assert "is 50000, far outside 0 … 1000" in answer.why


def test_a_value_that_was_accepted_before_is_not(server: Server) -> None:
    server.answers["/n"] = Said(50_000)
    before = Previous(Decimal(49_000), 1, Decimal(1))
    answer = read(local(server), [ask("a", before, url="/n", value="@")])["a"]
    assert isinstance(answer, Observed)


def test_a_redirect_is_a_request_that_is_counted(server: Server) -> None:
    server.answers |= {"/n": Said(status=302, headers={"Location": "/there"}), "/there": Said(5)}
    with local(server) as opened:
        (answer,) = opened.read(opened.plan([ask("a", url="/n", value="@")], Memory({})))
        assert isinstance(answer, Observed)
        assert answer.evidence.requests == opened.requests == len(server.asked) == 2


def test_a_post_sends_its_json_and_is_not_repeated(server: Server) -> None:
    server.answers["/q"] = [Said(status=502), Said({"n": 1})]
    one = ask("a", url="/q", method="POST", body='{"limit": 1.50}', value="n")
    assert "failed on its side (502)" in refusal(local(server), one).reason
    assert [(each.method, each.body) for each in server.asked] == [("POST", b'{"limit": 1.50}')]
    assert server.asked[0].headers["content-type"] == "application/json"


def test_a_post_that_is_safe_is_repeated(server: Server) -> None:
    server.answers["/q"] = [Said(status=502), Said({"n": 1})]
    one = ask("a", url="/q", method="POST", body="{}", value="n", safe="true")
    assert isinstance(read(local(server), [one])["a"], Observed)
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529])
def test_what_passes_is_tried_again(server: Server, status: int) -> None:
    server.answers["/n"] = [Said(status=status, headers={"Retry-After": "0"}), Said(5)]
    with local(server) as opened:
        (answer,) = opened.read(opened.plan([ask("a", url="/n", value="@")], Memory({})))
        assert isinstance(answer, Observed)
        assert opened.requests == 2


@pytest.mark.parametrize(
    ("said", "reason", "hint"),
    [
        (Said({"message": f"no {TOKEN}"}, 401), "the token (401). no …", "OKR_CRM_TOKEN"),
        (Said({"error": {"message": "scope"}}, 403), "may not be read (403). scope", "the right"),
        (Said({"detail": "gone"}, 404), "there is nothing at", "Check `url`"),
        (Said(b"", 400), "refuses the request (400)", "Check `method`"),
        (Said(b"", 407), "wants a sign-in (407)", "its owner"),
        (Said(b"", 429), "asks us to slow down (429)", "concurrency"),
        (Said(b"", 500), "failed on its side (500)", "Try again later"),
        (Said(b"", 503), "overloaded or in maintenance (503)", "Try again later"),
        (Said(b"", 204), "answers with nothing", "Check `url`"),
        (Said(b"", 304), "answers with nothing (304)", "Check"),
        (Said(b"Sign in", headers={"Content-Type": "text/html"}), "a web page", "proxy"),
        (Said(b"  <!doctype html>"), "a web page instead of data", "sign-in page"),
        (Said(b"<html>", 502, {"Content-Type": "text/html"}), "failed on its side (502)", "later"),
        (Said(b"n: 5", headers={"Content-Type": "text/plain"}), "no JSON", "of its data"),
        (Said(b"no gzip", headers={"Content-Encoding": "gzip"}), "broken gzip", "Try again"),
        (Said(b"x", headers={"Content-Encoding": "gzip, gzip"}), "packed as `gzip, gzip`", "gzip"),
        (Said({"n": "42"}), "yields an object", "There is: `n`"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_number_says_why_and_what_to_do(
    server: Server, said: Said, reason: str, hint: str
) -> None:
    server.answers["/n"] = said
    answer = refusal(local(server), ask("a", url="/n", value="@"))
    assert reason in answer.reason
    assert hint in answer.hint
    assert answer.reason.startswith("http `crm`: ")


def test_a_token_that_the_server_repeats_is_not_repeated(server: Server) -> None:
    server.answers["/echo"] = lambda asked: Said({asked.headers["authorization"]: 1})
    answer = refusal(local(server), ask("a", url="/echo", value="nothing"))
    assert "There is: `Bearer …`." in answer.hint


def test_without_a_token_401_says_that_one_is_wanted(server: Server) -> None:
    server.answers["/n"] = Said(status=401)
    answer = refusal(session(server.url, token="", options=LOCAL), ask("a", url="/n", value="@"))
    assert "wants a token" in answer.reason
    assert not answer.connection_down


@pytest.mark.parametrize("reason", ["AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED", "OUT"])
def test_an_answer_that_says_that_the_token_was_not_accepted_is_no_number(
    server: Server, reason: str
) -> None:
    said = {"X-Seraph-LoginReason": reason}
    server.answers["/n"] = Said({"issues": []}, headers=said)
    asks = [ask("a", url="/n", value="length(issues)")]
    answer = refusal(local(server), asks[0])
    assert f"does not accept the token ({reason})" in answer.reason
    assert answer.connection_down
    server.answers["/n"] = Said({"issues": []}, headers={"X-Seraph-LoginReason": f"{reason}, OK"})
    assert isinstance(read(local(server), asks)["a"], Observed)
    # Who brings no token is nobody in particular, and meant to be.
    server.answers["/n"] = Said({"issues": []}, headers=said)
    nobody = session(server.url, token="", options=LOCAL)
    assert isinstance(read(nobody, asks)["a"], Observed)


@pytest.mark.parametrize(
    ("link", "has_next"),
    [
        ('<https://a.example/n?page=2>; rel="next"', True),
        ("</n?page=2>; rel=next", True),
        ('<a>; rel="prev", <b>; title="x"; rel="last next"', True),
        ('<a>; REL="Next"', True),
        ('<a>; rel="prev", <b>; rel="last"', False),
        ('<https://a.example/next>; rel="self"', False),
        ('<a>; rel="nextish"', False),
        ("", False),
    ],
)
def test_a_reading_says_that_another_page_follows(
    server: Server, link: str, *, has_next: bool
) -> None:
    server.answers["/n"] = Said([1, 2, 3], headers={"Link": link} if link else {})
    answer = read(local(server), [ask("a", url="/n", value="length(@)")])["a"]
    assert isinstance(answer, Observed)
    assert [("another page follows" in note) for note in answer.evidence.notes] == [True] * has_next


def test_an_answer_without_end_is_cut_off(server: Server) -> None:
    packed = gzip.compress(b'"' + b"a" * 6_000_000 + b'"')
    server.answers["/n"] = Said(packed, headers={"Content-Encoding": "gzip"})
    answer = refusal(local(server), ask("a", url="/n", value="@"))
    assert "more than 5 MB" in answer.reason


def test_packed_answers_are_unpacked(server: Server) -> None:
    server.answers["/n"] = Said(gzip.compress(b"7"), headers={"Content-Encoding": "gzip"})
    answer = read(local(server), [ask("a", url="/n", value="@")])["a"]
    assert isinstance(answer, Observed)
    assert answer.value == 7


def test_an_answer_that_does_not_come_in_time_is_given_up(server: Server) -> None:
    late = Event()

    def slow(_: Asked) -> Said:
        late.wait(10)
        return Said(5)

    server.answers["/n"] = slow
    opened = session(server.url, options=LOCAL, timeout=1)
    one = ask("a", url="/n", method="POST", value="@")
    answer = refusal(opened, one)
    late.set()
    assert "did not answer within 1 s" in answer.reason
    assert "`timeout`" in answer.hint


def test_where_no_server_listens_the_connection_is_down() -> None:
    with Server({}) as gone:
        url = gone.url
    answer = refusal(session(url, options=LOCAL), ask("a", url="/n", value="@"))
    assert "no server answers at 127.0.0.1" in answer.reason
    assert answer.connection_down


def test_one_wrong_address_stops_no_other(server: Server) -> None:
    server.answers["/n"] = Said(5)
    asks = [ask("a", url="/nowhere", value="@"), ask("b", url="/n", value="@")]
    answers = read(local(server), asks)
    assert isinstance(answers["a"], Unavailable)
    assert not answers["a"].connection_down
    assert isinstance(answers["b"], Observed)


def test_proxies_of_the_environment_are_not_used(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    server.answers["/n"] = Said(5)
    assert isinstance(read(local(server), [ask("a", url="/n", value="@")])["a"], Observed)


def test_nothing_of_the_token_is_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers["/n"] = Said(5)
    read(local(server, parameter="key"), [ask("a", url="/n", value="@")])
    assert TOKEN not in json.dumps([str(vars(record)) for record in caplog.records])


@pytest.mark.parametrize(
    ("url", "options", "reason"),
    [
        ("http://api.example.com", {}, "is plain http"),
        ("https://ada@api.example.com", {}, "holds a user name"),
        ("api.example.com", {}, "is not an address"),
        ("ftp://api.example.com", {}, "is not an address"),
        ("https://api.example.com", {"nonsense": 1}, "option `nonsense`"),
    ],
)
def test_a_connection_that_cannot_work_is_refused_when_it_is_opened(
    url: str, options: dict[str, object], reason: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        session(url, options=options)
    assert reason in caught.value.message


def test_a_plain_http_address_of_a_binding_is_refused() -> None:
    one = ask("a", url="http://api.example.com/n", value="@")
    answer = refusal(session(None, token=""), one)
    assert "plain http" in answer.reason
    assert "allow_http" in answer.hint


def test_a_path_without_an_address_is_refused() -> None:
    answer = refusal(session(None, token=""), ask("a", url="/n", value="@"))
    assert "the connection has no `url`" in answer.reason


def test_a_path_is_taken_below_the_whole_address_of_the_connection(server: Server) -> None:
    server.answers["/v1/n"] = Said(5)
    opened = session(f"{server.url}/v1/", options=LOCAL)
    assert isinstance(read(opened, [ask("a", url="/n", value="@")])["a"], Observed)


def test_this_machine_may_be_asked_by_plain_http_once_private_addresses_are_allowed(
    server: Server,
) -> None:
    server.answers["/n"] = Said({"total": 4})
    one = ask("deals", url="/n", value="total")
    answer = read(session(server.url, options={"allow_private": True}), [one])["deals"]
    assert isinstance(answer, Observed)
    assert answer.value == 4
    assert "loopback address" in refusal(session(server.url), one).reason
