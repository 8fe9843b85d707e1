"""Dots on a line: none crosses the limit of a grade, none covers another."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from okr_report.dots import packed

SHARES = st.lists(st.fractions(0, 1), max_size=60)
LIMITS = (Fraction(4, 10), Fraction(7, 10))


@given(SHARES, st.sampled_from([200, 976]))
def test_a_dot_stays_on_its_side_of_every_limit(shares: list[Fraction], width: int) -> None:
    for share, (x, _) in zip(shares, packed(shares, width).places, strict=True):
        assert 0 <= x < 1 + 1 / 20
        for limit in LIMITS:
            assert (share >= limit) == (Fraction(str(round(x, 9))) >= limit)


@given(SHARES, st.sampled_from([200, 976]))
def test_no_dot_covers_another(shares: list[Fraction], width: int) -> None:
    packing = packed(shares, width, tallest=60)
    rows: dict[int, list[float]] = {}
    for x, row in packing.places:
        rows.setdefault(row, []).append(x * width)
    for places in rows.values():
        places.sort()
        gaps = [b - a for a, b in pairwise(places)]
        assert all(gap > 1 for gap in gaps)


def test_a_thousand_dots_become_small_and_stay_low() -> None:
    packing = packed([Fraction(1)] * 200 + [Fraction(i, 800) for i in range(800)], 976)
    assert packing.step < 14
    assert packing.rows * packing.step <= 200


def test_few_dots_are_large() -> None:
    assert packed([Fraction(1, 2)] * 3, 976).step == 14
    assert packed([], 976).rows == 0
