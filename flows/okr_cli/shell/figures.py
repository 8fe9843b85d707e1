"""Figures: values with their units, ratios, ranges, ages and days, as people read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from okr_cli.shell.layout import width_of
from okr_core.plan.metrics import Binary, Curve, Decrease, Grade, Increase, Metric, Milestones
from okr_core.words.figures import (
    NOTHING,
    number,
    range_text,
    short_number,
    target_of,
    value_text,
    way_text,
    with_unit,
)


def short_value(metric: Metric, value: Decimal | None, width: int = 0) -> str:
    """A measured value for a narrow column: its unit stands beside it, in `short_range`.

    Args:
        metric: What is measured.
        value: The value.
        width: Columns that `short_range` has in the same row: both are in thousands, or neither.
    """
    if value is None:
        return NOTHING
    if isinstance(metric, Milestones):
        return f"{number(value)} of {len(metric.parts)}"
    if isinstance(metric, Binary) or (isinstance(metric, Grade) and metric.worded):
        return value_text(metric, value)
    return compact(value) if width and _iscompact(metric, width) else short_number(value)


def _iscompact(metric: Metric, width: int) -> bool:
    return target_of(metric) is not None and width_of(way_text(metric)) > width


def short_range(metric: Metric, width: int) -> str:
    """What the metric asks for, shortened where it would not fit.

    What lies beyond the target goes first; then figures are in thousands or millions.
    """
    whole, target = range_text(metric), target_of(metric)
    if width_of(whole) <= width or target is None:
        return whole
    if not _iscompact(metric, width):
        return way_text(metric)
    ends = f"{compact(_baseline(metric))} → {compact(target)}"
    return with_unit(ends, metric.unit)


def _baseline(metric: Metric) -> Decimal:
    assert isinstance(metric, Increase | Decrease | Curve | Grade), "it has a target"
    assert metric.baseline is not None, "then it has a baseline too"
    return metric.baseline


def compact(value: Decimal) -> str:
    """A figure in thousands, millions or billions where it is that large, such as `2.2k`."""
    for power, letter in ((9, "G"), (6, "M"), (3, "k")):
        if abs(value) >= 10**power:
            return short_number(value / 10**power) + letter
    return number(value)


def age(at: datetime | None, as_of: datetime) -> str:
    """How old something is, in the largest unit that gives a whole number.

    >>> from datetime import UTC
    >>> age(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 3, 12, tzinfo=UTC))
    '2 d'
    """
    if at is None:
        return NOTHING
    passed = max(as_of - at, timedelta())
    if passed >= timedelta(days=1):
        return f"{passed.days} d"
    if passed >= timedelta(hours=1):
        return f"{passed.seconds // 3600} h"
    return "< 1 h"


def count(number_of: int, singular: str, plural: str = "") -> str:
    """A number with its noun.

    >>> count(1, "key result"), count(3, "key result")
    ('1 key result', '3 key results')
    """
    return f"{number_of} {singular if number_of == 1 else plural or singular + 's'}"
