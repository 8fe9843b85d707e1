"""Judging: how one key result stands, and the short way for the most frequent kind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from fractions import Fraction

from okr_core.plan.metrics import BaselineFinding, Binary, Decrease, Grade, Increase, Milestones
from okr_core.plan.plan import KeyResult, Plan
from okr_core.plan.workspace import Policies
from okr_core.progress.bands import BANDS
from okr_core.progress.lines import straight_ratio
from okr_core.progress.outlook import Outlooks, last_word
from okr_core.progress.progress import ONE, Progress, reached
from okr_core.progress.status import Standing, Thresholds, status_of_confidence
from okr_core.progress.timeline import Timeline
from okr_core.record.entries import Entry, Reading
from okr_core.record.readings import waiting_reading
from okr_core.words.vocabulary import Status

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
        self._outlooks = Outlooks(self._time, days_off)
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
        confidence, said_at = last_word(entries, self._as_of)
        outlook = self._outlooks.of(kr)
        expected = None if type(kr.metric) in _UNPACED else outlook.expected
        stale = outlook.is_stale(reading, said_at) and not _is_final(kr, progress)
        return Standing(
            kr.id,
            "key_result",
            progress,
            None if reading is None else reading.value,
            expected,
            self._settled(kr, progress, outlook.passed, stale)
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
        passed, fresh_from, expected = self._outlooks.of(kr)
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
            observed_at=reading.observed_at or at,
            reading=reading,
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
