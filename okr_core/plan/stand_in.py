"""Stand-in: who acts for a person who is away, and in what.

Only during the absence, and only in what cannot wait and binds nobody: check-ins, comments, help,
and decisions on what is at risk. What counts as a person's own word never passes to another:
ballots, estimates, approvals, the part of the second person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from okr_core.plan.plan import KeyResult, Plan
from okr_core.plan.workspace import Absence, Person, Workspace

ActKind = Literal[
    "check_in",
    "comment",
    "help",
    "at_risk_decision",
    "ballot",
    "estimate",
    "approval",
    "second_person",
]
PASSES: Mapping[ActKind, bool] = {
    "check_in": True,
    "comment": True,
    "help": True,
    "at_risk_decision": True,
    "ballot": False,
    "estimate": False,
    "approval": False,
    "second_person": False,
}
"""Kind of act → whether a stand-in does it."""


def absences_on(person: Person, day: date) -> tuple[Absence, ...]:
    """Absences of a person that hold on a day."""
    return tuple(each for each in person.absences if each.starts <= day <= each.ends)


def is_there(workspace: Workspace, person: str, day: date) -> bool:
    """Whether a person of the workspace is with the organisation and not absent on a day."""
    known = workspace.people.get(person)
    if known is None or not known.is_with_us(day):
        return False
    return not absences_on(known, day)


def stand_ins(workspace: Workspace, person: str, day: date) -> tuple[str, ...]:
    """Who stands in for a person on a day, as the absences say; nobody while the person is there.

    A stand-in of a stand-in is none: who is named answers, or nobody does.
    """
    known = workspace.people.get(person)
    if known is None:
        return ()
    named = [each.stand_in for each in absences_on(known, day) if each.stand_in]
    return tuple(dict.fromkeys(each for each in named if each != person))


def acting_stand_in(workspace: Workspace, person: str, day: date) -> str | None:
    """The stand-in of a person on a day who is there; None: nobody stands in."""
    named = stand_ins(workspace, person, day)
    return next((each for each in named if is_there(workspace, each, day)), None)


def stands_in_for(workspace: Workspace, who: str, day: date) -> tuple[str, ...]:
    """Those whose acting stand-in a person is on a day, in the order of the workspace."""
    return tuple(each for each in workspace.people if acting_stand_in(workspace, each, day) == who)


def named_by(workspace: Workspace, person: str) -> frozenset[str]:
    """Who names a person as a stand-in, for any absence."""
    return frozenset(
        name
        for name, each in workspace.people.items()
        if any(absence.stand_in == person for absence in each.absences)
    )


def acts_for(workspace: Workspace, who: str, whom: str, day: date, kind: ActKind) -> bool:
    """Whether a person may do something for another on a day, as the other's stand-in.

    Args:
        workspace: Knows the people and their absences.
        who: Who would act.
        whom: Whose turn it is.
        day: Local day of the act.
        kind: What would be done.

    >>> from okr_core.plan.workspace import Person
    >>> away = Absence(starts=date(2026, 10, 5), ends=date(2026, 10, 16), stand_in="ben")
    >>> people = {"ada": Person(name="Ada", absences=(away,)), "ben": Person(name="Ben")}
    >>> acme = Workspace(organization="Acme", people=people)
    >>> acts_for(acme, "ben", "ada", date(2026, 10, 9), "check_in")
    True
    >>> acts_for(acme, "ben", "ada", date(2026, 10, 19), "check_in")
    False
    """
    return PASSES[kind] and who in stand_ins(workspace, whom, day)


def acted_for(plan: Plan, workspace: Workspace, key_result: KeyResult, by: str, day: date) -> str:
    """For whom somebody checked in on a key result as their stand-in; empty: for themselves.

    That it was a stand-in follows from the record: who holds the role, who was away, whom they
    named. Nobody's id is kept beside what another says, where erasing that person would not find
    it.

    Args:
        plan: The plan in force.
        workspace: As it was on that day.
        key_result: What was said of.
        by: Who said it.
        day: Local day on which it was said.
    """
    role = plan.role_of(key_result)
    holders = [each.person for each in workspace.holders(role, day)] if role else []
    if by in holders:
        return ""
    return next((each for each in holders if acts_for(workspace, by, each, day, "check_in")), "")
