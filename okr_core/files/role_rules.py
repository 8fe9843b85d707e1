"""Role rules: one accountable role with a holder, known names, prices not set by the owner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from okr_core.basics.command import okr
from okr_core.files.finding_words import is_id
from okr_core.files.rule import Problem, key_results, near, objectives
from okr_core.files.yaml_tree import Path
from okr_core.plan.names import ids_named
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.vacancies import Gap, gaps, turning_points
from okr_core.plan.workspace import Workspace

_ADD_ROLE = "Add `owner: PERSON` or `role: ROLE`."


def check_accountable(plan: Plan) -> Iterator[Problem]:
    """Every key result has an accountable role, its own or its objective's."""
    for path, objective in objectives(plan):
        if objective.accountable is not None:
            continue
        without = [j for j, each in enumerate(objective.key_results) if each.accountable is None]
        if len(without) == len(objective.key_results):
            yield Problem(path, "no-accountable", "no accountable role.", _ADD_ROLE)
            continue
        for j in without:
            place = (*path, "key_results", j)
            message = "no accountable role, and its objective has none."
            yield Problem(place, "no-accountable", message, _ADD_ROLE)


def check_prices(plan: Plan, workspace: Workspace | None) -> Iterator[Problem]:
    """A price is set by a role that receives the outcome, never by the owner."""
    for path, objective, key_result in key_results(plan):
        if key_result.worth is None or key_result.worth.priced_by is None:
            continue
        owner = key_result.accountable or objective.accountable
        by = key_result.worth.priced_by
        if owner is not None and by in _same(owner, plan, workspace):
            message = f"`{by}` prices its own key result."
            fix = "Name a role that receives the outcome."
            yield Problem((*path, "worth", "priced_by"), "self-priced", message, fix)


def _same(role: str, plan: Plan, workspace: Workspace | None) -> set[str]:
    """A role and the implicit roles of the people who hold it in the cycle."""
    if workspace is None:
        return {role}
    return {role, *_holders(role, plan, workspace)}


def _holders(role: str, plan: Plan, workspace: Workspace) -> set[str]:
    """People who hold a role on at least one day of the cycle."""
    starts, ends = plan.cycle.starts, plan.cycle.ends
    days = [starts, *turning_points(workspace, role)]
    return {
        each.person
        for day in days
        if starts <= day <= ends
        for each in workspace.holders(role, day)
    }


def check_references(plan: Plan, workspace: Workspace) -> Iterator[Problem]:
    """Roles, people, teams and connections that a plan names exist in the workspace."""
    owner = plan.cycle.owner
    if owner is not None and _declares(workspace) and owner not in workspace.roles:
        yield from _unknown_person(("cycle", "owner"), owner, workspace)
    for path, objective in objectives(plan):
        yield from _check_item(plan, path, objective, workspace, objective.active)
        if objective.team and workspace.teams and objective.team not in workspace.teams:
            message = f"team `{objective.team}` is not in okr.yaml."
            fix = near(objective.team, workspace.teams, "Add it under `teams`.")
            yield Problem((*path, "team"), "unknown-team", message, fix)
    for path, objective, key_result in key_results(plan):
        yield from _check_item(plan, path, key_result, workspace, objective.pursues(key_result))
        yield from _check_named_roles(path, key_result, workspace)
        yield from _check_connection(path, key_result, workspace)
    yield from check_vacancies(plan, workspace)


def check_vacancies(plan: Plan, workspace: Workspace) -> Iterator[Problem]:
    """Each role that goals name is held on all days on which they run, once per role."""
    if not workspace.people:
        return
    told: set[str] = set()
    for path, item in _active_items(plan):
        role = item.accountable
        if role is None or role in told or not _holders(role, plan, workspace):
            continue
        due = plan.due_of(item) if isinstance(item, KeyResult) else plan.cycle.ends
        if found := gaps(workspace, role, plan.cycle.starts, due):
            told.add(role)
            yield _gap_problem((*path, "role" if item.role else "owner"), role, found[0], due)


def _active_items(plan: Plan) -> Iterator[tuple[Path, Objective | KeyResult]]:
    """Objectives, then key results, that are neither dropped nor deferred, with their places."""
    yield from ((path, each) for path, each in objectives(plan) if each.active)
    for path, objective, kr in key_results(plan):
        if objective.pursues(kr):
            yield path, kr


def _gap_problem(path: Path, role: str, gap: Gap, due: date) -> Problem:
    if gap.last < due:
        days = f"from {gap.first} to {gap.last}" if gap.first < gap.last else f"on {gap.first}"
    else:
        days = f"from {gap.first} on"
    message = f"nobody holds `{role}` {days}."
    fix = f"{okr('handover', role, 'PERSON', on=str(gap.first)).code} gives it to somebody."
    return Problem(path, "vacancy", message, fix, severity="warning")


def _check_item(
    plan: Plan, path: Path, item: Objective | KeyResult, workspace: Workspace, counts: bool
) -> Iterator[Problem]:
    if item.owner is not None:
        known = _unknown_person((*path, "owner"), item.owner, workspace)
    elif item.role is not None:
        known = _unknown_role((*path, "role"), item.role, workspace)
    else:
        return
    yield from known
    role = item.accountable
    if known or role is None or not counts or not _declares(workspace):
        return
    if not _holders(role, plan, workspace):
        field = "role" if item.owner is None else "owner"
        message = f"nobody holds `{role}` in the cycle."
        fix = f"Add a holder under `roles.{role}.held_by`, or name another role."
        if role not in workspace.roles:
            message = f"`{role}` is not there in the cycle."
            fix = "Name somebody who is there."
        yield Problem((*path, field), "vacant-role", message, fix)


def _declares(workspace: Workspace) -> bool:
    """Whether the workspace names people or roles at all; before that, nothing can be checked."""
    return bool(workspace.people or workspace.roles)


def _unknown_person(path: Path, person: str, workspace: Workspace) -> list[Problem]:
    if not _declares(workspace) or person in workspace.people:
        return []
    message = f"person `{person}` is not in okr.yaml."
    fix = near(person, workspace.people, "Add them under `people`.")
    meant = ids_named(person, ((id_, each.name) for id_, each in workspace.people.items()))
    if len(meant) == 1:
        fix = is_id(*meant)
    if person in workspace.roles:
        message = f"`{person}` is a role, not a person."
        fix = f"Write `role: {person}`."
    return [Problem(path, "unknown-person", message, fix)]


def _unknown_role(path: Path, role: str, workspace: Workspace) -> list[Problem]:
    names = [*workspace.roles, *workspace.people]
    if not _declares(workspace) or role in names:
        return []
    message = f"role `{role}` is not in okr.yaml."
    return [Problem(path, "unknown-role", message, near(role, names, "Add it under `roles`."))]


def _check_named_roles(
    path: Path, key_result: KeyResult, workspace: Workspace
) -> Iterator[Problem]:
    for role in key_result.contributors:
        yield from _unknown_role((*path, "contributors", role), role, workspace)
    worth = key_result.worth
    if worth is not None and worth.priced_by is not None:
        yield from _unknown_role((*path, "worth", "priced_by"), worth.priced_by, workspace)


def _check_connection(path: Path, key_result: KeyResult, workspace: Workspace) -> Iterator[Problem]:
    kind = key_result.source_kind
    fields = key_result.source.get(kind)
    name = fields.get("connection") if isinstance(fields, dict) else None
    if not isinstance(name, str):
        return
    place = (*path, "source", kind, "connection")
    connection = workspace.connections.get(name)
    if connection is None:
        message = f"connection `{name}` is not in okr.yaml."
        fix = near(name, workspace.connections, "Add it under `connections`.")
        yield Problem(place, "unknown-connection", message, fix)
    elif connection.kind != kind:
        message = f"connection `{name}` is of kind {connection.kind}, not {kind}."
        fix = f"Name a connection of kind {kind}, or bind with `{connection.kind}`."
        yield Problem(place, "wrong-connection", message, fix)
