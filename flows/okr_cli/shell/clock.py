"""The clock of commands that play a past, such as the demo's; light, since every command loads it.

No option and no variable sets it: when a value was said decides whether it scores.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_NOW: ContextVar[datetime | None] = ContextVar("_NOW", default=None)


@contextmanager
def given_clock(now: datetime | None) -> Iterator[None]:
    """Within the block, commands of this process take that for the time; None: this machine's."""
    token = _NOW.set(None if now is None else now.astimezone(UTC))
    try:
        yield
    finally:
        _NOW.reset(token)


def time_given() -> datetime | None:
    """The time that was given, in UTC; None: this machine's clock tells it."""
    return _NOW.get()
