"""How much should be reached by when."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.basics.days import in_utc
from okr_core.calendar.days_off import working_days
from okr_core.plan.metrics import Milestones, Part
from okr_core.plan.plan import Curve, Pace
from okr_core.progress.pace import expected_parts, expected_progress

STARTS = date(2026, 10, 1)
DUE = date(2026, 10, 30)
ZURICH = ZoneInfo("Europe/Zurich")
CURVES: tuple[Curve, ...] = ("linear", "workdays", "s_curve", "back_loaded")
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def expected(pace: Pace, day: date) -> Fraction:
    value = expected_progress(pace, STARTS, DUE, noon(day))
    assert value is not None
    return value


@pytest.mark.parametrize("curve", CURVES)
def test_nothing_is_expected_before_and_on_the_first_day_and_all_after_the_last(
    curve: Curve,
) -> None:
    pace = Pace(curve=curve)
    assert expected(pace, STARTS - timedelta(days=40)) == 0
    assert expected(pace, STARTS) == 0
    assert expected(pace, DUE) < 1
    assert expected(pace, DUE + timedelta(days=1)) == 1
    assert expected(pace, DUE + timedelta(days=40)) == 1


def test_half_of_the_days_give_the_value_that_each_curve_promises() -> None:
    half = STARTS + timedelta(days=15)
    assert expected(Pace(), half) == Fraction(1, 2)
    assert expected(Pace(curve="s_curve"), half) == Fraction(1, 2)
    assert expected(Pace(curve="back_loaded"), half) == Fraction(1, 4)
    third = STARTS + timedelta(days=10)
    assert expected(Pace(curve="s_curve"), third) == Fraction(3, 9) - Fraction(2, 27)


@given(
    curve=st.sampled_from(CURVES),
    starts=DAYS,
    length=st.integers(0, 400),
    days=st.lists(st.integers(-30, 450), min_size=2, max_size=2),
    off=st.lists(DAYS, max_size=20),
)
def test_what_is_expected_never_falls_and_stays_between_nothing_and_all(
    curve: Curve, starts: date, length: int, days: list[int], off: list[date]
) -> None:
    due = starts + timedelta(days=length)
    values = [
        expected_progress(Pace(curve=curve), starts, due, noon(starts + timedelta(days=day)), off)
        for day in sorted(days)
    ]
    assert values[0] is not None
    assert values[1] is not None
    assert 0 <= values[0] <= values[1] <= 1


def test_the_workdays_pace_stands_still_at_weekends_and_holidays() -> None:
    pace = Pace(curve="workdays")
    friday, monday = date(2026, 10, 9), date(2026, 10, 12)
    saturday, tuesday = friday + timedelta(days=1), monday + timedelta(days=1)
    assert expected(pace, saturday) == expected(pace, monday) == Fraction(7, 22)
    without = expected_progress(pace, STARTS, DUE, noon(tuesday), [monday])
    assert without == Fraction(7, 21)


def test_without_any_working_day_the_workdays_pace_is_linear() -> None:
    saturday = date(2026, 10, 3)
    sunday = saturday + timedelta(days=1)
    pace = Pace(curve="workdays")
    assert expected_progress(pace, saturday, sunday, noon(sunday)) == Fraction(1, 2)


@given(first=DAYS, length=st.integers(0, 200), off=st.lists(DAYS, max_size=30))
def test_working_days_are_counted_as_one_would_count_them(
    first: date, length: int, off: list[date]
) -> None:
    days = [first + timedelta(days=i) for i in range(length)]
    counted = sum(day.weekday() < 5 and day not in off for day in days)
    assert working_days(first, first + timedelta(days=length), off) == counted


def test_steps_hold_from_their_day_on() -> None:
    pace = Pace(steps={date(2026, 10, 10): Decimal("0.2"), date(2026, 10, 20): Decimal("0.6")})
    assert expected(pace, date(2026, 10, 9)) == 0
    assert expected(pace, date(2026, 10, 10)) == Fraction(1, 5)
    assert expected(pace, date(2026, 10, 19)) == Fraction(1, 5)
    assert expected(pace, DUE) == Fraction(3, 5)
    assert expected(pace, DUE + timedelta(days=1)) == 1


def test_a_day_ends_at_local_midnight_also_where_clocks_change() -> None:
    starts, due = date(2026, 10, 24), date(2026, 10, 27)  # 25 October has 25 hours in Zurich
    values = [
        expected_progress(
            Pace(), starts, due, datetime(2026, 10, day, hour, tzinfo=UTC), zone=ZURICH
        )
        for day, hour in ((24, 21), (24, 22), (25, 22), (25, 23))
    ]
    assert values == [0, Fraction(1, 4), Fraction(1, 4), Fraction(1, 2)]


def test_without_a_zone_the_day_is_that_of_the_time_itself() -> None:
    late = datetime(2026, 10, 1, 23, 30, tzinfo=UTC)
    assert expected_progress(Pace(), STARTS, DUE, late) == 0
    assert expected_progress(Pace(), STARTS, DUE, late, zone=ZURICH) == Fraction(1, 30)
    assert expected_progress(Pace(), STARTS, DUE, date(2026, 10, 2)) == Fraction(1, 30)


def test_there_is_no_pace_where_due_lies_before_starts() -> None:
    assert expected_progress(Pace(), DUE, STARTS, noon(STARTS)) is None


def test_a_single_day_is_expected_when_it_is_over() -> None:
    assert expected_progress(Pace(), STARTS, STARTS, noon(STARTS)) == 0
    assert expected_progress(Pace(), STARTS, STARTS, noon(STARTS + timedelta(days=1))) == 1


def test_milestones_are_expected_by_the_weight_whose_day_has_passed() -> None:
    metric = Milestones(
        parts=(
            Part(id="a", title="A", weight=Decimal(3), due=date(2026, 10, 10)),
            Part(id="b", title="B", due=date(2026, 10, 20)),
            Part(id="c", title="C"),
        )
    )
    assert expected_parts(metric, DUE, date(2026, 10, 10)) == 0
    assert expected_parts(metric, DUE, date(2026, 10, 11)) == Fraction(3, 5)
    assert expected_parts(metric, DUE, DUE) == Fraction(4, 5)
    assert expected_parts(metric, DUE, DUE + timedelta(days=1)) == 1


def test_milestones_without_days_follow_the_pace_of_their_key_result() -> None:
    assert expected_parts(Milestones(parts=(Part(id="a", title="A"),)), DUE, DUE) is None


def test_a_time_without_a_zone_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match="Give it one"):
        in_utc(datetime(2026, 10, 1))  # noqa: DTZ001 - the mistake under test
