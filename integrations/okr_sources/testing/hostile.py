"""Hostile: servers on raw sockets that answer as no good server does; for the contract suite."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

MEGABYTE = 1_000_000
_PATIENCE = 60.0
"""Seconds after which a server gives up trickling: its client should have hung up long before."""

Play = Callable[["Hostile", socket.socket, bytes], None]
"""What is done with a connection and the request that came over it."""


@dataclass(slots=True)
class Hostile:
    """A server that is up to something.

    Attributes:
        url: Where it is.
        asked: Requests so far.
        sent: Bytes of bodies that went out.
        hung_up: Set when a client closed a connection before the server was through.
    """

    url: str
    asked: int = 0
    sent: int = 0
    hung_up: Event = field(default_factory=Event)
    ended: Event = field(default_factory=Event)

    def say(self, connection: socket.socket, data: bytes) -> None:
        """Send, and count it."""
        connection.sendall(data)
        self.sent += len(data)


@contextmanager
def hostile(play: Play) -> Iterator[Hostile]:
    """A server that plays this with everybody who asks."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Hostile(f"http://127.0.0.1:{listener.getsockname()[1]}")
        threads = [Thread(target=_listen, args=(server, listener, play), daemon=True)]
        threads[0].start()
        try:
            yield server
        finally:
            server.ended.set()
            with socket.create_connection(listener.getsockname()):
                threads[0].join()


def echo(status: int, *, quoted: Callable[[str], str] = str) -> Play:
    """Answer with what was sent: each line of the request, in a body that most tools look into.

    Args:
        status: HTTP status of the answer.
        quoted: How a line is written down.
    """

    def play(server: Hostile, connection: socket.socket, request: bytes) -> None:
        lines = [quoted(line) for line in request.decode("latin-1").split("\r\n") if line]
        told = {"message": " ".join(lines), "errorMessages": lines, "code": "validation_error"}
        body = json.dumps({**told, "id": lines[-1], "name": lines[-1], "results": lines}).encode()
        server.say(connection, _head(status, len(body)) + body)

    return play


def endless(server: Hostile, connection: socket.socket, _: bytes) -> None:
    """Answer with a gigabyte."""
    connection.sendall(_head(200) + b'{"issues": [')
    chunk = b'{"id": "1"},' * (MEGABYTE // 12)
    while server.sent < 1000 * MEGABYTE:
        server.say(connection, chunk)


def trickled_headers(server: Hostile, connection: socket.socket, _: bytes) -> None:
    """Answer with headers that never end, a byte at a time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _trickle(server, connection)


def trickled_body(server: Hostile, connection: socket.socket, _: bytes) -> None:
    """Answer with a body that never ends, a byte at a time."""
    connection.sendall(_head(200))
    _trickle(server, connection)


def _trickle(server: Hostile, connection: socket.socket) -> None:
    for _ in range(int(_PATIENCE / 0.1)):
        if server.ended.wait(0.1):
            return
        server.say(connection, b" ")


def _head(status: int, length: int | None = None) -> bytes:
    said = [f"HTTP/1.1 {status} Said", "Content-Type: application/json", "Connection: close"]
    said += [] if length is None else [f"Content-Length: {length}"]
    return "\r\n".join([*said, "", ""]).encode()


def _listen(server: Hostile, listener: socket.socket, play: Play) -> None:
    while True:
        connection, _ = listener.accept()
        if server.ended.is_set():
            connection.close()
            return
        Thread(target=_serve, args=(server, connection, play), daemon=True).start()


def _serve(server: Hostile, connection: socket.socket, play: Play) -> None:
    with connection:
        request = _request(connection)
        if not request:
            return
        server.asked += 1
        try:
            play(server, connection, request)
        except OSError:
            server.hung_up.set()


def _request(connection: socket.socket) -> bytes:
    """The request's head; its body is read and forgotten."""
    read = b""
    while b"\r\n\r\n" not in read:
        part = connection.recv(65536)
        if not part:
            return b""
        read += part
    head, _, body = read.partition(b"\r\n\r\n")
    lengths = [
        line.partition(b":")[2]
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    left = int(lengths[0]) - len(body) if lengths else 0
    while left > 0:
        part = connection.recv(65536)
        if not part:
            break
        left -= len(part)
    return head
