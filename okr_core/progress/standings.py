"""Standings: how every key result and objective of a plan stands at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from okr_core.basics import collector
from okr_core.plan.plan import Objective, Plan
from okr_core.plan.workspace import Policies
from okr_core.progress.judging import Judge
from okr_core.progress.rollup import (
    average,
    children_first,
    counted_children,
    out_of_count,
    retired,
)
from okr_core.progress.status import WORST_FIRST, Standing, shown
from okr_core.record.entries import Entry, Reading
from okr_core.words.vocabulary import Shown, Status

__all__ = ["Shown", "Standing", "Status", "standing"]

Weighted = tuple[Decimal, Standing]
_UNRANKED = len(WORST_FIRST)
_RANKS: dict[bool, dict[Status, int]] = {
    stale: {
        status: WORST_FIRST.index(shown(status, stale))
        for status in ("missed", "at_risk", "behind", "on_track", "ahead", "done")
    }
    | {"closed": _UNRANKED, "pending": _UNRANKED}
    for stale in (False, True)
}
"""Stale → status → place among what an objective shows, worst first."""


def standing(
    plan: Plan,
    readings: Mapping[str, Sequence[Reading]],
    entries: Mapping[str, Sequence[Entry]],
    as_of: datetime,
    days_off: Collection[date] = (),
    *,
    policies: Policies | None = None,
    closed: bool = False,
) -> dict[str, Standing]:
    """How every key result and objective stands at `as_of`, by id, children before parents.

    Precedence: closed (the cycle, or dropped and deferred items) › pending (after due: missed) ›
    done (target reached, and fresh, irreversible or past due) › missed › gap to the pace. Bands
    have no pace: they are on track while they hold, at risk otherwise, done only after due.
    Grades, binaries and baseline findings take the status from the last confidence, with or
    without a reading; without confidence they are pending.

    Data is stale where the newest reading or check-in is older than its cadence and grace, seen
    from `as_of` or, once due has passed, from there: nothing is measured afterwards. What cannot
    be undone (milestones, a binary, a found baseline) does not go stale once it is done.

    An objective shows the worst of its active key results and counted children of positive weight
    about which something is known, and counts the others as pending; where nothing is known at
    all it is pending, or missed once all of them are.

    Args:
        plan: The plan, its starts filled in (`Plan.resolved`) where they matter.
        readings: Key result → its readings, in any order.
        entries: Key result → its entries, in any order; check-ins count.
        as_of: Aware time; later readings and entries do not count.
        days_off: Holidays, for the pace `workdays`.
        policies: The workspace's; None: the defaults.
        closed: Whether the cycle is closed.

    Raises:
        InputError: The counted links form a loop or name no objective of the plan.
        ValueError: `as_of` has no time zone.
    """
    judge = Judge(plan, as_of, days_off, policies=policies or Policies(), closed=closed)
    found: dict[str, Standing] = {}
    with collector.paused():
        for objective in children_first(plan):
            items = _key_results(judge, objective, readings, entries, found)
            if objective.counts:
                items += [(w, found[child.id]) for child, w in counted_children(plan, objective)]
            found[objective.id] = _objective(objective, items, closed)
    return found


def _key_results(
    judge: Judge,
    objective: Objective,
    readings: Mapping[str, Sequence[Reading]],
    entries: Mapping[str, Sequence[Entry]],
    found: dict[str, Standing],
) -> list[Weighted]:
    """Judge an objective's key results into `found`; those that count, with their weights."""
    gone = retired(objective)
    items: list[Weighted] = []
    for kr in objective.key_results:
        id_ = kr.id
        if gone is None and kr.active:
            found[id_] = judge.key_result(kr, readings.get(id_, ()), entries.get(id_, ()))
            items.append((kr.weight, found[id_]))
        else:
            found[id_] = Standing(id_, "key_result", out_of_count(kr, gone), status="closed")
    return items


def _objective(objective: Objective, items: Sequence[Weighted], closed: bool) -> Standing:
    """How an objective stands, from its items."""
    gone = retired(objective)
    if gone is not None:
        return Standing(objective.id, "objective", gone, status="closed")
    best, status, stale, pending = _UNRANKED, _unheard(items), False, 0
    oldest: datetime | None = None
    for weight, item in items:
        if not weight:
            continue
        rank = _RANKS[item.stale][item.status]
        # A missed item without any reading says no more than that nothing is known.
        if rank == _UNRANKED or (rank == 0 and item.progress.clamped is None):
            pending += 1
            continue
        if rank < best:
            best, status = rank, item.status
        stale = stale or item.stale
        seen = item.observed_at
        if seen is not None and (oldest is None or seen < oldest):
            oldest = seen
    return Standing(
        objective.id,
        "objective",
        average([(weight, item.progress) for weight, item in items]),
        status="closed" if closed else status,
        stale=stale,
        observed_at=oldest,
        pending=0 if closed else pending,  # nobody can add anything any more
    )


def _unheard(items: Sequence[Weighted]) -> Status:
    statuses = {item.status for weight, item in items if weight}
    return "missed" if statuses == {"missed"} else "pending"
