"""Pace: how much of a key result should be reached by when."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from fractions import Fraction

from okr_core.basics.days import day_after, local_day, working_days
from okr_core.plan.metrics import Milestones
from okr_core.plan.plan import Pace

ZERO = Fraction(0)
ONE = Fraction(1)


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

    t = complete local days since `starts` ÷ (due − starts + 1). `workdays` counts Mondays to
    Fridays without `days_off` in place of days, and is linear where there are none; `s_curve` is
    3t² − 2t³, `back_loaded` t². Steps hold from their day on: 0 before the first, 1 after `due`.

    Sources: Oboard and Engagedly for the linear pace; 3t² − 2t³ is the cubic Hermite polynomial
    that starts and ends at rest; a power of t and steps are plans of this product.

    Args:
        pace: The curve, with its steps.
        starts: First local day.
        due: Last local day, included.
        as_of: Aware time; a plain day means its local midnight.
        days_off: Holidays; Saturdays and Sundays are off already.
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
