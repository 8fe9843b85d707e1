"""Figures: values with their units, shares and ranges, as people read them everywhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from okr_core.plan.metrics import (
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
from okr_core.words.vocabulary import GREEN, YELLOW

NOTHING = "–"
DIGITS = 6
"""Significant digits of a number that people add up again."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LIMITS = frozenset({*(int(bound * 100) for bound in (YELLOW, GREEN)), 100})
"""Hundredths that a share is not rounded up to."""
_ONE = frozenset({"1", "−1"})
_TIGHT = frozenset({"°", "′", "″"})
_IN_WORDS = {
    "grade": "fail … stretch",
    "binary": "done or not",
    "baseline_finding": "find a baseline",
}


def number(value: Decimal) -> str:
    r"""A number without exponent or needless zeros, thousands parted by a thin blank.

    >>> number(Decimal("12500.50"))
    '12\u202f500.5'
    """
    text = f"{value:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", "\N{NARROW NO-BREAK SPACE}").replace("-", "−")


def rounded(value: Decimal) -> str:
    """A number with at most six digits that matter; whole numbers keep all of theirs.

    >>> rounded(Decimal("38.98732558")), rounded(Decimal(1234567))
    ('38.9873', '1\u202f234\u202f567')
    """
    if value == value.to_integral_value():
        return number(value)
    places = max(0, DIGITS - 1 - value.adjusted())
    return number(round(value, places))


def short_number(value: Decimal) -> str:
    """A number with at most four digits that matter, for a column."""
    whole = len(str(abs(int(value))))
    places = max(0, 4 - whole)
    return number(round(value, places)) if value != value.to_integral_value() else number(value)


def with_unit(text: str, unit: str) -> str:
    """A figure with its unit behind it."""
    if not unit:
        return text
    if text in _ONE:
        unit = _singular(unit)
    return f"{text}{unit}" if unit in _TIGHT else f"{text} {unit}"


def _singular(unit: str) -> str:
    """One of an English plural; other words, abbreviations and other languages stay as they are.

    >>> [_singular(unit) for unit in ("bugs", "days", "replies", "ms", "Kurs", "status", "%")]
    ['bug', 'day', 'reply', 'ms', 'Kurs', 'status', '%']
    """
    if not (unit.isascii() and unit.isalpha() and unit.islower() and unit.endswith("s")):
        return unit
    if len(unit) < 4 or unit.endswith(("ss", "us", "is", "ps")):
        return unit
    if unit.endswith("ies"):
        return f"{unit[:-3]}y"
    return unit[: -2 if unit.endswith(("sses", "xes", "ches", "shes")) else -1]


def value_text(metric: Metric, value: Decimal | None) -> str:
    """A measured value as the metric's kind is spoken of."""
    if value is None:
        return NOTHING
    if isinstance(metric, Grade) and metric.worded:
        return GRADE_ZONES[min(max(int(value), 0), len(GRADE_ZONES) - 1)]
    if isinstance(metric, Binary):
        return "done" if value else "not done"
    return with_unit(short_number(value), metric.unit)


def percent(share: Fraction | None) -> str:
    """A share as whole percents, half-even; nothing is never 0.

    What is begun is not 0 %, and what is not reached not 100 %, however close; nor is it rounded
    across the limit of a grade, so that it says what a score says.

    >>> percent(Fraction(2, 3)), percent(Fraction(998, 1000)), percent(Fraction(1, 900))
    ('67 %', '99 %', '< 1 %')
    >>> percent(None), percent(Fraction(695, 1000))
    ('–', '69 %')
    """
    if share is None:
        return NOTHING
    if 0 < share <= Fraction(1, 200):
        return "< 1 %"
    return f"{hundredths(share)} %".replace("-", "−")


def hundredths(share: Fraction) -> int:
    """A share in hundredths, half-even, but never across the limit of a grade or up to 1.

    >>> hundredths(Fraction(2, 3)), hundredths(Fraction(699, 1000)), hundredths(Fraction(999, 1000))
    (67, 69, 99)
    """
    whole, rest = divmod(share.numerator * 100, share.denominator)
    half = 2 * rest - share.denominator
    if (half > 0 or (half == 0 and whole % 2)) and whole + 1 not in _LIMITS:
        return whole + 1
    return whole


def two_places(share: Fraction) -> str:
    """A share with two places, as a score is written; what is begun is not 0.

    >>> two_places(Fraction(7, 10)), two_places(Fraction(1, 1000))
    ('0.70', '0.01')
    """
    parts = max(hundredths(share), int(share > 0))
    return f"{parts // 100}.{parts % 100:02}"


def rounded_share(share: Fraction) -> str:
    """A share of the time in percent with one place, never rounded up to all of it.

    >>> rounded_share(Fraction(837, 1000)), rounded_share(Fraction(9, 10))
    ('83.7 %', '90 %')
    >>> rounded_share(Fraction(99999, 100000))
    '99.9 %'
    """
    tenths = round(share * 1000)
    if share < 1:
        tenths = min(tenths, 999)
    return f"{number(Decimal(tenths) / 10)} %"


def target_of(metric: Metric) -> Decimal | None:
    """The number at which progress is 1; of a grade it lies before the stretch.

    >>> target_of(Grade(baseline=Decimal(10), stretch=Decimal(20)))
    Decimal('17.0')

    None: the metric asks for no number, or for a range.
    """
    match metric:
        case Increase() | Decrease() | Curve():
            return metric.target
        case Grade() if not metric.worded:
            return next(value for value, share in metric.knots() if share == (1, 1))
        case _:
            return None


def range_text(metric: Metric) -> str:
    """What the metric asks for: baseline → target, bounds, or parts.

    >>> range_text(Grade(unit="%", baseline=Decimal(10), stretch=Decimal(20)))
    '10 → 17 % (stretch 20)'
    """
    asked = way_text(metric)
    if isinstance(metric, Grade) and metric.stretch is not None:
        return f"{asked} (stretch {number(metric.stretch)})"
    return asked


def way_text(metric: Metric) -> str:
    """The same as `range_text` without what lies beyond the target."""
    return with_unit(_asked(metric), metric.unit)


def _asked(metric: Metric) -> str:
    match metric:
        case Increase() | Decrease() | Curve():
            asked = f"{number(metric.baseline)} → {number(metric.target)}"
        case Grade() if not metric.worded:
            low, _, aim, _ = (value for value, _ in metric.knots())
            asked = f"{number(low)} → {number(aim)}"
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


def day_text(day: date) -> str:
    """A day, unambiguous for any reader.

    >>> day_text(date(2026, 11, 5))
    '5 Nov 2026'
    """
    return f"{short_day_text(day)} {day.year}"


def short_day_text(day: date) -> str:
    """A day without its year, where the cycle says which.

    >>> short_day_text(date(2026, 11, 5))
    '5 Nov'
    """
    return f"{day.day} {_MONTHS[day.month - 1]}"
