"""The gate in front of every endpoint: it counts, waits, lets things go wrong and checks tokens."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from okr_sandbox.faults import GATE_KINDS, Fault, FaultKind, Faults

Handler = Callable[[Request], Awaitable[Response]]

ABORT = "okr_sandbox.abort"
"""Key of the ASGI scope: a function that closes the connection without a word."""

PROXY_PAGE = (
    "<html><head><title>Sign in</title></head><body>Please sign in to the proxy.</body></html>"
)


class Refusal(Exception, ABC):  # noqa: N818 - it is an answer, not a defect
    """An answer other than 2xx, raised by a handler."""

    @abstractmethod
    def answer(self) -> Response:
        """The vendor's error body."""


class Vendor(Protocol):
    """What differs between vendors: who may enter, and how a failure is worded."""

    def refuse(self, request: Request) -> Response | None:
        """The vendor's answer to a wrong token, None where the caller may enter.

        Raises:
            Refusal: the request names another API.
        """

    def fail(self, fault: Fault) -> Response:
        """The vendor's answer with status ``fault.kind``: its headers and its error body."""


class JsonAnswer(Response):
    """A JSON body by orjson: the benchmarks measure clients, so answers are cheap."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        """The body; bytes are taken as JSON that is already written."""
        return content if isinstance(content, bytes) else orjson.dumps(content)


class SandboxClock:
    """What time it is in the sandbox: real time until someone sets it.

    >>> clock = SandboxClock()
    >>> clock.set(datetime(2026, 10, 5, 9, tzinfo=UTC))
    >>> clock.now().isoformat()
    '2026-10-05T09:00:00+00:00'
    """

    def __init__(self, now: datetime | None = None) -> None:
        self._fixed: datetime | None = None
        self.set(now)

    def now(self) -> datetime:
        """The time in the sandbox, aware, in UTC."""
        return self._fixed or datetime.now(UTC)

    def set(self, now: datetime | None) -> None:
        """Stop the clock at ``now`` (aware), or let it follow real time again (None).

        Raises:
            ValueError: ``now`` has no time zone.
        """
        if now is not None and now.tzinfo is None:
            raise ValueError(f"{now.isoformat()} has no time zone; give an aware time, such as UTC")
        self._fixed = None if now is None else now.astimezone(UTC)


class Gate:
    """What both vendors' apps consult for each request; shared by them and set by tests.

    Attributes:
        clock: the sandbox's time.
        faults: what shall go wrong.
        requests: number of requests by endpoint template, such as
            ``"GET /rest/api/3/issue/{issueIdOrKey}"`` (paths below the vendor's root).
        latency: seconds that every request waits before anything else happens.
        closing: set at the end, so that held answers do not outlive the server.
    """

    def __init__(
        self,
        clock: SandboxClock | None = None,
        faults: Faults | None = None,
        requests: Counter[str] | None = None,
        latency: float = 0.0,
    ) -> None:
        self.clock = clock or SandboxClock()
        self.faults = faults or Faults()
        self.requests = Counter() if requests is None else requests
        self.latency = latency
        self.closing = False

    def route(self, vendor: Vendor, method: str, path: str, handler: Handler) -> Route:
        """A route whose requests pass this gate before they reach ``handler``."""
        template = f"{method} {path}"

        async def guarded(request: Request) -> Response:
            self.requests[template] += 1
            if self.latency:
                await asyncio.sleep(self.latency)
            fault = self.faults.take(endpoint_of(request), GATE_KINDS)
            if fault is not None:
                return await self._harm(vendor, fault, handler, request)
            return await self._enter(vendor, handler, request)

        return Route(path, guarded, methods=[method])

    def shape(self, request: Request, *kinds: FaultKind) -> Fault | None:
        """The fault that this request's good answer shall have; for handlers of pages."""
        return self.faults.take(endpoint_of(request), frozenset(kinds))

    @staticmethod
    async def _enter(vendor: Vendor, handler: Handler, request: Request) -> Response:
        try:
            return vendor.refuse(request) or await handler(request)
        except Refusal as refusal:
            return refusal.answer()

    async def _harm(
        self, vendor: Vendor, fault: Fault, handler: Handler, request: Request
    ) -> Response:
        if isinstance(fault.kind, int):
            return vendor.fail(fault)
        if fault.kind == "html":
            return HTMLResponse(PROXY_PAGE)
        if fault.kind == "drop":
            return await _drop(request)
        if fault.kind == "timeout":
            await self._hold(fault.delay)
            return await self._enter(vendor, handler, request)
        answer = await self._enter(vendor, handler, request)
        half = bytes(answer.body)[: len(answer.body) // 2]
        return Response(half, answer.status_code, media_type="application/json")

    async def _hold(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.closing and (left := until - time.monotonic()) > 0:  # noqa: ASYNC110 - stop() sets the flag from another thread
            await asyncio.sleep(min(left, 0.05))


def endpoint_of(request: Request) -> str:
    """``"METHOD /path"`` as it was requested, below the vendor's root."""
    scope = request.scope
    path: str = scope["path"]
    return f"{scope['method']} {path.removeprefix(scope.get('root_path', ''))}"


async def _drop(request: Request) -> Response:
    abort = request.scope.get(ABORT)
    if abort is not None:
        abort()
        await asyncio.sleep(0)  # lets the server notice, so that it sends no 500
    return Response(status_code=500)
