"""Circles: the teams of a sheet, and the roles that its people hold in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from okr_core.files.yaml_edit import Path, Value
from okr_core.plan.dump import plain
from okr_core.plan.workspace import Role, Workspace
from okr_core.sheets.drafts import PersonDraft
from okr_core.sheets.names import folded, free_id, slug
from okr_core.sheets.people import People


@dataclass(slots=True)
class RoleDraft:
    """A role that is new, or that somebody more holds.

    Attributes:
        purpose: Its name, where the id cannot say it.
        circle: Id of the team; empty: none.
        holders: Ids of people who hold it, those of the workspace apart.
    """

    purpose: str = ""
    circle: str = ""
    holders: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Circles:
    """Teams and roles, those of the workspace and those of a sheet.

    Attributes:
        teams: Id of a team → its name, those of the workspace apart.
        roles: Id → what the sheet says of the role.
    """

    workspace: Workspace
    teams: dict[str, str] = field(default_factory=dict)
    roles: dict[str, RoleDraft] = field(default_factory=dict)
    _teams: dict[str, str] = field(default_factory=dict)
    _roles: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, team in self.workspace.teams.items():
            self._teams |= {folded(name): name, folded(team.name or name): name}

    def team(self, name: str) -> str:
        """The id of a team, which is new where nobody knows it; empty for no name."""
        first = name.partition(";")[0].strip()
        key = folded(first)
        if first and key not in self._teams:
            known = free_id(slug(first), "team", {*self.workspace.teams, *self.teams})
            self.teams[known] = first
            self._teams[key] = known
        return self._teams[key] if first else ""

    def hold(self, people: People, drafts: Iterable[tuple[str, PersonDraft]]) -> list[str]:
        """Give people their roles; sentences about what was concluded.

        Who is of a team and has no role by name holds the role of its members: that somebody
        belongs to a circle is said by roles alone.
        """
        members: list[str] = []
        for person, draft in drafts:
            team = self.team(draft.team)
            if draft.role or team:
                role = self._role(people, draft.role, team)
                self._add(role, person)
                members += [] if draft.role or role in members else [role]
        return [f"people of a team without a role by name hold `{role}`" for role in members]

    def _role(self, people: People, name: str, team: str) -> str:
        key = folded(name), team
        if key not in self._roles:
            self._roles[key] = self._known(name, team) or self._new(people, name, team)
            if name and not any(other[0] == key[0] for other in self._roles if other != key):
                people.roles.setdefault(key[0], self._roles[key])
            elif name:
                people.roles.pop(key[0], None)  # of several teams: nobody could tell which is meant
        return self._roles[key]

    def _known(self, name: str, team: str) -> str:
        """A role of the workspace of that name, in that circle or in none."""
        for id_, role in self.workspace.roles.items():
            if id_ == (slug(name) if name else f"{team}-member") and role.circle in (None, team):
                return id_
        return ""

    def _new(self, people: People, name: str, team: str) -> str:
        taken = {*self.workspace.roles, *self.roles, *self.workspace.people, *people.said}
        wanted = slug(name) if name else f"{team}-member"
        if wanted in taken and team:
            wanted = f"{wanted}-{team}"
        known = free_id(wanted, "role", taken)
        self.roles[known] = RoleDraft("" if slug(name) or not name else name, team)
        return known

    def _add(self, role: str, person: str) -> None:
        known = self.workspace.roles.get(role, Role())
        if person in {holding.person for holding in known.held_by}:
            return
        draft = self.roles.setdefault(role, RoleDraft())
        if person not in draft.holders:
            draft.holders.append(person)

    def values(self) -> dict[Path, Value]:
        """Places in okr.yaml and what shall stand there."""
        found: dict[Path, Value] = {
            ("teams", name): {"name": title} for name, title in self.teams.items()
        }
        for name, draft in self.roles.items():
            new: list[Value] = [{"person": person} for person in draft.holders]
            known = self.workspace.roles.get(name)
            if known is not None:
                found["roles", name, "held_by"] = [*_holdings(known), *new]
                continue
            role: dict[str, Value] = {"purpose": draft.purpose} if draft.purpose else {}
            role |= {"circle": draft.circle} if draft.circle else {}
            found["roles", name] = {**role, "held_by": new}
        return found


def _holdings(role: Role) -> list[Value]:
    return [{key: str(value) for key, value in plain(holding).items()} for holding in role.held_by]
