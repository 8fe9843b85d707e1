"""Names: the ids that people mean where they write display names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from okr_core.errors import InputError
from okr_core.plan.workspace import Person, Team


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
