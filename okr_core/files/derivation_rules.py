"""Derivation rules: what must hold where a key result takes its value from others."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.files.loops import loops_in
from okr_core.files.rule import Problem, key_results, near
from okr_core.files.yaml_tree import Path
from okr_core.plan.derivation import DERIVED, Derivation, has_value_to_derive
from okr_core.plan.plan import KeyResult, Objective, Plan


def check_derivations(plan: Plan) -> Iterator[Problem]:
    """Key results that are unknown, of another unit or kind, counted twice, or in a loop."""
    places = {kr.id: path for path, _, kr in key_results(plan)}
    for path, objective, kr in key_results(plan):
        derivation = kr.derivation
        if derivation is None:
            continue
        for index, name in enumerate(derivation.children):
            place = (*path, "source", DERIVED, derivation.operation, index)
            yield from _check_child(plan, place, objective, kr, name)
    links = {
        name: tuple(child for child in _children(plan, name) if child in places) for name in places
    }
    for loop in loops_in(links):
        shown = " → ".join(f"`{name}`" for name in [*loop, loop[0]])
        message = f"key results take their values from each other in a loop: {shown}."
        place = (*places[loop[0]], "source", DERIVED)
        yield Problem(place, "derived-loop", message, "Measure one of them.")


def _children(plan: Plan, name: str) -> tuple[str, ...]:
    derivation: Derivation | None = plan.derived.get(name)
    return derivation.children if derivation else ()


def _check_child(
    plan: Plan, place: Path, objective: Objective, kr: KeyResult, name: str
) -> Iterator[Problem]:
    child = plan.key_results_by_id.get(name)
    if child is None:
        message = f"key result `{name}` is not in the plan."
        fix = near(name, plan.key_results_by_id, "Name a key result of this plan.")
        yield Problem(place, "unknown-key-result", message, fix)
        return
    if not has_value_to_derive(child.metric):
        message = f"`{name}` is of kind {child.metric.kind}, which has no number to work with."
        yield Problem(place, "derived-kind", message, "Name one that is measured in a number.")
    elif child.metric.unit != kr.metric.unit:
        own, other = kr.metric.unit or "no unit", child.metric.unit or "no unit"
        message = f"`{name}` is measured in {other}, `{kr.id}` in {own}."
        yield Problem(place, "derived-unit", message, "Give both the same unit.")
    parent = plan.objective_of[name]
    if parent.id in objective.counts:
        message = f"`{objective.id}` counts `{parent.id}`, whose `{name}` moves it here too."
        fix = f"Remove `{parent.id}` from `counts`, or name other key results."
        yield Problem(place, "derived-twice", message, fix)
