"""Figures read as people say them."""

import doctest
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from okr_cli.shell import figures
from okr_core.plan.metrics import AtMost, Binary, Curve, Grade, Increase, Metric, Milestones, Part
from okr_core.words.figures import number, percent, range_text, rounded, value_text


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(figures).failed == 0


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        (Increase(unit="%", baseline=Decimal(31), target=Decimal(45)), "38.20", "38.2 %"),
        (Increase(baseline=Decimal(0), target=Decimal(9)), "-3", "−3"),
        (AtMost(unit="°", bound=Decimal(4)), "3.14159", "3.142°"),
        (Grade(), "2", "target"),
        (Binary(), "1", "done"),
        (Binary(), "0", "not done"),
    ],
)
def test_a_value_is_said_as_its_metric_is_spoken_of(metric: Metric, value: str, text: str) -> None:
    assert value_text(metric, Decimal(value)) == text


def test_nothing_is_a_dash_and_never_zero() -> None:
    assert value_text(Binary(), None) == "–"
    assert percent(None) == "–"
    assert figures.age(None, datetime(2026, 10, 1, tzinfo=UTC)) == "–"


def test_a_wide_range_is_shortened_to_thousands_and_keeps_its_unit() -> None:
    metric = Curve(unit="CHF", baseline=Decimal(1_250_000), target=Decimal(2_000_000))
    assert figures.short_range(metric, 17) == "1.25M → 2M CHF"


def test_a_graded_number_asks_for_its_target_and_the_stretch_lies_beyond() -> None:
    metric = Grade(unit="%", baseline=Decimal(10), stretch=Decimal(20))
    assert range_text(metric) == "10 → 17 % (stretch 20)"
    assert figures.short_range(metric, 17) == "10 → 17 %"
    falling = Grade(baseline=Decimal(10), target=Decimal(0), stretch=Decimal(-4))
    assert range_text(falling) == "10 → 0 (stretch −4)"


def test_a_wide_graded_number_is_in_thousands_with_its_value() -> None:
    metric = Grade(unit="requests", baseline=Decimal(100_000), stretch=Decimal(200_000))
    assert figures.short_range(metric, 17) == "100k → 170k requests"
    assert figures.short_value(metric, Decimal(150_000), 17) == "150k"


def test_milestones_are_shown_as_done_of_all() -> None:
    metric = Milestones(parts=tuple(Part(id=i, title=i) for i in "abc"))
    assert figures.short_value(metric, Decimal(1)) == "1 of 3"


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=5), "< 1 h"),
        (timedelta(minutes=59), "< 1 h"),
        (timedelta(hours=23), "23 h"),
        (timedelta(days=13, hours=5), "13 d"),
        (timedelta(days=-1), "< 1 h"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(passed: timedelta, text: str) -> None:
    as_of = datetime(2026, 11, 15, 12, tzinfo=UTC)
    assert figures.age(as_of - passed, as_of) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(997_887, 1_000_000), "99 %"),
        (Fraction(1), "100 %"),
        (Fraction(985, 1000), "98 %"),
        (Fraction(1, 1000), "< 1 %"),
        (Fraction(0), "0 %"),
        (Fraction(5, 1000), "< 1 %"),
    ],
)
def test_what_is_not_reached_is_never_100_and_what_is_begun_never_0(
    share: Fraction, text: str
) -> None:
    assert percent(share) == text


def test_a_value_is_in_thousands_where_its_range_is() -> None:
    wide = Increase(unit="h of support", baseline=Decimal(1_200), target=Decimal(2_400))
    assert figures.short_range(wide, 17) == "1.2k → 2.4k h of support"
    assert figures.short_value(wide, Decimal(2_200), 17) == "2.2k"
    plain = Increase(unit="h", baseline=Decimal(1_200), target=Decimal(2_400))
    assert figures.short_value(plain, Decimal(2_200), 17) == number(Decimal(2_200))


def test_numbers_to_add_up_again_have_six_digits_that_matter() -> None:
    assert rounded(Decimal("38.98732558139534883720930233")) == "38.9873"
    assert rounded(Decimal("0.000123456789")) == "0.000123457"
    assert rounded(Decimal(-1_234_567)) == number(Decimal(-1_234_567))


def test_half_a_percent_is_rounded_to_even() -> None:
    assert percent(Fraction(125, 1000)) == "12 %"
    assert percent(Fraction(-1, 4)) == "−25 %"
