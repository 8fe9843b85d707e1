"""Metrics: what a key result measures, in three shapes (Line, Band, Parts).

These are the types; how a reading becomes progress is in `okr_core.progress.progress`.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from okr_core.basics.base import Day, FrozenModel, ItemId, Number, PositiveNumber, Title

GRADE_ZONES = ("fail", "commit", "target", "stretch")
"""Zones of a grade, worst first; a reading of a worded grade is the index in this tuple."""


def _refuse_standing_still(baseline: Decimal, target: Decimal) -> None:
    if target == baseline:
        raise ValueError(
            f"target equals baseline ({baseline}). "
            f"Set a target other than {baseline}, or use kind `within`."
        )


class Increase(FrozenModel):
    """A number that should rise from `baseline` to `target`."""

    kind: Literal["increase"] = "increase"
    unit: str = ""
    baseline: Number
    target: Number

    @model_validator(mode="after")
    def _direction(self) -> Self:
        _refuse_standing_still(self.baseline, self.target)
        if self.target < self.baseline:
            raise ValueError(
                f"target {self.target} lies below baseline {self.baseline}. "
                "Use kind `decrease`, or swap the two."
            )
        return self


class Decrease(FrozenModel):
    """A number that should fall from `baseline` to `target`."""

    kind: Literal["decrease"] = "decrease"
    unit: str = ""
    baseline: Number
    target: Number

    @model_validator(mode="after")
    def _direction(self) -> Self:
        _refuse_standing_still(self.baseline, self.target)
        if self.target > self.baseline:
            raise ValueError(
                f"target {self.target} lies above baseline {self.baseline}. "
                "Use kind `increase`, or swap the two."
            )
        return self


class Curve(FrozenModel):
    """A number with agreed points between: piecewise linear from (baseline, 0) to (target, 1).

    Attributes:
        points: Pairs (value, progress) strictly between the ends, in any order.
    """

    kind: Literal["curve"] = "curve"
    unit: str = ""
    baseline: Number
    target: Number
    points: tuple[tuple[Number, Number], ...] = ()

    @model_validator(mode="after")
    def _monotone(self) -> Self:
        _refuse_standing_still(self.baseline, self.target)
        knots = self.knots()
        if knots[0][0] != min(self.baseline, self.target) or knots[-1][0] != max(
            self.baseline, self.target
        ):
            raise ValueError("a point lies outside baseline and target. Remove it or move the end.")
        for (x0, _), (x1, _) in pairwise(knots):
            if x0 == x1:
                raise ValueError(f"two points share the value {x0}. Keep one of them.")
        ys = [y for _, y in knots]
        if ys != sorted(ys) and ys != sorted(ys, reverse=True):
            raise ValueError(
                "the points are not monotone: progress would fall while the value moves towards "
                "the target. Sort their progress."
            )
        return self

    def knots(self) -> list[tuple[Decimal, Decimal]]:
        """Ends and points as (value, progress), ascending by value."""
        ends = [(self.baseline, Decimal(0)), (self.target, Decimal(1))]
        return sorted([*ends, *self.points])


class Grade(FrozenModel):
    """Zones fail, commit, target, stretch: as numbers, or judged in words.

    With `baseline` and `stretch` the reading is a number and commit and target default to
    30 % and 70 % of the way (source: puzzle/okr). Without them the reading is a zone's name.

    Attributes:
        zones: What each zone means, in words.
    """

    kind: Literal["grade"] = "grade"
    unit: str = ""
    baseline: Number | None = None
    commit: Number | None = None
    target: Number | None = None
    stretch: Number | None = None
    zones: dict[Literal["fail", "commit", "target", "stretch"], str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        numbers = (self.baseline, self.commit, self.target, self.stretch)
        if all(number is None for number in numbers):
            return self
        if self.baseline is None or self.stretch is None:
            raise ValueError("a grade on a number needs both baseline and stretch. Add the other.")
        if self.baseline == self.stretch:
            raise ValueError(f"stretch equals baseline ({self.baseline}). Set another stretch.")
        knots = [number for number, _ in self.knots()]
        rising = all(a < b for a, b in pairwise(knots))
        falling = all(a > b for a, b in pairwise(knots))
        if not (rising or falling):
            raise ValueError(
                "baseline, commit, target and stretch are not in order. Sort them one way."
            )
        return self

    @property
    def worded(self) -> bool:
        """Whether a reading is a zone's name instead of a number."""
        return self.baseline is None

    def knots(self) -> list[tuple[Decimal, tuple[int, int]]]:
        """(value, (numerator, denominator of progress)) from baseline to stretch, numbers only."""
        if self.baseline is None or self.stretch is None:
            return []
        commit, target = marks(self.baseline, self.stretch)
        return [
            (self.baseline, (0, 1)),
            (commit if self.commit is None else self.commit, (3, 7)),
            (target if self.target is None else self.target, (1, 1)),
            (self.stretch, (10, 7)),
        ]


def marks(baseline: Decimal, stretch: Decimal) -> tuple[Decimal, Decimal]:
    """Commit and target of a grade: 30 % and 70 % of the way from baseline to stretch.

    Source: puzzle/okr.

    >>> marks(Decimal(5), Decimal(10))
    (Decimal('6.5'), Decimal('8.5'))
    """
    span = stretch - baseline
    return baseline + span * Decimal("0.3"), baseline + span * Decimal("0.7")


Judge = Literal["latest", "worst", "average", "share"]


class _Band(FrozenModel):
    """What the three bands share: how readings over time become one judgement."""

    unit: str = ""
    judge: Judge = "latest"
    goal: PositiveNumber = Decimal(1)
    baseline: Number | None = None

    @model_validator(mode="after")
    def _goal(self) -> Self:
        if self.goal > 1:
            raise ValueError(
                f"goal {self.goal} is above 1. It is the share of time that must hold, such as 0.9."
            )
        if self.goal != 1 and self.judge != "share":
            raise ValueError(
                f"goal applies to judge `share` only, not to `{self.judge}`. "
                "Remove goal, or set judge: share."
            )
        return self


class AtLeast(_Band):
    """A value that should stay at or above `bound`."""

    kind: Literal["at_least"] = "at_least"
    bound: Number


class AtMost(_Band):
    """A value that should stay at or below `bound`."""

    kind: Literal["at_most"] = "at_most"
    bound: Number


class Within(_Band):
    """A value that should stay between `low` and `high`, both included."""

    kind: Literal["within"] = "within"
    low: Number
    high: Number

    @model_validator(mode="after")
    def _sorted(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low {self.low} lies above high {self.high}. Swap the two.")
        return self


class Part(FrozenModel):
    """One milestone of a key result; it is set as `KEY_RESULT/PART`."""

    id: ItemId
    title: Title
    weight: PositiveNumber = Decimal(1)
    due: Day | None = None


class Milestones(FrozenModel):
    """Parts that are done or not; progress is the done weight over all weight."""

    kind: Literal["milestones"] = "milestones"
    unit: str = ""
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        ids = [part.id for part in self.parts]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"part id `{twice[0]}` is used twice. Rename one.")
        return self


class Binary(FrozenModel):
    """Done (1) or not (0)."""

    kind: Literal["binary"] = "binary"
    unit: str = ""


class BaselineFinding(FrozenModel):
    """A key result that is reached once a baseline is recorded."""

    kind: Literal["baseline_finding"] = "baseline_finding"
    unit: str = ""


Line = Increase | Decrease | Curve | Grade
Band = AtLeast | AtMost | Within
Parts = Milestones | Binary | BaselineFinding
Metric = Annotated[
    Increase
    | Decrease
    | Curve
    | Grade
    | AtLeast
    | AtMost
    | Within
    | Milestones
    | Binary
    | BaselineFinding,
    Field(discriminator="kind"),
]
METRIC_KINDS = (
    "increase",
    "decrease",
    "curve",
    "grade",
    "at_least",
    "at_most",
    "within",
    "milestones",
    "binary",
    "baseline_finding",
)
