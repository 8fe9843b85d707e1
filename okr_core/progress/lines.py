"""Lines: how far a number has come from its baseline to its target."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from okr_core.basics.sums import Ratio
from okr_core.plan.metrics import Curve, Decrease, Grade, Increase

GRADES: tuple[Ratio, ...] = ((0, 1), (3, 7), (1, 1), (10, 7))
"""Progress of the zones fail, commit, target, stretch."""


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
