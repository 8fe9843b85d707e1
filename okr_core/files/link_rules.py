"""Link rules: contribution links name objectives, form no loop, and count each child once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from okr_core.files.rule import Problem, near, objectives
from okr_core.files.yaml_tree import Path
from okr_core.plan.plan import Plan

Links = Mapping[str, tuple[str, ...]]


def check_links(plan: Plan) -> Iterator[Problem]:
    """What is wrong with contributes_to and counts."""
    places = {objective.id: path for path, objective in objectives(plan)}
    links = {
        objective.id: tuple(parent for parent in objective.contributes_to if parent in places)
        for objective in plan.objectives
    }
    yield from _check_parents(plan, places)
    yield from _check_children(plan, places)
    loops = list(_loops(links))
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


def _loops(links: Links) -> Iterator[list[str]]:
    """One loop for each way back that a depth-first walk finds; no item is in two of them."""
    done: set[str] = set()
    told: set[str] = set()
    for start in links:
        trail: list[str] = []
        on_trail: set[str] = set()
        stack = [(start, iter(links[start]))] if start not in done else []
        trail += [start] if stack else []
        on_trail.update(trail)
        while stack:
            name, parents = stack[-1]
            parent = next(parents, None)
            if parent is None:
                stack.pop()
                on_trail.discard(trail.pop())
                done.add(name)
            elif parent in on_trail:
                loop = trail[trail.index(parent) :]
                if told.isdisjoint(loop):
                    told.update(loop)
                    yield loop
            elif parent not in done:
                stack.append((parent, iter(links[parent])))
                trail.append(parent)
                on_trail.add(parent)


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
