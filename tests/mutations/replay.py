"""Replay: a vendor's recorded answers on loopback, one of them changed."""

from __future__ import annotations

import asyncio
import json
import socket
import socketserver
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Thread
from typing import NamedTuple, Self
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message

BROKEN = object()
"""What an answer says that is no JSON."""


class Request(NamedTuple):
    """What was asked; equal requests get equal answers."""

    method: str
    target: str
    body: bytes

    @property
    def asks(self) -> dict[str, object]:
        """Parameters and body."""
        found = json.loads(self.body) if self.body else {}
        assert isinstance(found, dict)
        return {**dict(parse_qsl(self.target.partition("?")[2])), **found}


class Answer(NamedTuple):
    """What a vendor said."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes


class Served(NamedTuple):
    """One request of a conversation and what it was answered."""

    request: Request
    answer: Answer

    @property
    def says(self) -> object:
        """The JSON of the answer, numbers exact; `BROKEN` where it is none or no good answer."""
        if self.answer.status != 200:
            return BROKEN
        try:
            return json.loads(self.answer.content, parse_float=Decimal, parse_constant=_refuse)
        except (ValueError, ArithmeticError, RecursionError):
            return BROKEN


def _refuse(name: str) -> object:
    raise ValueError(name)


class Recorder:
    """A vendor's app, asked once for each request, without sockets."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()
        self._known: dict[Request, Answer] = {}

    def answer(self, request: Request, headers: list[tuple[str, str]]) -> Answer:
        if request not in self._known:
            self._known[request] = self._loop.run_until_complete(self._asked(request, headers))
        return self._known[request]

    def close(self) -> None:
        self._loop.close()

    async def _asked(self, request: Request, headers: list[tuple[str, str]]) -> Answer:
        path, _, query = request.target.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        said: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": request.body, "more_body": False}

        async def send(message: Message) -> None:
            said.append(message)

        await self._app(scope, receive, send)
        status = next(each["status"] for each in said if "status" in each)
        told = next(each["headers"] for each in said if "headers" in each)
        content = b"".join(each.get("body", b"") for each in said)
        plain = ((name.decode(), value.decode()) for name, value in told)
        return Answer(status, tuple(h for h in plain if h[0].lower() != "content-length"), content)


Says = Callable[[Request, list[tuple[str, str]]], Answer]


@dataclass
class Conversation:
    """What was asked and answered in one reading.

    Attributes:
        original: The vendor.
        changed: Request → what is said instead of the vendor's answer.
        once: Whether only the first such request is answered so.
    """

    original: Says
    changed: dict[Request, bytes] = field(default_factory=dict)
    once: bool = False
    served: list[Served] = field(default_factory=list)
    reached: int = 0

    def says(self, request: Request, headers: list[tuple[str, str]]) -> Answer:
        answer = self.original(request, headers)
        if request in self.changed and not (self.once and self._before(request)):
            assert answer.content != self.changed[request], "nothing was changed"
            answer = answer._replace(content=self.changed[request])
            self.reached += 1
        self.served.append(Served(request, answer))
        return answer

    def _before(self, request: Request) -> bool:
        return any(each.request == request for each in self.served)


def _unknown(_: Request, __: list[tuple[str, str]]) -> Answer:
    return Answer(404, (), b"{}")


class ReplayServer:
    """The thinnest server that keeps its connections; `says` decides what it answers."""

    def __init__(self) -> None:
        self.says: Says = _unknown
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self) -> None:
                while (asked := _read(self.rfile)) is not None:
                    self.wfile.write(_written(outer.says(*asked)))

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

            def get_request(self) -> tuple[socket.socket, object]:
                found: tuple[socket.socket, object] = super().get_request()
                return found

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _read(stream: object) -> tuple[Request, list[tuple[str, str]]] | None:
    readline, read = stream.readline, stream.read  # type: ignore[attr-defined]
    first = readline()
    if not first:
        return None
    method, target, _ = first.decode("latin-1").split(" ", 2)
    headers: list[tuple[str, str]] = []
    size = 0
    while (line := readline().decode("latin-1").rstrip("\r\n")) != "":
        name, _, value = line.partition(":")
        headers.append((name, value.strip()))
        if name.lower() == "content-length":
            size = int(value)
    return Request(method, target, read(size) if size else b""), headers


def _written(answer: Answer) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} Said"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    lines += [f"Content-Length: {len(answer.content)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + answer.content
