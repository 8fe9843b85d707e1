"""Roll-up: from key results to objectives over the links that count, to teams and the cycle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from okr_core.entries import Entry, Reading
from okr_core.errors import InputError
from okr_core.plan import KeyResult, Objective, Plan
from okr_core.progress import Progress, unknown
from okr_core.sums import Mean
from okr_core.timeline import Timeline
from okr_core.workspace import Policies

CYCLE = ""
"""Key of the whole cycle's figure beside the teams'."""
Weighted = tuple[Decimal, Progress]


def roll_up(
    plan: Plan,
    readings: Mapping[str, Sequence[Reading]],
    entries: Mapping[str, Sequence[Entry]],  # noqa: ARG001 - one signature for all figures
    as_of: datetime,
    days_off: Collection[date] = (),  # noqa: ARG001 - one signature for all figures
    *,
    policies: Policies | None = None,
) -> dict[str, Progress]:
    """Progress of every key result and objective; dropped and deferred ones are listed as such.

    An objective's raw, clamped and coverage are weighted means over its active key results and
    counted children; raw and clamped over those with a value, coverage over all.

    Args:
        plan: The plan, its starts filled in (`Plan.resolved`) where they matter.
        readings: Key result → its readings.
        entries: Key result → its entries; progress does not look at them, standing does.
        as_of: Aware time.
        days_off: Holidays; progress does not look at them, standing does.
        policies: The workspace's; None: the defaults.

    Raises:
        InputError: The counted links form a loop or name no objective of the plan.
    """
    time = Timeline(plan, as_of, policies or Policies())
    measured = {
        kr.id: retired(kr, objective) or time.measured(kr, readings.get(kr.id, ())).progress
        for objective in plan.objectives
        for kr in objective.key_results
    }
    return {**measured, **roll_up_objectives(plan, measured)}


def retired(item: KeyResult | Objective, objective: Objective | None = None) -> Progress | None:
    """The progress of what is dropped or deferred: none, and why. None for active items.

    Args:
        item: What is asked about.
        objective: The objective of a key result: what it drops goes with it.
    """
    if item.state != "active":
        return unknown(f"{item.state}: {item.state_reason}")
    if objective is not None and objective.state != "active":
        return unknown(f"objective {objective.state}: {objective.state_reason}")
    return None


def roll_up_objectives(plan: Plan, progress: Mapping[str, Progress]) -> dict[str, Progress]:
    """Progress of every objective, children first.

    Args:
        plan: The plan.
        progress: Key result → progress.

    Raises:
        InputError: The counted links form a loop or name no objective of the plan.
    """
    rolled: dict[str, Progress] = {}
    for objective in children_first(plan):
        rolled[objective.id] = retired(objective) or average(
            [
                *((kr.weight, progress[kr.id]) for kr in active_key_results(objective)),
                *((weight, rolled[child.id]) for child, weight in active_children(plan, objective)),
            ],
            nothing="no active key result or counted child",
        )
    return rolled


def active_key_results(objective: Objective) -> Iterator[KeyResult]:
    """Key results of an active objective that count."""
    return (kr for kr in objective.key_results if kr.state == "active")


def active_children(plan: Plan, objective: Objective) -> Iterator[tuple[Objective, Decimal]]:
    """Counted children that are neither dropped nor deferred, with the weight they count by."""
    for name, weight in objective.counts.items():
        child = plan.objectives_by_id[name]
        if child.state == "active":
            yield child, weight


def average(items: Iterable[Weighted], *, nothing: str) -> Progress:
    """The weighted mean of several items' progress.

    Args:
        items: Weight and progress of each.
        nothing: The reason where there are none.
    """
    raw, clamped, coverage = Mean(), Mean(), Mean()
    count = 0
    for weight, progress in items:
        count += 1
        share = weight.as_integer_ratio()
        coverage.add(share, progress.coverage.as_integer_ratio())
        if progress.raw is not None and progress.clamped is not None:
            raw.add(share, progress.raw.as_integer_ratio())
            clamped.add(share, progress.clamped.as_integer_ratio())
    covered = coverage.value()
    if covered is None:
        return unknown("all weights are zero" if count else nothing)
    value = raw.value()
    if value is None:
        return Progress(None, None, covered, "nothing that has weight has a value yet")
    return Progress(value, clamped.value(), covered)


def team_figures(plan: Plan, progress: Mapping[str, Progress]) -> dict[str, Progress]:
    """Progress of each team by id, and of the whole cycle under the empty id.

    Averages, by weight, the active objectives without a parent inside the set: a link is enough
    for that, counted or not, since a child serves its parent and would show twice.

    Args:
        plan: The plan.
        progress: Objective → progress, as `roll_up` gives it.
    """
    active = [o for o in plan.objectives if o.state == "active"]
    sets: dict[str, list[Objective]] = {CYCLE: active}
    for objective in plan.objectives:
        if objective.team is not None:
            several = sets.setdefault(objective.team, [])
            if objective.state == "active":
                several.append(objective)
    return {
        name: average(
            ((o.weight, progress[o.id]) for o in _roots(several)), nothing="no active objective"
        )
        for name, several in sets.items()
    }


def _roots(objectives: Sequence[Objective]) -> Iterator[Objective]:
    inside = {objective.id for objective in objectives}
    counted = {child for objective in objectives for child in objective.counts}
    return (
        objective
        for objective in objectives
        if objective.id not in counted and inside.isdisjoint(objective.contributes_to)
    )


def children_first(plan: Plan) -> Iterator[Objective]:
    """Objectives in an order in which counted children precede their parents.

    Raises:
        InputError: The counted links form a loop or name no objective of the plan.
    """
    done: set[str] = set()
    for objective in plan.objectives:
        if not objective.counts and objective.id not in done:
            done.add(objective.id)
            yield objective
        elif objective.id not in done:
            yield from _below(plan, objective, done)


def _below(plan: Plan, top: Objective, done: set[str]) -> Iterator[Objective]:
    """The objectives below `top` and itself; without recursion, since chains may be long."""
    trail = [(top, iter(top.counts))]
    open_ids = {top.id}
    while trail:
        objective, children = trail[-1]
        name = next((child for child in children if child not in done), None)
        if name is None:
            trail.pop()
            open_ids.discard(objective.id)
            done.add(objective.id)
            yield objective
            continue
        if name in open_ids:
            raise InputError(
                f"objective `{objective.id}` counts `{name}`, which counts it in turn.",
                hint="Remove one of the links of that loop; `okr check` names them.",
            )
        child = plan.objectives_by_id.get(name)
        if child is None:
            raise InputError(
                f"objective `{objective.id}` counts `{name}`, which is not in the plan.",
                hint="Name an objective of this plan.",
            )
        open_ids.add(name)
        trail.append((child, iter(child.counts)))
