"""Standing: how every key result and objective stands at a time, against its pace."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from okr_core.entries import Entry, Reading
from okr_core.freshness import Freshness, last_word
from okr_core.metrics import Band, BaselineFinding, Binary, Grade, Milestones
from okr_core.pace import expected_parts, expected_progress
from okr_core.plan import KeyResult, Objective, Pace, Plan
from okr_core.progress import Progress
from okr_core.readings import waiting_reading
from okr_core.rollup import (
    active_children,
    active_key_results,
    children_first,
    retired,
    roll_up_objectives,
)
from okr_core.status import (
    WORST_FIRST,
    Shown,
    Status,
    Thresholds,
    shown,
    status_of_confidence,
)
from okr_core.timeline import Timeline
from okr_core.workspace import Policies

_JUDGED = (Binary, Grade, BaselineFinding)
_IRREVERSIBLE = (Milestones, Binary, BaselineFinding)
_RANK = {status: rank for rank, status in enumerate(WORST_FIRST)}


class Standing(NamedTuple):
    """How one item stands.

    Attributes:
        id: Of the key result or objective.
        progress: How much is reached.
        current: The value that counts; a grade's zone as its index, the number of milestones done.
        expected: Progress that should be reached by now; None where there is no pace.
        gap: Clamped progress − expected.
        status: The word for it, whatever the age of the data; an objective has its worst item's.
        stale: The newest reading or check-in is too old; an objective: that of any of its items.
        confidence: The last one said, 0 to 10.
        observed_at: When the current value was observed; an objective: the oldest of its items'.
        pending: Objectives only: items of positive weight about which nothing is known.
        suspect: A newer reading that waits for a person's word.
        shown: What is displayed: `stale` in the place of a green that old data cannot claim.
    """

    id: str
    kind: Literal["objective", "key_result"]
    progress: Progress
    current: Decimal | None = None
    expected: Fraction | None = None
    gap: Fraction | None = None
    status: Status = "pending"
    stale: bool = False
    confidence: int | None = None
    observed_at: datetime | None = None
    pending: int = 0
    suspect: Reading | None = None
    shown: Shown = "pending"


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
    """How every key result and objective stands at `as_of`, by id, in the order of the plan.

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
    bench = _Bench(plan, as_of, days_off, policies or Policies(), closed)
    found = {
        kr.id: bench.key_result(kr, objective, readings.get(kr.id, ()), entries.get(kr.id, ()))
        for objective in plan.objectives
        for kr in objective.key_results
    }
    progress = roll_up_objectives(plan, {id_: each.progress for id_, each in found.items()})
    for objective in children_first(plan):
        found[objective.id] = bench.objective(objective, progress[objective.id], found)
    return {id_: found[id_] for id_ in _ids(plan)}


def _ids(plan: Plan) -> Iterator[str]:
    for objective in plan.objectives:
        yield objective.id
        for kr in objective.key_results:
            yield kr.id


class _Bench:
    """One judgement of a whole plan: what many key results share is worked out once."""

    def __init__(
        self,
        plan: Plan,
        as_of: datetime,
        days_off: Collection[date],
        policies: Policies,
        closed: bool,
    ) -> None:
        self._plan = plan
        self._time = Timeline(plan, as_of, policies)
        self._day = plan.cycle.day_of(self._time.as_of)
        self._days_off = frozenset(days_off)
        self._thresholds = Thresholds(policies.status)
        self._closed = closed
        self._expected: dict[tuple[str, date, date], Fraction | None] = {}
        self._freshness = Freshness(self._time)

    def key_result(
        self,
        kr: KeyResult,
        objective: Objective,
        readings: Sequence[Reading],
        entries: Sequence[Entry],
    ) -> Standing:
        """How one key result stands."""
        gone = retired(kr, objective)
        if gone is not None:
            return Standing(kr.id, "key_result", gone, status="closed", shown="closed")
        progress, reading = self._time.measured(kr, readings)
        confidence, said_at = last_word(entries, self._time.as_of)
        due = self._freshness.due(kr)
        stale = due.is_stale(reading, said_at) and not _is_final(kr, progress)
        expected = self._expectation(kr)
        gap = None
        if expected is not None and progress.clamped is not None:
            gap = progress.clamped - expected
        status = self._settled(kr, progress, due.passed, stale) or self._under_way(
            kr, progress, gap, confidence
        )
        return Standing(
            kr.id,
            "key_result",
            progress,
            None if reading is None else reading.value,
            expected,
            gap,
            status,
            stale,
            confidence,
            None if reading is None else reading.observed_at or reading.at,
            0,
            waiting_reading(readings, self._time.as_of, reading) if readings else None,
            shown(status, stale),
        )

    def objective(
        self, objective: Objective, progress: Progress, found: Mapping[str, Standing]
    ) -> Standing:
        """How an objective stands, from its items that were judged before."""
        items = [found[kr.id] for kr in active_key_results(objective) if kr.weight]
        items += [found[c.id] for c, weight in active_children(self._plan, objective) if weight]
        known = [item for item in items if _is_known(item)]
        status, visible = self._worst(objective, items, known)
        times = [item.observed_at for item in known if item.observed_at is not None]
        return Standing(
            objective.id,
            "objective",
            progress,
            status=status,
            stale=any(item.stale for item in known),
            observed_at=min(times, default=None),
            pending=len(items) - len(known) if status != "closed" else 0,
            shown=visible,
        )

    def _worst(
        self, objective: Objective, items: Sequence[Standing], known: Sequence[Standing]
    ) -> tuple[Status, Shown]:
        if self._closed or objective.state != "active":
            return "closed", "closed"
        if known:
            worst = min(known, key=lambda item: _RANK[item.shown])
            return worst.status, worst.shown
        missed = bool(items) and all(item.status == "missed" for item in items)
        return ("missed", "missed") if missed else ("pending", "pending")

    def _settled(
        self, kr: KeyResult, progress: Progress, passed: bool, stale: bool
    ) -> Status | None:
        """Closed, done or missed; None while neither the end nor the target is reached."""
        if self._closed:
            return "closed"
        if progress.clamped == 1 and (passed or _done_early(kr, stale)):
            return "done"
        return "missed" if passed else None

    def _under_way(
        self, kr: KeyResult, progress: Progress, gap: Fraction | None, confidence: int | None
    ) -> Status:
        if isinstance(kr.metric, _JUDGED):
            return "pending" if confidence is None else status_of_confidence(confidence)
        if progress.clamped is None:
            return "pending"
        if isinstance(kr.metric, Band):
            return "on_track" if progress.clamped == 1 else "at_risk"
        return "pending" if gap is None else self._thresholds.status_of(gap)

    def _expectation(self, kr: KeyResult) -> Fraction | None:
        metric = kr.metric
        if isinstance(metric, (Band, *_JUDGED)):
            return None
        starts, due = self._plan.starts_of(kr), self._plan.due_of(kr)
        if isinstance(metric, Milestones):
            dated = expected_parts(metric, due, self._day)
            if dated is not None:
                return dated
        if kr.pace.steps:
            return self._paced(kr.pace, starts, due)
        key = (kr.pace.curve, starts, due)
        if key not in self._expected:
            self._expected[key] = self._paced(kr.pace, starts, due)
        return self._expected[key]

    def _paced(self, pace: Pace, starts: date, due: date) -> Fraction | None:
        return expected_progress(pace, starts, due, self._day, self._days_off)


def _is_known(item: Standing) -> bool:
    """Whether an objective can show it: a missed item without any reading says only that."""
    if item.status == "missed" and item.progress.clamped is None:
        return False
    return item.shown in _RANK


def _done_early(kr: KeyResult, stale: bool) -> bool:
    """Whether a reached target counts as done before its due day."""
    if isinstance(kr.metric, Band):
        return False
    return not stale or isinstance(kr.metric, _IRREVERSIBLE)


def _is_final(kr: KeyResult, progress: Progress) -> bool:
    """Whether what is done cannot be undone, so that it needs no fresh word."""
    return progress.clamped == 1 and isinstance(kr.metric, _IRREVERSIBLE)
