"""Figures: values with their units, ratios, ranges, ages and days, as people read them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from okr_cli.layout import width_of
from okr_core.metrics import (
    GRADE_ZONES,
    AtLeast,
    AtMost,
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

NOTHING = "–"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_IN_WORDS = {
    "grade": "fail … stretch",
    "binary": "done or not",
    "baseline_finding": "find a baseline",
}
_TIGHT = frozenset({"°", "′", "″"})


def number(value: Decimal) -> str:
    r"""A number without exponent or needless zeros, thousands parted by a thin blank.

    >>> number(Decimal("12500.50"))
    '12\u202f500.5'
    """
    text = f"{value:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", "\N{NARROW NO-BREAK SPACE}").replace("-", "−")


def short_number(value: Decimal) -> str:
    """A number with at most four digits that matter, for a column."""
    whole = len(str(abs(int(value))))
    places = max(0, 4 - whole)
    return number(round(value, places)) if value != value.to_integral_value() else number(value)


def with_unit(text: str, unit: str) -> str:
    """A figure with its unit behind it."""
    if not unit:
        return text
    return f"{text}{unit}" if unit in _TIGHT else f"{text} {unit}"


def value_text(metric: Metric, value: Decimal | None) -> str:
    """A measured value as the metric's kind is spoken of."""
    if value is None:
        return NOTHING
    if isinstance(metric, Grade) and metric.worded:
        return GRADE_ZONES[min(max(int(value), 0), len(GRADE_ZONES) - 1)]
    if isinstance(metric, Binary):
        return "done" if value else "not done"
    return with_unit(short_number(value), metric.unit)


def range_text(metric: Metric) -> str:
    """What the metric asks for: baseline → target, bounds, or parts."""
    return with_unit(_asked(metric), metric.unit)


def _asked(metric: Metric) -> str:
    match metric:
        case Increase() | Decrease() | Curve():
            asked = f"{number(metric.baseline)} → {number(metric.target)}"
        case Grade(baseline=Decimal() as low, stretch=Decimal() as high):
            asked = f"{number(low)} → {number(high)}"
        case AtLeast() | AtMost():
            sign = "≥" if isinstance(metric, AtLeast) else "≤"
            asked = f"{sign} {number(metric.bound)}"
        case Within():
            asked = f"{number(metric.low)} … {number(metric.high)}"
        case Milestones():
            asked = f"{len(metric.parts)} milestones"
        case Grade() | BaselineFinding() | Binary():
            asked = _IN_WORDS[metric.kind]
    return asked


def short_value(metric: Metric, value: Decimal | None) -> str:
    """A measured value for a narrow column: its unit stands beside it, in `short_range`."""
    if value is None:
        return NOTHING
    if isinstance(metric, Milestones):
        return f"{number(value)} of {len(metric.parts)}"
    if isinstance(metric, Binary) or (isinstance(metric, Grade) and metric.worded):
        return value_text(metric, value)
    return short_number(value)


def short_range(metric: Metric, width: int) -> str:
    """What the metric asks for, in thousands or millions where it would not fit otherwise."""
    text = range_text(metric)
    if width_of(text) <= width or not isinstance(metric, Increase | Decrease | Curve):
        return text
    ends = f"{_compact(metric.baseline)} → {_compact(metric.target)}"
    return with_unit(ends, metric.unit)


def _compact(value: Decimal) -> str:
    for power, letter in ((9, "G"), (6, "M"), (3, "k")):
        if abs(value) >= 10**power:
            return short_number(value / 10**power) + letter
    return number(value)


def percent(share: Fraction | None) -> str:
    """A share as whole percents, half-even; nothing is never 0.

    >>> percent(Fraction(2, 3)), percent(None)
    ('67 %', '–')
    """
    if share is None:
        return NOTHING
    whole, rest = divmod(share.numerator * 100, share.denominator)
    half = 2 * rest - share.denominator
    if half > 0 or (half == 0 and whole % 2):
        whole += 1
    return f"{whole} %".replace("-", "−")


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


def day_text(day: date) -> str:
    """A day, unambiguous for any reader.

    >>> day_text(date(2026, 11, 5))
    '5 Nov 2026'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def count(number_of: int, singular: str, plural: str = "") -> str:
    """A number with its noun.

    >>> count(1, "key result"), count(3, "key result")
    ('1 key result', '3 key results')
    """
    return f"{number_of} {singular if number_of == 1 else plural or singular + 's'}"
