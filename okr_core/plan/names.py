"""Names: the ids that people mean where they write names and titles."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from okr_core.errors import InputError
from okr_core.plan.plan import KeyResult, Objective
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
    """The id of the person with that id, or with that display or first name if it is theirs alone.

    A name that is none of them comes back as it is.

    Raises:
        InputError: Several people have that name.
    """
    if name in people:
        return name
    named = [(id_, person.name) for id_, person in people.items()]
    found = ids_named(name, named) or ids_named(name, ((id_, _first(full)) for id_, full in named))
    return _alone(name, found, "people") or name


def item_meant(name: str, items: Mapping[str, KeyResult] | Mapping[str, Objective]) -> str:
    """The id of the objective or key result with that id, or with that title if it alone has it.

    A name that is neither comes back as it is.

    Raises:
        InputError: Several have that title.
    """
    if name in items:
        return name
    found = ids_named(name, ((id_, item.title) for id_, item in items.items()))
    return _alone(name, found, "items") or name


def _alone(name: str, found: Sequence[str], what: str) -> str:
    """The only id that was found; empty where none was."""
    if len(found) > 1:
        ids = ", ".join(f"`{each}`" for each in found)
        raise InputError(
            f"{len(found)} {what} are named {name}: {ids}.", hint="Name one of them by the id."
        )
    return found[0] if found else ""


def _first(name: str) -> str:
    """The first of several names; empty where there is only one."""
    first, blank, _ = name.strip().partition(" ")
    return first if blank else ""


def person_of_address(address: str, workspace: Workspace, now: datetime) -> str | None:
    """The person of an e-mail address, whatever its capitals; None: nobody's, or not one's alone.

    Who has left by then, by the day where they are, is nobody.
    """
    wanted = address.strip().casefold()
    found = [
        name
        for name, person in workspace.people.items()
        if person.email and person.email.casefold() == wanted
    ]
    return found[0] if len(found) == 1 and workspace.is_with_us(found[0], now) else None


def account_holders(
    people: Mapping[str, Person], tool: str, account: str, email: str, name: str
) -> list[str]:
    """Ids of the people who may have an account of a tool: by its id, its address, or its name.

    Whoever is known to have another account of the tool is not found by name.

    >>> people = {"ada": Person(name="Ada Okafor", email="ada@acme.example")}
    >>> account_holders(people, "notion", "1f2e", "Ada@acme.example", "")
    ['ada']
    """
    linked = {id_: getattr(person.accounts, tool, None) for id_, person in people.items()}
    if found := [id_ for id_, known in linked.items() if known == account]:
        return found
    address = email.strip().casefold()
    mailed = [
        id_
        for id_, person in people.items()
        if address and (person.email or "").strip().casefold() == address
    ]
    free = ((id_, person.name) for id_, person in people.items() if linked[id_] is None)
    return mailed or ids_named(name, free)


def team_meant(name: str, teams: Mapping[str, Team]) -> str:
    """The id of the team with that id, or with that display name if it is its alone.

    A name that is neither comes back as it is.
    """
    found = ids_named(name, ((id_, team.name) for id_, team in teams.items()))
    return found[0] if name not in teams and len(found) == 1 else name


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
