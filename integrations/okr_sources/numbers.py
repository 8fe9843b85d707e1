"""Numbers: the one way in which a number that a tool gives becomes ours."""

from __future__ import annotations

import json
import re
from decimal import Decimal

from okr_core.basics.base import MAX_DIGITS, shortened
from okr_core.errors import DataError

_WRITTEN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?", re.ASCII)


def exact(value: object) -> Decimal:
    """The number that a value of JSON is, or that a text spells, as written.

    A text is a number if it is one in JSON: digits of ASCII, no spaces, no underscores, no
    plus, no zero in front.

    Args:
        value: An int, a float, a Decimal or a text; not a truth value.

    Raises:
        DataError: It is no number, is not finite, or has more digits than `MAX_DIGITS`.

    >>> exact("1.10"), exact(7), exact("-2e3")
    (Decimal('1.10'), Decimal('7'), Decimal('-2E+3'))
    """
    number = _number(value)
    if number is None or not number.is_finite():
        raise DataError(f"{as_json(value)} is no number.", hint="Write digits, such as 4.5.")
    if not fits(number):
        raise DataError(
            f"a number has more than {MAX_DIGITS} digits.", hint="Measure something shorter."
        )
    return number


def as_json(value: object) -> str:
    """A wrong value in the words of JSON, as an error shows it; a text as it is.

    >>> as_json(True), as_json(None), as_json("7,5")
    ('`true`', '`null`', '`7,5`')
    """
    words = json.dumps(value) if value is None or isinstance(value, bool) else value
    return shortened(words)


def fits(number: Decimal) -> bool:
    """Whether a finite number has at most `MAX_DIGITS` digits, before and behind the point.

    Whoever adds up digits without end runs out of memory, not of patience.
    """
    exponent = int(number.as_tuple().exponent)
    return abs(exponent) <= MAX_DIGITS and number.adjusted() - exponent < MAX_DIGITS


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal | int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, str) and len(value) <= 10 * MAX_DIGITS and _WRITTEN.fullmatch(value):
        try:
            return Decimal(value)
        except ArithmeticError:  # an exponent beyond what decimals have
            return None
    return None
