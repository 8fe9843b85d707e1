"""The calendar of a cycle, as store and holidays say: its dates, who owes what when, and files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from okr_calendar.public_holidays import PublicHoliday, holidays_between, years_not_published
from okr_calendar.workplace import company_days_off
from okr_core.calendar.event_words import (
    CalendarLanguage,
    check_in_text,
    event_meaning,
    event_text,
)
from okr_core.calendar.people import (
    CheckInDue,
    Place,
    check_ins_by,
    check_ins_due,
    place_of,
    zone_of,
)
from okr_core.calendar.stages import CycleCalendar, Event, cycle_calendar, next_id
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan
from okr_core.plan.stand_in import named_by
from okr_core.plan.workspace import Workspace
from okr_flows.run.cycle import no_plan
from okr_flows.run.holidays import UNNAMED, days_around, holidays_around
from okr_flows.run.names import workspace_id

if TYPE_CHECKING:
    from okr_calendar.ics import CalendarEntry
    from okr_store import Revision, Store


@dataclass(frozen=True)
class Calendar:
    """The calendar of a cycle at a time.

    Attributes:
        plan: The plan in force, the starts of its key results filled in.
        workspace: As it was then.
        name: Id of the workspace; empty where none was applied.
        following: The cycle that is planned next; None: it has no plan yet.
        edition: How many revisions of plans and workspace it rests on: more when a date moves.
        changed_at: When the last of them came into force.
    """

    plan: Plan
    workspace: Workspace
    name: str
    following: Cycle | None
    edition: int
    changed_at: datetime

    @property
    def cycle(self) -> Cycle:
        """The cycle."""
        return self.plan.cycle

    @property
    def place(self) -> Place:
        """Whose public holidays are days off."""
        return place_of(self.workspace)

    @cached_property
    def dates(self) -> CycleCalendar:
        """All dates of the cycle; check-ins of the cadences that its key results have."""
        return cycle_calendar(
            self.cycle,
            self.workspace.policies.calendar,
            company_days_off(self.workspace, *days_around(self.cycle)),
            cadences=sorted({kr.cadence for kr in self.plan.active_key_results}, reverse=True),
            following=self.following,
        )

    @cached_property
    def check_ins(self) -> tuple[CheckInDue, ...]:
        """Who owes which check-in when; by time."""
        return check_ins_due(self.plan, self.workspace, holidays_around(self.cycle))

    def check_ins_of(self, person: str) -> tuple[CheckInDue, ...]:
        """Those that a person does, for themselves or as a stand-in."""
        people = {person, *named_by(self.workspace, person)}
        holidays = holidays_around(self.cycle)
        return check_ins_by(check_ins_due(self.plan, self.workspace, holidays, people), person)

    def holidays(self, language: CalendarLanguage = "en") -> tuple[PublicHoliday, ...]:
        """Public holidays from the first date to the last that are no weekend."""
        events = self.dates.events
        first, last = min(each.first for each in events), max(each.last for each in events)
        off = self.dates.days_off
        found = holidays_between(self.place, first, last, language)
        return tuple(each for each in found if each.day in off and not off.works_on(each.day))

    @property
    def not_published(self) -> tuple[int, ...]:
        """Years of which the country has not said yet on which weekends it works."""
        last = max(each.last for each in self.dates.events)
        return years_not_published(self.place, self.cycle.starts, last)

    def file(self, person: str | None = None, language: CalendarLanguage = "en") -> bytes:
        """The dates as an iCalendar file; of a person with the check-ins that they do.

        Args:
            person: Id of the person; None: everybody's, without anybody's name.
            language: Of its texts.
        """
        from okr_calendar.ics import Edition, calendar_bytes  # noqa: PLC0415 - only for a file

        title = f"{self.workspace.organization} {self.cycle.id}"
        edition = Edition(self.edition, self.changed_at)
        return calendar_bytes(title, self._entries(person, language), edition)

    def _entries(self, person: str | None, language: CalendarLanguage) -> Iterator[CalendarEntry]:
        for event in self.dates.events:
            if person is None or event.what != "check_in":
                yield self._entry(event, language)
        for due in self.check_ins_of(person) if person is not None else ():
            yield self._own_entry(due, language)

    def _entry(self, event: Event, language: CalendarLanguage) -> CalendarEntry:
        from okr_calendar.ics import CalendarEntry  # noqa: PLC0415

        return CalendarEntry(
            uid=self._uid(event.what.replace("_", "-"), event.key),
            title=event_text(event, self.dates.next_id, language),
            text=event_meaning(event.what, language),
            first=event.first,
            last=event.last,
            due=event.due.astimezone(self.cycle.zone) if event.due else None,
        )

    def _own_entry(self, due: CheckInDue, language: CalendarLanguage) -> CalendarEntry:
        from okr_calendar.ics import CalendarEntry  # noqa: PLC0415

        titles = [self.plan.key_results_by_id[each].title for each in due.key_results]
        whose = self.workspace.people[due.person].name if due.stands_in else ""
        lines = [event_meaning("check_in", language), *(f"- {title}" for title in titles)]
        return CalendarEntry(
            uid=self._uid("check-in", due.key, due.person),
            title=check_in_text(titles, whose, language),
            text="\n".join(lines),
            first=due.day,
            last=due.day,
            due=due.due.astimezone(zone_of(self.workspace, due.by)),
        )

    def _uid(self, *parts: str) -> str:
        named = [part for part in ("okr", self.name, self.cycle.id, *parts) if part]
        return f"{'-'.join(named)}@prefect-okr"


def read_calendar(store: Store, cycle: str, as_of: datetime) -> Calendar:
    """The calendar of a cycle by the plan and the workspace that were in force at a time.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        as_of: Aware time; where nothing was in force yet, the plan as it is now.

    Raises:
        InputError: The cycle has no accepted plan.
    """
    applied = store.revision("plan", cycle, as_of=as_of) or store.revision("plan", cycle)
    if applied is None:
        raise no_plan(cycle, store.cycles())
    space = store.revision("workspace", "", as_of=as_of) or store.revision("workspace", "")
    workspace = space.workspace() if space else UNNAMED
    plan = applied.plan(workspace.policies.settling_days)
    following = _following(store, plan.cycle)
    revisions = [each for each in (applied, space, following) if each is not None]
    return Calendar(
        plan=plan,
        workspace=workspace,
        name=workspace_id(store),
        following=following.cycle() if following else None,
        edition=sum(each.number for each in revisions),
        changed_at=max(map(_in_force_at, revisions)),
    )


def _following(store: Store, cycle: Cycle) -> Revision | None:
    """The plan of the cycle whose id comes next; None: it has none yet."""
    name = next_id(cycle.id)
    return store.revision("plan", name) if name else None


def _in_force_at(revision: Revision) -> datetime:
    return revision.decided_at or revision.at
