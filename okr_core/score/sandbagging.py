"""Sandbagging: questions worth asking where goals look too easy; prompts, never penalties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import comb
from typing import Literal, NamedTuple

from okr_core.forecast.forecast import forecasts
from okr_core.plan.metrics import Line
from okr_core.plan.plan import KeyResult, Plan
from okr_core.plan.settling import half_time
from okr_core.progress.progress import progress_of
from okr_core.record.entries import Reading

_BUNCH = (Fraction(65, 100), Fraction(70, 100), Fraction(75, 100))
_RARE = Fraction(1, 20)
FEW = 6
"""Scores over two cycles from which their mean is a prompt."""


class Prompt(NamedTuple):
    """A question to the people concerned.

    Attributes:
        rule: Which sign it was.
        subject: Id of the key result, or the team or role whose history it is.
        text: What was seen, and the question.
    """

    rule: Literal["do_nothing", "always_green", "early", "bunching"]
    subject: str
    text: str


def do_nothing(plan: Plan, readings: Mapping[str, Sequence[Reading]]) -> list[Prompt]:
    """Key results whose target the do-nothing forecast meets before the cycle begins.

    It is the forecast (`okr_core.forecast`) from the readings before the key result starts; with
    too few of them, the last value. Source: the counterfactual that a target is worth something
    beyond; this product's rule.

    Args:
        plan: Its starts filled in.
        readings: Key result → its readings, with those from before the cycle.
    """
    text = "Going on as before already meets the target. What would be worth reaching beyond it?"
    by_start: dict[date, list[KeyResult]] = {}
    for kr in plan.key_results():
        if isinstance(kr.metric, Line):
            by_start.setdefault(plan.starts_of(kr), []).append(kr)
    met = {
        name
        for day, key_results in by_start.items()
        for name in _met_anyway(plan, key_results, readings, plan.cycle.start_of(day))
    }
    return [Prompt("do_nothing", kr.id, text) for kr in plan.key_results() if kr.id in met]


def _met_anyway(
    plan: Plan,
    key_results: Iterable[KeyResult],
    readings: Mapping[str, Sequence[Reading]],
    starts: datetime,
) -> Iterator[str]:
    before = {kr.id: [r for r in readings.get(kr.id, ()) if r.at < starts] for kr in key_results}
    foreseen = forecasts(plan, before, {}, starts - timedelta.resolution)
    for kr in key_results:
        known: Sequence[Reading] = before[kr.id]
        ahead = foreseen[kr.id].p50 if kr.id in foreseen else None
        if ahead is not None:
            known = [Reading(at=known[-1].at, value=ahead)]
        if progress_of(kr.metric, known, starts).clamped == 1:
            yield kr.id


def early(plan: Plan, readings: Mapping[str, Sequence[Reading]], as_of: datetime) -> list[Prompt]:
    """Key results whose target was reached before half-time of the cycle.

    Source: this product's rule.

    Args:
        plan: The plan as first agreed.
        readings: Key result → its readings.
        as_of: Aware time; later readings do not count.
    """
    half = min(half_time(plan.cycle), as_of)
    return [
        Prompt("early", kr.id, "Reached before half-time. Was it meant to be a stretch?")
        for kr in plan.key_results()
        if isinstance(kr.metric, Line)
        and progress_of(kr.metric, readings.get(kr.id, ()), half, bound=kr.bound).clamped == 1
    ]


def always_green(subject: str, last_two: Sequence[Sequence[Fraction]]) -> list[Prompt]:
    """A mean score of 0.9 or more over two cycles, six key results or more.

    Source: Google re:Work, who always scores 1 does not aim high enough; the limits are this
    product's.

    Args:
        subject: Team or role.
        last_two: Scores of each of the last two cycles.
    """
    scores = [score for cycle in last_two for score in cycle]
    if len(last_two) < 2 or not all(last_two) or len(scores) < FEW:
        return []
    mean = sum(scores, Fraction(0)) / len(scores)
    if mean < Fraction(9, 10):
        return []
    text = f"{len(scores)} key results of two cycles scored {float(mean):.2f} on average."
    return [Prompt("always_green", subject, f"{text} What would they dare next?")]


def bunching(subject: str, scores: Iterable[Fraction]) -> list[Prompt]:
    """More scores just above 0.70 than just below it, beyond what chance would give.

    Without bunching a score in [.65, .75) falls on either side alike: the prompt comes where that
    many above have a probability under 5 %. Sources: bunching at a threshold, Burgstahler & Dichev
    1997; one-sided sign test, Arbuthnot 1710.

    Args:
        subject: Team or role.
        scores: Of key results.
    """
    low, edge, high = _BUNCH
    near = [score for score in scores if low <= score < high]
    above = sum(score >= edge for score in near)
    if not near or _tail(above, len(near)) >= _RARE:
        return []
    text = f"{above} of {len(near)} scores near 0.70 lie just above it."
    return [Prompt("bunching", subject, f"{text} How were they measured?")]


def _tail(successes: int, trials: int) -> Fraction:
    """Probability of that many heads or more in fair tosses."""
    return Fraction(sum(_ways(successes, trials)), 2**trials)


def _ways(successes: int, trials: int) -> Iterator[int]:
    return (comb(trials, k) for k in range(successes, trials + 1))
