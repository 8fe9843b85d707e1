"""Whatever a server sends: an answer in time, in little memory, and never a number of it.

`pytest -m slow -s tests/integrations/test_hostile_servers.py` prints what each took.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import zlib
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from tool_sessions import TOOLS

from okr_sources.gate.deadline import QUERY
from okr_sources.testing.hostile import (
    MEGABYTE,
    Hostile,
    Play,
    endless,
    hostile,
    trickled_body,
    trickled_headers,
)

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
MOST_MEGABYTES = 250
TIMEOUT = 1.0
LATE = 1.1
"""How much longer than its deadline a reading may take."""
each_tool = pytest.mark.parametrize("tool", TOOLS)


@dataclass(frozen=True)
class Ended:
    """How a reading ended, in a process of its own."""

    kind: str
    reason: str
    hint: str
    seconds: float
    megabytes: float


def read(tool: str, server: Hostile, timeout: float = TIMEOUT) -> Ended:
    paths = [ROOT, ROOT / "integrations", ROOT / "flows", ROOT / "tests" / "support"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    script = str(ROOT / "tests" / "support" / "hostile_reader.py")
    ran = subprocess.run(
        [sys.executable, script, tool, server.url, str(timeout)],
        capture_output=True, text=True, env=env, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    ended = Ended(**json.loads(ran.stdout))
    case = os.environ["PYTEST_CURRENT_TEST"].partition("::")[2].partition(" ")[0]
    took = f"{ended.seconds:6.2f} s of {timeout:g}  {ended.megabytes:4.0f} MB"
    sys.stdout.write(f"\n{case:<90} {took}  {server.asked:4} asked")
    assert ended.kind == "Unavailable", ended
    assert ended.hint, ended
    assert ended.megabytes < MOST_MEGABYTES, ended
    return ended


@each_tool
def test_a_gigabyte_is_refused_before_it_is_read(tool: str) -> None:
    with hostile(endless) as server:
        ended = read(tool, server)
    assert "more than 5 MB" in ended.reason
    assert server.sent < 100 * MEGABYTE


@cache
def bomb() -> bytes:
    """A gigabyte of spaces in one megabyte."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    block = b" " * (16 * MEGABYTE)
    return b"".join([*(packer.compress(block) for _ in range(64)), packer.flush()])


@each_tool
@pytest.mark.parametrize("ends", [True, False])
def test_a_packed_gigabyte_is_not_unpacked(tool: str, *, ends: bool) -> None:
    def play(server: Hostile, connection: socket.socket, _: bytes) -> None:
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
        size = f"Content-Length: {len(bomb())}\r\n" if ends else "Connection: close\r\n"
        server.say(connection, f"{head}{size}\r\n".encode() + bomb())

    assert len(bomb()) < 2 * MEGABYTE
    with hostile(play) as server:
        ended = read(tool, server)
    assert "more than 5 MB" in ended.reason


@each_tool
@pytest.mark.parametrize("play", [trickled_headers, trickled_body])
def test_a_trickled_answer_ends_at_the_timeout(tool: str, play: Play) -> None:
    with hostile(play) as server:
        ended = read(tool, server, timeout=3)
        assert server.hung_up.wait(10)
    assert "did not answer within 3 s." in ended.reason
    assert 3 <= ended.seconds < 3 * LATE


def replied(server: Hostile, connection: socket.socket, document: object) -> None:
    body = json.dumps(document).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    server.say(connection, f"{head}\r\nConnection: close\r\n\r\n".encode() + body)


def page(tool: str, rows: list[str], number: int) -> object:
    if tool == "notion":
        found = [
            {"object": "page", "id": row, "created_time": "2026-10-05T00:00:00Z"} for row in rows
        ]
        return {"object": "list", "results": found, "has_more": True, "next_cursor": f"c{number}"}
    return {
        "issues": [{"id": row, "key": f"A-{row}"} for row in rows],
        "nextPageToken": f"t{number}",
        "isLast": False,
        "startAt": 0,
        "total": 1_000_000,
    }


MOVED = {"jira": "keep changing", "datacenter": "begins at row `0`", "notion": "rows moved"}
"""A row that comes again means that the list moved; a Data Center says where its page begins."""


@pytest.mark.parametrize("tool", MOVED)
def test_pages_that_repeat_their_rows_end_whatever_their_tokens(tool: str) -> None:
    numbers = count(1)

    def play(server: Hostile, connection: socket.socket, _: bytes) -> None:
        replied(server, connection, page(tool, ["1", "2"], next(numbers)))

    with hostile(play) as server:
        ended = read(tool, server)
    assert MOVED[tool] in ended.reason
    assert server.asked < 50


@pytest.mark.parametrize("tool", ["jira", "notion"])
def test_empty_pages_end_whatever_their_tokens(tool: str) -> None:
    numbers = count(1)

    def play(server: Hostile, connection: socket.socket, _: bytes) -> None:
        replied(server, connection, page(tool, [], next(numbers)))

    with hostile(play) as server:
        ended = read(tool, server)
    assert "never ends" in ended.reason
    assert server.asked < 50


@pytest.mark.parametrize("tool", ["jira", "notion"])
def test_pages_that_always_bring_something_end_at_the_querys_deadline(tool: str) -> None:
    numbers = count(1)

    def play(server: Hostile, connection: socket.socket, _: bytes) -> None:
        number = next(numbers)
        server.ended.wait(0.05)  # a server far away
        replied(server, connection, page(tool, [str(number)], number))

    with hostile(play) as server:
        ended = read(tool, server)
    assert f"the query did not come to its end within {QUERY * TIMEOUT:g} s." in ended.reason
    assert ended.seconds < QUERY * TIMEOUT * LATE
    assert "`timeout`" in ended.hint


def test_redirects_end() -> None:
    numbers = count(1)

    def play(server: Hostile, connection: socket.socket, _: bytes) -> None:
        where = f"Location: /{next(numbers)}"
        server.say(
            connection, f"HTTP/1.1 302 Found\r\n{where}\r\nConnection: close\r\n\r\n".encode()
        )

    with hostile(play) as server:
        ended = read("http", server)
    assert "redirects more than 5 times" in ended.reason
    assert server.asked == 6


@each_tool
def test_documents_that_grow_when_they_are_parsed_stay_within_memory(tool: str) -> None:
    body = b"[" + b"[]," * (4 * MEGABYTE // 3) + b"[]]"

    def play(server: Hostile, connection: socket.socket, _: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        server.say(connection, f"{head}\r\n\r\n".encode() + body)

    with hostile(play) as server:
        ended = read(tool, server)
    assert ended.megabytes < MOST_MEGABYTES
