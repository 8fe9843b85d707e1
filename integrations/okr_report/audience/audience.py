"""Audience: who reads a report, and what of a cycle they may see.

An audience is `company` (everything), `team:ID` (the objectives of that team), `person:ID` (what
that person's roles are accountable for or contribute to), or a name under `audiences` in okr.yaml.
What each word lets see: docs/report.md; field by field: `okr_report.audience.declared`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from okr_core.errors import ConfigError
from okr_core.plan.names import person_meant, team_meant
from okr_core.plan.workspace import Workspace
from okr_core.progress.rollup import CYCLE
from okr_core.snapshot import Snapshot

COMPANY = "company"
KINDS = ("progress", "scores", "forecasts", "confidence", "notes", "people", "changes", "evidence")
"""What may be shown of an objective."""
_SCOPES = ("team", "role", "person")
_EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads.

    Attributes:
        name: As it was asked for.
        sees: Words of `KINDS`.
        teams: Only the objectives of these teams, and of the following.
        roles: Only what these roles are accountable for or contribute to.
        people: Only what these people's roles are; all three empty: everything.
    """

    name: str
    sees: frozenset[str] = frozenset(KINDS)
    teams: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()

    @property
    def whole(self) -> bool:
        """Whether every objective is in."""
        return not (self.teams or self.roles or self.people)

    @property
    def only_team(self) -> str | None:
        """The team that is all of what is in; None: it is more, or something else."""
        alone = len(self.teams) == 1 and not (self.roles or self.people)
        return next(iter(self.teams)) if alone else None


def audience_named(
    name: str, snapshot: Snapshot, granted: Mapping[str, tuple[str, ...]] | None = None
) -> Audience:
    """The audience of that name.

    Args:
        name: `company`, `team:ID`, `person:ID`, or a name of the workspace.
        snapshot: Knows the workspace, teams and roles.
        granted: What each named audience may see; None: what the snapshot's workspace says, which
            is that of its time.

    Raises:
        ConfigError: It is unknown, or what it may see says a word that is.
    """
    if name == COMPANY:
        return Audience(name)
    scope, _, id_ = name.partition(":")
    space = snapshot.workspace
    if scope in {"team", "person"} and id_:
        name = f"{scope}:{_id_meant(scope, id_, space) if space else id_}"
        return _scoped(name, KINDS, [name], snapshot)
    named = granted if granted is not None else space.audiences if space else {}
    if name not in named:
        known = ", ".join(f"`{each}`" for each in (COMPANY, "team:ID", "person:ID", *named))
        raise ConfigError(f"audience `{name}` is unknown.", hint=f"Choose from {known}.")
    words = named[name]
    kinds = [word for word in words if ":" not in word]
    _refuse_unknown(name, kinds)
    sees = KINDS if _EVERYTHING in kinds else kinds
    return _scoped(name, sees, [word for word in words if ":" in word], snapshot)


def _id_meant(scope: str, name: str, space: Workspace) -> str:
    """The id of a person or team that is named by its display name, if no other has that."""
    if scope == "person":
        return person_meant(name, space.people)
    return team_meant(name, space.teams)


def _refuse_unknown(name: str, words: Iterable[str]) -> None:
    vocabulary = (_EVERYTHING, *KINDS)
    every = ", ".join((*vocabulary, *(f"{scope}:ID" for scope in _SCOPES)))
    for word in words:
        if word not in vocabulary:
            near = get_close_matches(word, vocabulary, n=1)
            closest = f"Closest: `{near[0]}`. " if near else ""
            what = f"audience `{name}` may see `{word}`, which is no such word."
            raise ConfigError(what, hint=f"{closest}Choose from {every}.")


def _scoped(name: str, sees: Iterable[str], scopes: Iterable[str], snapshot: Snapshot) -> Audience:
    found: dict[str, set[str]] = {scope: set() for scope in _SCOPES}
    for word in scopes:
        scope, _, id_ = word.partition(":")
        if scope not in found:
            _refuse_unknown(name, [word])
        if id_ not in _ids(scope, snapshot):
            where = f"in cycle `{snapshot.cycle.id}` or its workspace"
            what = f"audience `{name}`: there is no {scope} `{id_}` {where}."
            raise ConfigError(what, hint=_closest(id_, _ids(scope, snapshot)))
        found[scope].add(id_)
    teams, roles, people = (frozenset(found[scope]) for scope in _SCOPES)
    return Audience(name, frozenset(sees), teams, roles, people)


def _closest(id_: str, ids: set[str]) -> str:
    near = get_close_matches(id_, sorted(ids), n=1)
    return f"Closest: `{near[0]}`." if near else f"Known: {', '.join(sorted(ids)) or 'none'}."


def _ids(scope: str, snapshot: Snapshot) -> set[str]:
    """Every id of a scope that the workspace or a version of the plan names."""
    space = snapshot.workspace
    goals = [goal for version in snapshot.versions for goal in version.plan.objectives]
    if scope == "team":
        return {goal.team for goal in goals if goal.team} | set(space.teams if space else ())
    items = (item for goal in goals for item in (goal, *goal.key_results))
    named = {item.accountable for item in items if item.accountable}
    if scope == "person":
        return set(space.people) if space else named
    return named | set(space.roles if space else ())


@dataclass(frozen=True, slots=True)
class Sight:
    """An audience in front of a cycle.

    Attributes:
        items: Objectives and key results that may be seen, and the empty id of the cycle.
        people: Ids of all people: an implicit role of one of them is a name.
        lineage: `CYCLE/OBJECTIVE` of earlier cycles that may be seen; None: all of them.
    """

    audience: Audience
    items: frozenset[str]
    people: frozenset[str]
    lineage: frozenset[str] | None = None

    @property
    def whole(self) -> bool:
        """Whether every objective may be seen."""
        return self.audience.whole

    def sees(self, *words: str) -> bool:
        """Whether all of these words are granted."""
        return self.audience.sees.issuperset(words)


def sights(audience: Audience, now: Snapshot, earlier: Iterable[Snapshot]) -> list[Sight]:
    """What an audience sees of a cycle and of those before it."""
    every = (now, *earlier)
    items = [frozenset((CYCLE, *_seen_items(audience, known))) for known in every]
    people = frozenset(
        name for known in every if known.workspace for name in known.workspace.people
    )
    linked = zip(every[1:], items[1:], strict=True)
    lineage = frozenset(f"{known.cycle.id}/{name}" for known, seen in linked for name in seen)
    return [Sight(audience, seen, people, None if audience.whole else lineage) for seen in items]


def _seen_items(audience: Audience, known: Snapshot) -> Iterator[str]:
    """Ids of the objectives and key results that an audience may see.

    An objective that is in brings all its key results; a key result that is in by its own role
    brings the objective as its heading, without its sisters. Who was in at any time stays in.
    """
    # A person's implicit role, and those that they hold or held.
    held = known.workspace.roles.items() if known.workspace else ()
    roles = audience.roles | audience.people
    roles |= {n for n, role in held if any(h.person in audience.people for h in role.held_by)}
    for objective in (each for version in known.versions for each in version.plan.objectives):
        owned = objective.team in audience.teams or objective.accountable in roles
        mine = [
            kr.id
            for kr in objective.key_results
            if audience.whole or owned or kr.accountable in roles or roles & kr.contributors.keys()
        ]
        yield from (objective.id, *mine) if audience.whole or owned or mine else ()
