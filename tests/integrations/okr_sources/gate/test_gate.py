"""The gate on a real socket: time, size, what is logged, and what comes out of an answer."""

import json
import logging
import socket
from collections.abc import Iterator
from decimal import Decimal

import pytest
from small_internet import Said, Server

from okr_core.errors import ConfigError, DataError, OkrError, RetryableError
from okr_sources.censor import Censor
from okr_sources.errors import UnreachableError
from okr_sources.gate.gate import LARGEST, Gate
from okr_sources.gate.paging import IDLE, Novelty
from okr_sources.testing.hostile import (
    MEGABYTE,
    Hostile,
    Play,
    endless,
    hostile,
    trickled_body,
    trickled_headers,
)
from okr_sources.testing.watching import closed_address

TOKEN = "ATATT3xFfGF0-a-t0ken/that+shows=nowhere"


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate("acme", Censor([TOKEN]), seconds=1, width=2)
    yield made
    made.close()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({}) as server:
        yield server


def refused(gate: Gate, url: str) -> OkrError:
    with pytest.raises(OkrError) as caught:
        gate.ask("GET", url)
    assert caught.value.message.startswith("acme")
    assert caught.value.hint
    return caught.value


def test_an_answer_is_text_and_document_of_ours(gate: Gate, server: Server) -> None:
    server.answers["/n"] = Said(b'{"n": 1.10, "t": "a\\u001bb"}', headers={"X-Told": "yes"})
    reply = gate.ask("GET", f"{server.url}/n?secret=1", headers={"Authorization": "Bearer x"})
    assert (reply.status, reply.place) == (200, f"{server.url}/n")
    assert reply.document == {"n": Decimal("1.10"), "t": "a\ufffdb"}
    assert reply.headers["x-told"] == "yes"
    assert server.asked[0].path == "/n?secret=1"
    assert server.asked[0].headers["authorization"] == "Bearer x"


def test_one_connection_serves_many_requests(gate: Gate, server: Server) -> None:
    server.answers["/n"] = Said(5)
    for _ in range(5):
        assert gate.ask("POST", f"{server.url}/n", content=b"{}").document == 5
    assert [each.body for each in server.asked] == [b"{}"] * 5


@pytest.mark.parametrize("play", [trickled_headers, trickled_body])
def test_an_answer_that_trickles_ends_at_the_deadline(gate: Gate, play: Play) -> None:
    with hostile(play) as server:
        error = refused(gate, server.url)
        assert server.hung_up.wait(10)
    assert isinstance(error, RetryableError)
    assert error.message == "acme did not answer within 1 s."


def test_an_endless_answer_is_left_early(gate: Gate) -> None:
    with hostile(endless) as server:
        error = refused(gate, server.url)
        assert server.hung_up.wait(10)
    assert isinstance(error, DataError)
    assert "more than 5 MB" in error.message
    assert server.sent < LARGEST + 20 * MEGABYTE  # what the sockets hold beside what was read


def test_headers_without_end_are_no_answer(gate: Gate) -> None:
    def many(server: Hostile, connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(1_000_000):
            server.say(connection, f"X-{number}: {'a' * 1000}\r\n".encode())

    with hostile(many) as server:
        error = refused(gate, server.url)
    assert "sends headers without end, and was given up" in error.message
    assert server.sent < 20 * MEGABYTE


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n",
            "contradicts itself about the length of its answer (Content-Length)",
        ),
        (b"220 mail.example ready\r\n\r\n", "answers with something that is no HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{",
            "closed the connection before its answer had ended",
        ),
        (b"", "closed the connection before it had answered"),
    ],
)
def test_who_ended_an_answer_is_told(gate: Gate, said: bytes, reason: str) -> None:
    def play(server: Hostile, connection: socket.socket, _: bytes) -> None:
        server.say(connection, said)

    with hostile(play) as server:
        assert reason in refused(gate, server.url).message


def test_where_nobody_listens_the_server_cannot_be_reached(gate: Gate) -> None:
    error = refused(gate, closed_address())
    assert isinstance(error, UnreachableError)
    assert "cannot be reached" in error.message


@pytest.mark.parametrize("url", ["http://a..b/", "ftp://a.example/", "http:///x", "http://[/", "x"])
def test_an_address_that_is_none_is_an_error_of_the_settings(gate: Gate, url: str) -> None:
    assert isinstance(refused(gate, url), ConfigError | UnreachableError)


def test_an_unknown_host_is_named(gate: Gate) -> None:
    assert "the host nobody.invalid is unknown" in refused(gate, "https://nobody.invalid").message


def test_certificates_that_are_not_there_are_named(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file.pem")
    with pytest.raises(ConfigError, match="SSL_CERT_FILE"):
        gate.ask("GET", "https://127.0.0.1:1/")


def test_a_secret_is_in_no_text_no_document_and_no_log_at_any_level(
    gate: Gate, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = json.dumps({TOKEN: [{"a": f"who is {TOKEN}?"}], "b": 1}).replace("/", "\\/")
    server.answers["/n"] = Said(told.encode(), headers={"X-Token": TOKEN, "Set-Cookie": TOKEN})
    reply = gate.ask("GET", f"{server.url}/n", headers={"Authorization": f"Bearer {TOKEN}"})
    assert reply.document == {"…": [{"a": "who is …?"}], "b": 1}
    assert TOKEN not in reply.text.replace("\\/", "/")
    assert TOKEN not in repr(reply)
    assert caplog.records
    assert not [r for r in caplog.records if TOKEN in f"{r.getMessage()} {vars(r)}"]


def test_a_list_ends_where_pages_bring_nothing_new() -> None:
    pages = Novelty()
    for _ in range(3):
        for _ in range(IDLE - 1):
            pages.page(0)
        pages.page(1)
    for _ in range(IDLE - 1):
        pages.page(0)
    with pytest.raises(DataError, match="never ends"):
        pages.page(0)
