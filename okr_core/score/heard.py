"""Heard: which key results spoke until their end, which fell silent before, which spoke late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import Band, BaselineFinding, Binary, Milestones
from okr_core.plan.plan import KeyResult
from okr_core.progress.bands import judged_over_time
from okr_core.progress.progress import Measured
from okr_core.record.entries import Correction, Entry, Reading
from okr_core.record.readings import MANUAL
from okr_core.score.scores import Late, SaidLate, Unheard

_IRREVERSIBLE: frozenset[type] = frozenset({Milestones, Binary, BaselineFinding})
"""Kinds of which what is done stays done, so that the last word holds however old it is."""


def last_said_on(
    kr: KeyResult,
    reading: Reading | None,
    ends: datetime,
    lasts: timedelta,
    cycle: Cycle,
    *,
    lost: bool = False,
) -> date | None:
    """The local day of a key result's last value, where that is too old to speak for its end.

    Too old is more than cadence and grace before the end. Exempt are kinds whose state cannot be
    undone, bands judged by their share of time, where silence counts as not holding already, and
    bands judged by their worst value once they are broken, which no later word mends.

    Source: this product's rule, since whoever stops to speak in a good week must not score above
    whoever goes on.

    Args:
        kr: The key result, as first agreed.
        reading: The last value that scores; None: there is none, which is silence of its own.
        ends: End of the due day, or when it was retired (aware).
        lasts: Cadence and grace.
        cycle: Whose zone tells the day.
        lost: Whether its progress is 0 by what was said already.

    Returns:
        None where the last value is young enough.
    """
    if reading is None or type(kr.metric) in _IRREVERSIBLE:
        return None
    judge = kr.metric.judge if judged_over_time(kr.metric) else ""
    if judge == "share" or (judge == "worst" and lost):
        return None
    return cycle.day_of(reading.at) if reading.at < ends - lasts else None


@dataclass(frozen=True, slots=True)
class Heard:
    """When what people say of a key result was said.

    Source: this product's rule. A value that is said after the fact is said knowing what it is
    needed for: after due it scores and is marked so, after the cut-off it is shown alone.

    Attributes:
        key_result: The key result, as first agreed.
        entries: Its entries.
        cycle: Whose zone ends its due day.
        cutoff: What is said after it does not score (aware).
        as_of: Aware time; nothing later counts.
    """

    key_result: KeyResult
    entries: Sequence[Entry]
    cycle: Cycle
    cutoff: datetime
    as_of: datetime

    def reached_late(
        self,
        readings: Sequence[Reading],
        last: datetime,
        measured: Callable[[Sequence[Reading], datetime], Measured],
    ) -> Late | None:
        """When the target was first reached after due. A band is judged by its days, not after.

        Args:
            readings: Its readings, in any order.
            last: The last moment that scores.
            measured: What readings come to at a time.
        """
        if isinstance(self.key_result.metric, Band):
            return None
        known = [r for r in readings if r.source != MANUAL or r.known_at <= self.as_of]
        later = sorted({r.at.astimezone(UTC) for r in known if last < r.at <= self.as_of})
        for at in later:
            progress, reading = measured(known, at)
            if progress.clamped == 1 and reading is not None:
                return Late(at, reading.value)
        return None

    def late(
        self,
        readings: Sequence[Reading],
        measured: Callable[[Sequence[Reading]], Measured] | None = None,
    ) -> SaidLate | None:
        """What of the score was said, or put right, only after due; the last of it.

        Args:
            readings: Those that score.
            measured: What they come to. Where it is the same without those that were said late,
                the score does not rest on them. None: it rests on each.
        """
        corrected = self._corrected()
        found = [
            SaidLate(at, corrects=True) for at, body in corrected.values() if body.value is None
        ]
        late = [r for r in readings if r.supersedes in corrected or self._is_late(r)]
        if late and not self._as_well_without(late, readings, measured):
            found += [self._how(reading, corrected) for reading in late]
        return max(found, default=None)

    def not_in_time(self, readings: Sequence[Reading]) -> Unheard | None:
        """The last value up to due that was said only after the cut-off; None: there is none."""
        ends = self._ends
        several = [
            reading
            for reading in readings
            if reading.source == MANUAL
            and reading.state == "observed"
            and reading.at < ends
            and self.cutoff < reading.known_at <= self.as_of
        ]
        if not several:
            return None
        last = max(several, key=lambda reading: (reading.at, reading.sequence))
        return Unheard(last.known_at, last.value, last.part)

    @staticmethod
    def _as_well_without(
        late: Sequence[Reading],
        readings: Sequence[Reading],
        measured: Callable[[Sequence[Reading]], Measured] | None,
    ) -> bool:
        """Whether the score rests on the others alone."""
        if measured is None:
            return False
        without = {id(reading) for reading in late}
        others = [reading for reading in readings if id(reading) not in without]
        return measured(readings) == measured(others)

    @property
    def _ends(self) -> datetime:
        due = self.key_result.due
        assert due is not None, "an agreement has every due day filled in"
        return self.cycle.end_of(due)

    def _is_late(self, reading: Reading) -> bool:
        return reading.source == MANUAL and reading.at < self._ends <= reading.known_at

    def _corrected(self) -> dict[str, tuple[datetime, Correction]]:
        """Id of a reading that was put right after due → when, and how."""
        return {
            entry.body.reading: (entry.at, entry.body)
            for entry in self.entries
            if isinstance(entry.body, Correction) and self._ends <= entry.at <= self.as_of
        }

    def _how(self, reading: Reading, corrected: dict[str, tuple[datetime, Correction]]) -> SaidLate:
        found = corrected.get(reading.supersedes)
        return SaidLate(reading.known_at) if found is None else SaidLate(found[0], corrects=True)
