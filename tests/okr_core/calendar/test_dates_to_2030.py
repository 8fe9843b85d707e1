"""What holds of every calendar, for the holidays of five countries to 2030."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okr_calendar.workplace import company_days_off, holidays_from
from okr_core.calendar.people import check_ins_due, place_of
from okr_core.calendar.stages import CycleCalendar, EventKind, cycle_calendar
from okr_core.plan.calendar_policy import CalendarPolicy, Weekday, WorkingHours
from okr_core.plan.cycle import Cycle, next_days
from okr_core.plan.metrics import Increase
from okr_core.plan.plan import Cadence, KeyResult, Objective, Plan
from okr_core.plan.workspace import Absence, Person, Policies, Workspace

PLACES = {
    "CH": ("ZH", "Europe/Zurich"),
    "DE": ("BY", "Europe/Berlin"),
    "US": ("CA", "America/Los_Angeles"),
    "CN": (None, "Asia/Shanghai"),
    "GB": ("SCT", "Europe/London"),
}
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
CADENCES: tuple[Cadence, ...] = get_args(Cadence)
LEAP_DAYS = (date(2024, 2, 29), date(2028, 2, 29))


@st.composite
def cycles(draw: st.DrawFn, zone: str = "UTC") -> Cycle:
    """A quarter, six weeks, a year, a day, or any other, starting on any day."""
    starts = draw(st.dates(FIRST, date(2029, 12, 31)) | st.sampled_from(LEAP_DAYS))
    days = draw(st.sampled_from([1, 7, 28, 42, 90, 91, 92, 365, 366]) | st.integers(1, 366))
    return Cycle(
        id=draw(st.sampled_from(["2026-q4", "2026", "c9", "winter"])),
        starts=starts,
        ends=starts + timedelta(days=days - 1),
        timezone=zone,
        grace_days=draw(st.integers(0, 14)),
    )


policies = st.builds(
    CalendarPolicy,
    check_in=st.sampled_from(get_args(Weekday)),
    working_hours=st.sampled_from([WorkingHours(), WorkingHours(starts="00:00", ends="02:30")]),
    formulation_days=st.none() | st.integers(1, 60),
    reviews=st.none() | st.integers(0, 6),
    retrospective_after=st.integers(0, 10),
    sharing_after=st.integers(0, 10),
)


def company(country: str, policy: CalendarPolicy, **people: Person) -> Workspace:
    subdivision, zone = PLACES[country]
    return Workspace(
        organization="Acme",
        country=country,
        subdivision=subdivision,
        timezone=zone,
        people=people,
        policies=Policies(calendar=policy),
    )


def dates(workspace: Workspace, cycle: Cycle) -> CycleCalendar:
    days_off = company_days_off(workspace, date(2023, 1, 1), date(2032, 1, 1))
    return cycle_calendar(cycle, workspace.policies.calendar, days_off)


def bounds(found: CycleCalendar, what: EventKind) -> Iterator[date]:
    for event in found.of(what):
        yield event.first
        yield event.last


@pytest.mark.parametrize("country", PLACES)
@given(data=st.data())
@settings(max_examples=40)
def test_no_date_is_a_day_off_and_the_order_of_the_stages_is_kept(
    country: str, data: st.DataObject
) -> None:
    cycle = data.draw(cycles(PLACES[country][1]))
    workspace = company(country, data.draw(policies))
    found = dates(workspace, cycle)
    works = found.days_off.works_on
    assert all(works(event.first) and works(event.last) for event in found.events)
    ordered: list[EventKind] = ["formulation", "kick_off", "review", "scoring"]
    stages = [day for what in [*ordered, "retrospective", "sharing"] for day in bounds(found, what)]
    assert stages == sorted(stages)
    assert max(bounds(found, "formulation")) < cycle.starts
    worked = [d for d in span(cycle) if works(d)]
    for days in found.check_ins.values():
        assert [*days] == sorted(set(days))
        assert all(cycle.starts <= day <= cycle.ends for day in days)
        # The last numbers are always asked for.
        assert days[-1:] == tuple(worked[-1:])
    if worked:
        assert min(bounds(found, "kick_off")) == worked[0]
        assert max(bounds(found, "planning")) >= cycle.starts
    assert min(bounds(found, "scoring")) > cycle.ends


def span(cycle: Cycle) -> Iterator[date]:
    return (cycle.starts + timedelta(days=i) for i in range((cycle.ends - cycle.starts).days + 1))


@pytest.mark.parametrize("country", PLACES)
@given(data=st.data())
@settings(max_examples=40)
def test_between_check_ins_lie_three_working_days_at_least_and_about_those_of_the_cadence(
    country: str, data: st.DataObject
) -> None:
    cycle = data.draw(cycles(PLACES[country][1]))
    found = dates(company(country, CalendarPolicy()), cycle)
    most = {"weekly": 12, "biweekly": 19, "monthly": 27}
    for cadence, days in found.check_ins.items():
        for one, other in pairwise(days):
            after = timedelta(days=1)
            between = found.days_off.number(one + after, other + after)
            assert 3 <= between <= most[cadence], (cadence, one, other)


@pytest.mark.parametrize("country", PLACES)
@given(data=st.data())
@settings(max_examples=30)
def test_no_person_is_asked_on_a_day_off_of_theirs_and_each_in_their_own_hours(
    country: str, data: st.DataObject
) -> None:
    cycle = data.draw(cycles(PLACES[country][1]))
    abroad = data.draw(st.sampled_from(sorted(PLACES)))
    leave = data.draw(st.dates(cycle.starts, cycle.ends))
    away = Absence(
        starts=leave,
        ends=leave + timedelta(days=data.draw(st.integers(0, 30))),
        stand_in=data.draw(st.none() | st.just("ben")),
    )
    part, zone = PLACES[abroad]
    workspace = company(
        country,
        data.draw(policies),
        ada=Person(name="Ada", country=abroad, subdivision=part, timezone=zone, absences=(away,)),
        ben=Person(name="Ben"),
    )
    metric = Increase(kind="increase", baseline=Decimal(0), target=Decimal(1))
    key_results = tuple(
        KeyResult(id=cadence, title=cadence, metric=metric, role="ada", cadence=cadence)
        for cadence in CADENCES
    )
    plan = Plan(
        cycle=cycle,
        objectives=(Objective(id="o", title="O", role="ben", key_results=key_results),),
    )
    off = holidays_from(date(2023, 1, 1), date(2032, 1, 1))
    for due in check_ins_due(plan, workspace, off):
        assert off(place_of(workspace, due.by)).works_on(due.day)
        assert (away.starts <= due.day <= away.ends) == due.stands_in
        own = zone if due.by == "ada" else workspace.timezone
        assert due.due.astimezone(ZoneInfo(own)).date() == due.day
        assert cycle.start_of(cycle.starts) <= due.due + timedelta(days=1)
        assert due.due <= cycle.end_of(cycle.ends)


def test_quarters_of_a_fiscal_year_follow_each_other_to_2030_without_a_gap() -> None:
    for month in range(1, 13):
        cycle = Cycle(id="2024-q1", starts=date(2024, month, 1), ends=_ends(date(2024, month, 1)))
        while cycle.ends < LAST:
            found = cycle_calendar(cycle, CalendarPolicy())
            starts, ends = next_days(cycle, found.next_id)
            assert starts == cycle.ends + timedelta(days=1)
            following = Cycle(id=found.next_id, starts=starts, ends=ends)
            # What one plans is what the next one makes its goals in.
            planned, made = found.of("planning")[0], cycle_calendar(following, CalendarPolicy())
            assert (planned.first, planned.last) == (
                made.of("formulation")[0].first,
                made.of("formulation")[0].last,
            )
            cycle = following


def _ends(starts: date) -> date:
    months = 12 * starts.year + starts.month - 1 + 3
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def test_a_leap_day_is_a_day_like_others() -> None:
    leap = Cycle(id="2028-q1", starts=date(2028, 1, 1), ends=date(2028, 3, 31))
    assert date(2028, 2, 29) in dates(company("CH", CalendarPolicy()), leap).check_ins["monthly"]


@pytest.mark.parametrize("country", PLACES)
def test_check_ins_are_due_at_the_end_of_working_hours_whatever_the_clocks_do(country: str) -> None:
    zone = ZoneInfo(PLACES[country][1])
    for year in range(2024, 2031):
        cycle = Cycle(
            id=str(year), starts=date(year, 1, 1), ends=date(year, 12, 31), timezone=zone.key
        )
        for event in dates(company(country, CalendarPolicy()), cycle).of("check_in"):
            assert event.due is not None
            assert event.due.tzinfo is UTC
            local = event.due.astimezone(zone)
            assert (local.date(), local.hour, local.minute) == (event.first, 17, 0)


def test_an_hour_that_the_clock_skips_still_has_a_moment() -> None:
    sunday = date(2026, 3, 29)
    policy = CalendarPolicy(
        check_in="sunday",
        worked=(sunday,),
        working_hours=WorkingHours(starts="00:00", ends="02:30"),
    )
    cycle = Cycle(id="c", starts=date(2026, 3, 2), ends=date(2026, 4, 5), timezone="Europe/Zurich")
    event = next(e for e in dates(company("CH", policy), cycle).of("check_in") if e.first == sunday)
    assert event.due == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
