"""Plan rules: what must hold among the items of a plan, and between a plan and its workspace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from okr_core.basics.exact import canonical_json
from okr_core.files.derivation_rules import check_derivations
from okr_core.files.loops import Links, loops_in
from okr_core.files.role_rules import check_accountable, check_prices, check_references
from okr_core.files.rule import Problem, key_results, near, objectives
from okr_core.files.text_rules import check_texts
from okr_core.files.yaml_tree import Path
from okr_core.plan.metrics import Milestones
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.workspace import Workspace

__all__ = ["Problem", "check_plan"]
FIRST_YEAR, LAST_YEAR = 1970, 2200
LONGEST = 10
"""Years that a cycle may last."""


def check_plan(plan: Plan, workspace: Workspace | None) -> list[Problem]:
    """Every rule among items that the plan breaks, in the order of the plan.

    Args:
        plan: A plan whose items are valid by themselves.
        workspace: Knows people, roles, teams and connections; None: references to them are not
            checked.
    """
    problems = [
        *_check_ids(plan),
        *check_texts(plan),
        *check_cycle(plan),
        *check_links(plan),
        *check_derivations(plan),
        *check_dates(plan),
        *check_accountable(plan),
        *check_prices(plan, workspace),
        *check_mirrors(plan, workspace),
    ]
    if workspace is not None:
        problems += check_references(plan, workspace)
    return sorted(problems, key=lambda problem: [str(part).zfill(9) for part in problem.path[:4]])


def _check_ids(plan: Plan) -> Iterator[Problem]:
    """Objectives and key results share one space of ids: entries and links name either."""
    first: dict[str, Path] = {}
    places = [(path, objective.id) for path, objective in objectives(plan)]
    places += [(path, key_result.id) for path, _, key_result in key_results(plan)]
    for path, name in sorted(places, key=lambda place: [str(p).zfill(9) for p in place[0]]):
        if name in first:
            message = f"`{name}` is used twice."
            yield Problem((*path, "id"), "duplicate-id", message, "Rename one.", also=first[name])
        else:
            first[name] = path


def check_cycle(plan: Plan) -> Iterator[Problem]:
    """Days that no calendar of ours reaches, and a cycle that no one will see end."""
    cycle = plan.cycle
    for field, day in (("starts", cycle.starts), ("ends", cycle.ends)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            message = f"{day} lies outside the years {FIRST_YEAR} to {LAST_YEAR}."
            yield Problem(("cycle", field), "outside-years", message, "Correct the year.")
            return
    if (cycle.ends - cycle.starts).days > LONGEST * 366:
        message = f"the cycle lasts from {cycle.starts} to {cycle.ends}, over {LONGEST} years."
        yield Problem(("cycle", "ends"), "long-cycle", message, "Set an earlier end.")
    if cycle.starts == cycle.ends:
        message = f"the cycle lasts a single day, {cycle.starts}."
        fix = "Correct the days: nothing can be reached in between."
        yield Problem(("cycle", "ends"), "short-cycle", message, fix, "warning")


def check_dates(plan: Plan) -> Iterator[Problem]:
    """What is wrong with starts, due, steps, milestones and hypotheses."""
    cycle = plan.cycle
    for path, objective in objectives(plan):
        by = objective.hypothesis.by if objective.hypothesis else None
        if by is not None and not cycle.starts <= by <= cycle.ends:
            yield _outside(plan, (*path, "hypothesis", "by"), by)
    for path, _, key_result in key_results(plan):
        own = list(_check_span(plan, path, key_result))
        yield from own
        if not own:
            yield from _check_inside(plan, path, key_result)


def _outside(plan: Plan, path: Path, day: date) -> Problem:
    cycle = plan.cycle
    message = f"{day} lies outside the cycle ({cycle.starts} to {cycle.ends})."
    return Problem(path, "outside-cycle", message, "Set a day within it.")


def _check_span(plan: Plan, path: Path, key_result: KeyResult) -> Iterator[Problem]:
    cycle = plan.cycle
    days = {"starts": key_result.starts, "due": key_result.due}
    outside = [
        _outside(plan, (*path, field), day)
        for field, day in days.items()
        if day is not None and not cycle.starts <= day <= cycle.ends
    ]
    yield from outside
    starts, due = plan.starts_of(key_result), plan.due_of(key_result)
    if not outside and due < starts:
        message = f"due {due} lies before starts {starts}."
        yield Problem((*path, "due"), "due-before-start", message, "Swap or correct them.")


def _check_inside(plan: Plan, path: Path, key_result: KeyResult) -> Iterator[Problem]:
    starts, due = plan.starts_of(key_result), plan.due_of(key_result)
    days: list[tuple[Path, date]] = [
        ((*path, "pace", "steps", day.isoformat()), day) for day in key_result.pace.steps
    ]
    if isinstance(key_result.metric, Milestones):
        days += [
            ((*path, "metric", "parts", i, "due"), part.due)
            for i, part in enumerate(key_result.metric.parts)
            if part.due is not None
        ]
    for place, day in days:
        if not starts <= day <= due:
            message = f"{day} lies outside the key result's time ({starts} to {due})."
            yield Problem(place, "outside-key-result", message, "Set a day within it.")


def check_links(plan: Plan) -> Iterator[Problem]:
    """What is wrong with contributes_to and counts."""
    places = {objective.id: path for path, objective in objectives(plan)}
    links = {
        objective.id: tuple(parent for parent in objective.contributes_to if parent in places)
        for objective in plan.objectives
    }
    yield from _check_parents(plan, places)
    yield from _check_children(plan, places)
    loops = list(loops_in(links))
    for loop in loops:
        shown = " → ".join(f"`{name}`" for name in [*loop, loop[0]])
        path = (*places[loop[0]], "contributes_to")
        message = f"contribution links form a loop: {shown}."
        yield Problem(path, "loop", message, "Remove one of these links.")
    if not loops:
        yield from _check_counted_once(plan, links)


def _check_parents(plan: Plan, places: Mapping[str, Path]) -> Iterator[Problem]:
    for path, objective in objectives(plan):
        for i, parent in enumerate(objective.contributes_to):
            if parent not in places:
                fix = near(parent, places, "Name an objective of this plan, or remove it.")
                message = f"`{parent}` is no objective of this plan."
                yield Problem((*path, "contributes_to", i), "unknown-objective", message, fix)
            elif parent in objective.contributes_to[:i]:
                place = (*path, "contributes_to", i)
                yield Problem(place, "duplicate-link", f"`{parent}` is named twice.", "Keep one.")


def _check_children(plan: Plan, places: Mapping[str, Path]) -> Iterator[Problem]:
    parents = {objective.id: objective.contributes_to for objective in plan.objectives}
    for path, objective in objectives(plan):
        for child in objective.counts:
            place = (*path, "counts", child)
            if child not in places:
                fix = near(child, places, "Name an objective of this plan, or remove it.")
                message = f"`{child}` is no objective of this plan."
                yield Problem(place, "unknown-objective", message, fix)
            elif objective.id not in parents[child]:
                message = f"`{child}` is counted but does not contribute to `{objective.id}`."
                fix = f"Add `contributes_to: [{objective.id}]` to `{child}`, or stop counting it."
                yield Problem(place, "counted-stranger", message, fix, also=places[child])


def _check_counted_once(plan: Plan, links: Links) -> Iterator[Problem]:
    """A child that is counted directly and also leads there over others may count twice."""
    for path, objective in objectives(plan):
        for child in objective.counts:
            others = [parent for parent in links.get(child, ()) if parent != objective.id]
            way = _way(links, others, objective.id)
            if way and objective.id in links[child]:
                shown = " → ".join(f"`{name}`" for name in [child, *way])
                message = f"`{child}` is counted here and also leads here over {shown}."
                fix = "Count it in one place, so that it moves the number once."
                place = (*path, "counts", child)
                yield Problem(place, "counted-twice", message, fix, severity="warning")


def _way(links: Links, starts: list[str], goal: str) -> list[str]:
    """A way up from one of `starts` to `goal`, empty if there is none."""
    came_from: dict[str, str] = dict.fromkeys(starts, "")
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name == goal:
            way = [name]
            while came_from[way[0]]:
                way.insert(0, came_from[way[0]])
            return way
        for parent in links[name]:
            if parent not in came_from:
                came_from[parent] = name
                waiting.append(parent)
    return []


def check_mirrors(plan: Plan, workspace: Workspace | None) -> Iterator[Problem]:
    """Mirrors in the place of another, and at connections that are unknown or of another kind.

    Args:
        plan: A plan whose items are valid by themselves.
        workspace: Knows the connections; None: they are not checked.
    """
    items: list[tuple[Path, Objective | KeyResult]] = [*objectives(plan)]
    items += [(path, key_result) for path, _, key_result in key_results(plan)]
    taken: dict[bytes, Path] = {}
    for path, item in items:
        for kind, fields in item.mirror.items():
            place = (*path, "mirror", kind)
            first = taken.setdefault(canonical_json([kind, fields]), place)
            if first != place:
                message = "another item lives in the same place."
                fix = "Give each its own: they would overwrite each other."
                yield Problem(place, "duplicate-mirror", message, fix, also=first)
            if workspace is not None and isinstance(fields, dict):
                yield from _check_connection(place, kind, fields.get("connection"), workspace)


def _check_connection(
    place: Path, kind: str, name: object, workspace: Workspace
) -> Iterator[Problem]:
    if not isinstance(name, str):
        return  # the tool's own model says that it is missing
    connection = workspace.connections.get(name)
    where = (*place, "connection")
    if connection is None:
        message = f"connection `{name}` is not in okr.yaml."
        fix = near(name, workspace.connections, "Add it under `connections`.")
        yield Problem(where, "unknown-connection", message, fix)
    elif connection.kind != kind:
        message = f"connection `{name}` is of kind {connection.kind}, not {kind}."
        fix = f"Name a connection of kind {kind}, or mirror in `{connection.kind}`."
        yield Problem(where, "wrong-connection", message, fix)
    elif connection.write_back is None:
        message = f"connection `{name}` has no `write_back`: nothing is written there."
        fix = f"Add `write_back` to it in okr.yaml, such as {_EXAMPLES.get(kind, 'its fields')}."
        yield Problem(where, "write-back-off", message, fix, severity="info")


_EXAMPLES = {"jira": "`{property: okr}`", "notion": "`{score: Score, status: Status}`"}
