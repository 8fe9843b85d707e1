"""Rhythm: when a check-in is due where no calendar says so: a cadence after the last word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from okr_core.open.entry import accountable
from okr_core.plan.plan import Cadence, KeyResult
from okr_core.reminders.matter import heard_of
from okr_core.reminders.presence import Presence
from okr_core.snapshot import Snapshot

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlainCheckIn:
    """A check-in; see `okr_core.reminders.matter.CheckInDue`."""

    person: str
    day: date
    due: datetime
    key_results: tuple[str, ...]
    key: str


def plain_check_ins(snapshot: Snapshot, presence: Presence) -> Iterator[PlainCheckIn]:
    """The check-in before and the next one of each person who is accountable for a key result.

    The next one is due at the end of work on the working day a cadence after the last word, or
    after the start where nobody spoke yet; on a day off, on the working day before it.

    Args:
        snapshot: The cycle at a time.
        presence: Who works when.
    """
    policy = snapshot.policies.staleness
    cadences: Mapping[Cadence, int] = {
        "weekly": policy.weekly,
        "biweekly": policy.biweekly,
        "monthly": policy.monthly,
    }
    for kr in snapshot.plan.active_key_results if not snapshot.closed else ():
        for person in accountable(snapshot, kr.id).people:
            yield from _of(snapshot, presence, kr, person, cadences[kr.cadence])


def _of(
    snapshot: Snapshot, presence: Presence, kr: KeyResult, person: str, cadence: int
) -> Iterator[PlainCheckIn]:
    cycle = snapshot.cycle
    start = cycle.start_of(snapshot.plan.starts_of(kr))
    before = heard_of(snapshot, kr.id) or start
    first = presence.day(person, before)
    day = first + cadence * _DAY
    while day > first + _DAY and not presence.works_on(person, day):
        day -= _DAY
    due = presence.hours(person, day).ends
    if cycle.day_of(due) <= snapshot.plan.due_of(kr):
        for at, moment in ((first, before), (day, due)):
            yield PlainCheckIn(person, at, moment, (kr.id,), at.isoformat())
