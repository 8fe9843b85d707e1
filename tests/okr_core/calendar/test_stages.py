"""The dates of a cycle."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from okr_core.calendar.days_off import DaysOff
from okr_core.calendar.stages import CycleCalendar, EventKind, cycle_calendar, next_id
from okr_core.plan.calendar_policy import CalendarPolicy
from okr_core.plan.cycle import Cycle


def calendar(id_: str, starts: date, ends: date, **said: Any) -> CycleCalendar:
    """The calendar of a cycle; fields of the cycle, else of the policy."""
    policy = {name: said.pop(name) for name in [*said] if name in CalendarPolicy.model_fields}
    off = said.pop("off", ())
    cycle = Cycle(id=id_, starts=starts, ends=ends, **said)
    return cycle_calendar(cycle, CalendarPolicy(**policy), DaysOff(frozenset(off)))


def days(found: CycleCalendar, what: EventKind) -> list[tuple[str, str]]:
    return [(event.first.isoformat(), event.last.isoformat()) for event in found.of(what)]


def only(found: CycleCalendar, what: EventKind) -> str:
    (event,) = found.of(what)
    assert event.first == event.last
    return event.first.isoformat()


def test_a_quarter_has_all_its_dates_with_no_line_written() -> None:
    q4 = calendar("2026-q4", date(2026, 10, 1), date(2026, 12, 31), timezone="Europe/Zurich")
    assert days(q4, "formulation") == [("2026-09-10", "2026-09-30")]
    assert only(q4, "kick_off") == "2026-10-01"
    assert only(q4, "review") == "2026-11-16"
    assert days(q4, "planning") == [("2026-12-11", "2026-12-31")]
    # Numbers of the five days of grace count; the sixth is the first of which none does.
    assert only(q4, "scoring") == "2027-01-06"
    assert only(q4, "retrospective") == "2027-01-08"
    assert only(q4, "sharing") == "2027-01-15"
    assert q4.next_id == "2027-q1"


def test_dates_that_fall_on_days_off_move_to_working_days() -> None:
    off = [date(2026, 10, 1), date(2026, 11, 16), date(2027, 1, 6), date(2026, 9, 30)]
    q4 = calendar("2026-q4", date(2026, 10, 1), date(2026, 12, 31), off=off)
    assert only(q4, "kick_off") == "2026-10-02"
    assert only(q4, "review") == "2026-11-17"
    assert only(q4, "scoring") == "2027-01-07"
    assert days(q4, "formulation") == [("2026-09-10", "2026-09-29")]


def test_quarters_of_fiscal_years_start_in_any_month() -> None:
    for month in range(1, 13):
        starts = date(2026, month, 1)
        ends = date(2026 + (month > 9), (month + 2) % 12 + 1, 1)
        found = calendar("2026-q2", starts, ends)
        assert found.of("kick_off")[0].first >= starts
        assert len(found.check_ins["monthly"]) in (3, 4)


def test_the_next_quarter_of_a_fiscal_year_is_planned_before_it() -> None:
    q4 = calendar("2027-q4", date(2027, 1, 1), date(2027, 3, 31))  # a year that begins in April
    assert q4.next_id == "2028-q1"
    assert days(q4, "planning") == [("2027-03-11", "2027-03-31")]


def test_six_weeks_have_two_to_plan_and_one_review() -> None:
    six = calendar("c3", date(2026, 1, 5), date(2026, 2, 15))
    assert days(six, "formulation") == [("2025-12-22", "2026-01-02")]
    assert only(six, "review") == "2026-01-26"
    assert six.next_id == "c4"
    assert days(six, "planning") == [("2026-02-02", "2026-02-13")]
    assert len(six.check_ins["weekly"]) == 6


def test_a_year_has_three_reviews_and_goes_on_beside_its_quarters() -> None:
    year = calendar("2026", date(2026, 1, 1), date(2026, 12, 31))
    assert [first for first, _ in days(year, "review")] == [
        "2026-04-02",
        "2026-07-02",
        "2026-10-01",
    ]
    assert year.next_id == "2027"
    quarter = calendar("2026-q2", date(2026, 4, 1), date(2026, 6, 30), parent="2026")
    # The quarter inside it checks in on the same days, its edges apart.
    inside = [
        day for day in year.check_ins["weekly"] if quarter.cycle.starts < day < date(2026, 6, 26)
    ]
    assert set(inside[1:]) <= set(quarter.check_ins["weekly"])


def test_a_cycle_of_a_day_keeps_the_order_of_its_stages() -> None:
    day = calendar("day", date(2026, 10, 2), date(2026, 10, 2))
    assert [event.what for event in day.events] == [
        "formulation",
        "kick_off",
        "check_in",
        "planning",
        "scoring",
        "retrospective",
        "sharing",
    ]


def test_scoring_waits_for_a_cut_off_and_a_cut_off_before_the_end_waits_for_it() -> None:
    late = datetime(2027, 1, 11, 18)  # noqa: DTZ001 - local of the cycle
    q4 = calendar("2026-q4", date(2026, 10, 1), date(2026, 12, 31), cutoff=late)
    assert only(q4, "scoring") == "2027-01-12"
    early = datetime(2026, 12, 1, 18)  # noqa: DTZ001
    q4 = calendar("2026-q4", date(2026, 10, 1), date(2026, 12, 31), cutoff=early)
    assert only(q4, "scoring") == "2027-01-01"


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Europe/Zurich", "2026-10-23T15:00:00+00:00", "2026-10-30T16:00:00+00:00"),
        ("America/New_York", "2026-10-30T21:00:00+00:00", "2026-11-06T22:00:00+00:00"),
        ("Australia/Sydney", "2026-10-30T06:00:00+00:00", "2026-11-06T06:00:00+00:00"),
        ("Asia/Shanghai", "2026-10-23T09:00:00+00:00", "2026-10-30T09:00:00+00:00"),
    ],
)
def test_check_ins_are_due_at_the_same_time_of_the_clock_over_a_clock_change(
    zone: str, before: str, after: str
) -> None:
    q4 = calendar("2026-q4", date(2026, 10, 1), date(2026, 12, 31), timezone=zone)
    due = [event.due.isoformat() for event in q4.of("check_in") if event.due]
    assert before in due
    assert after in due


def test_a_check_in_keeps_its_name_when_a_day_off_moves_it() -> None:
    span = date(2026, 10, 1), date(2026, 12, 31)
    usual = {event.key: event.first for event in calendar("q", *span).of("check_in")}
    moved = {e.key: e.first for e in calendar("q", *span, off=[date(2026, 11, 6)]).of("check_in")}
    assert usual.keys() == moved.keys()
    assert usual["2026-w45"] == date(2026, 11, 6)
    assert moved["2026-w45"] == date(2026, 11, 5)
    assert len(usual) == len(calendar("q", *span).of("check_in"))


def test_the_policy_says_when_check_ins_reviews_and_stages_are() -> None:
    q4 = calendar(
        "2026-q4",
        date(2026, 10, 1),
        date(2026, 12, 31),
        check_in="tuesday",
        working_hours={"starts": "08:00", "ends": "12:30"},
        formulation_days=30,
        reviews=2,
        retrospective_after=0,
        sharing_after=1,
    )
    due = q4.of("check_in")[0].due
    assert due == datetime(2026, 10, 6, 12, 30, tzinfo=UTC)
    assert days(q4, "formulation") == [("2026-09-01", "2026-09-30")]
    assert [first for first, _ in days(q4, "review")] == ["2026-11-02", "2026-12-01"]
    assert only(q4, "retrospective") == only(q4, "scoring")
    assert only(q4, "sharing") == "2027-01-07"


def test_what_is_next_comes_first_and_what_runs_is_not_over() -> None:
    q4 = calendar("2026-q4", date(2026, 10, 1), date(2026, 12, 31))
    to_come = q4.still_to_come(date(2026, 12, 23))
    assert [event.what for event in to_come][:2] == ["planning", "check_in"]
    assert {*to_come, *q4.over(date(2026, 12, 23))} == {*q4.events}


@pytest.mark.parametrize(
    ("id_", "following"),
    [
        ("2026-q4", "2027-q1"),
        ("2026q1", "2026q2"),
        ("2026", "2027"),
        ("c09", "c10"),
        ("2026-h2", "2027-h1"),
        ("2026-t3", "2027-t1"),
        ("2026-q9", "2026-q10"),
        ("winter", ""),
    ],
)
def test_the_id_of_the_next_cycle_counts_on(id_: str, following: str) -> None:
    assert next_id(id_) == following


def test_cycles_at_the_ends_of_all_calendars_have_dates_too() -> None:
    assert calendar("z", date(9999, 10, 1), date.max).events
    assert calendar("a", date.min, date(1, 3, 31)).events
