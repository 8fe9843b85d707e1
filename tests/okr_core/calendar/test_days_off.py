"""On which days people work."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.calendar.days_off import DaysOff
from okr_core.plan.calendar_policy import CalendarPolicy, OwnDaysOff

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
SETS = st.frozensets(DAYS, max_size=30)
WEEKENDS = st.frozensets(st.integers(0, 6), max_size=6)


@given(first=DAYS, length=st.integers(0, 400), off=SETS, worked=SETS, weekend=WEEKENDS)
def test_working_days_are_as_many_as_one_counts_day_by_day(
    first: date, length: int, off: frozenset[date], worked: frozenset[date], weekend: frozenset[int]
) -> None:
    days = DaysOff(off, worked, weekend)
    counted = sum(days.works_on(first + timedelta(days=i)) for i in range(length))
    assert days.number(first, first + timedelta(days=length)) == counted


@given(day=DAYS, number=st.integers(1, 20), off=SETS)
def test_so_many_working_days_later_lies_so_many_working_days_on(
    day: date, number: int, off: frozenset[date]
) -> None:
    days = DaysOff(off)
    later = days.later(day, number)
    assert days.works_on(later)
    assert days.number(day + timedelta(days=1), later + timedelta(days=1)) == number


def test_the_working_day_before_and_after_a_long_weekend() -> None:
    easter = DaysOff(frozenset({date(2027, 3, 26), date(2027, 3, 29)}))
    assert easter.on_or_before(date(2027, 3, 28)) == date(2027, 3, 25)
    assert easter.on_or_after(date(2027, 3, 26)) == date(2027, 3, 30)


def test_at_the_ends_of_all_calendars_no_day_is_looked_for_beyond() -> None:
    assert DaysOff().on_or_after(date.max) == date.max
    assert DaysOff(frozenset({date.min})).on_or_before(date.min) == date.min
    assert DaysOff().later(date.max, 3) == date.max


def test_a_week_without_a_working_day_is_refused() -> None:
    with pytest.raises(ValueError, match="no weekday is worked"):
        DaysOff(weekend=frozenset(range(7)))


def test_a_company_s_own_days_go_before_those_of_its_country() -> None:
    country = DaysOff(frozenset({date(2026, 12, 25)}), worked=frozenset({date(2026, 10, 10)}))
    policy = CalendarPolicy(
        days_off=(OwnDaysOff(starts=date(2026, 12, 28), ends=date(2026, 12, 31)),),
        worked=(date(2026, 12, 25),),
    )
    company = country.under(policy)
    assert company.works_on(date(2026, 12, 25))
    assert not any(company.works_on(date(2026, 12, day)) for day in range(28, 32))
    assert company.works_on(date(2026, 10, 10))
    closed = OwnDaysOff(starts=date(2026, 10, 10))
    assert not country.under(CalendarPolicy(days_off=(closed,))).works_on(date(2026, 10, 10))


def test_a_week_of_four_days_has_friday_off() -> None:
    policy = CalendarPolicy(working_week=("tuesday", "monday", "wednesday", "thursday", "monday"))
    assert policy.working_week == ("monday", "tuesday", "wednesday", "thursday")
    days = DaysOff().under(policy)
    assert not days.works_on(date(2026, 10, 9))
    assert days.number(date(2026, 10, 5), date(2026, 10, 12)) == 4


def test_without_rules_of_its_own_a_company_works_as_its_country() -> None:
    country = DaysOff(frozenset({date(2026, 12, 25)}))
    assert country.under(CalendarPolicy()) is country
