"""What is not the tool's own answer is told for what it is: a proxy's, a gateway's, a page's."""

import gzip
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import stamina
from small_internet import Authority, Said, Server
from tool_sessions import PATHS, TOOLS, answer, refused

from okr_sources.answers import Observed, Unavailable
from okr_sources.testing.hostile import Hostile, hostile

PAGE = Said(b"<!doctype html><title>Sign in</title>", headers={"Content-Type": "text/html"})
JQL = {"issues": [{"id": "1"}, {"id": "2"}], "isLast": True, "total": 2}
ROW = {"object": "page", "id": "1", "created_time": "2026-10-05T00:00:00.000Z"}
GOOD: dict[str, object] = {
    "jira": JQL,
    "datacenter": {**JQL, "startAt": 0, "maxResults": 100},
    "notion": {"object": "list", "results": [ROW, {**ROW, "id": "2"}], "has_more": False},
    "http": {"n": 2},
}
each_tool = pytest.mark.parametrize("tool", TOOLS)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({}) as server:
        yield server


def asked(tool: str, server: Server) -> int:
    return sum(each.path.partition("?")[0] == PATHS[tool] for each in server.asked)


def said(tool: str, server: Server, what: Said) -> Unavailable:
    server.answers[PATHS[tool]] = what
    return refused(tool, server.url)


@each_tool
def test_a_good_answer_is_a_number_also_without_a_content_type(tool: str, server: Server) -> None:
    for kind in ("application/json", "text/plain", ""):
        server.answers[PATHS[tool]] = Said(GOOD[tool], headers={"Content-Type": kind})
        found = answer(tool, server.url)
        assert isinstance(found, Observed), found
        assert found.value == 2


@each_tool
def test_an_answer_with_two_values_under_one_name_is_no_number(tool: str, server: Server) -> None:
    whole = json.dumps(GOOD[tool])
    found = said(tool, server, Said(f"{whole[:-1]}, {whole[1:]}".encode()))
    assert "two values under the name" in found.reason
    assert asked(tool, server) == 1


@each_tool
@pytest.mark.parametrize("status", [201, 202, 203, 206])
def test_only_200_is_an_answer(tool: str, server: Server, status: int) -> None:
    found = said(tool, server, Said(GOOD[tool], status))
    assert f"answers {status}, which is no whole answer" in found.reason
    assert asked(tool, server) == 1


@each_tool
@pytest.mark.parametrize("what", [Said(b""), Said(b"", 204), Said(b" \n")])
def test_an_empty_answer_is_called_empty_and_not_broken(
    tool: str, server: Server, what: Said
) -> None:
    found = said(tool, server, what)
    assert f"answers with nothing ({what.status})" in found.reason
    assert asked(tool, server) == 1


@each_tool
@pytest.mark.parametrize("kind", ["text/html", "application/json"])
def test_a_page_is_a_page_whatever_it_is_called(tool: str, server: Server, kind: str) -> None:
    found = said(tool, server, Said(PAGE.body, headers={"Content-Type": kind}))
    assert "answers with a web page instead of data" in found.reason
    assert "sign-in page" in found.hint
    assert asked(tool, server) == 1


@each_tool
def test_a_403_with_a_page_is_a_gateways(tool: str, server: Server) -> None:
    found = said(tool, server, Said(PAGE.body, 403, PAGE.headers))
    assert "a gateway on the way answers with a page of its own (403)" in found.reason
    assert "the token was not looked at" in found.hint


@each_tool
def test_a_proxy_that_wants_a_sign_in_is_named(tool: str, server: Server) -> None:
    found = said(tool, server, Said(b"", 407))
    assert "a proxy on the way wants a sign-in (407)" in found.reason
    assert found.connection_down
    assert asked(tool, server) == 1


@pytest.mark.parametrize("tool", ["jira", "datacenter", "notion"])
def test_a_proxy_that_refuses_to_connect_is_named_with_its_address(
    tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(server: Hostile, connection: socket.socket, _: bytes) -> None:
        server.say(connection, b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

    with hostile(refuse) as proxy:
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("https_proxy", proxy.url)
        found = refused(tool, "https://acme.example")
    place = proxy.url.removeprefix("http://")
    assert f"the proxy {place} wants a sign-in (407)" in found.reason
    assert found.connection_down


@each_tool
def test_a_body_that_is_not_packed_as_it_says_is_asked_for_again(tool: str, server: Server) -> None:
    found = said(tool, server, Said(GOOD[tool], headers={"Content-Encoding": "gzip"}))
    assert "broken gzip" in found.reason
    assert asked(tool, server) == 2


@each_tool
def test_a_packed_answer_that_was_cut_off_is_never_a_part(tool: str, server: Server) -> None:
    packed = gzip.compress(json.dumps(GOOD[tool]).encode())[:-12]
    found = said(tool, server, Said(packed, headers={"Content-Encoding": "gzip"}))
    assert "broken gzip" in found.reason


@pytest.mark.parametrize("tool", ["jira", "datacenter", "notion"])
@pytest.mark.parametrize("status", [301, 308])
def test_an_address_that_moved_on_the_same_host_says_what_to_write(
    tool: str, server: Server, status: int
) -> None:
    there = {"Location": server.url.replace("http:", "https:") + PATHS[tool]}
    found = said(tool, server, Said(b"", status, there))
    assert "answers by https only" in found.reason
    assert found.hint == "Write https in `url`."
    found = said(tool, server, Said(b"", status, {"Location": "/new/place?x=1"}))
    assert f"sends us to {server.url}/new/place" in found.reason
    assert "Write the address that it means" in found.hint


@each_tool
def test_https_to_a_server_that_speaks_plain_http_says_so(tool: str, server: Server) -> None:
    found = refused(tool, server.url.replace("http:", "https:"))
    assert "does not speak TLS" in found.reason
    assert "allow_http" in found.hint


@each_tool
@pytest.mark.parametrize(
    "words",
    [
        "The plain HTTP request was sent to HTTPS port",
        "Client sent an HTTP request to an HTTPS server.",
    ],
)
def test_http_to_a_server_that_speaks_tls_says_write_https(
    tool: str, server: Server, words: str
) -> None:
    found = said(tool, server, Said(f"<html>{words}</html>".encode(), 400, PAGE.headers))
    assert "speaks TLS, and was asked by plain http" in found.reason
    assert found.hint == "Write https in `url`."


@each_tool
def test_http_to_a_tls_port_is_no_broken_connection(tool: str) -> None:
    def alert(server: Hostile, connection: socket.socket, _: bytes) -> None:
        server.say(connection, b"\x15\x03\x01\x00\x02\x02\x46")

    with hostile(alert) as server:
        found = refused(tool, server.url)
    assert "speaks TLS, and was asked by plain http" in found.reason
    assert found.hint == "Write https in `url`."


@each_tool
def test_a_certificate_that_nobody_trusts_is_named_with_the_variable_to_set(
    tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as stack:
        authority = Authority(tmp_path)
        tls = stack.enter_context(Server({}, authority.context("127.0.0.1")))
        found = refused(tool, tls.url)
        assert "is not trusted" in found.reason
        assert "SSL_CERT_FILE" in found.hint


@each_tool
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"issues": 1e9999999999999999999999}',
        b'{"issues": NaN}',
        b"9" * 5_000,
        b'{"issues": [{"id": ' + b"[" * 50_000,
    ],
)
def test_what_breaks_a_parser_is_an_error_of_that_answer(
    tool: str, server: Server, body: bytes
) -> None:
    found = said(tool, server, Said(body))
    assert "unexpectedly" not in found.reason
    assert "answers with" in found.reason
    assert not found.connection_down


@each_tool
@pytest.mark.parametrize(
    "after",
    [
        "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "9" * 400,
        "-1",
    ],
)
def test_a_silly_time_to_wait_is_none(tool: str, server: Server, after: str) -> None:
    found = said(tool, server, Said({}, 503, {"Retry-After": after}))
    assert "unexpectedly" not in found.reason
    assert "503" in found.reason


@each_tool
def test_half_a_surrogate_in_a_refusal_is_replaced(tool: str, server: Server) -> None:
    body = rb'{"message": "no \ud83d \u001b[1m", "errorMessages": [], "code": "validation_error"}'
    found = said(tool, server, Said(body, 400))
    assert "no \ufffd \ufffd[1m" in found.reason
    (found.reason + found.hint).encode()
