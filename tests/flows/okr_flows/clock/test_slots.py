"""When a cycle is scored and reported: in order, each time once, late ticks included."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.calendar.days_off import DaysOff
from okr_core.calendar.stages import CycleCalendar, cycle_calendar
from okr_core.plan.calendar_policy import CalendarPolicy
from okr_core.plan.cycle import Cycle, cutoff_of
from okr_core.record.ticks import TickJob
from okr_flows.clock.slots import Slot, slots_due

CYCLE = Cycle(
    id="2026-q4", starts=date(2026, 10, 1), ends=date(2026, 12, 31), timezone="Europe/Zurich"
)


def dates_of(cycle: Cycle, days_off: DaysOff) -> CycleCalendar:
    """The dates of a cycle."""
    return cycle_calendar(cycle, CalendarPolicy(), days_off)


DATES = dates_of(CYCLE, DaysOff(frozenset({date(2026, 12, 25), date(2027, 1, 1)})))
"""Monday to Friday, without the holidays at the end of the year."""


def at(text: str) -> datetime:
    """A time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(until: str, **last: str) -> list[str]:
    """What is due, as job and local time; `*` for what is shown and told."""
    known: dict[TickJob, datetime] = {}
    if "score" in last:
        known["score"] = at(last["score"])
    if "report" in last:
        known["report"] = at(last["report"])
    return [
        f"{each.job} {each.at.astimezone(CYCLE.zone):%m-%d %H:%M}{'*' if each.newest else ''}"
        for each in slots_due(DATES, known, at(until))
    ]


def test_a_working_day_is_scored_in_the_morning_and_its_week_reported_after_that() -> None:
    known = {"score": "2026-10-09T04:30", "report": "2026-10-05T05:00"}
    assert due("2026-10-12T04:29", **known) == []
    assert due("2026-10-12T04:35", **known) == ["score 10-12 06:30*"]
    assert due("2026-10-12T05:35", **known) == ["score 10-12 06:30*", "report 10-12 07:00*"]


def test_after_days_without_a_tick_scores_are_made_up_for_in_order_and_the_newest_report() -> None:
    known = {"score": "2026-10-07T04:30", "report": "2026-10-05T05:00"}
    assert due("2026-10-20T09:35", **known) == [
        "score 10-08 06:30",
        "score 10-09 06:30",
        "score 10-12 06:30",
        "score 10-13 06:30",
        "score 10-14 06:30",
        "score 10-15 06:30",
        "score 10-16 06:30",
        "score 10-19 06:30",
        "report 10-19 07:00*",
        "score 10-20 06:30*",
    ]


def test_a_clock_that_begins_in_the_middle_of_a_cycle_begins_with_the_newest() -> None:
    assert due("2026-11-18T09:35") == ["report 11-16 07:00*", "score 11-18 06:30*"]


def test_the_last_score_and_report_are_of_the_first_day_on_which_no_number_counts() -> None:
    # Late values count through the 5th.
    known = {"score": "2027-01-05T05:30", "report": "2027-01-04T06:00"}
    final = ["score 01-06 06:30*", "report 01-06 07:00*"]
    assert due("2027-01-06T09:35", **known) == final
    assert due("2027-03-06T09:35", **known) == final
    done = {"score": "2027-01-06T05:30", "report": "2027-01-06T06:00"}
    assert due("2027-03-06T09:35", **done) == []


def test_before_the_cycle_nothing_is_due() -> None:
    assert due("2026-10-01T04:29") == []


@pytest.mark.parametrize("day", ["2026-10-25", "2026-10-26"])
def test_local_times_hold_over_a_change_of_clocks(day: str) -> None:
    everyday = dates_of(CYCLE, DaysOff(worked=frozenset({date(2026, 10, 25)})))
    due = slots_due(everyday, {"score": at(f"{day}T00:00")}, at(f"{day}T12:00"))
    (score,) = [each for each in due if each.job == "score"]
    assert f"{score.at.astimezone(CYCLE.zone):%H:%M}" == "06:30"


@given(
    st.lists(st.integers(0, 24 * 120), min_size=1, max_size=60).map(sorted),
    st.sets(st.integers(0, 110), max_size=20),
    st.sampled_from(["Europe/Zurich", "Asia/Shanghai", "America/New_York"]),
)
def test_whenever_ticks_come_each_day_is_scored_once_in_order(
    hours: list[int], off: set[int], zone: str
) -> None:
    cycle = CYCLE.model_copy(update={"timezone": zone})
    start = at("2026-09-28T00:35")

    days_off = DaysOff(frozenset(date(2026, 9, 28) + timedelta(days=each) for each in off))
    dates, works = dates_of(cycle, days_off), days_off.works_on
    last: dict[TickJob, datetime] = {}
    seen = list[Slot]()
    for hour in hours:
        now = start + timedelta(hours=hour)
        for slot in slots_due(dates, last, now):
            assert slot.at <= now
            seen.append(slot)
            last[slot.job] = max(slot.at, last.get(slot.job, slot.at))
    scores = [each.at for each in seen if each.job == "score"]
    assert scores == sorted(set(scores))
    for moment in scores:
        assert works(cycle.day_of(moment))
    if scores:
        # No working day between the first score and the last one is left out.
        first, end = cycle.day_of(scores[0]), cycle.day_of(scores[-1])
        days = [first + timedelta(days=n) for n in range((end - first).days + 1)]
        assert [cycle.day_of(each) for each in scores] == [day for day in days if works(day)]
        assert scores[-1] <= cutoff_of(cycle) + timedelta(days=60)
    weeks = [cycle.day_of(each.at).isocalendar()[:2] for each in seen if each.job == "report"]
    assert len(weeks) <= len(set(weeks)) + 1  # the last day may follow its week's own
