"""Presence: in which hours people work, who is away, and who stands in for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from okr_core.plan.cycle import zone_named
from okr_core.basics.who import is_address
from okr_core.plan.workspace import Workspace

_FRIDAY = 4
WorksOn = Callable[[str, date], bool]
StandInOf = Callable[[str, date], str | None]


def monday_to_friday(_person: str, day: date) -> bool:
    """Whether a day is worked where nothing is known of holidays."""
    return day.weekday() <= _FRIDAY


def nobody(_person: str, _day: date) -> str | None:
    """Who stands in where nobody is named."""
    return None


class Hours(NamedTuple):
    """Working hours of a day, in UTC; `ends` is not included."""

    begins: datetime
    ends: datetime

    def __contains__(self, at: object) -> bool:
        return isinstance(at, datetime) and self.begins <= at < self.ends


@dataclass(frozen=True)
class Presence:
    """When the people of a workspace can be reached.

    Attributes:
        workspace: Knows their zones, their absences and when they left.
        begins: Time of day at which work begins, in the zone of each.
        ends: Time of day at which it ends.
        works_on: Whether a person works on a day, absences apart.
        stand_in: Who acts for a person on a day on which they are away; asked for nobody else.
        mails: Whether there is a mail server.
    """

    workspace: Workspace
    begins: time = time(9)
    ends: time = time(17)
    works_on: WorksOn = field(default=monday_to_friday)
    stand_in: StandInOf = field(default=nobody)
    mails: bool = True

    def zone(self, person: str) -> ZoneInfo:
        """Time zone of a person: their own, else the workspace's."""
        known = self.workspace.people.get(person)
        return zone_named((known.timezone if known else None) or self.workspace.timezone)

    def day(self, person: str, at: datetime) -> date:
        """The local day of a person at a time."""
        return at.astimezone(self.zone(person)).date()

    def hours(self, person: str, day: date) -> Hours:
        """Working hours of a person's day, whether or not they work on it."""
        zone = self.zone(person)
        return Hours(_utc(day, self.begins, zone), _utc(day, self.ends, zone))

    def left(self, person: str, day: date) -> bool:
        """Whether a person is not, or no longer, with the organisation."""
        known = self.workspace.people.get(person)
        return known is None or (known.until is not None and known.until < day)

    def away(self, person: str, day: date) -> bool:
        """Whether a person is absent on a day, or has left."""
        known = self.workspace.people.get(person)
        if known is None or self.left(person, day):
            return True
        return any(each.starts <= day <= each.ends for each in known.absences)

    def works_at(self, person: str, at: datetime) -> bool:
        """Whether a person is at work at a time."""
        day = self.day(person, at)
        return (
            not self.away(person, day)
            and self.works_on(person, day)
            and at in self.hours(person, day)
        )

    def acting(self, person: str, at: datetime, *, passes: bool) -> str | None:
        """Who is at work for a person at a time: they, or their stand-in; None: nobody is.

        Args:
            person: Whose turn it is.
            at: Aware time.
            passes: Whether it is something that a stand-in may do.
        """
        who = self._turn(person, at, passes=passes)
        return who if self.works_at(who, at) else None

    def reached(self, person: str, at: datetime, *, passes: bool) -> bool:
        """Whether a person or their stand-in can be mailed, that day or in working hours after it.

        Args:
            person: Whose turn it is.
            at: Aware time.
            passes: Whether it is something that a stand-in may do.
        """
        who = self._turn(person, at, passes=passes)
        return not self.away(who, self.day(who, at)) and self.has_address(who)

    def has_address(self, person: str) -> bool:
        """Whether mail can go to a person."""
        known = self.workspace.people.get(person)
        return self.mails and bool(known and known.email and is_address(known.email))

    def _turn(self, person: str, at: datetime, *, passes: bool) -> str:
        day = self.day(person, at)
        other = self.stand_in(person, day) if passes and self.away(person, day) else None
        return other or person


def _utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
