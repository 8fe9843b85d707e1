"""Sums: exact sums and means of many ratios, without a gcd at every step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import gcd

Ratio = tuple[int, int]
"""Numerator and positive denominator, not necessarily in lowest terms."""


_SHORT = 8
Sums = dict[int, int]
"""Denominator → sum of the numerators over it: adding to it takes no common denominator."""


def ratio_of(numerators: Sums, denominators: Sums) -> Fraction:
    """One sum ÷ another, which is not zero.

    >>> ratio_of({2: 1, 3: 1}, {1: 5})
    Fraction(1, 6)
    """
    numerator, unit = total(numerators)
    divisor, divisor_unit = total(denominators)
    return Fraction(numerator * divisor_unit, unit * divisor)


def total(sums: Sums) -> Ratio:
    """The sum of numerators given by denominator.

    Halved while it is long, so that the numbers stay short until the last few steps: adding one by
    one would drag the common denominator of everything through each of them.

    >>> total({2: 1, 3: 1, 6: 1})
    (6, 6)
    """
    return _total(list(sums.items()))


def _total(terms: Sequence[tuple[int, int]]) -> Ratio:
    if len(terms) > _SHORT:
        half = len(terms) // 2
        whole, part = _total(terms[:half]), _total(terms[half:])
        terms = ((whole[1], whole[0]), (part[1], part[0]))
    numerator, denominator = 0, 1
    for unit, amount in terms:
        common = gcd(denominator, unit)
        widened = unit // common
        numerator = numerator * widened + amount * (denominator // common)
        denominator *= widened
    return numerator, denominator


def weighted_mean(items: Iterable[tuple[Decimal, Fraction]]) -> Fraction | None:
    """Σ weight·value ÷ Σ weight, exactly; None where the weights are zero or there are none.

    >>> weighted_mean([(Decimal(1), Fraction(3, 5)), (Decimal("0.5"), Fraction(2, 5))])
    Fraction(8, 15)
    """
    sums: Sums = {}
    weights: Sums = {}
    for weight, value in items:
        n, d = weight.as_integer_ratio()
        a, b = value.as_integer_ratio()
        weights[d] = weights.get(d, 0) + n
        sums[d * b] = sums.get(d * b, 0) + n * a
    return ratio_of(sums, weights) if any(weights.values()) else None
