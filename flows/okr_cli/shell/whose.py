"""Whose: which part of a cycle a command is asked for: a team's, a person's, one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from okr_cli.shell.acting import computer_user
from okr_core.basics.command import okr
from okr_core.errors import InputError
from okr_core.plan.part import Part, part_of_person, part_of_team, whole_of
from okr_core.snapshot import Snapshot

_PERSON = "OKR_PERSON"


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Whose:
    """What `--team`, `--person` and `--mine` ask for: one of them, or none.

    Attributes:
        team: Id or display name; empty: none was named.
        person: Id or display name; empty: none was named.
        mine: Whether it is what the person at the keyboard answers for.
    """

    team: Annotated[str, Parameter(name="--team", help="Only what is this team's.")] = ""
    person: Annotated[
        str, Parameter(name="--person", help="Only what this person answers for, or is asked.")
    ] = ""
    mine: Annotated[bool, Parameter(name="--mine", help="Only what is yours (OKR_PERSON).")] = False

    def refuse_with(self, option: str) -> None:
        """Refuse what shows the whole cycle and no part of it.

        Raises:
            InputError: A part is asked for.
        """
        if self != EVERYBODY:
            raise InputError(
                f"{option} shows the whole cycle.", hint="Leave out --team, --person and --mine."
            )

    def part_of(self, snapshot: Snapshot, env: Mapping[str, str]) -> Part:
        """The part of a cycle's plan in force.

        Raises:
            InputError: The team or person is unknown, or more than one option is given.
        """
        if sum((bool(self.team), bool(self.person), self.mine)) > 1:
            raise InputError(
                "--team, --person and --mine do not go together.", hint="Give one of them."
            )
        plan, space = snapshot.plan, snapshot.workspace
        if self.team:
            return part_of_team(plan, space, self.team)
        if not (self.person or self.mine):
            return whole_of(plan)
        day = snapshot.cycle.day_of(snapshot.as_of)
        if self.person:
            return part_of_person(plan, space, self.person, day)
        given = env.get(_PERSON, "").strip()
        try:
            return part_of_person(plan, space, given or computer_user(), day)
        except InputError as error:
            who = f"`{given}`, whom {_PERSON} names," if given else "the user of this computer"
            raise InputError(
                f"{who} is not in the workspace.",
                hint=f"Say who you are with {_PERSON} in .env; {okr('people list').code} has the "
                "ids.",
            ) from error


EVERYBODY = Whose()
