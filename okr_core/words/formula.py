"""Formula: how a key result's readings become its progress, written out with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from okr_core.basics.exact import ratio_json
from okr_core.plan.metrics import (
    AtLeast,
    AtMost,
    BaselineFinding,
    Binary,
    Curve,
    Decrease,
    Grade,
    Increase,
    Metric,
    Milestones,
    Within,
)
from okr_core.words.figures import number, percent, range_text, rounded, with_unit

ENGLISH: Mapping[str, str] = {
    "current": "current",
    "latest": "the current value holds or not",
    "worst": "every value must hold",
    "average": "the time-weighted average holds or not",
    "share": "the share of time that holds ÷ goal",
    "between": "between {points}",
    "zones": "fail 0, commit 3/7, target 1, stretch 10/7",
    "milestones": "Σ weight of done milestones ÷ Σ weight",
    "binary": "1 if done, else 0",
    "baseline_finding": "1 once a baseline is recorded",
    "of": "{value} of {target}",
    "by_day": "{what} by {day}",
    "nothing_by": "no value by {day}",
}
"""What formulas say beside their numbers; the rest is the same in every language."""


def formula_text(
    metric: Metric,
    current: Decimal | None,
    raw: Fraction | None,
    *,
    exact: bool = False,
    words: Mapping[str, str] = ENGLISH,
) -> str:
    """The formula of a metric, with its result where there is one.

    Args:
        metric: What is measured.
        current: The current value.
        raw: Progress before it is kept between 0 and 1.
        exact: Every digit of the value, for programs; people read six.
        words: `ENGLISH`, or the same in another language.
    """
    result = "" if raw is None or current is None else f" = {ratio_json(raw)}"
    match metric:
        case Increase() | Decrease():
            say = number if exact else rounded
            value = words["current"] if current is None else say(current)
            base = number(metric.baseline)
            return f"({value} − {base}) ÷ ({number(metric.target)} − {base}){result}"
        case Curve() | Grade():
            return f"{_piecewise(metric, words)}{result}"
        case AtLeast() | AtMost() | Within():
            goal = f" {number(metric.goal)}" if metric.judge == "share" else ""
            return f"{range_text(metric)}; {words[metric.judge]}{goal}{result}"
        case Milestones() | Binary() | BaselineFinding():
            return f"{words[metric.kind]}{result}"


def score_formula_text(
    metric: Metric,
    value: Decimal | None,
    score: Fraction | None,
    day: str,
    *,
    judged: str = "",
    words: Mapping[str, str] = ENGLISH,
) -> str:
    """How a score came about: the value that scored, of what was first agreed, by its due day.

    Args:
        metric: As first agreed.
        value: Of the last reading before the end of the due day; None: there was none.
        score: The computed one, without an override.
        day: The due day as first agreed, as it is to be read.
        judged: What a band is judged by over time, as `verdict_text` says it.
        words: `ENGLISH`, or the same in another language.

    >>> rise = Increase(baseline=Decimal(0), target=Decimal(1200000), unit="CHF")
    >>> score_formula_text(rise, Decimal(846000), Fraction(705, 1000), "31 Oct")
    '846\u202f000 of 1\u202f200\u202f000 CHF by 31 Oct'
    >>> score_formula_text(rise, None, None, "31 Oct")
    'no value by 31 Oct'
    """
    if value is None:
        return words["nothing_by"].format(day=day)
    if judged:
        what = judged
    elif isinstance(metric, Increase) and not metric.baseline:
        target = with_unit(number(metric.target), metric.unit)
        what = words["of"].format(value=rounded(value), target=target)
    else:
        what = formula_text(metric, value, score, words=words)
    return words["by_day"].format(what=what, day=day)


def _piecewise(metric: Curve | Grade, words: Mapping[str, str]) -> str:
    if isinstance(metric, Grade):
        if metric.worded:
            return words["zones"]
        points = [(value, Fraction(*share)) for value, share in metric.knots()]
    else:
        points = [(value, Fraction(share)) for value, share in metric.knots()]
    told = ", ".join(f"{number(value)} ({percent(share)})" for value, share in points)
    return words["between"].format(points=told)
