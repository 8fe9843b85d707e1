"""Values: reading what a person writes as the number that a metric measures."""

from __future__ import annotations

from decimal import Decimal

from okr_core.basics.base import MAX_DIGITS
from okr_core.basics.exact import decimal_text
from okr_core.basics.numbers import number_to_write, typed_number
from okr_core.plan.metrics import GRADE_ZONES, Binary, Grade, Metric, Milestones

_DONE = frozenset({"done", "yes", "true", "1"})
_OPEN = frozenset({"open", "no", "false", "0"})
_BEYOND_TEXT = 200


def parse_value(metric: Metric, text: str) -> Decimal:
    """The value of a reading as a person writes it.

    A worded grade takes its zone's name, binary and milestones take done or open (yes or no, true
    or false, 1 or 0), everything else a number with a decimal point, thousands parted by a blank
    or not, the metric's unit behind it or not: what we print is read.

    Raises:
        ValueError: It is none of these; the message says what to write.

    >>> from okr_core.plan.metrics import Grade, Increase
    >>> parse_value(Grade(), "target"), parse_value(Binary(), "done")
    (Decimal('2'), Decimal('1'))
    >>> parse_value(Increase(unit="%", baseline=Decimal(31), target=Decimal(45)), "40.5 %")
    Decimal('40.5')
    >>> parse_value(Increase(unit="€", baseline=Decimal(0), target=Decimal(20000)), "11 100 €")
    Decimal('11100')
    """
    word = text.strip().lower()
    if isinstance(metric, Binary | Milestones):
        return _done(text, word)
    if isinstance(metric, Grade) and metric.worded:
        return _zone(text, word)
    return _number(text, metric.unit)


def typed_value(metric: Metric, value: Decimal) -> str:
    """A value as a person types it: what `parse_value` reads as that value.

    >>> from okr_core.plan.metrics import Grade
    >>> typed_value(Grade(), Decimal(2)), typed_value(Binary(), Decimal(0))
    ('target', 'open')
    """
    if isinstance(metric, Binary | Milestones):
        return "done" if value else "open"
    if isinstance(metric, Grade) and metric.worded:
        return GRADE_ZONES[min(max(int(value), 0), len(GRADE_ZONES) - 1)]
    return decimal_text(value)


def _done(text: str, word: str) -> Decimal:
    if word in _DONE:
        return Decimal(1)
    if word in _OPEN:
        return Decimal(0)
    raise ValueError(f"{_shown(text)} is neither done nor open. Write `done` or `open`.")


def _zone(text: str, word: str) -> Decimal:
    if word in GRADE_ZONES:
        return Decimal(GRADE_ZONES.index(word))
    zones = ", ".join(GRADE_ZONES)
    raise ValueError(f"{_shown(text)} is no zone of the grade. Write one of {zones}.")


def _number(text: str, unit: str) -> Decimal:
    bare = text.strip()
    if unit and bare.endswith(unit):
        bare = bare.removesuffix(unit).rstrip()
    value = typed_number(bare)
    if value is None:
        instead = number_to_write(bare[:_BEYOND_TEXT]) or "digits such as 1250 or 40.5"
        raise ValueError(f"{_shown(text)} is not a number. Write {instead}.")
    _, digits, exponent = value.as_tuple()
    if len(digits) > MAX_DIGITS or abs(int(exponent)) > MAX_DIGITS:
        raise ValueError(f"the number has more than {MAX_DIGITS} digits. Write a shorter one.")
    return value


def _shown(text: str) -> str:
    return repr(text if len(text) <= _BEYOND_TEXT else f"{text[:_BEYOND_TEXT]}…")
