"""People: where and when each works, and which check-ins are due from whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from okr_core.calendar.check_in_days import keyed
from okr_core.calendar.days_off import DaysOff
from okr_core.calendar.stages import due_at, rhythm_of
from okr_core.plan.calendar_policy import CalendarPolicy
from okr_core.plan.cycle import Cycle, zone_named
from okr_core.plan.plan import Cadence, KeyResult, Plan
from okr_core.plan.stand_in import acting_stand_in, is_there
from okr_core.plan.workspace import Workspace


class Place(NamedTuple):
    """Whose public holidays are days off.

    Attributes:
        country: ISO 3166 code; empty where none is named.
        subdivision: Part of the country; empty where none is named.
    """

    country: str = ""
    subdivision: str = ""


def place_of(workspace: Workspace, person: str | None = None) -> Place:
    """Where a person works, else the workspace; its subdivision is not that of another country.

    >>> acme = Workspace(organization="Acme", country="CH", subdivision="ZH")
    >>> place_of(acme, "ada")
    Place(country='CH', subdivision='ZH')
    """
    own = workspace.people.get(person) if person else None
    if own is not None and (own.country or own.subdivision):
        country = own.country or workspace.country or ""
        return Place(country, own.subdivision or "")
    return Place(workspace.country or "", workspace.subdivision or "")


def zone_of(workspace: Workspace, person: str) -> ZoneInfo:
    """The time zone of a person: their own, else the workspace's."""
    own = workspace.people.get(person)
    return zone_named((own.timezone if own else None) or workspace.timezone)


DaysOffOf = Callable[[Place], DaysOff]
"""The public holidays of a place, and its weekends; without the company's own days off."""


class WorkingDays:
    """On which days people work, absences apart; of each place it is worked out once.

    Args:
        workspace: Knows where people are, and the company's own rules.
        days_off_of: Knows public holidays.
    """

    def __init__(self, workspace: Workspace, days_off_of: DaysOffOf) -> None:
        self._workspace, self._days_off_of = workspace, days_off_of
        self._known: dict[Place, DaysOff] = {}

    def of(self, person: str | None = None) -> DaysOff:
        """Those of a person; of nobody known, the company's."""
        place = place_of(self._workspace, person)
        if place not in self._known:
            policy = self._workspace.policies.calendar
            self._known[place] = self._days_off_of(place).under(policy)
        return self._known[place]


@dataclass(frozen=True, slots=True)
class CheckInDue:
    """A check-in that is due from a person.

    Attributes:
        person: Whose key results they are.
        by: Who checks in: the person, or who stands in on that day.
        day: Local day of whoever checks in.
        due: By when, in UTC.
        key_results: Their ids, in the order of the plan.
        key: What it stays known by when its day moves.
    """

    person: str
    by: str
    day: date
    due: datetime
    key_results: tuple[str, ...]
    key: str

    @property
    def stands_in(self) -> bool:
        """Whether somebody else than the person checks in."""
        return self.by != self.person


def check_ins_due(
    plan: Plan,
    workspace: Workspace,
    days_off_of: DaysOffOf,
    people: Collection[str] | None = None,
) -> tuple[CheckInDue, ...]:
    """Every check-in of a cycle: who owes it, on which day, by when; by time and person.

    A person checks in on working days of their own country on which they are not away. Where they
    are, their stand-in does, on a day on which that one works; without one the check-in moves
    within its week or is left out. It is due at the end of working hours in the zone of whoever
    checks in.

    Args:
        plan: The plan, the starts of its key results filled in.
        workspace: Knows who holds roles, where people are, and when they are away.
        days_off_of: Knows public holidays.
        people: Ids of those whose check-ins are wanted; None: everyone's. Those that they do for
            others are told with those others.
    """
    known = _Known(plan.cycle, workspace, days_off_of)
    found: dict[str, dict[date, list[str]]] = defaultdict(lambda: defaultdict(list))
    for turn, key_results in _turns(plan, workspace).items():
        if people is None or turn.person in people:
            for day in known.days(turn):
                found[turn.person][day] += key_results
    order = {kr.id: number for number, kr in enumerate(plan.active_key_results)}
    due = [
        known.due(person, day, sorted(set(items[day]), key=order.__getitem__), key)
        for person, items in found.items()
        for day, key in keyed(items)
    ]
    return tuple(sorted(due, key=lambda each: (each.due, each.person)))


def check_ins_by(due: Iterable[CheckInDue], person: str) -> tuple[CheckInDue, ...]:
    """Those that a person does, for themselves or as a stand-in."""
    return tuple(each for each in due if each.by == person)


class _Turn(NamedTuple):
    """What key results have in common whose check-ins fall on the same days.

    Attributes:
        person: Who is accountable.
        cadence: How often.
        starts: First day of the key results.
        due: Last day of them.
        held_from: First day on which the person is accountable.
        held_until: Last day.
    """

    person: str
    cadence: Cadence
    starts: date
    due: date
    held_from: date
    held_until: date


def _turns(plan: Plan, workspace: Workspace) -> Mapping[_Turn, Sequence[str]]:
    """Turn → its key results; those that take their value from others need no check-in."""
    found: dict[_Turn, list[str]] = defaultdict(list)
    for kr in plan.active_key_results:
        if kr.derivation is None:
            for turn in _turns_of(plan, workspace, kr):
                found[turn].append(kr.id)
    return found


def _turns_of(plan: Plan, workspace: Workspace, kr: KeyResult) -> Iterator[_Turn]:
    role = plan.role_of(kr)
    starts, due = plan.starts_of(kr), plan.due_of(kr)
    if role is None:
        return
    for holding in workspace.holdings(role):
        first = max(starts, holding.from_ or starts)
        last = min(due, holding.until or due)
        if first <= last:
            yield _Turn(holding.person, kr.cadence, starts, due, first, last)


class _Known:
    """What is worked out once for all check-ins of a cycle."""

    def __init__(self, cycle: Cycle, workspace: Workspace, days_off_of: DaysOffOf) -> None:
        self._cycle = cycle
        self._workspace = workspace
        self._policy: CalendarPolicy = workspace.policies.calendar
        self._works = WorkingDays(workspace, days_off_of).of

    def days(self, turn: _Turn) -> Iterator[date]:
        """The check-in days of a turn on which the person is accountable."""
        end = self._cycle.end_of(turn.due)

        def suits(day: date) -> bool:
            actor = self._actor(turn.person, day)
            # West of the cycle's zone the last evening comes when nothing counts any more.
            return actor is not None and (day < turn.due or self._due_at(actor, day) <= end)

        rhythm = rhythm_of(self._cycle, self._policy, self._works(turn.person))
        days = rhythm.days(turn.cadence, turn.starts, turn.due, suits)
        held = (day for day in days if turn.held_from <= day <= turn.held_until)
        return (day for day in held if self._workspace.is_with_us(turn.person, day))

    def due(self, person: str, day: date, items: Sequence[str], key: str) -> CheckInDue:
        """The check-in of a person on a day."""
        by = self._actor(person, day)
        assert by is not None, "only days that suit have check-ins"
        return CheckInDue(person, by, day, self._due_at(by, day), tuple(items), key)

    def _actor(self, person: str, day: date) -> str | None:
        """Who checks in for a person on a day; None: nobody works then."""
        if is_there(self._workspace, person, day):
            return person if self._works(person).works_on(day) else None
        other = acting_stand_in(self._workspace, person, day)
        return other if other is not None and self._works(other).works_on(day) else None

    def _due_at(self, person: str, day: date) -> datetime:
        zone = zone_of(self._workspace, person)
        return due_at(day, self._policy.working_hours.end, zone)
