"""Simple: the source of a tool where one request answers a query, which is most tools.

A source says what a binding asks for, how that is fetched, and which rows of it count; planning,
threads, retries, evidence, the suspect rules and `okr doctor` are here.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Generic

from pydantic import BaseModel
from typing_extensions import TypeVar

from okr_core.basics.exact import decimal_text
from okr_core.errors import ConfigError, DataError, OkrError
from okr_core.plan.workspace import Connection
from okr_core.record.evidence import Evidence, Formula, Row
from okr_sources.answers import Answer, Ask, Fetch, RequestPlan, Unavailable
from okr_sources.binding import Binding, binding_of
from okr_sources.numbers import exact
from okr_sources.send.steps import Steps, task
from okr_sources.session import BaseSession
from okr_sources.source import Check, Credentials, Memory

B = TypeVar("B", bound=Binding)
T = TypeVar("T")
Q = TypeVar("Q", bound=Hashable, default=str)
Bound = tuple[Ask, B]
"""An ask with its binding."""


def number_of(text: str) -> Decimal | None:
    """The number that a text holds; None for an empty one, which is no value and not 0.

    Raises:
        DataError: It holds something else.

    >>> number_of("1.10"), number_of(" ")
    (Decimal('1.10'), None)
    """
    text = text.strip()  # a cell of a table is often padded
    return exact(text) if text else None


class SimpleSession(BaseSession, Generic[B, T, Q]):
    """Asks each query once, by one request, for all key results that need it.

    A source implements `query`, `fetch`, `rows` and `measure`. Where a query is more than
    a text (its third type, which a dictionary can hold), `fetch_of` says how the plan shows it, and
    `sent` how it goes out.

    Attributes:
        binding: Model of the binding's fields.
    """

    binding: type[B]

    @abstractmethod
    def query(self, binding: B) -> Q:
        """What a binding asks for; bindings with equal queries share one request.

        Raises:
            OkrError: It cannot be asked.
        """

    @abstractmethod
    def fetch(self, query: Q) -> T:
        """What the server says to a query, by one request. Runs in several threads at once.

        `get` asks for it, and lets in only what an answer may bring.

        Raises:
            OkrError: One of okr_core.errors and okr_sources.errors, never another.
        """

    @abstractmethod
    def rows(self, binding: B, found: T) -> Iterable[Row]:
        """What counts for a binding, in any order, each id once.

        Raises:
            OkrError: What was found has no such rows.
        """

    @abstractmethod
    def measure(self, binding: B) -> tuple[Formula, str]:
        """How the rows become the value, and the same in words, such as `sum of amount`."""

    def fetch_of(self, query: Q, bindings: Sequence[B]) -> Fetch:  # noqa: ARG002 - for subclasses
        """The query as `okr sync --dry-run` shows it; whom it serves is filled in."""
        return Fetch(str(query), str(query), pages=1)

    def sent(self, query: Q) -> T:
        """What `fetch` gives, through `send`."""
        return self.send(partial(self.fetch, query), endpoint="fetch")

    def evidence(self, binding: B, query: Q, found: T) -> Evidence:
        """What lets anyone add the number up again.

        Raises:
            OkrError: What was found has no number for the binding.
        """
        asked, (formula, words) = str(query), self.measure(binding)
        rows = list(self.rows(binding, found))
        if len({row.id for row in rows}) < len(rows):
            raise DataError(
                f"two rows of {asked} have the same id.", hint="Let each row have one of its own."
            )
        return Evidence(
            kind=self.connection.kind,
            connection=self.name,
            query=asked,
            measure=words,
            formula=formula,
            scale=binding.scale,
            link=asked if asked.startswith(("http://", "https://")) else "",
            rows=tuple(sorted(rows, key=attrgetter("id"))),
        )

    def plan(self, asks: Sequence[Ask], memory: Memory) -> RequestPlan:  # noqa: ARG002 - one page each
        """Each distinct query once. Sends nothing."""
        queries: dict[Q, list[Bound[B]]] = {}
        refused: list[Unavailable] = []
        for ask in asks:
            try:
                binding = binding_of(ask, self.binding)
                queries.setdefault(self.query(binding), []).append((ask, binding))
            except OkrError as error:
                refused.append(self.unavailable(ask.key_result, error))
        fetches = tuple(
            replace(
                self.fetch_of(query, [binding for _, binding in bound]),
                serves=tuple(ask.key_result for ask, _ in bound),
            )
            for query, bound in queries.items()
        )
        return RequestPlan(self.name, fetches, tuple(refused), queries)

    def queries(self, plan: RequestPlan) -> dict[Q, list[Bound[B]]]:
        """The queries of a plan, each with whom it serves."""
        assert isinstance(plan.detail, dict)
        return plan.detail

    def answers(self, plan: RequestPlan) -> Iterator[Answer]:
        """Answers to all asks that the plan did not refuse, as their requests come back."""
        return self.run(
            task(
                partial(self._timed, query),
                partial(self._arrived, query, bound),
                partial(self._refused, bound),
            )
            for query, bound in self.queries(plan).items()
        )

    def diagnose(self, asks: Sequence[Ask], *, now: datetime) -> list[Check]:  # noqa: ARG002
        """Whether each key result has a value, and what to do where it has none."""
        answers = self.read(self.plan(asks, Memory({})))
        return [
            Check(answer.key_result, "error", answer.reason, answer.hint)
            if isinstance(answer, Unavailable)
            else Check(answer.key_result, "ok", f"is {decimal_text(answer.value)}.")
            for answer in answers
        ]

    def _timed(self, query: Q) -> tuple[T, datetime]:
        return self.sent(query), self.now()

    def _arrived(self, query: Q, bound: list[Bound[B]], result: tuple[T, datetime]) -> Steps:
        found, at = result
        for ask, binding in bound:
            evidence = partial(self.evidence, binding, query, found)
            yield self.judged(ask, binding, evidence, at=at)

    def _refused(self, bound: list[Bound[B]], error: OkrError) -> Steps:
        for ask, _ in bound:
            yield self.unavailable(ask.key_result, error)


class SimpleSource(Generic[B, T, Q]):
    """A source whose sessions are of one class; its tokens come from variables.

    Where a Prefect block should hold them too, a subclass overrides `load_block`.

    Args:
        kind: The binding's key in a plan.
        session: The class of its sessions.
        token_optional: Whether it also reads what needs no token.
    """

    def __init__(
        self, kind: str, session: type[SimpleSession[B, T, Q]], *, token_optional: bool = False
    ) -> None:
        self.kind: str = kind
        self.binding: type[BaseModel] = session.binding
        self.token_optional = token_optional
        self._session = session

    def open(
        self, name: str, connection: Connection, credentials: Credentials
    ) -> SimpleSession[B, T, Q]:
        """A session on one connection; sends nothing yet."""
        return self._session(name, connection, credentials)

    def load_block(self, name: str) -> Credentials:
        """Refuse: there is no class of blocks.

        Raises:
            ConfigError: Always.
        """
        raise ConfigError(
            f"sources of kind {self.kind} have no block such as `{name}`.",
            hint="Remove `block` in okr.yaml and set OKR_<NAME>_TOKEN.",
        )
