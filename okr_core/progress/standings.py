"""Standings: how every key result and objective of a plan stands at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from okr_core.basics import collector
from okr_core.plan.metrics import BaselineFinding, Binary, Decrease, Grade, Increase, Milestones
from okr_core.plan.plan import Ambition, KeyResult, Objective, Plan
from okr_core.plan.workspace import Policies
from okr_core.progress.bands import BANDS
from okr_core.progress.grades import FELL_SHORT, has_learned, outcome_of
from okr_core.progress.pace import Schedules, Timeline, last_check_in
from okr_core.progress.progress import ONE, ZERO, Progress, reached, straight_ratio
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
from okr_core.words.vocabulary import Outcome, Shown, Status

_JUDGED: frozenset[type] = frozenset({Binary, Grade, BaselineFinding})
"""Kinds without a pace, whose status a person's confidence gives."""
_UNPACED = BANDS | _JUDGED
_IRREVERSIBLE: frozenset[type] = frozenset({Milestones, Binary, BaselineFinding})
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


class Judge:
    """One look at a plan: what many key results share is worked out once.

    Args:
        plan: The plan.
        as_of: Aware time.
        days_off: Holidays, for the pace `workdays`.
        policies: The workspace's.
        closed: Whether the cycle is closed.
        outcomes: How items ended by their scores; see `standing`.
    """

    def __init__(
        self,
        plan: Plan,
        as_of: datetime,
        days_off: Collection[date],
        *,
        policies: Policies,
        closed: bool,
        outcomes: Mapping[str, Outcome] | None = None,
    ) -> None:
        self.closed = closed
        self._outcomes = outcomes
        self._time = Timeline(plan, as_of, policies)
        self.as_of = self._time.as_of
        self.ended = plan.cycle.end_of(plan.cycle.ends) <= self.as_of
        self._schedules = Schedules(self._time, days_off)
        self._thresholds = Thresholds(policies.status)

    def key_result(
        self,
        kr: KeyResult,
        readings: Sequence[Reading],
        entries: Sequence[Entry],
        ambition: Ambition | None = None,
    ) -> Standing:
        """How an active key result stands; see `okr_core.progress.standings` for the rules.

        Args:
            kr: The key result.
            readings: Its readings, in any order.
            entries: Its entries, in any order.
            ambition: Of its objective.
        """
        if len(readings) == 1 and not entries:
            quick = self._line(kr, readings[0])
            if quick is not None:
                return quick
        return self.in_full(kr, readings, entries, ambition)

    def in_full(
        self,
        kr: KeyResult,
        readings: Sequence[Reading],
        entries: Sequence[Entry],
        ambition: Ambition | None = None,
    ) -> Standing:
        """The rules as they are written, for every kind; `key_result` must equal it."""
        progress, reading = self._time.measured_by_due(kr, readings)
        confidence, said_at = last_check_in(entries, self.as_of)
        schedule = self._schedules.of(kr)
        over = schedule.passed or self.closed
        paced = None if type(kr.metric) in _UNPACED else schedule.expected
        verdict = self._time.verdict(kr, readings) if readings else None
        broken_at = None if verdict is None else verdict.broken_at
        outcome, stale = None, False
        status: Status
        if over:
            outcome = self.known(kr.id) or self._ended(ambition, progress)
            status = "closed" if self.closed else outcome or "pending"
        elif broken_at is not None:
            status = "not_reached"  # what must always hold cannot be mended
        elif not schedule.begun:
            status = "not_begun"
        else:
            stale = schedule.is_stale(reading, said_at) and not _is_final(kr, progress)
            done = progress.clamped == 1 and _done_early(kr, stale)
            status = "done" if done else self._under_way(kr, progress, paced, confidence)
        waiting = waiting_reading(readings, self._time.last_of(kr), reading) if readings else None
        heard = reading is not None or said_at is not None or waiting is not None
        return Standing(
            kr.id,
            "key_result",
            progress,
            None if reading is None else reading.value,
            None if over else paced,
            status,
            stale,
            confidence,
            None if reading is None else reading.observed_at or reading.at,
            0,
            waiting,
            reading,
            outcome,
            paced,
            verdict,
            broken_at,
            not (heard or over) and schedule.silent_from <= self.as_of,
        )

    def _line(self, kr: KeyResult, reading: Reading) -> Standing | None:
        """`in_full` for one plain reading of a straight line on its way; None: not such a case."""
        metric = kr.metric
        if (
            (type(metric) is not Increase and type(metric) is not Decrease)
            or reading.state != "observed"
            or reading.part
            or reading.until is not None
            or reading.at > self.as_of
        ):
            return None
        begun, passed, _, fresh_from, expected = self._schedules.of(kr)
        if passed or not begun or expected is None or self.closed:
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
            None,
            expected,
        )

    def known(self, item: str) -> Outcome | None:
        """The outcome of an item by its score; None where there is none."""
        return self._outcomes.get(item) if self._outcomes else None

    @property
    def frozen(self) -> bool:
        """Whether the scores alone say how items ended."""
        return self.closed and self._outcomes is not None

    def _ended(self, ambition: Ambition | None, progress: Progress) -> Outcome | None:
        return None if self.frozen else outcome_of("key_result", ambition, progress.clamped)

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
    outcomes: Mapping[str, Outcome] | None = None,
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

    Raises:
        InputError: The counted links form a loop or name no objective of the plan.
        ValueError: `as_of` has no time zone.
    """
    judge = Judge(
        plan, as_of, days_off, policies=policies or Policies(), closed=closed, outcomes=outcomes
    )
    found: dict[str, Standing] = {}
    with collector.paused():
        for objective in children_first(plan):
            items = _key_results(judge, objective, readings, entries, found)
            if objective.counts:
                items += [(w, found[child.id]) for child, w in counted_children(plan, objective)]
            said = entries.get(objective.id, ()) if entries else ()
            found[objective.id] = _objective(judge, objective, items, said)
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
                kr,
                readings.get(id_, ()),
                entries.get(id_, ()) if entries else (),
                objective.ambition,
            )
            items.append((kr.weight, stands))
        else:
            found[id_] = Standing(id_, "key_result", out_of_count(kr, gone), status="closed")
    return items


def _objective(
    judge: Judge, objective: Objective, items: Sequence[Weighted], entries: Sequence[Entry]
) -> Standing:
    """How an objective stands, from its items."""
    gone = retired(objective)
    if gone is not None:
        return Standing(objective.id, "objective", gone, status="closed")
    counting = [item for weight, item in items if weight]
    under_way = [item for item in counting if item.outcome is None and not judge.ended]
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
