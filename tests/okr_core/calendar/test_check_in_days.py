"""On which days check-ins are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from okr_core.calendar.check_in_days import Rhythm
from okr_core.calendar.days_off import DaysOff
from okr_core.plan.calendar_policy import Weekday, weekday_number
from okr_core.plan.plan import Cadence

Q4 = date(2026, 10, 1), date(2026, 12, 31)


def rhythm(
    *off: date,
    span: tuple[date, date] = Q4,
    weekday: Weekday = "friday",
    worked: tuple[date, ...] = (),
) -> Rhythm:
    days = DaysOff(frozenset(off), frozenset(worked))
    return Rhythm(*span, weekday_number(weekday), days)


def short(days: list[date]) -> list[str]:
    return [f"{day:%a} {day.day} {day:%b}" for day in days]


def test_each_week_has_one_and_the_last_working_day_is_one() -> None:
    days = short(rhythm(date(2026, 12, 25)).days("weekly"))
    assert len(days) == 13
    # The second day of a cycle has nothing to say; the last Friday is no more of it.
    assert days[:2] == ["Fri 9 Oct", "Fri 16 Oct"]
    assert days[-2:] == ["Thu 24 Dec", "Thu 31 Dec"]


def test_every_second_week_is_counted_back_from_the_last() -> None:
    assert short(rhythm().days("biweekly")) == [
        "Fri 9 Oct",
        "Fri 23 Oct",
        "Fri 6 Nov",
        "Fri 20 Nov",
        "Fri 4 Dec",
        "Fri 18 Dec",
        "Thu 31 Dec",
    ]


def test_monthly_is_the_last_working_day_of_each_month() -> None:
    assert short(rhythm().days("monthly")) == ["Fri 30 Oct", "Mon 30 Nov", "Thu 31 Dec"]


def test_on_a_day_off_it_is_the_working_day_before_in_that_week() -> None:
    days = short(rhythm(date(2026, 11, 5), date(2026, 11, 6)).days("weekly"))
    assert "Wed 4 Nov" in days
    assert "Fri 6 Nov" not in days


def test_where_none_of_the_week_is_left_before_it_is_the_one_after() -> None:
    off = [date(2026, 11, day) for day in (2, 3)]
    assert "Wed 4 Nov" in short(rhythm(*off, weekday="tuesday").days("weekly"))


def test_a_week_without_a_working_day_has_none() -> None:
    golden = [date(2026, 11, day) for day in range(2, 7)]
    days = rhythm(*golden).days("weekly")
    assert not any(date(2026, 11, 2) <= day <= date(2026, 11, 8) for day in days)


def test_a_weekend_that_is_worked_takes_the_check_in_of_its_week() -> None:
    golden = [date(2026, 11, day) for day in range(2, 7)]
    days = rhythm(*golden, worked=(date(2026, 11, 7),)).days("weekly")
    assert date(2026, 11, 7) in days


def test_a_key_result_has_those_of_its_own_days_and_one_on_its_last() -> None:
    weekly = rhythm().days("weekly", date(2026, 11, 4), date(2026, 11, 24))
    assert short(weekly) == ["Fri 6 Nov", "Fri 13 Nov", "Tue 24 Nov"]
    every_other = rhythm().days("biweekly", date(2026, 11, 4), date(2026, 12, 9))
    # In step with those of the whole cycle.
    assert short(every_other) == ["Fri 6 Nov", "Fri 20 Nov", "Fri 4 Dec", "Wed 9 Dec"]


def test_two_are_not_asked_within_three_working_days() -> None:
    thursday = rhythm(span=(date(2026, 10, 1), date(2026, 12, 17)), weekday="monday")
    assert short(thursday.days("weekly"))[-2:] == ["Mon 14 Dec", "Thu 17 Dec"]
    wednesday = rhythm(span=(date(2026, 10, 1), date(2026, 12, 16)), weekday="monday")
    assert short(wednesday.days("weekly"))[-2:] == ["Mon 7 Dec", "Wed 16 Dec"]


@pytest.mark.parametrize("cadence", ["weekly", "biweekly", "monthly"])
def test_a_cycle_of_a_day_has_one_on_that_day_and_none_on_a_day_off(cadence: Cadence) -> None:
    friday, sunday = date(2026, 10, 2), date(2026, 10, 4)
    assert rhythm(span=(friday, friday)).days(cadence) == [friday]
    assert rhythm(span=(sunday, sunday)).days(cadence) == []


@pytest.mark.parametrize("cadence", ["weekly", "biweekly", "monthly"])
def test_at_the_ends_of_all_calendars_there_are_check_ins_too(cadence: Cadence) -> None:
    last = rhythm(span=(date(9999, 12, 1), date.max)).days(cadence)
    assert last[-1] == date.max
    first = rhythm(span=(date.min, date(1, 1, 31))).days(cadence)
    assert first[-1] == date(1, 1, 31)


@pytest.mark.parametrize(("cadence", "most"), [("weekly", 10), ("biweekly", 17), ("monthly", 34)])
def test_who_checks_in_on_each_of_them_is_never_stale_in_a_year_without_holidays(
    cadence: Cadence, most: int
) -> None:
    for start in range(0, 400, 7):
        first = date(2026, 1, 1) + timedelta(days=start)
        days = rhythm(span=(first, first + timedelta(days=91))).days(cadence)
        gaps = [(b - a).days for a, b in zip([first, *days], days, strict=False)]
        assert max(gaps) <= most, (first, days)
