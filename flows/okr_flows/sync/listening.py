"""Listening: who wants to hear how a sync gets on while it runs, such as a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from okr_flows.sync.plan import SyncPlan
    from okr_flows.sync.read import ReadOutcome


class Listener(Protocol):
    """Is told from several threads at once."""

    def planned(self, plan: SyncPlan) -> None:
        """These connections are about to be read."""

    def answered(self, connection: str) -> None:
        """A connection has answered for one more key result."""

    def recorded(self, outcome: ReadOutcome) -> None:
        """What a connection gave is in the store."""

    def stopping(self) -> None:
        """A person interrupted it; what was read is recorded before it ends."""

    def finishing(self) -> None:
        """The same of a flow, which cannot be hurried: Prefect waits for its tasks."""


class _Nobody:
    def planned(self, plan: SyncPlan) -> None:
        """Nothing."""

    def answered(self, connection: str) -> None:
        """Nothing."""

    def recorded(self, outcome: ReadOutcome) -> None:
        """Nothing."""

    def stopping(self) -> None:
        """Nothing."""

    def finishing(self) -> None:
        """Nothing."""


_LISTENER: ContextVar[Listener] = ContextVar("_LISTENER", default=_Nobody())  # noqa: B039 - has no state


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Within the block, syncs of this process tell the listener, whichever way they run."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def listening() -> Listener:
    """Who listens to this sync; nobody by default."""
    return _LISTENER.get()
