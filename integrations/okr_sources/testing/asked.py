"""Asked: what a source's own tests give the contract suite, and how the suite asks the source."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import stamina
from pydantic import SecretStr, TypeAdapter

from okr_core.plan.metrics import Increase
from okr_core.plan.plan import Bindings
from okr_core.plan.workspace import Connection
from okr_core.record.evidence import encode, re_add
from okr_sources.answers import Answer, Ask, Suspect, Unavailable
from okr_sources.source import Credentials, Memory, Session, Source
from okr_sources.testing.comparing import Value, keys, valued

NOTHING_KNOWN = Memory({})


def ask_for(key_result: str, **binding: object) -> Ask:
    """An ask for a first reading, by a metric that believes values from -100 to 200."""
    return Ask(
        key_result=key_result,
        binding=binding,
        metric=Increase(baseline=Decimal(0), target=Decimal(100)),
        cycle_starts=date(2026, 10, 1),
        timezone="UTC",
        as_of=datetime(2026, 11, 2, 9, tzinfo=UTC),
    )


class AskedSource(ABC):
    """A source with a server that it can ask.

    Attributes:
        source: The object that the entry point names.
        secret: Token that the server at `url` accepts; empty if there are no tokens, which leaves
            the tests about them without anything to find.
        url: Address of a server that answers; set it in a fixture.
        user: Account of the token, where the tool asks for one.
    """

    source: Source
    secret: str
    url: str
    user: str = ""

    @abstractmethod
    def asks(self) -> Sequence[Ask]:
        """Two or more asks that have a value, one per measure; their data stays as it is."""

    @abstractmethod
    def broken_asks(self) -> Sequence[Ask]:
        """One or more asks that cannot have a value, such as one that names an unknown field."""

    def counts_of_nothing(self) -> Sequence[Ask]:
        """Counts and sums of an empty selection; none where there are no such measures."""
        return ()

    def means_of_nothing(self) -> Sequence[Ask]:
        """Averages, ratios, medians of an empty selection; none where there are no such ones."""
        return ()

    def requests_seen(self) -> int | None:
        """Requests that the server has counted so far; None where it does not count."""
        return None

    def connection(self, url: str) -> Connection:
        """The connection as okr.yaml would have it; override it where `options` are needed."""
        return Connection(kind=self.source.kind, url=url)

    def open_session(self, url: str, token: str, **settings: object) -> Session:
        """A session on a server; override it where a test has to fix the clock.

        Args:
            url: Where the server is.
            token: What the session signs with.
            settings: Of the connection, in place of those that `connection` gives.
        """
        name = str(self.asks()[0].binding.get("connection", ""))
        connection = self.connection(url).model_copy(update=settings)
        return self.source.open(name, connection, Credentials(SecretStr(token), self.user))

    def _session(self) -> Session:
        return self.open_session(self.url, self.secret)

    def _read(
        self, asks: Sequence[Ask], memory: Memory = NOTHING_KNOWN
    ) -> tuple[list[Answer], Memory, int]:
        with self._session() as session:
            answers = list(session.read(session.plan(asks, memory)))
            return answers, Memory(dict(session.counts)), session.requests

    def _values(self, asks: Sequence[Ask]) -> list[Value]:
        answers, _, _ = self._read(asks)
        values = valued(answers)
        assert len(values) == len(asks), f"not every ask has a value: {answers}"
        return values

    def _asked(self) -> list[tuple[Ask, Decimal]]:
        values = {answer.key_result: answer.value for answer in self._values(self.asks())}
        return [(ask, values[ask.key_result]) for ask in self.asks()]

    def _as_in_a_plan(self, ask: Ask) -> Ask:
        bindings = TypeAdapter(Bindings).validate_python({self.source.kind: dict(ask.binding)})
        fields = bindings[self.source.kind]
        assert isinstance(fields, dict)
        return replace(ask, binding=fields)

    def _all_suspect(self, asks: Iterable[Ask]) -> None:
        for answer in self._read(list(asks))[0]:
            assert isinstance(answer, Suspect), f"{answer} instead of Suspect: ask judge()"
            assert answer.why, answer
            assert answer.value == re_add(answer.evidence), answer

    def _all_down(self, url: str, token: str) -> None:
        quick = stamina.set_testing(True, attempts=2, cap=True)
        with quick, self.open_session(url, token) as session:
            answers = list(session.read(session.plan(self.asks(), NOTHING_KNOWN)))
        all_down(self.asks(), answers)

    def _everything(self, url: str, token: str) -> str:
        asks = [*self.asks(), *self.broken_asks()]
        with self.open_session(url, token) as session:
            plan = session.plan(asks, NOTHING_KNOWN)
            answers = list(session.read(plan))
            checks = session.diagnose(asks, now=asks[0].as_of)
            kept = [encode(answer.evidence).decode() for answer in valued(answers)]
            return repr((session, vars(session), plan, answers, checks, kept))


def all_down(asks: Sequence[Ask], answers: Sequence[Answer]) -> None:
    """Every ask has one answer: that the connection is down, and what to do."""
    assert sorted(each.key_result for each in answers) == sorted(keys(asks)), answers
    for answer in answers:
        assert isinstance(answer, Unavailable), answer
        assert answer.connection_down, f"{answer}: raise one of okr_sources.errors"
        assert answer.hint, f"{answer}: what should a person do?"
