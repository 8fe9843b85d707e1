"""Deadline: until when a query has to be through, with all its pages, repetitions and waits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf

from okr_core.errors import RetryableError
from okr_core.plan.workspace import Connection

QUERY = 20
"""A query may take as many times the connection's `timeout`, which is for one answer."""

_until: ContextVar[float] = ContextVar("okr_query_until", default=inf)


def seconds_of(connection: Connection) -> float:
    """Seconds that one query of a connection may take."""
    return QUERY * float(connection.timeout)


@contextmanager
def query_within(seconds: float) -> Iterator[None]:
    """What is sent meanwhile is one query: it ends within that time, or is given up.

    Threads that begin meanwhile, as those of `Workers`, belong to it.
    """
    token = _until.set(min(_until.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _until.reset(token)


def seconds_left() -> float:
    """Seconds that the query under way still has, 0 or less at its end; infinite outside of one."""
    return _until.get() - time.monotonic()


def given_up(what: str, seconds: float) -> RetryableError:
    """A query that did not come to its end in time.

    Args:
        what: Who was asked.
        seconds: Time that it had.
    """
    return RetryableError(
        f"{what}: the query did not come to its end within {seconds:g} s.",
        hint=f"Narrow it, or raise `timeout` of the connection: a query has {QUERY} times that.",
    )
