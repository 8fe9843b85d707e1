"""People import: what an import would change about the people of okr.yaml. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from okr_cli.yaml_edit import Path, Value
from okr_core.workspace import Person, Workspace
from okr_sources.people import Account

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


@dataclass(slots=True)
class Matcher:
    """Matches the accounts of a tool with the people of a workspace, by e-mail alone.

    Attributes:
        tool: `jira` or `notion`.
        add: Whether accounts with an e-mail that nobody has become people.
    """

    workspace: Workspace
    tool: str
    add: bool = False
    _changes: list[PersonChange] = field(default_factory=list)
    _unmatched: list[Unmatched] = field(default_factory=list)

    def match(self, accounts: Sequence[Account]) -> Imported:
        """What the accounts change."""
        shared = Counter(folded(account.email) for account in accounts if account.email)
        holders, taken = people_by_email(self.workspace), self._taken()
        for account in sorted(accounts, key=lambda each: (folded(each.name), each.id)):
            if account.id not in taken:
                email = folded(account.email)
                self._place(account, holders.get(email, []), alone=shared[email] < 2)
        known = {change.person for change in self._changes} | set(taken.values())
        without = tuple(name for name in self.workspace.people if name not in known)
        return Imported(tuple(self._changes), tuple(self._unmatched), without)

    def _place(self, account: Account, holders: Sequence[str], *, alone: bool) -> None:
        if not account.email:
            similar = self._namesake(account)
            self._unmatched.append(Unmatched(account, "its e-mail address is hidden", similar))
            return
        if not alone or len(holders) > 1:
            reason = "several accounts or people have its e-mail address"
            self._unmatched.append(Unmatched(account, reason))
        elif holders:
            self._link(account, holders[0])
        elif self.add:
            self._changes += changes_of(self._fresh_id(account), None, self._row(account))
        else:
            reason = "nobody in okr.yaml has its e-mail address"
            self._unmatched.append(Unmatched(account, reason, self._namesake(account)))

    def _link(self, account: Account, person: str) -> None:
        linked = getattr(self.workspace.people[person].accounts, self.tool)
        if linked:
            self._unmatched.append(Unmatched(account, f"`{person}` has the account {linked}"))
        else:
            place = f"accounts.{self.tool}"
            self._changes.append(PersonChange(person, place, "", account.id))

    def _row(self, account: Account) -> dict[str, str]:
        return {"name": account.name, "email": account.email, self.tool: account.id}

    def _taken(self) -> dict[str, str]:
        """Account → person who has it already."""
        linked = (
            (getattr(person.accounts, self.tool), name)
            for name, person in self.workspace.people.items()
        )
        return {account: name for account, name in linked if account}

    def _namesake(self, account: Account) -> str:
        found = [
            name
            for name, person in self.workspace.people.items()
            if folded(person.name) == folded(account.name)
            and not getattr(person.accounts, self.tool)
        ]
        return found[0] if len(found) == 1 else ""

    def _fresh_id(self, account: Account) -> str:
        local = account.email.partition("@")[0].lower()
        base = re.sub(r"[^a-z0-9._-]+", "-", local).strip("-._") or "person"
        taken = set(self.workspace.people) | {change.person for change in self._changes}
        number, name = 2, base
        while name in taken:
            name, number = f"{base}-{number}", number + 1
        return name


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
