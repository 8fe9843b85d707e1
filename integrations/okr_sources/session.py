"""Session: what every source's open connection does the same way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from threading import Lock
from types import TracebackType
from typing import Protocol, Self, TypeVar

from okr_core.errors import OkrError, RetryableError
from okr_core.plan.workspace import Connection
from okr_core.record.evidence import Evidence
from okr_sources.answers import Answer, Ask, RequestPlan, Unavailable
from okr_sources.binding import Binding
from okr_sources.censor import Censor
from okr_sources.errors import LostError, UnauthorizedError, UnreachableError
from okr_sources.gate.deadline import given_up, query_within, seconds_left, seconds_of
from okr_sources.gate.gate import Gate, Reply
from okr_sources.gate.strangers import stranger
from okr_sources.send.limiter import Limiter
from okr_sources.send.refusal import error_of
from okr_sources.send.retry import Policy, call
from okr_sources.send.steps import Steps, carried_out
from okr_sources.send.workers import Workers, outcome
from okr_sources.source import Check, Credentials, Memory
from okr_sources.suspicion import judge

T = TypeVar("T")
LOST = (UnreachableError, UnauthorizedError, LostError)
"""Errors after which no other request of the connection is tried."""


def utc_now() -> datetime:
    """The time of day, aware."""
    return datetime.now(UTC)


class Send(Protocol):
    """A session's way to send a request; see `BaseSession.send`."""

    def __call__(self, request: Callable[[], T], *, endpoint: str, safe: bool = True) -> T:
        """The result of one request."""


class BaseSession(ABC):
    """Counts requests, retries them by the one policy, keeps to the limiter, answers once per ask.

    A source implements `plan`, `answers`, `diagnose` and `close`, and sends every request through
    `send`. Messages begin with the connection and hold nothing of its credentials.

    Args:
        name: Name of the connection, for messages; empty for bindings without one.
        connection: Concurrency, timeout and attempts.
        credentials: What no message may show.
        now: The clock of `observed_at`.

    Attributes:
        noun: What the source calls its rows, in a suspicion.
        question: What a person should ask when a selection shrinks.
        gate: Asks the server: see `okr_sources.gate.gate.Gate`.
    """

    noun = "rows"
    question = "Was something renamed?"

    def __init__(
        self,
        name: str,
        connection: Connection,
        credentials: Credentials | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.name = name
        self.connection = connection
        self.now = now
        self.censor = Censor(credentials.secrets if credentials else ())
        self.gate = Gate(
            self.who, self.censor, seconds=float(connection.timeout), width=connection.concurrency
        )
        self._policy = Policy.of(connection)
        self._limiter = Limiter(connection.concurrency, patience=self._policy.seconds)
        self._lock = Lock()
        self._requests = 0
        self._counts: dict[str, int] = {}
        self._lost: OkrError | None = None

    @property
    def who(self) -> str:
        """Kind and connection as messages name them, such as "jira `acme`"."""
        kind = self.connection.kind
        return f"{kind} `{self.name}`" if self.name else kind

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
            with self._limiter.slot(endpoint, patience=seconds_left()):
                if seconds_left() <= 0:
                    raise given_up(self.who, seconds_of(self.connection))
                self.count(1)
                return self._censored(request)

        try:
            return call(attempt, policy=self._policy.within(seconds_left()), safe=safe)
        except LOST as error:
            self._lost = error
            raise
        except RetryableError:
            if seconds_left() <= 0:  # no answer was late, but the query as a whole is
                raise given_up(self.who, seconds_of(self.connection)) from None
            raise

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        content: bytes | None = None,
    ) -> Reply:
        """The server's good answer to one request, to be called inside of `send`.

        It came within the connection's `timeout`, is no larger than the gate lets in, and its
        `text` and `document` hold none of the session's secrets.

        Args:
            url: Whole address.
            headers: What signs the request, and what else it says.
            method: GET, or POST with a body.
            content: The body.

        Raises:
            OkrError: There is no answer, or none that is good; says why and what to do.
        """
        reply = self.gate.ask(method, url, headers=headers, content=content, what=self.who)
        failure = stranger(reply, self.connection.kind) or error_of(
            reply.status, reply.place, reply.headers.get("Retry-After")
        )
        if failure is not None:
            raise failure
        return reply

    def count(self, requests: int) -> None:
        """Count requests that `send` does not see, such as redirects."""
        with self._lock:
            self._requests += requests

    def workers(self) -> Workers[str, T]:
        """A pool as wide as the connection allows."""
        return Workers(self.connection.concurrency)

    def run(self, steps: Steps) -> Iterator[Answer]:
        """Answers as tasks end, as many at once as the connection allows.

        Each task is one query: all that it sends, with the look-ups before it, ends within `QUERY`
        times the connection's `timeout`, waits between attempts too.
        """
        return carried_out(steps, self.connection.concurrency, self.query_deadline)

    def query_deadline(self, spent: float = 0.0) -> AbstractContextManager[None]:
        """What is sent meanwhile is one query, which is given up at its deadline.

        Args:
            spent: Seconds of it that are gone already.
        """
        return query_within(seconds_of(self.connection) - spent)

    def read(self, plan: RequestPlan) -> Iterator[Answer]:
        """Exactly one answer per ask, as they come; never raises for one key result."""
        left = dict.fromkeys(self.asked(plan))
        for refused in plan.refused:
            left.pop(refused.key_result, None)
            yield self.censor.answer(refused)
        for answer in self.answers(plan):
            if answer.key_result in left:
                del left[answer.key_result]
                yield self.censor.answer(answer)
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

    def judged(
        self,
        ask: Ask,
        binding: Binding,
        evidence: Callable[[], Evidence],
        *,
        at: datetime | None = None,
        question: str = "",
    ) -> Answer:
        """The answer that the evidence gives; what goes wrong hits this key result only.

        Args:
            ask: Whose answer it is.
            binding: Its limits of what is suspect.
            evidence: Gives the evidence, or raises why there is none.
            at: When it was observed; now where left out.
            question: In place of the session's.
        """

        def answer() -> Answer:
            found, limits, asked = evidence(), binding.suspect, question or self.question
            return judge(ask, found, at or self.now(), limits, noun=self.noun, question=asked)

        result = outcome(ask.key_result, answer)
        return self.unavailable(ask.key_result, result.error) if result.error else result.get()

    def unavailable(self, key_result: str, error: OkrError) -> Unavailable:
        """An error as the answer for a key result that it hit."""
        return unavailable(key_result, error, self.who)

    def failed(self, subject: str, error: OkrError) -> Check:
        """An error as a line of `okr doctor`."""
        return self.censor.check(Check(subject, "error", message_of(error, self.who), error.hint))

    @abstractmethod
    def diagnose(self, asks: Sequence[Ask], *, now: datetime) -> list[Check]:
        """See `okr_sources.source.Session`."""

    def close(self) -> None:
        """Free connections."""
        self.gate.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _censored(self, request: Callable[[], T]) -> T:
        """The result of a request, whose errors may quote a server that repeats what it got."""
        try:
            return request()
        except OkrError as error:
            self.censor.error(error)
            raise

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
    return Unavailable(
        key_result,
        message_of(error, who),
        error.hint,
        connection_down=isinstance(error, LOST),
        temporary=isinstance(error, RetryableError),
    )


def message_of(error: OkrError, who: str) -> str:
    """What happened, beginning with who was asked."""
    return error.message if error.message.startswith(who) else f"{who}: {error.message}"
