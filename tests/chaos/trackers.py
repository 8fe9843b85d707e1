"""A tracker that can keep its answers back, so that what breaks does so in the middle of a read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event

from patience import until
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from okr_sandbox import Company, Sandbox, generated_issues

ISSUES = 40


class Tracker(Sandbox):
    """A Jira on loopback; while it is held it takes questions and answers none."""

    def __init__(self) -> None:
        super().__init__(Company(issues=generated_issues(ISSUES, 0)))
        self.asked = 0
        self._free = Event()
        self._free.set()

    def app(self) -> ASGIApp:
        """The sandbox behind the hold."""
        answers = super().app()

        async def held(scope: Scope, receive: Receive, send: Send) -> None:
            self.asked += 1
            while not self._free.is_set() and not self.gate.closing:  # noqa: ASYNC110 - set by another thread
                await asyncio.sleep(0.05)
            with suppress(ClientDisconnect):  # whoever asked was killed meanwhile
                await answers(scope, receive, send)

        return held

    @contextmanager
    def held(self) -> Iterator[None]:
        """Answers wait until the end of the block, or until they are released."""
        self._free.clear()
        try:
            yield
        finally:
            self.release()

    def release(self) -> None:
        """Answer what was asked, and what will be."""
        self._free.set()

    def wait_for_question(self, before: int, *, seconds: float = 240) -> None:
        """Until more than `before` questions were asked."""
        until(lambda: self.asked > before, "the tracker is asked", seconds=seconds, every=0.1)
