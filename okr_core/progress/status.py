"""Status: the word for how an item stands, and the record of all that is said about it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from okr_core.basics.exact import Ratio
from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import Metric
from okr_core.plan.workspace import StatusPolicy
from okr_core.progress.bands import Verdict, judged_over_time
from okr_core.progress.progress import Progress
from okr_core.record.entries import Reading
from okr_core.words.figures import short_day_text
from okr_core.words.standing_words import guard_text, verdict_text
from okr_core.words.vocabulary import Outcome, Shown, Status

WORST_FIRST: tuple[Shown, ...] = (
    "not_reached",
    "at_risk",
    "stale",
    "behind",
    "on_track",
    "ahead",
    "done",
)
"""Which of its items under way an objective shows; pending ones are not among them. `not_reached`
is there for what cannot be reached any more, though its due day is to come."""
GREEN = frozenset[Status]({"ahead", "on_track", "done"})
"""What old data may not claim."""


class Guard(NamedTuple):
    """A guard that does not hold, or of which nothing is known.

    Attributes:
        id: Of the key result.
        broken_at: Since when it does not hold; None: nobody knows whether it does.
    """

    id: str
    broken_at: datetime | None

    def said(self, cycle: Cycle) -> str:
        """What is said of it beside its objective, in English."""
        day = "" if self.broken_at is None else short_day_text(cycle.day_of(self.broken_at))
        return guard_text(self.id, day)


class Standing(NamedTuple):
    """How one item stands.

    Attributes:
        id: Of the key result or objective.
        progress: How much is reached; once it has ended its effective score.
        current: The value that counts; a grade's zone as its index, the number of milestones done.
        expected: Progress that should be reached by now; None where there is no pace, or where it
            has ended: what counts then is the outcome.
        status: The word for it, whatever the age of the data; an objective under way has its worst
            item's, one that has ended its own outcome.
        stale: The newest reading or check-in is too old; an objective: that of any of its items.
        confidence: The last one said, 0 to 10.
        observed_at: When the current value was observed; an objective: the oldest of its items'.
        pending: Objectives only: key results and counted children of positive weight that are
            under way and of which nothing is known.
        suspect: A newer reading that waits for a person's word.
        reading: Key results only: the reading that counts (see `Measured`); None
            where none does.
        outcome: How it ended; None while it is under way. Of a closed cycle the frozen one, which
            is shown in the place of `closed`.
        paced: Key results only: what the pace asks for, 1 once it has ended; for means over
            several items.
        verdict: What a band is judged by over time; None for others.
        broken_at: Since when a band that must always hold, or a guard, does not.
        unreported: Nobody ever said or read anything, though cadence and grace have passed since
            its start: somebody is to be asked.
        worst: Objectives only: id of the item whose status it shows; empty where it shows none.
        ended: Objectives only: items of positive weight that have ended.
        fell_short: How many of them ended without the success that was meant.
        counted: Objectives only: items of positive weight.
        guards: Objectives only: its guards that do not hold, or of which nothing is known.
        left_out: A named person left it out of all figures when the cycle was closed.
    """

    id: str
    kind: Literal["objective", "key_result"]
    progress: Progress
    current: Decimal | None = None
    expected: Fraction | None = None
    status: Status = "pending"
    stale: bool = False
    confidence: int | None = None
    observed_at: datetime | None = None
    pending: int = 0
    suspect: Reading | None = None
    reading: Reading | None = None
    outcome: Outcome | None = None
    paced: Fraction | None = None
    verdict: Verdict | None = None
    broken_at: datetime | None = None
    unreported: bool = False
    worst: str = ""
    ended: int = 0
    fell_short: int = 0
    counted: int = 0
    guards: tuple[Guard, ...] = ()
    left_out: bool = False

    @property
    def gap(self) -> Fraction | None:
        """Clamped progress − expected; None where either is unknown."""
        if self.expected is None or self.progress.clamped is None:
            return None
        return self.progress.clamped - self.expected

    def judged(self, metric: Metric, cycle: Cycle) -> str:
        """What a band is judged by over time, and since when it is broken, in English.

        Empty for others.

        Args:
            metric: Of the key result.
            cycle: In whose zone days are.
        """
        if self.verdict is None or not judged_over_time(metric):
            return ""
        day = "" if self.verdict.at is None else short_day_text(cycle.day_of(self.verdict.at))
        told = verdict_text(metric, self.verdict.value, self.current, day)
        if self.broken_at is None:
            return told
        broken = short_day_text(cycle.day_of(self.broken_at))
        return f"{told}; not reached since {broken}"

    @property
    def shown(self) -> Shown:
        """What is displayed: `stale` in the place of a green that old data cannot claim.

        Of a closed cycle the outcome that was frozen, or that it was left out.
        """
        if self.left_out:
            return "left_out"
        if self.status == "closed":
            return self.outcome or "closed"
        return shown(self.status, self.stale)


def shown(status: Status, stale: bool) -> Shown:
    """What is displayed of a status: staleness takes the green away, never the red.

    >>> shown("on_track", True), shown("at_risk", True)
    ('stale', 'at_risk')
    """
    return "stale" if stale and status in GREEN else status


class Thresholds:
    """The lowest gap of each status, as whole numbers, since each key result is compared."""

    __slots__ = ("_bands",)

    def __init__(self, policy: StatusPolicy) -> None:
        self._bands: tuple[tuple[Status, Ratio], ...] = (
            ("ahead", policy.ahead.as_integer_ratio()),
            ("on_track", policy.on_track.as_integer_ratio()),
            ("behind", policy.behind.as_integer_ratio()),
        )

    def status_of(self, clamped: Fraction, expected: Fraction) -> Status:
        """The best status whose lowest gap clamped − expected reaches; exactly reached counts.

        >>> Thresholds(StatusPolicy()).status_of(Fraction(1, 2), Fraction(11, 20))
        'on_track'
        """
        a, b = clamped.as_integer_ratio()
        c, d = expected.as_integer_ratio()
        gap, unit = a * d - c * b, b * d
        for status, (lowest, parts) in self._bands:
            if gap * parts >= lowest * unit:
                return status
        return "at_risk"


def status_of_confidence(confidence: int) -> Status:
    """The status that a person's word gives where there is no pace: 7 to 10, 4 to 6, below."""
    if confidence >= 7:
        return "on_track"
    return "behind" if confidence >= 4 else "at_risk"
