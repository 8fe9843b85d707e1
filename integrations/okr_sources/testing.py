"""Testing: what every source must do, ready to be inherited by a third party's tests.

```python
class TestMySource(SourceContract):
    secret = "the-token"

    def open_session(self) -> Session:
        return SOURCE.open("mine", connection, Credentials(SecretStr(self.secret)))
    ...
```
The tests talk to whatever `open_session` opens: a real server on loopback serves best.
"""

# ruff: noqa: D102 - the names of tests say what they test

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import stamina

from okr_sources.answers import Answer, Ask, Observed, Suspect, Unavailable
from okr_sources.evidence import decode, digest_of, encode, re_add
from okr_sources.source import Memory, Session

NOTHING_KNOWN = Memory({})


class SourceContract(ABC):
    """The contract of sources; subclass it in a test module under a name that starts with Test.

    Attributes:
        secret: The token that the sessions sign with; it must show nowhere.
    """

    secret: str

    @abstractmethod
    def open_session(self) -> Session:
        """A new session on a server that answers, with a token that it accepts."""

    @abstractmethod
    def refused_session(self) -> Session:
        """A new session on the same server, with a token that it does not accept."""

    @abstractmethod
    def unreachable_session(self) -> Session:
        """A new session on an address where no server listens."""

    @abstractmethod
    def asks(self) -> Sequence[Ask]:
        """Two or more asks that have a value; the data behind them stays as it is."""

    @abstractmethod
    def broken_asks(self) -> Sequence[Ask]:
        """One or more asks that cannot have a value, such as one that names an unknown field."""

    def test_planning_sends_nothing(self) -> None:
        with self.open_session() as session:
            session.plan(self.asks(), NOTHING_KNOWN)
            assert session.requests == 0

    def test_every_ask_has_exactly_one_answer(self) -> None:
        asks = [*self.asks(), *self.broken_asks()]
        answers, _ = self._read(asks)
        assert sorted(a.key_result for a in answers) == sorted(ask.key_result for ask in asks)

    def test_the_order_of_asks_changes_no_answer(self) -> None:
        asks = [*self.asks(), *self.broken_asks()]
        forth, _ = self._read(asks)
        back, _ = self._read(asks[::-1])
        assert _essence(forth) == _essence(back)

    def test_every_value_re_adds_from_its_evidence_also_after_it_was_stored(self) -> None:
        for answer in self._values(self.asks()):
            assert answer.value == re_add(answer.evidence)
            assert decode(encode(answer.evidence)) == answer.evidence

    def test_rows_of_evidence_are_sorted_by_id_and_count_once(self) -> None:
        for answer in self._values(self.asks()):
            ids = [row.id for row in answer.evidence.rows]
            assert ids == sorted(set(ids))

    def test_times_of_looking_are_aware(self) -> None:
        assert all(answer.observed_at.tzinfo for answer in self._values(self.asks()))

    def test_a_broken_binding_is_unavailable_with_a_reason_and_stops_no_other(self) -> None:
        broken = {ask.key_result for ask in self.broken_asks()}
        answers, _ = self._read([*self.broken_asks(), *self.asks()])
        for answer in answers:
            if answer.key_result in broken:
                assert isinstance(answer, Unavailable), answer
                assert answer.reason
                assert answer.hint
            else:
                assert isinstance(answer, Observed | Suspect), answer

    def test_requests_equal_the_plan_once_sizes_are_known(self) -> None:
        asks = self.asks()
        _, known = self._read(asks)
        with self.open_session() as session:
            plan = session.plan(asks, known)
            list(session.read(plan))
            assert None not in [fetch.pages for fetch in plan.fetches]
            assert session.requests == sum(fetch.pages or 0 for fetch in plan.fetches)

    def test_a_second_run_gives_the_same_values_and_rows(self) -> None:
        first, _ = self._read(self.asks())
        again, _ = self._read(self.asks())
        assert _essence(first) == _essence(again)

    def test_with_a_wrong_token_every_ask_is_unavailable_and_nothing_raised(self) -> None:
        self._all_down(self.refused_session())

    def test_without_a_server_every_ask_is_unavailable_and_nothing_raised(self) -> None:
        self._all_down(self.unreachable_session())

    def test_the_token_shows_in_no_log_answer_or_representation(self) -> None:
        with _log() as lines, stamina.set_testing(True, attempts=2, cap=True):
            shown = [
                self._everything(session)
                for session in (
                    self.open_session(),
                    self.refused_session(),
                    self.unreachable_session(),
                )
            ]
        assert self.secret not in "\n".join([*lines, *shown])

    def _everything(self, session: Session) -> str:
        asks = [*self.asks(), *self.broken_asks()]
        with session:
            plan = session.plan(asks, NOTHING_KNOWN)
            answers = list(session.read(plan))
            now = asks[0].as_of
            return repr((session, vars(session), plan, answers, session.diagnose(asks, now=now)))

    def _read(self, asks: Sequence[Ask]) -> tuple[list[Answer], Memory]:
        with self.open_session() as session:
            answers = list(session.read(session.plan(asks, NOTHING_KNOWN)))
            return answers, Memory(dict(session.counts))

    def _values(self, asks: Sequence[Ask]) -> list[Observed | Suspect]:
        answers, _ = self._read(asks)
        values = [answer for answer in answers if isinstance(answer, Observed | Suspect)]
        assert len(values) == len(answers), answers
        return values

    def _all_down(self, session: Session) -> None:
        asks = self.asks()
        with stamina.set_testing(True, attempts=2, cap=True), session:
            answers = list(session.read(session.plan(asks, NOTHING_KNOWN)))
        assert sorted(a.key_result for a in answers) == sorted(ask.key_result for ask in asks)
        for answer in answers:
            assert isinstance(answer, Unavailable), answer
            assert answer.connection_down
            assert answer.hint


def _essence(answers: Sequence[Answer]) -> dict[str, object]:
    """What must not depend on when or in which order was asked."""
    return {
        answer.key_result: (answer.reason, answer.hint)
        if isinstance(answer, Unavailable)
        else (type(answer), answer.value, digest_of(encode(answer.evidence)))
        for answer in answers
    }


@contextmanager
def _log() -> Iterator[list[str]]:
    """Everything that is logged meanwhile, by whomever, at any level."""
    lines: list[str] = []

    class Catcher(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {vars(record)}")

    root, catcher = logging.getLogger(), Catcher()
    level = root.level
    root.addHandler(catcher)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.setLevel(level)
        root.removeHandler(catcher)
