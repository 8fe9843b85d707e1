"""Date rules: what a plan dates lies within its cycle, and within the item that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from okr_core.files.rule import Problem, key_results, objectives
from okr_core.files.yaml_tree import Path
from okr_core.plan.metrics import Milestones
from okr_core.plan.plan import KeyResult, Plan


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
