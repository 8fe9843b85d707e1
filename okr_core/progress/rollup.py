"""Roll-up: from key results to objectives over the links that count, to teams and the cycle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from okr_core.basics import collector
from okr_core.basics.command import okr
from okr_core.basics.exact import Sums, ratio_of, weighted_mean
from okr_core.errors import InputError
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.workspace import Policies
from okr_core.progress.pace import Timeline
from okr_core.progress.progress import ONE, Progress, unknown
from okr_core.record.entries import Entry, Reading

CYCLE = ""
"""Key of the whole cycle's figure beside the teams'."""
Weighted = tuple[Decimal, Progress]


def roll_up(
    plan: Plan,
    readings: Mapping[str, Sequence[Reading]],
    entries: Mapping[str, Sequence[Entry]],  # noqa: ARG001 - one signature for all figures
    as_of: datetime,
    *,
    policies: Policies | None = None,
) -> dict[str, Progress]:
    """Progress of every key result and objective; dropped and deferred ones are listed as such.

    An objective's raw, clamped and coverage are weighted means over its active key results and
    counted children; raw and clamped over those with a value, coverage over all. Source: weighted
    means as in ShamanR/okrs and BurningOKR, whose results the published examples are.

    Args:
        plan: The plan, its starts filled in (`Plan.resolved`) where they matter.
        readings: Key result → its readings.
        entries: Key result → its entries; progress does not look at them, standing does.
        as_of: Aware time.
        policies: The workspace's; None: the defaults.

    Raises:
        InputError: The counted links form a loop or name no objective of the plan.
    """
    time = Timeline(plan, as_of, policies or Policies(), readings)
    rolled: dict[str, Progress] = {}
    with collector.paused():
        for objective in children_first(plan):
            items = _key_results(time, objective, readings, rolled)
            if objective.counts:
                items += [(w, rolled[child.id]) for child, w in counted_children(plan, objective)]
            rolled[objective.id] = retired(objective) or average(items)
    return rolled


def _key_results(
    time: Timeline,
    objective: Objective,
    readings: Mapping[str, Sequence[Reading]],
    rolled: dict[str, Progress],
) -> list[Weighted]:
    """Measure an objective's key results into `rolled`; those that count, with their weights."""
    gone = retired(objective)
    items: list[Weighted] = []
    for kr in objective.key_results:
        if objective.pursues(kr):
            rolled[kr.id], _ = time.measured_by_due(kr, readings.get(kr.id, ()))
            if not kr.guard:
                items.append((kr.weight, rolled[kr.id]))
        else:
            rolled[kr.id] = out_of_count(kr, gone)
    return items


def retired(item: Objective) -> Progress | None:
    """The progress of a dropped or deferred objective: none, and why. None for an active one."""
    return None if item.active else unknown(f"{item.state}: {item.state_reason}")


def out_of_count(kr: KeyResult, objective: Progress | None) -> Progress:
    """The progress of a key result that does not count: none, and why.

    Args:
        kr: A key result that is dropped or deferred, by itself or with its objective.
        objective: What `retired` says of its objective.
    """
    if objective is not None:
        return unknown(f"objective {objective.reason}")
    return unknown(f"{kr.state}: {kr.state_reason}")


def counted_children(plan: Plan, objective: Objective) -> Iterator[tuple[Objective, Decimal]]:
    """Counted children that are neither dropped nor deferred, with the weight they count by."""
    for name, weight in objective.counts.items():
        child = plan.objectives_by_id[name]
        if child.active:
            yield child, weight


def average(
    items: Sequence[Weighted], nothing: str = "no active key result or counted child"
) -> Progress:
    """The weighted mean of several items' progress.

    Args:
        items: Weight and progress of each.
        nothing: The reason where there are none.
    """
    weights: Sums = {}
    known: Sums = {}
    raws: Sums = {}
    covered = within = True
    for weight, (raw, clamped, coverage, _) in items:
        w, unit = weight.as_integer_ratio()
        weights[unit] = weights.get(unit, 0) + w
        covered = covered and coverage is ONE
        if raw is not None:
            n, d = raw.as_integer_ratio()
            known[unit] = known.get(unit, 0) + w
            raws[d * unit] = raws.get(d * unit, 0) + n * w
            within = within and clamped is raw
    if not any(weights.values()):
        return unknown("all weights are zero" if items else nothing)
    coverage = ONE if covered else _mean((weight, p.coverage) for weight, p in items)
    if not any(known.values()):
        return Progress(None, None, coverage, "nothing that has weight has a value yet")
    mean = ratio_of(raws, known)
    if within:
        return Progress(mean, mean, coverage)
    clampeds = ((weight, p.clamped) for weight, p in items if p.clamped is not None)
    return Progress(mean, _mean(clampeds), coverage)


def _mean(items: Iterable[tuple[Decimal, Fraction]]) -> Fraction:
    mean = weighted_mean(items)
    assert mean is not None, "some weight is positive"
    return mean


def team_figures(plan: Plan, progress: Mapping[str, Progress]) -> dict[str, Progress]:
    """Progress of each team by id, and of the whole cycle under the empty id.

    Averages, by weight, the active objectives that no other of the set counts: those would show
    twice. A link that no parent counts is only drawn and leaves nothing out.

    Args:
        plan: The plan.
        progress: Objective → progress, as `roll_up` gives it.
    """
    return {
        name: average([(o.weight, progress[o.id]) for o in roots(several)], "no active objective")
        for name, several in objectives_of(plan).items()
    }


def roots(objectives: Sequence[Objective]) -> Iterator[Objective]:
    """Those that none of the others counts: the ones that a figure of the whole set averages."""
    counted = {child for objective in objectives for child in objective.counts}
    return (objective for objective in objectives if objective.id not in counted)


def objectives_of(plan: Plan) -> dict[str, list[Objective]]:
    """Team, and the empty id for the whole cycle → its active objectives."""
    sets: dict[str, list[Objective]] = {CYCLE: [*plan.active_objectives]}
    for objective in plan.objectives:
        if objective.team is not None:
            several = sets.setdefault(objective.team, [])
            if objective.active:
                several.append(objective)
    return sets


def averaged(plan: Plan, progress: Mapping[str, Progress]) -> dict[str, int]:
    """How many objectives each of the `team_figures` averages: those that have a value and weight.

    Args:
        plan: The plan.
        progress: Objective → progress, as `roll_up` gives it.
    """
    return {
        name: sum(bool(o.weight) and progress[o.id].clamped is not None for o in roots(several))
        for name, several in objectives_of(plan).items()
    }


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
                hint=f"Remove one of the links of that loop; {okr('check').code} names them.",
            )
        child = plan.objectives_by_id.get(name)
        if child is None:
            raise InputError(
                f"objective `{objective.id}` counts `{name}`, which is not in the plan.",
                hint="Name an objective of this plan.",
            )
        open_ids.add(name)
        trail.append((child, iter(child.counts)))
