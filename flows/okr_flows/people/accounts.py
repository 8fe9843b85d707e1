"""Accounts: those of a tool are matched with the people of a workspace, by e-mail alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from okr_core.errors import ConfigError
from okr_core.plan.workspace import Connection, Workspace
from okr_flows.connect.session import open_connection
from okr_flows.people.changes import (
    Imported,
    PersonChange,
    Unmatched,
    changes_of,
    folded,
    people_by_email,
)
from okr_sources.source import Account, People


def import_accounts(
    workspace: Workspace,
    name: str,
    connection: Connection,
    env: Mapping[str, str],
    *,
    add: bool = False,
) -> Imported:
    """What the accounts of a connection's tool change about the people of a workspace.

    Args:
        workspace: Whose people they are.
        name: Name of the connection.
        connection: How the tool is reached.
        env: Variables that may hold its credentials.
        add: See `match_accounts`.

    Raises:
        OkrError: The tool cannot be reached, refuses us, or does not list people.
    """
    kind = connection.kind
    opening = open_connection(name, connection, env)
    text = opening.censor.text
    with opening as session:
        if not isinstance(session, People):
            raise ConfigError(f"tools of kind {kind} do not list people.", hint="Use a CSV file.")
        accounts = [
            replace(account, name=text(account.name), email=text(account.email))
            for account in session.people()
        ]
    return match_accounts(workspace, kind, accounts, add=add)


def match_accounts(
    workspace: Workspace, tool: str, accounts: Sequence[Account], *, add: bool = False
) -> Imported:
    """What the accounts of a tool change about the people of a workspace.

    Args:
        workspace: Whose people they are.
        tool: `jira` or `notion`.
        accounts: All accounts of the tool.
        add: Whether accounts with an e-mail that nobody has become people.
    """
    return _Matcher(workspace, tool, add).match(accounts)


@dataclass(slots=True)
class _Matcher:
    """What was matched so far."""

    workspace: Workspace
    tool: str
    add: bool
    _changes: list[PersonChange] = field(default_factory=list)
    _unmatched: list[Unmatched] = field(default_factory=list)

    def match(self, accounts: Sequence[Account]) -> Imported:
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
        elif self.add and not account.name.strip():
            reason = "it has no name to add a person by"
            self._unmatched.append(Unmatched(account, reason))
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
