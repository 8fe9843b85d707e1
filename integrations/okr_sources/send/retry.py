"""Retry: the one policy around each call to a server. No other code repeats a request."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self, TypeVar

import stamina

from okr_core.errors import RetryableError
from okr_core.plan.workspace import Connection
from okr_sources.errors import ThrottledError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Policy:
    """How often and how long one request is tried.

    Attributes:
        attempts: Attempts in all.
        seconds: Time that all attempts and the waits between them may take; no wait begins that
            would end later.
        first_wait: Seconds before the second attempt, doubled each time, plus up to as much again
            at random; the server's own Retry-After wins.
        longest_wait: Longest wait of our own choosing.
    """

    attempts: int = 5
    seconds: float = 150.0
    first_wait: float = 0.2
    longest_wait: float = 20.0

    @classmethod
    def of(cls, connection: Connection) -> Self:
        """The connection's attempts, and `attempts × timeout` seconds in all."""
        return cls(connection.retries, connection.retries * float(connection.timeout))

    def within(self, seconds: float) -> Policy:
        """The same, with no more time than that in all."""
        return self if seconds >= self.seconds else replace(self, seconds=max(0.001, seconds))


def call(
    function: Callable[[], T],
    *,
    policy: Policy,
    safe: bool = True,
    clock: Callable[[], float] = time.monotonic,
) -> T:
    """The function's result, after as many attempts as the policy allows.

    Only `RetryableError` is tried again, and only where repeating is `safe`: reads, queries that
    are sent by POST, and writes that a second time change nothing. Another request is repeated
    where the server turned it away before it did anything (429). In stamina's testing mode nothing
    waits.

    Args:
        function: One request.
        policy: How often and how long.
        safe: Whether the request may be sent twice.
        clock: Seconds that only grow.

    Raises:
        RetryableError: The last one, when the attempts or the time ran out.
    """
    deadline = clock() + policy.seconds

    def again(error: Exception) -> bool | float:
        if not isinstance(error, RetryableError):
            return False
        if not (safe or (isinstance(error, ThrottledError) and error.undone)):
            return False
        wait = error.retry_after
        if wait is None:
            return clock() < deadline
        return max(0.0, wait) if clock() + wait <= deadline else False

    @stamina.retry(
        on=again,
        attempts=policy.attempts,
        timeout=policy.seconds,
        wait_initial=policy.first_wait,
        wait_jitter=policy.first_wait,
        wait_max=policy.longest_wait,
    )
    def request() -> T:
        # Without arguments: stamina's hooks log them, and ours may hold a query.
        return function()

    return request()


class _Quiet(logging.Filter):
    """Our repetitions are information: a warning each would bury the answer they lead to."""

    def filter(self, record: logging.LogRecord) -> bool:
        details = vars(record)
        if str(details.get("stamina.callable", "")).startswith(__name__):
            record.levelno, record.levelname = logging.INFO, "INFO"
            record.msg, record.args = "asking again after %s", (details.get("stamina.caused_by"),)
            # The level was compared before it was lowered; handlers of others take every level.
            return logging.getLogger(record.name).isEnabledFor(record.levelno)
        return True


logging.getLogger("stamina").addFilter(_Quiet())
