"""Small pictures: what is not known is not drawn, and nothing leaves its frame."""

import re
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from okr_report.html import BAR, bar, spark, way

SHARES = st.none() | st.fractions(0, 1)
BANDS = st.tuples(*[st.fractions(-2, 3)] * 3).map(sorted).map(tuple)


def numbers(svg: str, attribute: str) -> list[float]:
    return [float(found) for found in re.findall(rf' {attribute}="([^"]*)"', svg)]


@given(SHARES, SHARES, st.none() | BANDS)
def test_a_bar_stays_in_its_frame(
    progress: Fraction | None,
    expected: Fraction | None,
    band: tuple[Fraction, Fraction, Fraction] | None,
) -> None:
    svg = bar(progress, expected, "behind", band)
    assert all(0 <= x <= BAR for x in numbers(svg, "x"))
    assert all(0 <= width <= BAR for width in numbers(svg, "width"))


def test_a_bar_of_nothing_known_is_a_track_alone() -> None:
    assert bar(None, None, "pending").count("<rect") == 1
    assert bar(Fraction(0), None, "behind").count("<rect") == 2


def test_a_line_is_broken_where_nothing_was_known() -> None:
    half = Fraction(1, 2)
    assert spark([half, half, None, half, half], [0, 0.2, 0.4, 0.6, 0.8]).count("M") == 2
    assert spark([half, half, half, half], [0, 0.2, 0.4, 0.6]).count("M") == 1


def test_a_step_of_three_days_is_shorter_than_a_week() -> None:
    half = Fraction(1, 2)
    path = re.findall(r"[ML]([\d.]+) ", spark([half, half, half], [0, 0.5, 0.75]))
    first, second, third = map(float, path)
    assert second - first == 2 * (third - second)


def test_one_point_is_no_history() -> None:
    assert spark([None, Fraction(1, 2)], [0, 1]) == ""


@given(st.lists(SHARES, min_size=1, max_size=14), BANDS)
def test_a_way_with_a_forecast_stays_in_its_frame(
    shares: list[Fraction | None], band: tuple[Fraction, Fraction, Fraction]
) -> None:
    at = [index / 28 for index in range(len(shares))]
    svg = way(shares, shares, at, ends=("1 Oct", "30 Dec"), status="behind", band=band)
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([-\d.]+)", svg)]
    assert all(0 <= y <= 96 for y in heights)
