"""Audience: who reads a report, and what of a cycle they may see.

An audience is `company` (everything), `team:ID` (the objectives of that team), `person:ID` (what
that person's roles are accountable for or contribute to), or a name under `audiences` in okr.yaml:

```yaml
audiences:
  board: [scores, changes]                     # every objective, but no word, name or evidence
  partners: [team:growth, scores, people]      # one team
```

| word | lets see |
|---|---|
| `everything` | all of the below |
| `progress` | values, progress and status over time |
| `scores` | scores, grades, overrides and restatements |
| `forecasts` | where key results are likely to end |
| `confidence` | what people said about how sure they are |
| `notes` | what people wrote in check-ins, overrides, corrections and hypotheses |
| `people` | names of people, and who said what; without it roles and teams only |
| `changes` | revisions of the plan with their reasons, and what was retired |
| `evidence` | where numbers come from: queries, rows, links |
| `team:ID` | only this team's objectives; several words add up |
| `role:ID` | only what this role is accountable for or contributes to |
| `person:ID` | only what this person's roles are accountable for or contribute to |

Ids, titles, reasons to be, units, targets and dates of the objectives that are in are always seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from okr_core.errors import ConfigError
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.workspace import Workspace
from okr_core.snapshot import Snapshot

COMPANY = "company"
KINDS = (
    "progress",
    "scores",
    "forecasts",
    "confidence",
    "notes",
    "people",
    "changes",
    "evidence",
)
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
    if scope in {"team", "person"} and id_:
        return _scoped(name, KINDS, [name], snapshot)
    space = snapshot.workspace
    named = granted if granted is not None else space.audiences if space else {}
    if name not in named:
        known = ", ".join(f"`{each}`" for each in (COMPANY, "team:ID", "person:ID", *named))
        raise ConfigError(f"audience `{name}` is unknown.", hint=f"Choose from {known}.")
    words = named[name]
    kinds = [word for word in words if ":" not in word]
    _refuse_unknown(name, kinds)
    sees = KINDS if _EVERYTHING in kinds else kinds
    return _scoped(name, sees, [word for word in words if ":" in word], snapshot)


def _refuse_unknown(name: str, words: Iterable[str]) -> None:
    vocabulary = (_EVERYTHING, *KINDS)
    for word in words:
        if word not in vocabulary:
            near = get_close_matches(word, vocabulary, n=1)
            closest = f"Closest: `{near[0]}`. " if near else ""
            every = ", ".join((*vocabulary, *(f"{scope}:ID" for scope in _SCOPES)))
            raise ConfigError(
                f"audience `{name}` may see `{word}`, which is no such word.",
                hint=f"{closest}Choose from {every}.",
            )


def _scoped(name: str, sees: Iterable[str], scopes: Iterable[str], snapshot: Snapshot) -> Audience:
    found: dict[str, set[str]] = {scope: set() for scope in _SCOPES}
    for word in scopes:
        scope, _, id_ = word.partition(":")
        if scope not in found:
            _refuse_unknown(name, [word])
        if id_ not in _ids(scope, snapshot):
            raise ConfigError(
                f"audience `{name}`: there is no {scope} `{id_}` in cycle "
                f"`{snapshot.cycle.id}` or its workspace.",
                hint=_closest(id_, _ids(scope, snapshot)),
            )
        found[scope].add(id_)
    teams, roles, people = (frozenset(found[scope]) for scope in _SCOPES)
    return Audience(name, frozenset(sees), teams, roles, people)


def _closest(id_: str, ids: set[str]) -> str:
    near = get_close_matches(id_, sorted(ids), n=1)
    return f"Closest: `{near[0]}`." if near else f"Known: {', '.join(sorted(ids)) or 'none'}."


def _ids(scope: str, snapshot: Snapshot) -> set[str]:
    """Every id of a scope that the workspace or a version of the plan names."""
    space = snapshot.workspace
    plans = [version.plan for version in snapshot.versions]
    if scope == "team":
        used = {o.team for plan in plans for o in plan.objectives if o.team}
        return used | set(space.teams if space else ())
    named = {role for plan in plans for role in _roles(plan)}
    if scope == "person":
        return set(space.people) if space else named
    return named | set(space.roles if space else ())


def _roles(plan: Plan) -> Iterator[str]:
    for item in (*plan.objectives, *plan.key_results()):
        if item.accountable:
            yield item.accountable


def visible(audience: Audience, plans: Iterable[Plan], workspace: Workspace | None) -> set[str]:
    """Ids of the objectives and key results that an audience may see.

    An objective that is in brings all its key results; a key result that is in by its own role
    brings the objective as its heading, without its sisters.

    Args:
        audience: Who reads.
        plans: Every version of the plan: who was in at any time stays in.
        workspace: Says which roles a person ever held.
    """
    roles = audience.roles | _roles_held(audience.people, workspace)
    found: set[str] = set()
    for plan in plans:
        for objective in plan.objectives:
            if audience.whole or _owns(audience, roles, objective):
                found.update((objective.id, *(kr.id for kr in objective.key_results)))
                continue
            mine = [kr.id for kr in objective.key_results if _shares(roles, kr)]
            found.update((objective.id, *mine) if mine else ())
    return found


def _owns(audience: Audience, roles: frozenset[str], objective: Objective) -> bool:
    return objective.team in audience.teams or objective.accountable in roles


def _shares(roles: frozenset[str], kr: KeyResult) -> bool:
    return kr.accountable in roles or not roles.isdisjoint(kr.contributors)


def _roles_held(people: frozenset[str], workspace: Workspace | None) -> frozenset[str]:
    """The implicit roles of people, and those that they hold or held."""
    held = {
        name
        for name, role in (workspace.roles if workspace else {}).items()
        if any(holding.person in people for holding in role.held_by)
    }
    return people | held
