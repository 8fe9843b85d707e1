"""Redacted plans and workspaces: what an audience may see of goals, roles and people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from okr_core.plan.agreement import PlanVersion
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.revision import diff_plans
from okr_core.plan.workspace import Person, Role, Workspace
from okr_core.snapshot import Snapshot
from okr_report.sight import Sight

_Item = TypeVar("_Item", Objective, KeyResult)


def redacted_versions(sight: Sight, known: Snapshot) -> tuple[PlanVersion, ...]:
    """The versions of a plan that an audience may see.

    Without `changes` only the plan in force, without what was retired. Else a version that
    changes nothing of what is seen is left out: its reason is about something else.
    """
    if not sight.sees("changes"):
        newest = max(
            (v for v in known.versions if v.at <= known.as_of), key=lambda v: (v.at, v.number)
        )
        plan = _active(_plan(sight, known.plan))
        return (PlanVersion(newest.number, newest.at, plan),)
    return tuple(_with_effect(sight, known.versions))


def _with_effect(sight: Sight, versions: Iterable[PlanVersion]) -> Iterator[PlanVersion]:
    before: Plan | None = None
    for version in sorted(versions, key=lambda v: (v.at, v.number)):
        plan = _plan(sight, version.plan)
        if before is not None and not diff_plans(before, plan):
            continue
        first_of_others = before is None and not sight.whole and not plan.objectives
        reason = "" if first_of_others else sight.text(version.reason, "notes")
        by = "" if first_of_others else sight.text(version.by, "people")
        yield replace(version, plan=plan, reason=reason, by=by)
        before = plan


def _plan(sight: Sight, plan: Plan) -> Plan:
    objectives = tuple(_objective(sight, o) for o in plan.objectives if o.id in sight.items)
    return Plan.model_construct(cycle=plan.cycle, objectives=objectives)


def _active(plan: Plan) -> Plan:
    """A plan without its dropped and deferred items."""
    objectives = tuple(
        o.model_copy(update={"key_results": o.active_key_results}) for o in plan.active_objectives
    )
    return Plan.model_construct(cycle=plan.cycle, objectives=objectives)


def _objective(sight: Sight, objective: Objective) -> Objective:
    key_results = (kr for kr in objective.key_results if kr.id in sight.items)
    return _named(sight, objective).model_copy(
        update={
            "key_results": tuple(_key_result(sight, kr) for kr in key_results),
            "counts": {k: v for k, v in objective.counts.items() if k in sight.items},
            "contributes_to": tuple(up for up in objective.contributes_to if up in sight.items),
            "carried_from": sight.carried_from(objective.carried_from),
        }
    )


def _key_result(sight: Sight, kr: KeyResult) -> KeyResult:
    update: dict[str, object] = {}
    if not sight.sees("evidence"):
        # The kind stays: whether a source or people supply the value decides what counts.
        update["source"] = {kind: {} for kind in kr.source}
    if not sight.sees("people"):
        shared = {k: v for k, v in kr.contributors.items() if k not in sight.people}
        update |= {"contributors": shared, "worth": None}
    return _named(sight, kr).model_copy(update=update)


def _named(sight: Sight, item: _Item) -> _Item:
    """An item, its owner only for those who may see people."""
    if sight.sees("people"):
        return item
    role = None if item.role in sight.people else item.role
    return item.model_copy(update={"owner": None, "role": role})


def redacted_workspace(
    sight: Sight,
    workspace: Workspace | None,
    versions: Iterable[PlanVersion],
    said: Iterable[str],
) -> Workspace | None:
    """Teams, roles and people of what is seen; nothing of connections, routes and audiences.

    Args:
        sight: Who sees what.
        workspace: The whole one.
        versions: As they are seen.
        said: People who say something that is seen.
    """
    if workspace is None:
        return None
    goals = [objective for version in versions for objective in version.plan.objectives]
    named = {item.accountable for goal in goals for item in (goal, *goal.key_results)}
    named |= {role for goal in goals for kr in goal.key_results for role in kr.contributors}
    roles = {k: v for k, v in workspace.roles.items() if k in named}
    people = {*named, *said, *sight.audience.people, *_holders(roles.values())}
    return Workspace.model_construct(
        organization=workspace.organization,
        timezone=workspace.timezone,
        policies=workspace.policies,
        teams={k: v for k, v in workspace.teams.items() if k in {goal.team for goal in goals}},
        roles={name: _role(sight, role) for name, role in roles.items()},
        people={k: _person(v) for k, v in workspace.people.items() if k in people}
        if sight.sees("people")
        else {},
    )


def _holders(roles: Iterable[Role]) -> Iterator[str]:
    for role in roles:
        yield from (holding.person for holding in role.held_by)


def _role(sight: Sight, role: Role) -> Role:
    return role if sight.sees("people") else role.model_copy(update={"held_by": ()})


def _person(person: Person) -> Person:
    """A name and how long it holds roles: a report needs no address, account or absence."""
    return Person(name=person.name, until=person.until)
