"""Dots on a line: each at its share exactly, none covers another."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from okr_report.dots import packed

SHARES = st.lists(st.fractions(0, 1), max_size=60)


@given(SHARES, st.sampled_from([200, 976]))
def test_a_dot_stands_at_its_share_exactly(shares: list[Fraction], width: int) -> None:
    assert [x for x, _ in packed(shares, width).places] == [float(share) for share in shares]


@given(SHARES, st.sampled_from([200, 976]))
def test_no_dot_covers_another(shares: list[Fraction], width: int) -> None:
    packing = packed(shares, width)
    rows: dict[int, list[float]] = {}
    for x, row in packing.places:
        rows.setdefault(row, []).append(x * width)
    for places in rows.values():
        assert all(b - a > packing.step - 1e-6 for a, b in pairwise(sorted(places)))


def test_what_reached_the_end_is_piled_up_there_in_its_order() -> None:
    packing = packed([Fraction(1), Fraction(27, 50), Fraction(1), Fraction(1)], 976)
    assert packing.places == ((1.0, 0), (0.54, 0), (1.0, 1), (1.0, 2))


def test_a_thousand_dots_become_small_and_stay_low() -> None:
    packing = packed([Fraction(1)] * 200 + [Fraction(i, 800) for i in range(800)], 976)
    assert packing.step < 14
    assert packing.rows * packing.rise <= 200


def test_few_dots_are_large_and_no_larger_than_they_may_be() -> None:
    assert packed([Fraction(1, 2)] * 3, 976).step == 14
    assert packed([Fraction(1, 2)] * 3, 976, largest=8).step == 8
    assert packed([], 976).rows == 0
