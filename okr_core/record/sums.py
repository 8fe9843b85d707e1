"""Sums: the arithmetic of evidence, exact but for divisions.

Those of average, ratio and median are rounded once, half-even, to 28 significant digits where they
do not end before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation

DIGITS = 28
"""Significant digits to which a division that does not end is rounded."""

_EXACT = Context(prec=1000, rounding=ROUND_HALF_EVEN, traps=[Inexact, InvalidOperation])
_ROUNDED = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])


def quotient(numerator: Decimal, denominator: Decimal) -> Decimal:
    """A division, rounded half-even to 28 significant digits where it does not end before.

    >>> quotient(Decimal(2), Decimal(3))
    Decimal('0.6666666666666666666666666667')
    """
    return _ROUNDED.divide(numerator, denominator)


def plus(one: Decimal, other: Decimal) -> Decimal:
    """The exact sum of two."""
    return _EXACT.add(one, other)


def product(one: Decimal, other: Decimal) -> Decimal:
    """The exact product."""
    return _EXACT.multiply(one, other)


def total(values: Iterable[Decimal]) -> Decimal:
    """The exact sum.

    >>> total([Decimal("0.1"), Decimal("1E+30")])
    Decimal('1000000000000000000000000000000.1')
    """
    # Few distinct numbers make up most selections: each is added once, times how often it is there.
    held = list(values)
    distinct = dict(zip(map(id, held), held, strict=True))
    result = Decimal(0)
    for key, times in Counter(map(id, held)).items():
        value = distinct[key]
        result = _EXACT.add(result, value if times == 1 else _EXACT.multiply(value, times))
    return result


def plain(value: Decimal) -> Decimal:
    """The same number as people write it: 5 and not 5.0, 0 and not -0."""
    if not value:
        return Decimal(0)
    _, digits, exponent = value.as_tuple()
    if int(exponent) >= 0 or digits[-1]:
        return value
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize(_EXACT)
