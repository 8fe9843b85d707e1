"""Part: of a plan, what is a team's, or what a person answers for or contributes to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from okr_core.basics.closest import closest
from okr_core.errors import InputError
from okr_core.plan.names import person_meant, team_meant
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.workspace import Workspace


@dataclass(frozen=True)
class Part:
    """Objectives of a plan, each with those of its key results that are in.

    Attributes:
        objectives: In the order of the plan.
        team: Id of the team whose they are; empty: it goes by a person, or everything is in.
        person: Id of the person whose they are; empty likewise.
    """

    objectives: tuple[Objective, ...]
    team: str = ""
    person: str = ""

    @property
    def whole(self) -> bool:
        """Whether everything is in."""
        return not (self.team or self.person)

    @cached_property
    def items(self) -> frozenset[str]:
        """Ids of the objectives and key results that are in."""
        key_results = (kr.id for objective in self.objectives for kr in objective.key_results)
        return frozenset((*key_results, *(objective.id for objective in self.objectives)))


def whole_of(plan: Plan) -> Part:
    """Everything."""
    return Part(plan.objectives)


def part_of_team(plan: Plan, workspace: Workspace | None, name: str) -> Part:
    """The objectives of a team, named by its id or by a display name that no other has.

    Raises:
        InputError: There is no such team.
    """
    teams = workspace.teams if workspace else {}
    team = team_meant(name, teams)
    known = dict.fromkeys((*teams, *(each.team for each in plan.objectives if each.team)))
    if team not in known:
        raise InputError(
            f"there is no team `{name}` in cycle {plan.cycle.id} or its workspace.",
            hint=lambda: _choice(name, known),
        )
    return Part(tuple(each for each in plan.objectives if each.team == team), team=team)


def part_of_person(plan: Plan, workspace: Workspace | None, name: str, day: date) -> Part:
    """What a person's roles are accountable for or contribute to on a day.

    An objective that is theirs brings all its key results; a key result that is theirs brings its
    objective as a heading, without its sisters.

    Args:
        plan: The plan in force.
        workspace: Knows the people and who holds which role; None: roles are people.
        name: Id of the person, or a display name that no other has.
        day: Local day.

    Raises:
        InputError: There is no such person, or several have that name.
    """
    people = workspace.people if workspace else {}
    person = person_meant(name, people)
    known = people or dict.fromkeys(filter(None, _accountable(plan)))
    if person not in known:
        raise InputError(
            f"there is no person `{name}` in the workspace.", hint=lambda: _choice(name, known)
        )

    def theirs(role: str | None) -> bool:
        if role is None:
            return False
        held = workspace.holders(role, day) if workspace else ()
        return role == person or any(each.person == person for each in held)

    return Part(tuple(_theirs(plan, theirs)), person=person)


def _accountable(plan: Plan) -> Iterator[str | None]:
    for objective in plan.objectives:
        yield objective.accountable
        yield from (kr.accountable for kr in objective.key_results)


def _theirs(plan: Plan, theirs: Callable[[str | None], bool]) -> Iterator[Objective]:
    def mine(kr: KeyResult) -> bool:
        return theirs(kr.accountable) or any(map(theirs, kr.contributors))

    for objective in plan.objectives:
        if theirs(objective.accountable):
            yield objective
            continue
        found = tuple(filter(mine, objective.key_results))
        if found:
            yield objective.model_copy(update={"key_results": found})


def _choice(name: str, known: Collection[str]) -> str:
    near = closest(name, known)
    if near:
        return f"Closest: `{near}`."
    every = ", ".join(f"`{each}`" for each in known)
    return f"Known: {every}." if known else "Name it in okr.yaml."
