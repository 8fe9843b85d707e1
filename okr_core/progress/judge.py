"""Judge: how one key result stands at a time, by the rules of `okr_core.progress.standings`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction

from okr_core.plan.metrics import BaselineFinding, Binary, Decrease, Grade, Increase, Milestones
from okr_core.plan.plan import Ambition, KeyResult, Plan
from okr_core.plan.workspace import Policies
from okr_core.progress.bands import BANDS, Verdict
from okr_core.progress.derived import Lack
from okr_core.progress.grades import outcome_of
from okr_core.progress.pace import Schedules, Timeline, last_check_in
from okr_core.progress.progress import ONE, Progress, reached, straight_ratio
from okr_core.progress.status import Guard, Standing, Thresholds, status_of_confidence
from okr_core.record.entries import Entry, Reading
from okr_core.record.readings import waiting_reading
from okr_core.words.vocabulary import Outcome, Status

_JUDGED: frozenset[type] = frozenset({Binary, Grade, BaselineFinding})
"""Kinds without a pace, whose status a person's confidence gives."""
_UNPACED = BANDS | _JUDGED
_IRREVERSIBLE: frozenset[type] = frozenset({Milestones, Binary, BaselineFinding})


class Judge:
    """One look at a plan: what many key results share is worked out once.

    Args:
        plan: The plan.
        as_of: Aware time.
        days_off: Holidays, for the pace `workdays`.
        policies: The workspace's.
        closed: Whether the cycle is closed.
        outcomes: How items ended by their scores; see `standing`.
        readings: Key result → its readings, for those that take their value from others.
        lacking: Key results that have no value for those others.
        retired_late: Items that count though they are no longer pursued.
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
        readings: Mapping[str, Sequence[Reading]] | None = None,
        lacking: Mapping[str, Lack] | None = None,
        retired_late: Collection[str] = (),
    ) -> None:
        self.retired_late = retired_late
        self.closed = closed
        self._outcomes = outcomes
        self._time = Timeline(plan, as_of, policies, readings, lacking)
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
        verdict = self._time.verdict(kr, readings)
        broken_at = self._broken_at(kr, readings, progress, verdict)
        outcome, stale = None, False
        status: Status
        if over:
            outcome = self.known(kr.id) or self._ended(kr, ambition, progress)
            status = "closed" if self.closed else outcome or "pending"
        elif verdict is not None and verdict.broken_at is not None:
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
            not (heard or over or kr.guard or kr.derivation) and schedule.silent_from <= self.as_of,
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

    def _ended(
        self, kr: KeyResult, ambition: Ambition | None, progress: Progress
    ) -> Outcome | None:
        if kr.guard:  # it has no score: it held or it did not, as far as anybody knows
            if progress.clamped is None:
                return None
            return outcome_of("key_result", "committed", progress.clamped)
        return None if self.frozen else outcome_of("key_result", ambition, progress.clamped)

    def _broken_at(
        self,
        kr: KeyResult,
        readings: Sequence[Reading],
        progress: Progress,
        verdict: Verdict | None,
    ) -> datetime | None:
        """Since when a band that must always hold does not, or any guard."""
        if verdict is not None and verdict.broken_at is not None:
            return verdict.broken_at
        if not kr.guard or progress.clamped is None or progress.clamped == 1:
            return None
        return self._time.broken_at(kr, readings)

    def guard(self, kr: KeyResult, stands: Standing) -> Guard | None:
        """What is to be said of a guard beside its objective; None: it holds."""
        if stands.broken_at is not None:
            return Guard(kr.id, stands.broken_at)
        schedule = self._schedules.of(kr)
        silent = stands.progress.clamped is None and (
            schedule.passed or schedule.silent_from <= self.as_of
        )
        return Guard(kr.id, None) if silent or stands.stale else None

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
