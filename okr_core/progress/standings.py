"""Standings: how every key result and objective of a plan stands at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from okr_core.basics import collector
from okr_core.plan.plan import Objective, Plan
from okr_core.plan.workspace import Policies
from okr_core.progress.derived import Lack
from okr_core.progress.grades import FELL_SHORT, has_learned, outcome_of
from okr_core.progress.judge import Judge
from okr_core.progress.progress import ONE, ZERO, Progress
from okr_core.progress.rollup import (
    average,
    children_first,
    counted_children,
    out_of_count,
    retired,
)
from okr_core.progress.status import (
    WORST_FIRST,
    Guard,
    Standing,
    shown,
)
from okr_core.record.entries import Entry, Reading
from okr_core.words.vocabulary import Outcome, Shown, Status

__all__ = ["Shown", "Standing", "Status", "standing"]
Weighted = tuple[Decimal, Standing]
_UNRANKED = len(WORST_FIRST)
_NOTHING = Progress(ZERO, ZERO, ONE)
"""What counts of an item that ended without a word."""
_RANKS: dict[bool, dict[Status, int]] = {
    stale: {
        status: WORST_FIRST.index(shown(status, stale))
        for status in ("not_reached", "at_risk", "behind", "on_track", "ahead", "done")
    }
    for stale in (False, True)
}
"""Stale → status → place among what an objective under way shows, worst first."""


def standing(
    plan: Plan,
    readings: Mapping[str, Sequence[Reading]],
    entries: Mapping[str, Sequence[Entry]],
    as_of: datetime,
    days_off: Collection[date] = (),
    *,
    policies: Policies | None = None,
    closed: bool = False,
    outcomes: Mapping[str, Outcome] | None = None,
    retired_late: Collection[str] = (),
    lacking: Mapping[str, Lack] | None = None,
) -> dict[str, Standing]:
    """How every key result and objective stands at `as_of`, by id, children before parents.

    Precedence: closed (the cycle, or dropped and deferred items) › after due the outcome
    (`okr_core.progress.grades.outcome_of`) › not reached (a band that must always hold and did
    not) › not begun › done (target reached, and fresh or irreversible) › pending › gap to the pace.
    Bands have no pace: they are on track while they hold, at risk otherwise, and never done before
    due. Grades, binaries and baseline findings take the status from the last confidence, with or
    without a reading; without confidence they are pending.

    What comes after the due day, or was observed after the cut-off, counts neither for progress
    nor for the outcome.

    Data is stale where the newest reading or check-in is older than its cadence and grace; what
    has ended, has not begun or cannot be reached any more is never stale. What cannot be undone
    (milestones, a binary, a found baseline) does not go stale once it is done.

    An objective is under way until all of its active key results and counted children of positive
    weight have ended, without any until the cycle ends. Meanwhile it shows the worst of those
    under way about which something is known, names it, and counts the others as pending; then its
    own outcome.

    Args:
        plan: The plan, its starts filled in (`Plan.resolved`) where they matter.
        readings: Key result → its readings, in any order.
        entries: Key result → its entries, in any order; check-ins count.
        as_of: Aware time; later readings and entries do not count.
        days_off: Holidays, for the pace `workdays`.
        policies: The workspace's; None: the defaults.
        closed: Whether the cycle is closed.
        outcomes: Item → its outcome by its score, which goes by what was first agreed and knows
            overrides; what is not in it ends by its progress, in a closed cycle without one.
        retired_late: Items of the plan that count though they are no longer pursued: nothing is
            asked of them.
        lacking: Key results that have no value for those that take theirs from them, and why.

    Raises:
        InputError: The counted links form a loop or name no objective of the plan.
        ValueError: `as_of` has no time zone.
    """
    judge = Judge(
        plan,
        as_of,
        days_off,
        policies=policies or Policies(),
        closed=closed,
        outcomes=outcomes,
        readings=readings,
        lacking=lacking,
        retired_late=retired_late,
    )
    found: dict[str, Standing] = {}
    with collector.paused():
        for objective in children_first(plan):
            items = _key_results(judge, objective, readings, entries, found)
            if objective.counts:
                items += [(w, found[child.id]) for child, w in counted_children(plan, objective)]
            said = entries.get(objective.id, ()) if entries else ()
            guards = (judge.guard(kr, found[kr.id]) for kr in objective.guards)
            found[objective.id] = _objective(judge, objective, items, said, filter(None, guards))
            if objective.id in retired_late:
                found[objective.id] = _no_longer_pursued(found[objective.id])
    return found


def _no_longer_pursued(known: Standing) -> Standing:
    """What still counts, and of which nothing is asked any more."""
    return Standing(
        known.id,
        known.kind,
        known.progress,
        known.current,
        status="closed",
        observed_at=known.observed_at,
        reading=known.reading,
        outcome=known.outcome,
    )


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
        if objective.pursues(kr):
            found[id_] = stands = judge.key_result(
                kr,
                readings.get(id_, ()),
                entries.get(id_, ()) if entries else (),
                objective.ambition,
            )
            if id_ in judge.retired_late:
                found[id_] = stands = _no_longer_pursued(stands)
            if not kr.guard:
                items.append((kr.weight, stands))
        else:
            found[id_] = Standing(id_, "key_result", out_of_count(kr, gone), status="closed")
    return items


def _objective(
    judge: Judge,
    objective: Objective,
    items: Sequence[Weighted],
    entries: Sequence[Entry],
    guards: Iterable[Guard],
) -> Standing:
    """How an objective stands, from its items."""
    gone = retired(objective)
    if gone is not None:
        return Standing(objective.id, "objective", gone, status="closed")
    counting = [item for weight, item in items if weight]
    pursued = [item for item in counting if item.status != "closed" or judge.closed]
    under_way = [item for item in pursued if item.outcome is None and not judge.ended]
    over = judge.closed or judge.ended or bool(counting and not under_way)
    outcome = _outcome(judge, objective, items, entries) if over else None
    worst = None if over else _worst(under_way)
    seen = [item.observed_at for item in counting if item.observed_at is not None]
    return Standing(
        objective.id,
        "objective",
        average([(weight, item.progress) for weight, item in items]),
        status="closed" if judge.closed else outcome or _shown_of(worst, under_way),
        stale=any(item.stale for item in under_way),
        observed_at=min(seen, default=None),
        pending=0 if over else sum(item.status == "pending" for item in under_way),
        outcome=outcome,
        broken_at=None if worst is None else worst.broken_at,
        worst="" if worst is None else worst.id,
        ended=len(counting) - len(under_way),
        fell_short=sum(item.outcome in FELL_SHORT for item in counting),
        counted=len(counting),
        guards=tuple(guards),
    )


def _worst(under_way: Sequence[Standing]) -> Standing | None:
    """The one of those under way whose status an objective shows; None where nothing is known."""
    best, worst = _UNRANKED, None
    for item in under_way:
        rank = _RANKS[item.stale].get(item.status, _UNRANKED)
        if rank < best:
            best, worst = rank, item
    return worst


def _shown_of(worst: Standing | None, under_way: Sequence[Standing]) -> Status:
    if worst is not None:
        return worst.status
    statuses = {item.status for item in under_way}
    return "not_begun" if statuses == {"not_begun"} else "pending"


def _outcome(
    judge: Judge, objective: Objective, items: Sequence[Weighted], entries: Sequence[Entry]
) -> Outcome | None:
    """How an objective ended; None where it has nothing that could say so."""
    known = judge.known(objective.id)
    if known is not None or judge.frozen:
        return known
    said = [(w, _NOTHING if i.progress.clamped is None else i.progress) for w, i in items]
    score = average(said).clamped
    if score is None and objective.ambition != "learning":
        return None
    learned = has_learned(entries, judge.as_of)
    return outcome_of("objective", objective.ambition, score, learned=learned)
