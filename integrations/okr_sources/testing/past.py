"""Testing past: what a source must pass that offers values of the past, besides its contract.

```python
class TestCsvPast(PastContract):
    def open_past(self) -> Session:
        return open_session(self.url, TOKEN)

    def open_lost(self) -> Session:
        return open_session(closed_address(), TOKEN)

    def past_asks(self) -> Sequence[PastAsk]:
        return [PastAsk(ask_for("won", file="deals.csv"), (OCTOBER, NOVEMBER))]

    def untold_asks(self) -> Sequence[PastAsk]:
        return [PastAsk(ask_for("mood", file="mood.csv", measure="average"), (OCTOBER,))]
```
"""

# ruff: noqa: D102 - the names of tests say what they test

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime

from okr_core.record.evidence import decode, encode, re_add
from okr_sources.answers import Observed, Unavailable
from okr_sources.past import PastAnswer, PastAsk, past_session
from okr_sources.source import Session

Slots = list[tuple[str, datetime]]


class PastContract(ABC):
    """The contract of sources that tell the past; subclass it as `Test…`."""

    @abstractmethod
    def open_past(self) -> Session:
        """A session on a server that answers."""

    @abstractmethod
    def open_lost(self) -> Session:
        """A session on an address where nobody answers, with the fewest attempts."""

    @abstractmethod
    def past_asks(self) -> Sequence[PastAsk]:
        """Asks that have a value at each of their moments; not all want the same moments."""

    @abstractmethod
    def untold_asks(self) -> Sequence[PastAsk]:
        """Asks that are right, and whose past nobody can tell."""

    def test_every_ask_has_one_answer_per_moment(self) -> None:
        asks = [*self.past_asks(), *self.untold_asks()]
        answers = self._told(asks)
        given = [(each.answer.key_result, each.moment) for each in answers]
        assert sorted(given) == sorted(_slots(asks)), given

    def test_a_past_value_says_how_it_was_worked_out_and_adds_up_after_it_was_stored(self) -> None:
        for each in self._told(self.past_asks()):
            answer = each.answer
            assert isinstance(answer, Observed), answer
            evidence = decode(encode(answer.evidence))
            assert evidence == answer.evidence, evidence
            assert evidence.reconstructed, f"{answer.key_result}: how was it worked out?"
            assert answer.value == re_add(evidence), answer
            ids = [row.id for row in evidence.rows]
            assert ids == sorted(set(ids)), f"{answer.key_result}: {ids}"

    def test_a_past_value_was_worked_out_after_its_moment(self) -> None:
        for each in self._told(self.past_asks()):
            assert isinstance(each.answer, Observed), each
            assert each.answer.observed_at > each.moment, each

    def test_telling_the_past_twice_tells_the_same(self) -> None:
        first, again = (_values(self._told(self.past_asks())) for _ in range(2))
        assert first == again

    def test_what_cannot_be_told_says_why_and_stops_no_other(self) -> None:
        untold = {asked.ask.key_result for asked in self.untold_asks()}
        for each in self._told([*self.untold_asks(), *self.past_asks()]):
            answer = each.answer
            if answer.key_result in untold:
                assert isinstance(answer, Unavailable), answer
                assert answer.reason, answer
                assert answer.hint, f"{answer.key_result}: what should a person do?"
                assert not answer.connection_down, answer
            else:
                assert isinstance(answer, Observed), answer

    def test_without_a_server_every_past_day_is_unavailable_and_nothing_raised(self) -> None:
        with self.open_lost() as session:
            answers = _reconstructed(session, self.past_asks())
        assert len(answers) == len(_slots(self.past_asks())), answers
        for each in answers:
            assert isinstance(each.answer, Unavailable), each
            assert each.answer.connection_down, f"{each}: raise one of okr_sources.errors"

    def _told(self, asks: Sequence[PastAsk]) -> list[PastAnswer]:
        with self.open_past() as session:
            return _reconstructed(session, asks)


def _reconstructed(session: Session, asks: Sequence[PastAsk]) -> list[PastAnswer]:
    past = past_session(session)
    assert past is not None, "the session has no method `reconstruct`"
    return list(past.reconstruct(asks))


def _slots(asks: Iterable[PastAsk]) -> Slots:
    return [(asked.ask.key_result, moment) for asked in asks for moment in asked.moments]


def _values(answers: Iterable[PastAnswer]) -> dict[tuple[str, datetime], object]:
    return {
        (each.answer.key_result, each.moment): getattr(each.answer, "value", None)
        for each in answers
    }
