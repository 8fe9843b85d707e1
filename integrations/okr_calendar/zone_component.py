"""Zone component: the clock changes of a time zone as an iCalendar file holds them (RFC 5545).

Written here: the one that `icalendar` makes of a zone has its spring changes an hour late, since it
gives their local time after the change where the standard asks for the one before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Change:
    """A moment from which clocks show another offset or name.

    Attributes:
        at: In UTC.
        before: Offset until then.
        after: Offset from then on.
        name: What the time is called from then on.
        daylight: Whether it is daylight saving time.
    """

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    daylight: bool


def zone_component(zone: ZoneInfo, first: date, last: date) -> Timezone:
    """A VTIMEZONE that holds from the first to the last day.

    Args:
        zone: The zone; its key is the component's id.
        first: First local day that is told of in the file, or an earlier one.
        last: Last local day.
    """
    component = Timezone()
    component.add("tzid", zone.key)
    begins = datetime.combine(first - _DAY, time(), tzinfo=UTC)
    component.add_component(_observance([_change(zone, begins, begins)]))
    alike: dict[tuple[timedelta, timedelta, str, bool], list[_Change]] = {}
    for each in _changes(zone, begins, datetime.combine(last + _DAY, time(), tzinfo=UTC)):
        alike.setdefault((each.before, each.after, each.name, each.daylight), []).append(each)
    for changes in alike.values():
        component.add_component(_observance(changes))
    return component


def _observance(changes: list[_Change]) -> TimezoneStandard | TimezoneDaylight:
    """One part of the component: changes of one kind, by their local times before the change."""
    first = changes[0]
    part = TimezoneDaylight() if first.daylight else TimezoneStandard()
    local = [(each.at + each.before).replace(tzinfo=None) for each in changes]
    part.add("dtstart", local[0])
    part.add("tzoffsetfrom", first.before)
    part.add("tzoffsetto", first.after)
    part.add("tzname", first.name)
    if local[1:]:
        part.add("rdate", local[1:])
    return part


def _changes(zone: ZoneInfo, begins: datetime, ends: datetime) -> Iterator[_Change]:
    at = begins
    while at < ends:
        following = at + _DAY
        if _shown(zone, at) != _shown(zone, following):
            change = _moment(zone, at, following)
            yield _change(zone, change, change - _SECOND)
        at = following


def _moment(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """The second at which the clocks change within a day, found by halving."""
    shown = _shown(zone, early)
    while late - early > _SECOND:
        middle = early + timedelta(seconds=(late - early) // _SECOND // 2)
        early, late = (middle, late) if _shown(zone, middle) == shown else (early, middle)
    return late


def _change(zone: ZoneInfo, at: datetime, before: datetime) -> _Change:
    offset, name, daylight = _shown(zone, at)
    return _Change(at, _shown(zone, before)[0], offset, name, daylight)


def _shown(zone: ZoneInfo, at: datetime) -> tuple[timedelta, str, bool]:
    """Offset and name of a moment's local time, and whether it is daylight saving time."""
    local = at.astimezone(zone)
    return local.utcoffset() or timedelta(), local.tzname() or "", bool(local.dst())
