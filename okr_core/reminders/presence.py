"""Presence: in which hours people work, who is away, and who stands in for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from okr_core.basics.who import is_address
from okr_core.calendar.days_off import WEEKENDS_ONLY
from okr_core.calendar.people import DaysOffOf, WorkingDays, zone_of
from okr_core.calendar.stages import due_at
from okr_core.plan.stand_in import acting_stand_in, is_there
from okr_core.plan.workspace import Workspace


class Hours(NamedTuple):
    """Working hours of a day, in UTC; `ends` is not included."""

    begins: datetime
    ends: datetime

    def __contains__(self, at: object) -> bool:
        return isinstance(at, datetime) and self.begins <= at < self.ends


@dataclass(frozen=True)
class Presence:
    """When the people of a workspace can be reached; `""` is the company itself.

    Attributes:
        workspace: Knows their zones, hours and absences, who stands in, and when they left.
        days_off_of: Knows public holidays.
        mails: Whether there is a mail server.
    """

    workspace: Workspace
    days_off_of: DaysOffOf = lambda _: WEEKENDS_ONLY
    mails: bool = True

    @cached_property
    def _working_days(self) -> WorkingDays:
        return WorkingDays(self.workspace, self.days_off_of)

    def zone(self, person: str) -> ZoneInfo:
        """Time zone of a person: their own, else the workspace's."""
        return zone_of(self.workspace, person)

    def day(self, person: str, at: datetime) -> date:
        """The local day of a person at a time."""
        return at.astimezone(self.zone(person)).date()

    def hours(self, person: str, day: date) -> Hours:
        """Working hours of a person's day, whether or not they work on it."""
        zone, hours = self.zone(person), self.workspace.policies.calendar.working_hours
        return Hours(due_at(day, hours.begin, zone), due_at(day, hours.end, zone))

    def works_on(self, person: str, day: date) -> bool:
        """Whether a day is worked where a person works, absences apart."""
        return self._working_days.of(person).works_on(day)

    def works_at(self, person: str, at: datetime) -> bool:
        """Whether a person is at work at a time."""
        day = self.day(person, at)
        return (
            is_there(self.workspace, person, day)
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
        return is_there(self.workspace, who, self.day(who, at)) and self.has_address(who)

    def has_address(self, person: str) -> bool:
        """Whether mail can go to a person."""
        known = self.workspace.people.get(person)
        return self.mails and bool(known and known.email and is_address(known.email))

    def _turn(self, person: str, at: datetime, *, passes: bool) -> str:
        other = acting_stand_in(self.workspace, person, self.day(person, at)) if passes else None
        return other or person
