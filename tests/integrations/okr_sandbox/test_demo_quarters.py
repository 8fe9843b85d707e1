"""The demo's quarters: on every day one is running, and the one before it is left in peace."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core import load_plan
from okr_sandbox.demo import (
    CLOSED_PLAN,
    RENAME_WEEK,
    RUNNING_PLAN,
    WEEKS,
    Quarter,
    build_world,
    text,
)
from okr_sandbox.demo.tracker import Numbers, closed_issues, running_issues

STARTS = [Quarter(date(2026 + (month > 12), (month - 1) % 12 + 1, 1)) for month in range(10, 22)]
DAYS = st.dates(date(2024, 1, 1), date(2034, 1, 1))


@given(DAYS)
def test_the_running_quarter_is_five_to_nine_weeks_old_and_has_three_to_go(day: date) -> None:
    running = Quarter.running_on(day)
    assert 35 <= (day - running.starts).days <= 65
    assert (running.ends - day).days >= 23
    assert 4 <= running.weeks_by(datetime.combine(day, time(12), UTC)) <= 9


@given(DAYS)
def test_quarters_follow_each_other_by_day_and_by_name(day: date) -> None:
    running = Quarter.running_on(day)
    assert running.before.ends + timedelta(days=1) == running.starts
    year, number = map(int, running.before.id.split("-q"))
    assert running.id == (f"{year}-q{number + 1}" if number < 4 else f"{year + 1}-q1")


@pytest.mark.parametrize("running", STARTS, ids=lambda quarter: str(quarter.starts))
def test_the_plans_hold_in_whatever_months_they_are_moved_to(running: Quarter) -> None:
    places = build_world(running).places
    for name, quarter in ((RUNNING_PLAN, running), (CLOSED_PLAN, running.before)):
        cycle = load_plan(text(name, places, running)).cycle
        assert (cycle.id, cycle.starts, cycle.ends) == (quarter.id, quarter.starts, quarter.ends)


@pytest.mark.parametrize("running", STARTS, ids=lambda quarter: str(quarter.starts))
def test_the_closed_quarter_sees_nothing_of_the_running_one(running: Quarter) -> None:
    last = running.before.evening_to_the_end(WEEKS)
    numbers: Numbers = {}
    closed_issues(running.before.evening_to_the_end(0), RENAME_WEEK, numbers)
    start = running.evening_since_the_start(0)
    later = running_issues(start, running.evening_since_the_start(8), numbers)
    there = [state for issue in later if (state := issue.as_of(last))]
    # Fixes that are under way count once they are resolved.
    assert {label for state in there for label in state.labels} <= {"fix"}
    assert [state for state in there if state.resolved] == []
