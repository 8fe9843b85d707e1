"""Pace: how much of a key result should be reached by when, and what its dates mean at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from okr_core.basics.days import day_after, in_utc, local_day
from okr_core.calendar.days_off import working_days
from okr_core.plan.cycle import cutoff_of
from okr_core.plan.metrics import Band, Milestones
from okr_core.plan.plan import KeyResult, Pace, Plan
from okr_core.plan.workspace import Policies
from okr_core.progress.bands import Span, Verdict, holds, judged_over_time
from okr_core.progress.derived import Derivations, Derived, Lack
from okr_core.progress.progress import Measured, measure, unknown, verdict_of
from okr_core.record.entries import CheckIn, Entry, Reading
from okr_core.record.readings import counting_readings, in_time

ZERO = Fraction(0)
ONE = Fraction(1)


_TICK = timedelta.resolution


class Timeline:
    """A plan at a time, under its workspace's policies.

    Attributes:
        as_of: In UTC.
        lasts: Cadence → how long a reading counts as fresh: the cadence and the grace.
        cutoff: What is observed after it does not count.

    Args:
        plan: The plan.
        as_of: Aware time.
        policies: The workspace's.
        readings: Key result → its readings, of which key results that take their value from others
            are worked out; None: there are none.
        lacking: Key results that have no value for those others.
    """

    def __init__(
        self,
        plan: Plan,
        as_of: datetime,
        policies: Policies,
        readings: Mapping[str, Sequence[Reading]] | None = None,
        lacking: Mapping[str, Lack] | None = None,
    ) -> None:
        stale = policies.staleness
        self.plan = plan
        self.as_of = in_utc(as_of)
        self.lasts = {
            cadence: timedelta(days=days + stale.grace_days)
            for cadence, days in (
                ("weekly", stale.weekly),
                ("biweekly", stale.biweekly),
                ("monthly", stale.monthly),
            )
        }
        # Only a band judged over time looks at its start and end, so the others share one span.
        self._spans = {c: Span(self.as_of, lasts) for c, lasts in self.lasts.items()}
        self._bound = {c: Span(self.as_of, lasts, bound=True) for c, lasts in self.lasts.items()}
        self.cutoff = cutoff_of(plan.cycle)
        self._lasts: dict[date | None, datetime] = {}
        self._derivations: Derivations | None = None
        if plan.derived:
            known = plan.key_results_by_id
            several = {
                name: self.in_time(known.get(name), each) for name, each in (readings or {}).items()
            }
            self._derivations = Derivations(plan, several, lacking)

    def measured(self, kr: KeyResult, readings: Sequence[Reading]) -> Measured:
        """Progress of a key result and the reading that it rests on."""
        return self._measured(kr, readings, self.as_of)

    def measured_by_due(self, kr: KeyResult, readings: Sequence[Reading]) -> Measured:
        """The same without what came after its due day or was observed after the cut-off."""
        return self._measured(kr, self.in_time(kr, readings), self.last_of(kr))

    def _measured(self, kr: KeyResult, readings: Sequence[Reading], at: datetime) -> Measured:
        derived = self.derived(kr, at)
        if derived is None:
            return measure(kr.metric, readings, at, self._span(kr))
        if derived.reason:
            return unknown(derived.reason), None
        progress, reading = measure(kr.metric, derived.readings, at, self._span(kr))
        if reading is None or derived.heard_at is None:
            return progress, reading
        return progress, replace(reading, at=derived.heard_at)

    def derived(self, kr: KeyResult, at: datetime) -> Derived | None:
        """What a derived key result was at a time; None for those that are measured."""
        if self._derivations is None or kr.id not in self.plan.derived:
            return None
        return self._derivations.of(kr, at)

    def _counted(self, kr: KeyResult, readings: Sequence[Reading]) -> Sequence[Reading]:
        """The readings of a key result that may count by its due day."""
        derived = self.derived(kr, self.last_of(kr))
        return self.in_time(kr, readings) if derived is None else derived.readings

    def verdict(self, kr: KeyResult, readings: Sequence[Reading]) -> Verdict | None:
        """What a band is judged by over time; None for others, and without a reading in time."""
        if not judged_over_time(kr.metric):
            return None
        counted = self._counted(kr, readings)
        return verdict_of(kr.metric, counted, self.last_of(kr), self._span(kr)) if counted else None

    def broken_at(self, kr: KeyResult, readings: Sequence[Reading]) -> datetime | None:
        """Since when the values of a band have not held without a break; None: the last does."""
        last = self.last_of(kr)
        counting = counting_readings(self._counted(kr, readings), last, bound=kr.bound)
        since: datetime | None = None
        assert isinstance(kr.metric, Band), "only a band can be broken"
        for reading in reversed(counting):
            if holds(kr.metric, reading.value):
                break
            since = reading.at
        return since

    def last_of(self, kr: KeyResult) -> datetime:
        """The last moment that counts for a key result: of its due day, or now; in UTC."""
        known = self._lasts.get(kr.due)
        if known is None:
            end = self.plan.cycle.end_of(self.plan.due_of(kr))
            known = self._lasts[kr.due] = min(end - _TICK, self.as_of)
        return known

    def in_time(self, kr: KeyResult | None, readings: Sequence[Reading]) -> Sequence[Reading]:
        """Those that were observed by the cut-off; after due, what people had said by now.

        Args:
            kr: The key result, which is under way or has ended; None: it is in the plan no more.
            readings: Its readings.
        """
        over = kr is not None and self.last_of(kr) < self.as_of
        if self.as_of <= self.cutoff and not over:
            return readings
        return in_time(readings, self.cutoff, self.as_of if over else None)

    def _span(self, kr: KeyResult) -> Span:
        if judged_over_time(kr.metric):
            cycle = self.plan.cycle
            return Span(
                ends=cycle.end_of(self.plan.due_of(kr)),
                lasts=self.lasts[kr.cadence],
                begins=cycle.start_of(self.plan.starts_of(kr)),
                bound=kr.bound,
            )
        return (self._bound if kr.source and kr.bound else self._spans)[kr.cadence]


def expected_progress(
    pace: Pace,
    starts: date,
    due: date,
    as_of: datetime | date,
    days_off: Collection[date] = (),
    *,
    zone: tzinfo | None = None,
) -> Fraction | None:
    """Progress that should be reached at `as_of`, in [0, 1]: 0 on the first day, 1 after `due`.

    t = complete local days since `starts` ÷ (due − starts + 1). `workdays` counts working days in
    place of days, and is linear where there are none; `s_curve` is 3t² − 2t³, `back_loaded` t².
    Steps hold from their day on: 0 before the first, 1 after `due`.

    Sources: Oboard and Engagedly for the linear pace; 3t² − 2t³ is the cubic Hermite polynomial
    that starts and ends at rest; a power of t and steps are plans of this product.

    Args:
        pace: The curve, with its steps.
        starts: First local day.
        due: Last local day, included.
        as_of: Aware time; a plain day means its local midnight.
        days_off: Which days are worked (`okr_core.calendar.days_off.DaysOff`), or plain holidays
            beside Saturdays and Sundays.
        zone: The cycle's zone, whose midnights end a day; None: the zone of `as_of`.

    Returns:
        None where due lies before starts: there are no days to go by.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 10, 16, 12, tzinfo=UTC)
    >>> expected_progress(Pace(), date(2026, 10, 1), date(2026, 10, 30), noon)
    Fraction(1, 2)
    """
    if due < starts:
        return None
    day = local_day(as_of, zone)
    if pace.steps:
        return _stepped(pace.steps, due, day)
    day = min(max(day, starts), day_after(due))
    counted = days_off if pace.curve == "workdays" else None
    return _SHAPES[pace.curve](_elapsed(starts, due, day, counted))


def expected_parts(metric: Milestones, due: date, day: date) -> Fraction | None:
    """Weight of the milestones whose day has passed ÷ all weight; None if none has a day.

    Source: planned value over budget at completion of earned value management (PMI, Practice
    Standard for Earned Value Management).

    Args:
        metric: The milestones; one without a day is due with the key result.
        due: Last local day of the key result, included.
        day: The local day that has begun.
    """
    if all(part.due is None for part in metric.parts):
        return None
    past = (Fraction(part.weight) for part in metric.parts if (part.due or due) < day)
    return sum(past, ZERO) / sum((Fraction(part.weight) for part in metric.parts), ZERO)


def _elapsed(starts: date, due: date, day: date, days_off: Collection[date] | None) -> Fraction:
    end = day_after(due)
    if days_off is not None and (working := working_days(starts, end, days_off)):
        return Fraction(working_days(starts, day, days_off), working)
    return Fraction((day - starts).days, (end - starts).days)


def _stepped(steps: Mapping[date, Decimal], due: date, day: date) -> Fraction:
    if day > due:
        return ONE
    reached = max((step for step in steps if step <= day), default=None)
    return ZERO if reached is None else Fraction(steps[reached])


def _straight(t: Fraction) -> Fraction:
    return t


def _s_curve(t: Fraction) -> Fraction:
    return t * t * (3 - 2 * t)


def _back_loaded(t: Fraction) -> Fraction:
    return t * t


_SHAPES: dict[str, Callable[[Fraction], Fraction]] = {
    "linear": _straight,
    "workdays": _straight,
    "s_curve": _s_curve,
    "back_loaded": _back_loaded,
}


class Schedule(NamedTuple):
    """What dates and pace mean at a time; many key results share one.

    Attributes:
        begun: Whether its first day has begun.
        passed: Whether the last minute of the due day is over.
        silent_from: When somebody is to be asked of whom nothing was ever heard: its first day,
            and cadence and grace after it.
        fresh_from: The oldest time at which a reading or a check-in is still fresh: cadence and
            grace, counted back from now.
        expected: Progress that should be reached; None where due lies before starts.
    """

    begun: bool
    passed: bool
    silent_from: datetime
    fresh_from: datetime
    expected: Fraction | None

    def is_stale(self, reading: Reading | None, said_at: datetime | None) -> bool:
        """Whether the newest of the two is too old; nothing at all is pending, not stale.

        Args:
            reading: The current reading.
            said_at: When the last check-in was said.
        """
        if reading is not None and reading.at >= self.fresh_from:
            return False
        if said_at is not None:
            return said_at < self.fresh_from
        return reading is not None


class Schedules:
    """The schedules of a plan's key results at a time, each worked out once.

    Args:
        time: The plan at its time.
        days_off: Holidays, for the pace `workdays`.
    """

    def __init__(self, time: Timeline, days_off: Collection[date]) -> None:
        self._time = time
        self._day = time.plan.cycle.day_of(time.as_of)
        self._days_off = days_off
        self._known: dict[tuple[date | None, date | None, str, str], Schedule] = {}

    def of(self, kr: KeyResult) -> Schedule:
        """What the key result's dates mean now."""
        if type(kr.metric) is Milestones or kr.pace.steps:  # a pace of its own
            return self._worked_out(kr)
        key = (kr.starts, kr.due, kr.pace.curve, kr.cadence)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._worked_out(kr)
        return known

    def _worked_out(self, kr: KeyResult) -> Schedule:
        plan, as_of = self._time.plan, self._time.as_of
        lasts = self._time.lasts[kr.cadence]
        begins = plan.cycle.start_of(plan.starts_of(kr))
        ends = plan.cycle.end_of(plan.due_of(kr))
        return Schedule(
            begun=begins <= as_of,
            passed=ends <= as_of,
            silent_from=begins + lasts,
            fresh_from=as_of - lasts,
            expected=self._expected(kr),
        )

    def _expected(self, kr: KeyResult) -> Fraction | None:
        starts, due = self._time.plan.starts_of(kr), self._time.plan.due_of(kr)
        if type(kr.metric) is Milestones:
            dated = expected_parts(kr.metric, due, self._day)
            if dated is not None:
                return dated
        return expected_progress(kr.pace, starts, due, self._day, self._days_off)


def last_check_in(entries: Sequence[Entry], as_of: datetime) -> tuple[int | None, datetime | None]:
    """The last confidence that was said, and when the last check-in was, with or without one.

    Args:
        entries: Entries about one key result, in any order.
        as_of: Time in UTC; later ones do not count.
    """
    if not entries:
        return None, None
    said = [(entry.at.astimezone(UTC), entry.body) for entry in entries if entry.at <= as_of]
    check_ins = [(at, body) for at, body in said if isinstance(body, CheckIn)]
    check_ins.sort(key=lambda pair: pair[0])
    sure = [body.confidence for _, body in check_ins if body.confidence is not None]
    return sure[-1] if sure else None, check_ins[-1][0] if check_ins else None
