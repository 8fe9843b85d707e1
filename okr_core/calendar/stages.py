"""Stages: the dates of a cycle from the making of its goals to the sharing of its value."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from okr_core.basics.days import days_after
from okr_core.calendar.check_in_days import Rhythm, keyed
from okr_core.calendar.days_off import WEEKENDS_ONLY, DaysOff
from okr_core.plan.calendar_policy import CalendarPolicy, weekday_number
from okr_core.plan.cycle import Cycle, cutoff_of, next_days, quarters_between
from okr_core.plan.plan import Cadence

EventKind = Literal[
    "formulation",
    "kick_off",
    "check_in",
    "review",
    "planning",
    "scoring",
    "retrospective",
    "sharing",
]
"""In the order in which they begin, of those on one day; `planning` is the next cycle's."""
ORDER: tuple[EventKind, ...] = (
    "formulation",
    "kick_off",
    "review",
    "check_in",
    "planning",
    "scoring",
    "retrospective",
    "sharing",
)
_DAY = timedelta(days=1)
_THREE_WEEKS = 21
_SHORT, _LONG = 28, 184
"""Days: a shorter cycle has no review, a longer one three."""
_PART = re.compile(r"(\d{4})(-?)(h[12]|t[1-3]|q[1-4])")
_PARTS = {"h": 2, "t": 3, "q": 4}
"""Letter of a part of a year → how many of them a year has."""
_NUMBERED = re.compile(r"(.*?)(\d+)")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a cycle's calendar says.

    Attributes:
        what: What happens.
        first: The local day in the cycle's zone, or the first of several.
        last: The last day, included.
        key: What tells it from others of its cycle and kind, whatever day it moves to.
        cadences: Of check-ins: whose turn it is.
        due: Of check-ins: by when, in UTC.
    """

    what: EventKind
    first: date
    last: date
    key: str = ""
    cadences: tuple[Cadence, ...] = ()
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class CycleCalendar:
    """All dates of a cycle.

    Attributes:
        cycle: The cycle.
        next_id: Id of the one that is planned next; empty where its name cannot be told.
        events: In the order of their first days.
        check_ins: Cadence → its check-in days.
        days_off: On which days people work.
    """

    cycle: Cycle
    next_id: str
    events: tuple[Event, ...]
    check_ins: dict[Cadence, tuple[date, ...]] = field(default_factory=dict)
    days_off: DaysOff = WEEKENDS_ONLY

    def of(self, what: EventKind) -> tuple[Event, ...]:
        """The events of a kind."""
        return tuple(event for event in self.events if event.what == what)

    def still_to_come(self, day: date) -> tuple[Event, ...]:
        """Events that are not over on a local day, the next one first."""
        return tuple(event for event in self.events if event.last >= day)

    def over(self, day: date) -> tuple[Event, ...]:
        """Events that are over on a local day, oldest first."""
        return tuple(event for event in self.events if event.last < day)


def cycle_calendar(
    cycle: Cycle,
    policy: CalendarPolicy,
    days_off: DaysOff = WEEKENDS_ONLY,
    *,
    cadences: Collection[Cadence] = ("weekly", "biweekly", "monthly"),
    following: Cycle | None = None,
) -> CycleCalendar:
    """All dates of a cycle. Every day of its stages is a working day; their order is kept.

    The goals are made in the `formulation_days` before the start; the kick-off is on the first
    working day; reviews part the cycle evenly; scoring is on the first working day on which no
    number counts any more; the retrospective and the sharing follow by working days. Planning is
    the formulation of the next cycle.

    Args:
        cycle: The cycle.
        policy: The company's.
        days_off: On which days people work, the policy's own among them.
        cadences: Those that its key results have.
        following: The cycle that is planned next; None: the one that follows by the calendar.
    """
    next_id, next_starts = _following(cycle, following)
    scoring = days_off.on_or_after(_when_scored(cycle))
    retrospective = days_off.later(scoring, policy.retrospective_after)
    sharing = days_off.later(retrospective, policy.sharing_after)
    kick_off = days_off.on_or_after(cycle.starts)
    formulation = _formulation_days(cycle, policy)
    rhythm = rhythm_of(cycle, policy, days_off)
    check_ins: dict[Cadence, tuple[date, ...]] = {
        cadence: tuple(rhythm.days(cadence)) for cadence in cadences
    }
    events = [
        _window("formulation", cycle.starts, formulation, days_off),
        Event("kick_off", kick_off, kick_off),
        *_reviews(cycle, policy, days_off),
        *_check_in_events(cycle, policy, check_ins),
        _window("planning", next_starts, formulation, days_off),
        Event("scoring", scoring, scoring),
        Event("retrospective", retrospective, retrospective),
        Event("sharing", sharing, sharing),
    ]
    return CycleCalendar(cycle, next_id, in_order(events), check_ins, days_off)


def rhythm_of(cycle: Cycle, policy: CalendarPolicy, days_off: DaysOff) -> Rhythm:
    """When the check-ins of a cycle are."""
    return Rhythm(cycle.starts, cycle.ends, weekday_number(policy.check_in), days_off)


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Events by their first day, those of one day as a cycle goes."""
    return tuple(sorted(events, key=lambda each: (each.first, ORDER.index(each.what), each.key)))


def due_at(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local time of a day, in UTC; one that a clock change leaves out is the moment after it.

    >>> due_at(date(2026, 3, 29), time(2, 30), ZoneInfo("Europe/Zurich")).isoformat()
    '2026-03-29T01:30:00+00:00'
    """
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def next_id(id_: str) -> str:
    """The id of the cycle after one, where its name counts; empty where it does not.

    >>> next_id("2026-q4"), next_id("2026"), next_id("sprint-9"), next_id("winter")
    ('2027-q1', '2027', 'sprint-10', '')
    """
    part = _PART.fullmatch(id_)
    if part:
        letter, number = part[3][0], int(part[3][1])
        year, following = divmod(int(part[1]) * _PARTS[letter] + number, _PARTS[letter])
        return f"{year}{part[2]}{letter}{following + 1}"
    numbered = _NUMBERED.fullmatch(id_)
    if numbered is None:
        return ""
    return f"{numbered[1]}{int(numbered[2]) + 1:0{len(numbered[2])}}"


def _following(cycle: Cycle, following: Cycle | None) -> tuple[str, date]:
    if following is not None:
        return following.id, following.starts
    name = next_id(cycle.id)
    if quarters_between(cycle.id, name) is None:
        return name, days_after(cycle.ends, 1)
    return name, next_days(cycle, name)[0]


def _when_scored(cycle: Cycle) -> date:
    """The first local day of which no moment takes numbers any more."""
    cutoff = max(cutoff_of(cycle), cycle.end_of(cycle.ends))
    day = cycle.day_of(cutoff)
    return day if cycle.start_of(day) >= cutoff else days_after(day, 1)


def _window(what: EventKind, starts: date, number: int, days_off: DaysOff) -> Event:
    """The working days before a cycle in which its goals are made; at least the last of them.

    Args:
        what: Whether it is this cycle's or the next one's.
        starts: First day of the cycle whose goals are made.
        number: Days before it.
        days_off: On which days people work.
    """
    last = days_off.on_or_before(_days_before(starts, 1))
    first = days_off.on_or_after(_days_before(starts, number))
    return Event(what, min(first, last), last)


def _formulation_days(cycle: Cycle, policy: CalendarPolicy) -> int:
    if policy.formulation_days is not None:
        return policy.formulation_days
    return max(1, min(_THREE_WEEKS, _length(cycle) // 3))


def _length(cycle: Cycle) -> int:
    return (cycle.ends - cycle.starts).days + 1


def _days_before(day: date, number: int) -> date:
    return date.fromordinal(max(day.toordinal() - number, 1))


def _reviews(cycle: Cycle, policy: CalendarPolicy, days_off: DaysOff) -> Iterator[Event]:
    """Reviews that part the cycle evenly, on the working day from each part on."""
    days = _length(cycle)
    number = policy.reviews
    if number is None:
        number = 0 if days < _SHORT else 1 if days <= _LONG else 3
    seen = set[date]()
    for each in range(1, number + 1):
        day = days_off.on_or_after(cycle.starts + _DAY * (days * each // (number + 1)))
        if day <= cycle.ends and day not in seen:
            seen.add(day)
            yield Event("review", day, day, key=str(each))


def _check_in_events(
    cycle: Cycle, policy: CalendarPolicy, check_ins: dict[Cadence, tuple[date, ...]]
) -> Iterator[Event]:
    found: dict[date, list[Cadence]] = {}
    for cadence, days in check_ins.items():
        for day in days:
            found.setdefault(day, []).append(cadence)
    for day, key in keyed(found):
        due = due_at(day, policy.working_hours.end, cycle.zone)
        yield Event("check_in", day, day, key, tuple(found[day]), due)
