"""Standings: how every key result and objective of a plan stands at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from okr_core.basics import collector
from okr_core.plan.metrics import BaselineFinding, Binary, Decrease, Grade, Increase, Milestones
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.workspace import Policies
from okr_core.progress.bands import BANDS
from okr_core.progress.pace import Schedules, Timeline, last_check_in
from okr_core.progress.progress import ONE, Progress, reached, straight_ratio
from okr_core.progress.rollup import (
    average,
    children_first,
    counted_children,
    out_of_count,
    retired,
)
from okr_core.progress.status import WORST_FIRST, Standing, Thresholds, shown, status_of_confidence
from okr_core.record.entries import Entry, Reading
from okr_core.record.readings import waiting_reading
from okr_core.words.vocabulary import Shown, Status

_JUDGED: frozenset[type] = frozenset({Binary, Grade, BaselineFinding})
"""Kinds without a pace, whose status a person's confidence gives."""
_UNPACED = BANDS | _JUDGED
_IRREVERSIBLE: frozenset[type] = frozenset({Milestones, Binary, BaselineFinding})
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


class Judge:
    """One look at a plan: what many key results share is worked out once.

    Args:
        plan: The plan.
        as_of: Aware time.
        days_off: Holidays, for the pace `workdays`.
        policies: The workspace's.
        closed: Whether the cycle is closed.
    """

    def __init__(
        self,
        plan: Plan,
        as_of: datetime,
        days_off: Collection[date],
        *,
        policies: Policies,
        closed: bool,
    ) -> None:
        self.closed = closed
        self._time = Timeline(plan, as_of, policies)
        self._as_of = self._time.as_of
        self._schedules = Schedules(self._time, days_off)
        self._thresholds = Thresholds(policies.status)

    def key_result(
        self, kr: KeyResult, readings: Sequence[Reading], entries: Sequence[Entry]
    ) -> Standing:
        """How an active key result stands; see `okr_core.progress.standings` for the rules."""
        if len(readings) == 1 and not entries:
            quick = self._line(kr, readings[0])
            if quick is not None:
                return quick
        return self.in_full(kr, readings, entries)

    def in_full(
        self, kr: KeyResult, readings: Sequence[Reading], entries: Sequence[Entry]
    ) -> Standing:
        """The rules as they are written, for every kind; `key_result` must equal it."""
        progress, reading = self._time.measured(kr, readings)
        confidence, said_at = last_check_in(entries, self._as_of)
        schedule = self._schedules.of(kr)
        expected = None if type(kr.metric) in _UNPACED else schedule.expected
        stale = schedule.is_stale(reading, said_at) and not _is_final(kr, progress)
        return Standing(
            kr.id,
            "key_result",
            progress,
            None if reading is None else reading.value,
            expected,
            self._settled(kr, progress, schedule.passed, stale)
            or self._under_way(kr, progress, expected, confidence),
            stale,
            confidence,
            None if reading is None else reading.observed_at or reading.at,
            0,
            waiting_reading(readings, self._as_of, reading) if readings else None,
            reading,
        )

    def _line(self, kr: KeyResult, reading: Reading) -> Standing | None:
        """`in_full` for one plain reading of a straight line on its way; None: not such a case."""
        metric = kr.metric
        if (
            (type(metric) is not Increase and type(metric) is not Decrease)
            or reading.state != "observed"
            or reading.part
            or reading.until is not None
            or reading.at > self._as_of
        ):
            return None
        passed, fresh_from, expected = self._schedules.of(kr)
        if passed or expected is None or self.closed:
            return None
        value, at = reading.value, reading.at
        progress = reached(*straight_ratio(metric, value))
        clamped = progress.clamped
        assert clamped is not None, "a line with a reading has progress"
        stale = at < fresh_from
        status: Status = (
            "done"
            if clamped is ONE and not stale
            else self._thresholds.status_of(clamped, expected)
        )
        return Standing(
            kr.id,
            "key_result",
            progress,
            value,
            expected,
            status,
            stale,
            None,
            reading.observed_at or at,
            0,
            None,
            reading,
        )

    def _settled(
        self, kr: KeyResult, progress: Progress, passed: bool, stale: bool
    ) -> Status | None:
        """Closed, done or missed; None while neither the end nor the target is reached."""
        if self.closed:
            return "closed"
        if progress.clamped == 1 and (passed or _done_early(kr, stale)):
            return "done"
        return "missed" if passed else None

    def _under_way(
        self, kr: KeyResult, progress: Progress, expected: Fraction | None, confidence: int | None
    ) -> Status:
        if type(kr.metric) in _JUDGED:
            return "pending" if confidence is None else status_of_confidence(confidence)
        if progress.clamped is None:
            return "pending"
        if type(kr.metric) in BANDS:
            return "on_track" if progress.clamped == 1 else "at_risk"
        if expected is None:
            return "pending"
        return self._thresholds.status_of(progress.clamped, expected)


def _done_early(kr: KeyResult, stale: bool) -> bool:
    """Whether a reached target counts as done before its due day."""
    if type(kr.metric) in BANDS:
        return False
    return not stale or type(kr.metric) in _IRREVERSIBLE


def _is_final(kr: KeyResult, progress: Progress) -> bool:
    """Whether what is done cannot be undone, so that it needs no fresh word."""
    return progress.clamped == 1 and type(kr.metric) in _IRREVERSIBLE


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
        if objective.pursues(kr):
            found[id_] = stands = judge.key_result(
                kr, readings.get(id_, ()), entries.get(id_, ()) if entries else ()
            )
            items.append((kr.weight, stands))
        else:
            found[id_] = Standing(id_, "key_result", out_of_count(kr, gone), status="closed")
    return items


def _objective(objective: Objective, items: Sequence[Weighted], closed: bool) -> Standing:
    """How an objective stands, from its items."""
    gone = retired(objective)
    if gone is not None:
        return Standing(objective.id, "objective", gone, status="closed")
    best, stale, pending = _UNRANKED, False, 0
    status: Status | None = None
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
        status="closed" if closed else status or _unheard(items),
        stale=stale,
        observed_at=oldest,
        pending=0 if closed else pending,  # nobody can add anything any more
    )


def _unheard(items: Sequence[Weighted]) -> Status:
    statuses = {item.status for weight, item in items if weight}
    return "missed" if statuses == {"missed"} else "pending"
