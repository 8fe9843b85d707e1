"""Names: the ids that people mean where they write display names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

from okr_core.errors import InputError
from okr_core.plan.workspace import Person, Team, Workspace


def ids_named(name: str, names: Iterable[tuple[str, str]]) -> list[str]:
    """Ids of those with a display name, whatever its capitals and blanks.

    Args:
        name: As somebody wrote it.
        names: Id and display name of each.

    >>> ids_named("maria  huber", [("maria", "Maria Huber"), ("bo", "Bo Lind")])
    ['maria']
    """
    wanted = _folded(name)
    return [id_ for id_, each in names if wanted and _folded(each) == wanted]


def person_meant(name: str, people: Mapping[str, Person]) -> str:
    """The id of the person with that id, or with that display name if it is theirs alone.

    A name that is neither comes back as it is.

    Raises:
        InputError: Several people have that name.
    """
    if name in people:
        return name
    found = ids_named(name, ((id_, person.name) for id_, person in people.items()))
    if len(found) > 1:
        ids = ", ".join(f"`{each}`" for each in found)
        raise InputError(
            f"{len(found)} people are named {name}: {ids}.", hint="Name one of them by the id."
        )
    return found[0] if found else name


def person_of_address(address: str, workspace: Workspace, day: date) -> str | None:
    """The person of an e-mail address, whatever its capitals; None: nobody's, or not one's alone.

    Who has left by that day is nobody.
    """
    wanted = address.strip().casefold()
    found = [
        name
        for name, person in workspace.people.items()
        if person.email and person.email.casefold() == wanted
    ]
    return found[0] if len(found) == 1 and not workspace.has_left(found[0], day) else None


def team_meant(name: str, teams: Mapping[str, Team]) -> str:
    """The id of the team with that id, or with that display name if it is its alone.

    A name that is neither comes back as it is.
    """
    found = ids_named(name, ((id_, team.name) for id_, team in teams.items()))
    return found[0] if name not in teams and len(found) == 1 else name


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
