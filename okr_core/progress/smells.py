"""Smells: numbers that a person looks at before they count, read from a tool or typed by hand.

Four rules, the first that applies speaks. Each has a limit that a binding may set:

- *vanished*: rows of a frozen scope can be found nowhere that were there at the last counting
  reading. No server tells whether they were deleted or are hidden from the token's user; once a
  person says so, they were deleted.
- *empty*: the selection holds nothing, where it held something. A renamed label and a misspelt one
  look exactly like that. At a first reading the baseline stands for what it held, and a value that
  already is at the target is one more reason to look.
- *shrink*: a number lost more than 30 % of what it rests on. For an average, a ratio and a median
  that is their denominator; for a count or a sum that should rise it is the number itself, at a
  first reading held against the baseline. Counts and sums that should fall may fall.
- *beyond*: the value lies outside what its metric can believe. For a Line that is
  [baseline − span, target + span] with span = |target − baseline|. A band has no path, so `within`
  allows its own width on either side, and `at_least` and `at_most` allow, where they have a
  baseline, the larger of |bound| and |bound − baseline| around the two; without one anything goes,
  since a bad value of a guarded number is news and not a mistake. Binary is 0 to 1. A forgotten
  `scale: 100` or a wrong field shows at the first reading, and a typing error at once. A percentage
  below 1 is asked about too where baseline and target are from 1 up: 0.03 may be 3 %.

What a person has accepted is the measure from then on: the next reading is held against that one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from okr_core.basics.base import FrozenModel, Number
from okr_core.basics.exact import decimal_text
from okr_core.plan.metrics import (
    AtLeast,
    AtMost,
    Binary,
    Curve,
    Decrease,
    Grade,
    Increase,
    Metric,
    Milestones,
    Within,
)
from okr_core.progress.progress import ratio_of
from okr_core.record.evidence import Evidence, denominator_of

DIVIDED = frozenset({"average", "ratio", "median"})
"""Formulas that have a denominator."""
ADDED = frozenset({"count", "sum"})
"""Formulas that give 0 for nothing, and less when rows go."""


class SuspectLimits(FrozenModel):
    """When a good answer smells.

    Attributes:
        shrink: Share of the denominator, or of a count or sum that should rise, that may be lost
            between two readings.
        beyond: Spans (target − baseline) that a value may lie beyond baseline and target.
        empty: Whether a selection that holds nothing where it held something is suspect.
    """

    shrink: Annotated[Number, Field(ge=0, le=1)] = Decimal("0.3")
    beyond: Annotated[Number, Field(ge=0)] = Decimal(1)
    empty: bool = True


@dataclass(frozen=True, slots=True)
class Previous:
    """The last reading of a key result that counts.

    Attributes:
        value: Its value.
        selected: Rows of its evidence; None where that is not known, such as of a corrected value.
        denominator: Summed weight of its evidence (equals `selected` unless weighted).
        missing: Ids of a frozen scope that were found nowhere then, and nobody minded.
    """

    value: Decimal
    selected: int | None = None
    denominator: Decimal | None = None
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Words:
    """How a tool's rows are spoken of.

    Attributes:
        noun: What the tool calls its rows, such as `issues`.
        question: What a person should ask when a selection shrinks.
    """

    noun: str = "rows"
    question: str = "Was something renamed?"


def smell_of(
    metric: Metric,
    value: Decimal,
    evidence: Evidence,
    before: Previous | None = None,
    *,
    limits: SuspectLimits | None = None,
    words: Words | None = None,
    scope: int = 0,
) -> str:
    """Why a value that a tool gave waits for a person, one or two sentences; empty if it does not.

    Args:
        metric: What the key result measures.
        value: What the evidence adds up to, after its scale.
        evidence: What was found.
        before: What counted before; None at a first reading, whose measure is the baseline.
        limits: The binding's; the defaults where left out.
        words: How the tool's rows are spoken of.
        scope: Rows of the frozen scope; 0: those of the evidence.
    """
    answer = _Answer(metric, value, evidence, before, words or Words())
    limits = limits or SuspectLimits()
    return (
        answer.vanished(scope or len(evidence.rows))
        or (answer.empty() if limits.empty else "")
        or answer.shrunk(1 - limits.shrink)
        or answer.unbelievable(limits.beyond)
    )


def holds_nothing(evidence: Evidence, value: Decimal) -> bool:
    """Whether a count or sum found nothing: no row, no value in any, or an estimate of none."""
    if evidence.formula not in ADDED:
        return False
    estimated_none = not evidence.complete and not value
    return not evidence.rows or estimated_none or _unfilled(evidence)


def outside(
    metric: Metric, value: Decimal, before: Decimal | None = None, spans: Decimal = Decimal(1)
) -> str:
    """That a value lies outside what its metric believes, a sentence; empty if it does not.

    For what people type this is the whole rule: they are asked whether they mean it.

    Args:
        metric: What is measured.
        value: What was read or typed.
        before: The last value that counts; on a side that it already left nobody is asked.
        spans: How many spans beyond baseline and target are believed.

    >>> rise = Increase(baseline=Decimal(31), target=Decimal(45))
    >>> outside(rise, Decimal(3800))
    'is 3800, far outside 31 … 45.'
    >>> outside(rise, Decimal(3800), before=Decimal(60)), outside(rise, Decimal(38))
    ('', '')
    """
    low, high = believable(metric, spans)
    if low is not None and value < low and not (before is not None and before < low):
        return _far(metric, value)
    if high is not None and value > high and not (before is not None and before > high):
        return _far(metric, value)
    return _fraction(metric, value, before)


def _far(metric: Metric, value: Decimal) -> str:
    """That a value is far away from both ends."""
    ends = _ends(metric)
    assert ends is not None, "there are limits where there are ends"
    low, high = map(decimal_text, ends[:2])
    return f"is {decimal_text(value)}, far outside {low} … {high}."


def _fraction(metric: Metric, value: Decimal, before: Decimal | None) -> str:
    """That a percentage looks like a share of one; empty if it does not."""
    if not isinstance(metric, Increase | Decrease | Curve) or metric.unit.strip() != "%":
        return ""
    if value >= 1 or min(metric.baseline, metric.target) < 1 or (before is not None and before < 1):
        return ""
    low, high, _ = _pair(metric.baseline, metric.target)
    path = f"{decimal_text(low)} … {decimal_text(high)}"
    return f"is {decimal_text(value)} %, below 1 where {path} % are meant: a share of one?"


def believable(metric: Metric, spans: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """Lowest and highest value that the metric believes; None where that side is open."""
    ends = _ends(metric)
    if ends is None:
        return None, None
    low, high, span = ends
    return low - spans * span, high + spans * span


@dataclass(frozen=True, slots=True)
class _Answer:
    """A value that a tool gave, with what it is held against; each rule says why it smells."""

    metric: Metric
    value: Decimal
    evidence: Evidence
    before: Previous | None
    words: Words

    def vanished(self, scope: int) -> str:
        missing = set(self.evidence.missing)
        gone = missing.difference(self.before.missing if self.before else ())
        if not gone:
            return ""
        new = "" if gone == missing else f", {len(gone)} more than was accepted"
        return (
            f"{len(missing)} of {scope} {self.words.noun} of the frozen scope cannot be found any "
            f"more{new}: they were deleted, or the token's user may not see them. Accepted, they "
            "stay as not done or without a value; otherwise make them visible again."
        )

    def empty(self) -> str:
        if not holds_nothing(self.evidence, self.value):
            return ""
        rows, before = self.evidence.rows, self.before
        if before is None:
            return self._nothing_matched()
        # An earlier 0 may have had rows; where there are rows, only a number can have been lost.
        if not before.value and (rows or not before.selected):
            return ""
        if _unfilled(self.evidence):
            none = f"none of {len(rows)} {self.words.noun} has a value any more"
            return f"{none}, where it was {decimal_text(before.value)}. {self.words.question}"
        # An estimate has one row that carries the number.
        held = before.selected if self.evidence.complete else None
        was = decimal_text(before.value) if held is None else str(held)
        return f"fell from {was} to 0 {self.words.noun}. {self.words.question}"

    def _nothing_matched(self) -> str:
        noun, baseline = self.words.noun, _baseline(self.metric)
        what = f"nothing matched: 0 {noun}"
        if _unfilled(self.evidence):
            what = f"none of {len(self.evidence.rows)} {noun} has a value"
        if baseline:
            return f"{what}, where the baseline is {decimal_text(baseline)}. Is the query right?"
        if _reached(self.metric, self.value):
            return f"{what}, and that would already be the target. Is the query right?"
        return ""

    def shrunk(self, left: Decimal) -> str:
        if self.evidence.formula in DIVIDED:
            return self._denominator_shrunk(left)
        if self.evidence.formula not in ADDED or not _rises(self.metric):
            return ""
        first = self.before is None
        was = self.before.value if self.before else _baseline(self.metric)
        if was is None or was <= 0 or self.value >= was * left:
            return ""
        now, then = decimal_text(self.value), decimal_text(was)
        lost = f"({_lost(self.value, was)} % less), and it should rise."
        if first:
            return f"is {now}, below the baseline of {then} {lost} Is the query right?"
        return f"fell from {then} to {now} {lost} {self.words.question}"

    def _denominator_shrunk(self, left: Decimal) -> str:
        was = self.before.denominator if self.before else None
        now = denominator_of(self.evidence)
        if was is None or now >= was * left:
            return ""
        unweighted = all(row.weight == 1 for row in self.evidence.rows)
        unit = self.words.noun if unweighted else "of weight"
        rests = f"rests on {decimal_text(now)} instead of {decimal_text(was)} {unit}"
        return f"{rests} ({_lost(now, was)} % fewer). {self.words.question}"

    def unbelievable(self, spans: Decimal) -> str:
        doubt = outside(self.metric, self.value, self.before.value if self.before else None, spans)
        return f"{doubt} Is the query, the field or the scale right?" if doubt else ""


def _unfilled(evidence: Evidence) -> bool:
    rows = evidence.rows
    return bool(rows) and all(row.value is None for row in rows)


def _lost(now: Decimal, was: Decimal) -> int:
    return round(100 * (1 - now / was))


def _reached(metric: Metric, value: Decimal) -> bool:
    """Whether a value is at or past the target; of a band, whether it holds."""
    if isinstance(metric, Milestones):
        return False
    ratio = ratio_of(metric, value)
    return ratio is not None and ratio[0] >= ratio[1]


def _baseline(metric: Metric) -> Decimal | None:
    """What the value is said to have been before; None where the metric does not say."""
    known: Decimal | None = getattr(metric, "baseline", None)
    return known


def _rises(metric: Metric) -> bool:
    """Whether the metric is about a number that should become larger."""
    if isinstance(metric, Curve):
        return metric.target > metric.baseline
    if isinstance(metric, Grade):
        knots = metric.knots()
        return bool(knots) and knots[-1][0] > knots[0][0]
    return isinstance(metric, Increase)


def _ends(metric: Metric) -> tuple[Decimal, Decimal, Decimal] | None:
    """Low end, high end and span of what a metric is about."""
    if isinstance(metric, Increase | Decrease | Curve):
        return _pair(metric.baseline, metric.target)
    if isinstance(metric, Grade):
        return _grade(metric)
    if isinstance(metric, Within):
        return _pair(metric.low, metric.high) if metric.low < metric.high else None
    if isinstance(metric, AtLeast | AtMost):
        if metric.baseline is None:
            return None
        low, high, span = _pair(metric.baseline, metric.bound)
        return low, high, max(span, abs(metric.bound))
    return (Decimal(0), Decimal(1), Decimal(0)) if isinstance(metric, Binary) else None


def _grade(metric: Grade) -> tuple[Decimal, Decimal, Decimal]:
    if metric.worded:
        return Decimal(0), Decimal(3), Decimal(0)
    knots = [value for value, _ in metric.knots()]
    low, high, _ = _pair(knots[0], knots[-1])
    return low, high, abs(knots[2] - knots[0])


def _pair(one: Decimal, other: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    return min(one, other), max(one, other), abs(other - one)
