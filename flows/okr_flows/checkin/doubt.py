"""Doubt: a value by hand that is hard to believe is recorded only if it is meant."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from okr_core.errors import RefusalError
from okr_core.plan.ids import name_of
from okr_core.plan.plan import KeyResult
from okr_core.progress.smells import outside
from okr_core.record.entries import Reading
from okr_core.record.readings import counting_readings


class UnbelievedError(RefusalError):
    """Nothing was recorded: a value lies far outside what its key result is about.

    A door where a person can answer asks whether it is meant, and says it once more.
    """


class Doubts:
    """What is hard to believe of the values of some key results, beside the readings that count.

    Args:
        readings: Of the key results, in any state.
    """

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._readings: dict[str, list[Reading]] = defaultdict(list)
        for reading in readings:
            self._readings[name_of(reading.key_result, reading.part)].append(reading)
        self._counting: dict[str, Sequence[Reading]] = {}

    def about(self, key_result: KeyResult, part: str, at: datetime, value: Decimal) -> str:
        """Why the value is hard to believe, a sentence; empty if it is not."""
        if part or not outside(key_result.metric, value):
            return ""
        before = self._last(key_result, at)
        sentence = outside(key_result.metric, value, before)
        return f"`{key_result.id}` {sentence}" if sentence else ""

    def _last(self, key_result: KeyResult, at: datetime) -> Decimal | None:
        """The value that counted last before a time; None: none did."""
        name = key_result.id
        if name not in self._counting:
            known = self._readings[name]
            newest = max((reading.at for reading in known), default=at)
            self._counting[name] = counting_readings(known, newest, bound=key_result.bound)
        counting = self._counting[name]
        place = bisect_left(counting, at, key=lambda reading: reading.at)
        return counting[place - 1].value if place else None


def refuse_unbelieved(sentences: Sequence[str], more: int = 0) -> None:
    """Refuse what is hard to believe.

    Args:
        sentences: What is said of each value, with its place.
        more: How many others there are.

    Raises:
        UnbelievedError: There is something.
    """
    if not sentences:
        return
    told = [*sentences, *([f"{more:,} more values are as far outside."] if more else [])]
    raise UnbelievedError("\n".join(told), hint="`--sure` if that is right.")
