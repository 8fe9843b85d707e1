"""Suspicion: which good answers a person has to look at before they count.

A frozen scope of which rows vanished waits for a person, always: no server tells whether they were
deleted or are only hidden from the token's user. Rows that were missing at the last counting
reading have been accepted as deleted.

Three more rules, each with a limit that the binding may set:

- *empty*: the selection held something at the last counting reading and holds nothing now. A
  renamed label looks exactly like that.
- *shrink*: the denominator of an average, a ratio or a median lost more than 30 %. Counts and sums
  have none: falling is what many of them are for.
- *beyond*: the value lies outside what its metric can believe. For a Line that is
  [baseline − span, target + span] with span = |target − baseline|. A band has no path, so `within`
  allows its own width on either side, and `at_least` and `at_most` allow, where they have a
  baseline, the larger of |bound| and |bound − baseline| around the two; without one anything goes,
  since a bad value of a guarded number is news and not a mistake. Binary is 0 to 1.

The first reading is judged by *beyond* as well: a forgotten `scale: 100` or a wrong field shows at
once, and nothing was rolled up with it. Where the last counting reading already lay outside on
that side, a person has accepted it and the rule stays silent.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

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
    Within,
)
from okr_core.record.evidence import Evidence, denominator_of, re_add
from okr_sources.answers import Ask, Observed, Previous, Suspect
from okr_sources.binding import SuspectLimits

DIVIDED = frozenset({"average", "ratio", "median"})
"""Formulas that have a denominator."""


def judge(
    ask: Ask,
    evidence: Evidence,
    observed_at: datetime,
    limits: SuspectLimits | None = None,
    *,
    noun: str = "rows",
    question: str = "Was something renamed?",
) -> Observed | Suspect:
    """The answer that the evidence gives: its re-added value, observed or suspect.

    Args:
        ask: What was asked.
        evidence: What was found.
        observed_at: When it was looked at (aware).
        limits: The binding's; the defaults where left out.
        noun: What the source calls its rows, such as `issues`.
        question: What a person should ask when a selection shrinks.

    Raises:
        DataError: The evidence has no value, such as an average of nothing.
    """
    value = re_add(evidence)
    why = suspicion(ask, value, evidence, limits or SuspectLimits(), noun=noun, question=question)
    if why:
        return Suspect(ask.key_result, value, why, evidence, observed_at)
    return Observed(ask.key_result, value, evidence, observed_at)


def suspicion(
    ask: Ask,
    value: Decimal,
    evidence: Evidence,
    limits: SuspectLimits,
    *,
    noun: str = "rows",
    question: str = "Was something renamed?",
) -> str:
    """Why the value smells, one or two sentences; empty if it does not."""
    before = ask.previous
    vanished = set(evidence.missing).difference(before.missing if before else ())
    if vanished:
        return _vanished(len(vanished), len(ask.frozen or evidence.rows), noun)
    if before is not None and limits.empty and before.selected > 0 and not evidence.rows:
        return f"fell from {_selection(before, evidence)} to 0 {noun}. {question}"
    if before is not None and evidence.formula in DIVIDED:
        now = denominator_of(evidence)
        if now < before.denominator * (1 - limits.shrink):
            lost = round(100 * (1 - now / before.denominator))
            return (
                f"rests on {decimal_text(now)} instead of {decimal_text(before.denominator)} "
                f"{noun if _unweighted(evidence) else 'of weight'} ({lost} % fewer). {question}"
            )
    return _beyond(value, before, believable(ask.metric, limits.beyond))


def _vanished(lost: int, scope: int, noun: str) -> str:
    return (
        f"{lost} of {scope} {noun} of the frozen scope cannot be found any more: deleted, or "
        "hidden from the token's user. If they were deleted, accept it: they stay as not done or "
        "without a value. If not, let the user see them."
    )


def believable(metric: Metric, beyond: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """Lowest and highest value that the metric believes; None where that side is open."""
    ends = _ends(metric)
    if ends is None:
        return None, None
    low, high, span = ends
    return low - beyond * span, high + beyond * span


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


def _beyond(
    value: Decimal, before: Previous | None, limits: tuple[Decimal | None, Decimal | None]
) -> str:
    low, high = limits
    if low is not None and value < low and not (before and before.value < low):
        return _outside(value, "below", low)
    if high is not None and value > high and not (before and before.value > high):
        return _outside(value, "above", high)
    return ""


def _outside(value: Decimal, side: str, limit: Decimal) -> str:
    return (
        f"is {decimal_text(value)}, {side} the {decimal_text(limit)} that baseline and target make "
        "believable. Is the query, the field or the scale right?"
    )


def _selection(before: Previous, evidence: Evidence) -> str:
    # An estimate has one row that carries the number.
    return str(before.selected) if evidence.complete else decimal_text(before.value)


def _unweighted(evidence: Evidence) -> bool:
    return all(row.weight == 1 for row in evidence.rows)
