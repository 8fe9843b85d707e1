"""Derived: values of key results that are worked out from others, when they are asked for.

Nothing of it is stored. Where one of the others has no value there is none: a partial sum would
look like a small one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from okr_core.plan.derivation import DERIVED, Operation
from okr_core.plan.plan import KeyResult, Plan
from okr_core.record.entries import Reading
from okr_core.record.readings import counting_readings, current_in, waiting_reading

_COMPUTE: Mapping[Operation, Callable[[Sequence[Decimal]], Decimal]] = {
    "sum": lambda values: sum(values, Decimal(0)),
    "average": lambda values: sum(values, Decimal(0)) / len(values),
    "min": min,
    "max": max,
}


class Derived(NamedTuple):
    """A derived key result up to a time.

    Attributes:
        readings: What it was whenever one of the others changed, oldest first; empty where one of
            them has no value now.
        heard_at: How old it is: the time of the oldest of the values that it rests on.
        rests_on: The readings that the last value is worked out from, in the order of the plan.
        reason: Why there is no value; empty where there is one.
    """

    readings: tuple[Reading, ...] = ()
    heard_at: datetime | None = None
    rests_on: tuple[Reading, ...] = ()
    reason: str = ""


class Lack(NamedTuple):
    """Why a key result has no value for others, whatever was read of it before.

    Attributes:
        since: From when on (aware).
        why: What is said of it, such as `its source could not be read`.
    """

    since: datetime
    why: str


UNREAD, RETIRED = "its source could not be read", "it is retired"


class Derivations:
    """All derived key results of a plan.

    Args:
        plan: The plan.
        readings: Key result → the readings that may count, in any order.
        lacking: Key results that have no value for others.
    """

    def __init__(
        self,
        plan: Plan,
        readings: Mapping[str, Sequence[Reading]],
        lacking: Mapping[str, Lack] | None = None,
    ) -> None:
        self._plan = plan
        self._readings = readings
        self._lacking = lacking or {}
        self._known: dict[tuple[str, datetime], Derived] = {}

    def of(self, kr: KeyResult, at: datetime) -> Derived:
        """A derived key result as it was at a time.

        Args:
            kr: A key result with a derivation.
            at: Time in UTC; later readings do not count.
        """
        key = (kr.id, at)
        if key not in self._known:
            # Known before it is worked out: a loop, which `okr check` refuses, has no value.
            self._known[key] = Derived(reason=f"`{kr.id}` takes its value from itself")
            self._known[key] = self._worked_out(kr, at)
        return self._known[key]

    def _worked_out(self, kr: KeyResult, at: datetime) -> Derived:
        derivation = kr.derivation
        if derivation is None:
            return Derived(reason="what it takes its value from is not shown")
        histories: dict[str, Sequence[Reading]] = {}
        last: list[Reading] = []
        for name in derivation.children:
            lack = self._lacking.get(name)
            if lack is not None and lack.since <= at:
                return Derived(reason=f"`{name}` has no value: {lack.why}")
            child = self._plan.key_results_by_id.get(name)
            history = self._history(child, at) if child is not None else ()
            if not history or child is None:
                return Derived(reason=f"`{name}` has no value")
            histories[name] = history
            last.append(replace(history[-1], key_result=name))
        times = sorted({r.at.astimezone(UTC) for several in histories.values() for r in several})
        compute = _COMPUTE[derivation.operation]
        readings = []
        for time in times:
            values = [_at(history, time) for history in histories.values()]
            known = [value for value in values if value is not None]
            if len(known) == len(values):
                value = compute(known)
                readings.append(Reading(at=time, value=value, key_result=kr.id, source=DERIVED))
        return Derived(tuple(readings), self._heard_at(last, at), tuple(last))

    def _history(self, child: KeyResult, at: datetime) -> Sequence[Reading]:
        """What a key result was whenever it changed, oldest first; empty: it has no value now."""
        if not self._plan.objective_of[child.id].pursues(child):
            return ()
        if child.derivation is not None:
            return self.of(child, at).readings
        readings = [r for r in self._readings.get(child.id, ()) if not r.part]
        current = current_in(readings, at, child.bound) if readings else None
        if current is None or waiting_reading(readings, at, current) is not None:
            return ()
        return counting_readings(readings, at, bound=child.bound)

    def _heard_at(self, last: Sequence[Reading], at: datetime) -> datetime:
        """The oldest value of those that can still be reported; of none: the newest of all."""
        plan, day = self._plan, self._plan.cycle.day_of(at)
        times = [
            reading.at.astimezone(UTC)
            for reading in last
            if plan.due_of(plan.key_results_by_id[reading.key_result]) >= day
        ]
        return min(times) if times else max(reading.at.astimezone(UTC) for reading in last)


def _at(history: Sequence[Reading], time: datetime) -> Decimal | None:
    """The value that held at a time; None before the first."""
    held = [r.value for r in history if r.at <= time]
    return held[-1] if held else None
