"""Session: what every source's open connection does the same way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from types import TracebackType
from typing import Self, TypeVar

from okr_core.errors import OkrError, RetryableError
from okr_core.workspace import Connection
from okr_sources.answers import Answer, Ask, RequestPlan, Unavailable
from okr_sources.errors import LostError, UnauthorizedError, UnreachableError
from okr_sources.limiter import Limiter
from okr_sources.retry import Policy, call
from okr_sources.source import Check, Memory
from okr_sources.workers import Workers

T = TypeVar("T")
LOST = (UnreachableError, UnauthorizedError, LostError)
"""Errors after which no other request of the connection is tried."""


def utc_now() -> datetime:
    """The time of day, aware."""
    return datetime.now(UTC)


class BaseSession(ABC):
    """Counts requests, retries them by the one policy, keeps to the limiter, answers once per ask.

    A source implements `plan`, `answers`, `diagnose` and `close`, and sends every request through
    `send`.

    Args:
        name: Name of the connection, for messages.
        connection: Concurrency, timeout and attempts.
        now: The clock of `observed_at`.
    """

    def __init__(
        self, name: str, connection: Connection, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.name = name
        self.connection = connection
        self.now = now
        self._policy = Policy.of(connection)
        self._limiter = Limiter(connection.concurrency, patience=self._policy.seconds)
        self._lock = Lock()
        self._requests = 0
        self._counts: dict[str, int] = {}
        self._lost: OkrError | None = None

    @property
    def requests(self) -> int:
        """HTTP requests sent so far, retries included."""
        return self._requests

    @property
    def counts(self) -> Mapping[str, int]:
        """Query digest → rows found in this run."""
        return dict(self._counts)

    def remember(self, digest: str, rows: int) -> None:
        """Note how many rows a query had, for the next run's planner."""
        with self._lock:
            self._counts[digest] = rows

    def send(self, request: Callable[[], T], *, endpoint: str, safe: bool = True) -> T:
        """The result of one request: limited, counted, retried where that is safe.

        Args:
            request: Sends it once; raises the errors of okr_core and okr_sources, never another.
            endpoint: What a burst limit of the server counts, such as `search`.
            safe: Whether it may be sent twice.

        Raises:
            OkrError: As `request` raised it last; at once where the connection is already lost.
        """

        def attempt() -> T:
            self._refuse_if_lost()
            with self._limiter.slot(endpoint):
                with self._lock:
                    self._requests += 1
                return request()

        try:
            return call(attempt, policy=self._policy, safe=safe)
        except LOST as error:
            self._lost = error
            raise

    def workers(self) -> Workers[str, T]:
        """A pool as wide as the connection allows."""
        return Workers(self.connection.concurrency)

    def read(self, plan: RequestPlan) -> Iterator[Answer]:
        """Exactly one answer per ask, as they come; never raises for one key result."""
        left = dict.fromkeys(self.asked(plan))
        for refused in plan.refused:
            left.pop(refused.key_result, None)
            yield refused
        for answer in self.answers(plan):
            if answer.key_result in left:
                del left[answer.key_result]
                yield answer
        for key_result in left:
            yield Unavailable(key_result, f"`{self.name}` gave no answer.", "Please report this.")

    @abstractmethod
    def plan(self, asks: Sequence[Ask], memory: Memory) -> RequestPlan:
        """See `okr_sources.source.Session`."""

    def asked(self, plan: RequestPlan) -> Sequence[str]:
        """Key results of the plan, refused ones included."""
        refused = (answer.key_result for answer in plan.refused)
        return [*refused, *(key for fetch in plan.fetches for key in fetch.serves)]

    @abstractmethod
    def answers(self, plan: RequestPlan) -> Iterator[Answer]:
        """Answers to all asks that the plan did not refuse."""

    @abstractmethod
    def diagnose(self, asks: Sequence[Ask], *, now: datetime) -> list[Check]:
        """See `okr_sources.source.Session`."""

    @abstractmethod
    def close(self) -> None:
        """Free connections."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _refuse_if_lost(self) -> None:
        if self._lost is not None:
            raise LostError(self._lost.message, hint=self._lost.hint)


def unavailable(key_result: str, error: OkrError, who: str = "") -> Unavailable:
    """An error as the answer for a key result that it hit.

    Args:
        key_result: Whose answer it is.
        error: What happened.
        who: Kind and connection, such as "jira `acme`", where the message may lack it.
    """
    reason = error.message if error.message.startswith(who) else f"{who}: {error.message}"
    return Unavailable(
        key_result,
        reason,
        error.hint,
        connection_down=isinstance(error, LOST),
        temporary=isinstance(error, RetryableError),
    )
