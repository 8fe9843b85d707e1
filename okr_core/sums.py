"""Sums: exact sums and means of many ratios, without a gcd at every step."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import gcd

Ratio = tuple[int, int]
"""Numerator and positive denominator, not necessarily in lowest terms."""


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

    Two by two, so that the numbers stay short until the last few steps: adding one by one would
    drag the common denominator of everything through each of them.

    >>> total({2: 1, 3: 1, 6: 1})
    (6, 6)
    """
    terms = [(numerator, denominator) for denominator, numerator in sums.items()] or [(0, 1)]
    while len(terms) > 1:
        paired = [_plus(a, b) for a, b in zip(terms[::2], terms[1::2], strict=False)]
        terms = paired + (terms[-1:] if len(terms) % 2 else [])
    return terms[0]


def _plus(a: Ratio, b: Ratio) -> Ratio:
    common = gcd(a[1], b[1])
    left = b[1] // common
    return a[0] * left + b[0] * (a[1] // common), a[1] * left


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
