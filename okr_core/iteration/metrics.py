"""Metrics of the next cycle: the last actual is the new baseline, what is done is left out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from okr_core.plan.metrics import (
    AtLeast,
    AtMost,
    Curve,
    Decrease,
    Grade,
    Increase,
    Metric,
    Milestones,
    Within,
)
from okr_core.progress.progress import curve_ratio

DIGITS = 6
"""Digits of a baseline that matter: what a ratio adds to them nobody agreed on."""
_PLACES = Decimal("0.0001")
_COMMIT = Decimal(3) / Decimal(7)
"""Of the way to the target, where a grade's commit lies."""


@dataclass(frozen=True, slots=True)
class Actual:
    """How far a key result came.

    Attributes:
        value: The last value that counts; None: none was ever said or read.
        reached: Whether its target is reached; a band that holds can still be broken.
        done: Parts of milestones that are done.
    """

    value: Decimal | None = None
    reached: bool = False
    done: frozenset[str] = frozenset()


def carried_metric(metric: Metric, actual: Actual) -> Metric | None:
    """The metric that goes on from what was reached; None where nothing is left to do.

    A Line begins at the last actual and keeps its target. A Band goes on as it is, its baseline
    being the last actual where it has one. Of milestones the open parts are left.

    >>> half = Increase(unit="%", baseline=Decimal(31), target=Decimal(45))
    >>> carried_metric(half, Actual(Decimal(38))).baseline
    Decimal('38')
    >>> carried_metric(half, Actual(Decimal(47), reached=True)) is None
    True
    """
    if isinstance(metric, AtLeast | AtMost | Within):
        return _band(metric, actual)
    if isinstance(metric, Milestones):
        parts = tuple(part for part in metric.parts if part.id not in actual.done)
        return metric.model_copy(update={"parts": parts}) if parts else None
    if actual.reached:
        return None
    return metric if actual.value is None else _line(metric, _short(actual.value))


def _line(metric: Metric, value: Decimal) -> Metric | None:
    """A Line that begins at a value; what is no Line goes on as it is."""
    if isinstance(metric, Increase | Decrease):
        return None if value == metric.target else _with(metric, baseline=value)
    if isinstance(metric, Curve):
        return None if value == metric.target else _curve(metric, value)
    return _grade(metric, value) if isinstance(metric, Grade) and not metric.worded else metric


def _band(metric: AtLeast | AtMost | Within, actual: Actual) -> Metric:
    if metric.baseline is None or actual.value is None:
        return metric
    return _with(metric, baseline=_short(actual.value))


def _curve(metric: Curve, value: Decimal) -> Metric:
    """Points that are still ahead; what is left of the way is the whole way now."""
    gone = _fraction(*curve_ratio(metric, value))
    rising = metric.target > metric.baseline
    ahead = [
        (x, _rounded((Fraction(y) - gone) / (1 - gone)))
        for x, y in metric.points
        if (x > value if rising else x < value)
    ]
    return _with(metric, baseline=value, points=tuple(ahead))


def _grade(metric: Grade, value: Decimal) -> Metric | None:
    (_, _), (commit, _), (target, _), (stretch, _) = metric.knots()
    rising = stretch > value
    if value == target or (value < target) != rising:
        return None
    if value == commit or (value < commit) != rising:
        commit = _short(value + (target - value) * _COMMIT)
    return _with(metric, baseline=value, commit=commit, target=target, stretch=stretch)


def _with(metric: Metric, **fields: object) -> Metric:
    """The metric with other fields, by its own rules."""
    kept = {name: getattr(metric, name) for name in type(metric).model_fields}
    return type(metric).model_validate(kept | fields)


def _fraction(numerator: int, denominator: int) -> Fraction:
    return max(Fraction(numerator, denominator), Fraction(0))


def _rounded(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return _plain(exact.quantize(_PLACES))


def _short(value: Decimal) -> Decimal:
    places = max(0, DIGITS - 1 - value.adjusted())
    exponent = value.as_tuple().exponent
    return _plain(round(value, places)) if -int(exponent) > places else value


def _plain(value: Decimal) -> Decimal:
    """Without zeros behind the point that nobody wrote, and without an exponent."""
    return Decimal(f"{value.normalize():f}")
