"""Lineage rules: whether what an objective is carried from is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from okr_core.files.rule import Problem, near, objectives
from okr_core.plan.plan import Plan

_FORM = "Write CYCLE/OBJECTIVE, such as 2026-q3/onboarding."


def check_lineage(plan: Plan, cycles: Mapping[str, Plan]) -> Iterator[Problem]:
    """Objectives that say that they are carried from what is no objective of an earlier cycle.

    Args:
        plan: Any plan.
        cycles: The plans that were read together with it, by the id of their cycle; of others
            nothing is known here.
    """
    for path, objective in objectives(plan):
        carried = objective.carried_from
        if carried is None:
            continue
        place = (*path, "carried_from")
        cycle, _, name = carried.partition("/")
        if not cycle or not name:
            yield Problem(place, "carried-from", f"`{carried}` names no objective.", _FORM)
        elif cycle == plan.cycle.id:
            message = f"`{carried}` is of this cycle, not of an earlier one."
            yield Problem(place, "carried-from", message, _FORM)
        elif cycle not in cycles:
            message = f"cycle `{cycle}` is not among the plans that were checked."
            tip = "Check its plan too, so that a wrong name is found."
            yield Problem(place, "carried-from", message, tip, severity="info")
        elif name not in cycles[cycle].objectives_by_id:
            message = f"cycle `{cycle}` has no objective `{name}`."
            fix = near(name, cycles[cycle].objectives_by_id, "Name one of its objectives.")
            yield Problem(place, "carried-from", message, fix)
