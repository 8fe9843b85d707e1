"""Changes: what an import would change about the people of a workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from okr_core.files.yaml_edit import Path, Value
from okr_core.plan.workspace import Person, Workspace
from okr_sources.source import Account

TOOLS = ("jira", "notion", "slack")
_FIELDS = ("name", "email", "timezone", "country", "layer")


@dataclass(frozen=True, slots=True)
class PersonChange:
    """One thing that changes about a person; `old` is empty where nothing was known."""

    person: str
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An account that belongs to nobody, as far as its e-mail address tells.

    Attributes:
        similar: Someone of the same name: a suggestion for a person, never taken by itself.
    """

    account: Account
    reason: str
    similar: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changes.

    Attributes:
        without: People that have no account of the tool even then.
    """

    changes: tuple[PersonChange, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    without: tuple[str, ...] = ()

    def values(self, workspace: Workspace) -> dict[Path, Value]:
        """Places in okr.yaml and what shall stand there."""
        found: dict[Path, Value] = {}
        for change in self.changes:
            found[("people", change.person, *change.field.split("."))] = change.new
        fresh = {change.person for change in self.changes} - set(workspace.people)
        return {path: each for path, each in found.items() if path[1] not in fresh} | {
            ("people", name): _entry(name, self.changes) for name in sorted(fresh)
        }


def changes_of(name: str, known: Person | None, said: Mapping[str, str]) -> list[PersonChange]:
    """What a row says that is not known yet; empty cells say nothing.

    Args:
        name: Id of the person.
        known: What okr.yaml says; None for someone new.
        said: Field (name, email, …, jira, notion, slack) → text.
    """
    found = []
    for key in (*_FIELDS, *TOOLS):
        new = said.get(key, "")
        old = _known(known, key)
        if new and new != old:
            place = f"accounts.{key}" if key in TOOLS else key
            found.append(PersonChange(name, place, old, new))
    return found


def folded(text: str) -> str:
    """A name or e-mail address as it is compared: letters' case and outer blanks do not count."""
    return text.strip().casefold()


def people_by_email(workspace: Workspace) -> dict[str, list[str]]:
    """E-mail address, folded → ids of people who have it."""
    found: dict[str, list[str]] = {}
    for name, person in workspace.people.items():
        if person.email:
            found.setdefault(folded(person.email), []).append(name)
    return found


def _known(person: Person | None, key: str) -> str:
    if person is None:
        return ""
    value = getattr(person.accounts if key in TOOLS else person, key)
    return str(value or "")


def _entry(name: str, changes: Iterable[PersonChange]) -> Value:
    entry: dict[str, Value] = {}
    accounts: dict[str, Value] = {}
    for change in changes:
        if change.person == name:
            first, _, tool = change.field.partition(".")
            if tool:
                accounts[tool] = change.new
            else:
                entry[first] = change.new
    return entry | ({"accounts": accounts} if accounts else {})
