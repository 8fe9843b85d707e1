"""Owed: the list of what waits for whom: questions that are open, and check-ins that are due.

What is late is everybody's to see, in status, report and digest (`okr_core.open.entries`). Who is
asked sees besides what is due and not late yet: by mail, on the page, and where they ask for
theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from okr_core.calendar.people import DaysOffOf, check_ins_due
from okr_core.open.entries import entries_of, in_order, open_entries
from okr_core.open.entry import OpenEntry
from okr_core.open.kinds import KINDS, OF_PEOPLE
from okr_core.plan.part import Part
from okr_core.plan.stand_in import named_by
from okr_core.plan.workspace import Workspace
from okr_core.reminders.matter import Matter, asked_now, matters_of
from okr_core.snapshot import Snapshot
from okr_flows.owed.waiting import waiting_for
from okr_flows.run.holidays import UNNAMED, holidays_around


@dataclass(frozen=True)
class Owed:
    """What waits in a cycle at a time.

    Attributes:
        snapshot: The cycle at that time.
        people: Ids of those whose check-ins are wanted; None: everyone's.
        of_people: What is asked of people as such, where the snapshot has a part of the cycle
            alone; None: what the snapshot says.
    """

    snapshot: Snapshot
    people: Collection[str] | None = None
    of_people: tuple[OpenEntry, ...] | None = None

    @property
    def workspace(self) -> Workspace:
        """The people and their policies."""
        return self.snapshot.workspace or UNNAMED

    @property
    def holidays(self) -> DaysOffOf:
        """The public holidays of any place around the cycle."""
        return holidays_around(self.snapshot.cycle)

    @cached_property
    def open(self) -> tuple[OpenEntry, ...]:
        """What waits and everybody may know of."""
        if self.of_people is None:
            return open_entries(self.snapshot)
        of_roles = open_entries(self.snapshot, kinds=KINDS.keys() - OF_PEOPLE)
        return in_order((*of_roles, *self.of_people))

    @cached_property
    def matters(self) -> tuple[Matter, ...]:
        """All that people may be reminded of, check-ins that are still to come among them."""
        if self.snapshot.closed:
            return ()
        plan = self.snapshot.plan
        check_ins = check_ins_due(plan, self.workspace, self.holidays, self.people)
        return matters_of(self.snapshot, self.open, check_ins)


def asked_of_people(snapshot: Snapshot) -> tuple[OpenEntry, ...]:
    """What of a cycle is asked of people as such, of whatever part it is."""
    return open_entries(snapshot, kinds=OF_PEOPLE)


def owed_by(
    snapshot: Snapshot, person: str, of_people: tuple[OpenEntry, ...] | None = None
) -> tuple[OpenEntry, ...]:
    """What waits for a person now, for themselves or as a stand-in; urgent first.

    Args:
        snapshot: The cycle at a time; of a large one the person's part is enough.
        person: Id of the person.
        of_people: See `Owed`.
    """
    workspace = snapshot.workspace or UNNAMED
    owed = Owed(snapshot, {person, *named_by(workspace, person)}, of_people)
    if snapshot.closed:
        return waiting_for(person, owed.open)
    now = asked_now(owed.matters, snapshot.as_of, workspace.policies.reminders)
    return waiting_for(person, now)


def owed_in(snapshot: Snapshot, part: Part, entries: Iterable[OpenEntry]) -> tuple[OpenEntry, ...]:
    """What waits in a part: of a person what they are asked now, of a team what its goals ask for.

    Args:
        snapshot: The cycle at a time.
        part: Whose it is.
        entries: All that is open in it.
    """
    return owed_by(snapshot, part.person) if part.person else entries_of(part, entries)
