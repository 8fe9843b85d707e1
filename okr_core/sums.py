"""Sums: exact sums and means of many ratios, without a gcd at every step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import gcd

Ratio = tuple[int, int]
"""Numerator and positive denominator, not necessarily in lowest terms."""


class Mean:
    """A weighted mean that grows: numerators are added up per denominator.

    >>> mean = Mean()
    >>> mean.add((3, 5), (1, 1))
    >>> mean.add((2, 5), (1, 2))
    >>> mean.value()
    Fraction(4, 5)
    """

    __slots__ = ("_sums", "_weights")

    def __init__(self) -> None:
        self._sums: dict[int, int] = {}
        self._weights: dict[int, int] = {}

    def add(self, weight: Ratio, value: Ratio) -> None:
        """Take in one value with its weight."""
        numerator, denominator = weight
        self._weights[denominator] = self._weights.get(denominator, 0) + numerator
        denominator *= value[1]
        self._sums[denominator] = self._sums.get(denominator, 0) + numerator * value[0]

    def value(self) -> Fraction | None:
        """Σ weight·value ÷ Σ weight; None where the weights are zero or there are none."""
        weight, unit = total(self._weights)
        if not weight:
            return None
        numerator, denominator = total(self._sums)
        return Fraction(numerator * unit, denominator * weight)


def total(sums: Mapping[int, int]) -> Ratio:
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
    """Σ weight·value ÷ Σ weight, exactly; None where the weights are zero or there are none."""
    mean = Mean()
    for weight, value in items:
        mean.add(weight.as_integer_ratio(), value.as_integer_ratio())
    return mean.value()
