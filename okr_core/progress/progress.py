"""Progress: how much of a key result is reached, from its metric and its readings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from okr_core.basics.days import in_utc
from okr_core.basics.exact import Ratio, weighted_mean
from okr_core.plan.metrics import (
    AtLeast,
    AtMost,
    Band,
    BaselineFinding,
    Binary,
    Curve,
    Decrease,
    Grade,
    Increase,
    Metric,
    Milestones,
    Within,
)
from okr_core.plan.plan import Cadence
from okr_core.plan.values import parse_value
from okr_core.plan.workspace import StalenessPolicy
from okr_core.progress.bands import Span, Verdict, holds, judged, judged_over_time
from okr_core.record.entries import Reading
from okr_core.record.readings import counting_readings, current_in, current_reading

GRADES: tuple[Ratio, ...] = ((0, 1), (3, 7), (1, 1), (10, 7))
"""Progress of the zones fail, commit, target, stretch."""
__all__ = ["Progress", "current_reading", "measure", "parse_value", "progress_of"]
ZERO = Fraction(0)
ONE = Fraction(1)


def straight_ratio(metric: Increase | Decrease, value: Decimal) -> Ratio:
    """(value − baseline) ÷ (target − baseline), exactly; below 0 and above 1 beyond the ends.

    Source: linear interpolation, with the results of oslokommune/okr-tracker and puzzle/okr.

    On whole numbers throughout: this runs once per key result, and a Fraction per step would take
    four times as long.

    >>> straight_ratio(Decrease(baseline=Decimal(8), target=Decimal(4)), Decimal("5.5"))
    (5, 8)
    """
    v, v_unit = value.as_integer_ratio()
    b, b_unit = metric.baseline.as_integer_ratio()
    t, t_unit = metric.target.as_integer_ratio()
    way = (v * b_unit - b * v_unit) * t_unit
    whole = (t * b_unit - b * t_unit) * v_unit
    return (way, whole) if whole > 0 else (-way, -whole)


def curve_ratio(metric: Curve, value: Decimal) -> Ratio:
    """Piecewise linear through (baseline, 0), the points and (target, 1); flat beyond the ends.

    Source: the checkpoints of ShamanR/okrs, here sorted by value, so that falling ones do not turn
    upside down.
    """
    return _interpolated([(x, Fraction(y)) for x, y in metric.knots()], value)


def grade_ratio(metric: Grade, value: Decimal) -> Ratio | None:
    """Progress of a grade: its zone's, or between the marks of a number; flat beyond the ends.

    Source: puzzle/okr, commit at 30 % and target at 70 % of the way from baseline to stretch, so
    that the target is 1 and the zones lie at 0, 3/7, 1 and 10/7.

    Returns:
        None where a worded grade's reading is no zone.
    """
    if metric.worded:
        zone = int(value)
        return GRADES[zone] if zone == value and 0 <= zone < len(GRADES) else None
    knots = sorted((x, Fraction(*y)) for x, y in metric.knots())
    return _interpolated(knots, value)


def _interpolated(knots: Sequence[tuple[Decimal, Fraction]], value: Decimal) -> Ratio:
    if value <= knots[0][0]:
        return knots[0][1].as_integer_ratio()
    for (x0, y0), (x1, y1) in pairwise(knots):
        if value <= x1:
            start = Fraction(x0)
            part = (Fraction(value) - start) / (Fraction(x1) - start)
            return (y0 + (y1 - y0) * part).as_integer_ratio()
    return knots[-1][1].as_integer_ratio()


def ratio_of(metric: Metric, value: Decimal) -> Ratio | None:
    """Progress of one value taken alone; of a band 1 or 0, whether it holds.

    Returns:
        None where that needs more than a value: of milestones, and of a grade's unknown zone.
    """
    compute = _RATIOS.get(type(metric))
    return compute(metric, value) if compute else None


class Progress(NamedTuple):
    """How much is reached: of a key result, an objective, a team or a cycle.

    Attributes:
        raw: 1 means "target reached"; below 0 and above 1 where the value left baseline to target.
            None: nothing is known, which is not 0. Of what has ended without a person's word.
        clamped: Held to [0, 1]; of several items the mean of theirs, so that one beyond its target
            does not pay for another.
        coverage: Share of the weight that has a value, in [0, 1]; 0 or 1 for a key result.
        reason: Why there is no number or no value behind it, empty where there is one.
    """

    raw: Fraction | None
    clamped: Fraction | None
    coverage: Fraction
    reason: str = ""

    @property
    def known(self) -> bool:
        """Whether there is any value behind it: what ended in silence counts 0 without one."""
        return self.coverage > 0


Measured = tuple[Progress, Reading | None]
"""Progress, and the current reading; of milestones the newest, with the number done as value."""


def unknown(reason: str) -> Progress:
    """No number, and why."""
    return Progress(None, None, ZERO, reason)


_PENDING: Measured = (unknown("no reading yet"), None)


_NOT_AT_ALL = Progress(ZERO, ZERO, ONE)


_IN_FULL = Progress(ONE, ONE, ONE)


def progress_of(
    metric: Metric,
    readings: Sequence[Reading],
    as_of: datetime,
    *,
    cadence: Cadence = "weekly",
    grace_days: int = 3,
    since: datetime | None = None,
    until: datetime | None = None,
    bound: bool = False,
) -> Progress:
    """Progress of one key result at `as_of`.

    Args:
        metric: What is measured.
        readings: Readings of the key result and its parts, in any order.
        as_of: Aware time; later readings do not count.
        cadence: With `grace_days`, how long a reading of a band holds where none follows.
        grace_days: Days past the cadence.
        since: Where the time begins that a band's judge looks at; None: with the first reading.
        until: Where that time ends (exclusive): the end of the due day; None: `as_of`.
        bound: Whether a source supplies the readings: people's values then need an `until`.

    Raises:
        ValueError: `as_of` has no time zone.

    >>> from datetime import UTC
    >>> metric = Increase(baseline=Decimal(20), target=Decimal(100))
    >>> reading = Reading(at=datetime(2026, 10, 5, tzinfo=UTC), value=Decimal(40))
    >>> progress_of(metric, [reading], datetime(2026, 10, 6, tzinfo=UTC)).clamped
    Fraction(1, 4)
    """
    lasts = timedelta(days=getattr(StalenessPolicy(), cadence) + grace_days)
    as_of = in_utc(as_of)
    return measure(metric, readings, as_of, Span(until or as_of, lasts, since, bound))[0]


def measure(metric: Metric, readings: Sequence[Reading], as_of: datetime, span: Span) -> Measured:
    """Progress with the reading that it rests on.

    Args:
        metric: What is measured.
        readings: Readings of the key result and its parts, in any order.
        as_of: Time in UTC; later readings do not count.
        span: What a band's judge looks at; the earlier of its end and `as_of` ends it.
    """
    if not readings:
        return _PENDING
    # Types and not isinstance, here and below: pydantic's own check takes a microsecond each.
    if type(metric) is Milestones:
        return _parts(metric, readings, as_of, span.bound)
    if len(readings) > 1 or readings[0].part:
        readings = [r for r in readings if not r.part]
    current = current_in(readings, as_of, span.bound)
    if current is None:
        return _why_pending(readings, as_of), None
    if judged_over_time(metric):
        return _judged(metric, readings, as_of, span), current
    ratio = _RATIOS[type(metric)](metric, current.value)
    if ratio is None:
        return unknown(f"reading {current.value} is no zone of the grade"), current
    return reached(*ratio), current


def reached(numerator: int, denominator: int) -> Progress:
    """Progress of a known ratio, whose denominator is positive."""
    if 0 < numerator < denominator:
        raw = Fraction(numerator, denominator)
        return Progress(raw, raw, ONE)
    if numerator == denominator:
        return _IN_FULL
    if not numerator:
        return _NOT_AT_ALL
    return Progress(Fraction(numerator, denominator), ZERO if numerator < 0 else ONE, ONE)


def _why_pending(readings: Iterable[Reading], as_of: datetime) -> Progress:
    known = [r for r in readings if r.at <= as_of]
    if any(r.state == "suspect" for r in known):
        return unknown("its reading is suspect and waits for a person")
    if any(r.state == "observed" for r in known):
        return unknown("people's value has ended and its source has not answered yet")
    return unknown("no reading yet")


def _judged(metric: Band, readings: Sequence[Reading], as_of: datetime, span: Span) -> Progress:
    found = verdict_of(metric, readings, as_of, span)
    if found is None:
        return unknown("no reading between its start and its due day")
    return Progress(found.progress, found.progress, ONE)


def verdict_of(
    metric: Band, readings: Sequence[Reading], as_of: datetime, span: Span
) -> Verdict | None:
    """What a band is judged by at a time; None where no reading lies in the span.

    Args:
        metric: The band.
        readings: Readings of the key result, in any order.
        as_of: Time in UTC; later readings do not count.
        span: What its judge looks at; the earlier of its end and `as_of` ends it.
    """
    counting = counting_readings(readings, as_of, bound=span.bound)
    if span.ends < as_of:
        counting = [r for r in counting if r.at < span.ends]
    # The last moment of a day is judged with it: a threshold that is met exactly is met.
    ends = as_of if as_of + timedelta.resolution < span.ends else span.ends
    return judged(metric, counting, replace(span, ends=ends))


def _parts(
    metric: Milestones, readings: Sequence[Reading], as_of: datetime, bound: bool
) -> Measured:
    by_part: dict[str, list[Reading]] = {part.id: [] for part in metric.parts}
    for reading in readings:
        by_part.get(reading.part, []).append(reading)
    current = {
        part: last
        for part, several in by_part.items()
        if (last := current_in(several, as_of, bound)) is not None
    }
    if not current:
        return _why_pending((r for rs in by_part.values() for r in rs), as_of), None
    done = {part for part, reading in current.items() if reading.value >= 1}
    mean = weighted_mean((p.weight, ONE if p.id in done else ZERO) for p in metric.parts)
    assert mean is not None, "parts have positive weights"
    newest = max(current.values(), key=lambda r: (r.at, r.sequence))
    return Progress(mean, mean, ONE), replace(newest, part="", value=Decimal(len(done)))


def _held(metric: Band, value: Decimal) -> Ratio:
    return (1, 1) if holds(metric, value) else (0, 1)


def _done(_: Binary, value: Decimal) -> Ratio:
    return (1, 1) if value >= 1 else (0, 1)


def _found(_: BaselineFinding, __: Decimal) -> Ratio:
    return (1, 1)


# Any: each function takes the metric whose type is its key, which a dict cannot say.
_RATIOS: dict[type, Callable[[Any, Decimal], Ratio | None]] = {
    Increase: straight_ratio,
    Decrease: straight_ratio,
    Curve: curve_ratio,
    Grade: grade_ratio,
    AtLeast: _held,
    AtMost: _held,
    Within: _held,
    Binary: _done,
    BaselineFinding: _found,
}
