"""Formula: how a key result's readings become its progress, written out with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from okr_core.basics.exact import ratio_json
from okr_core.plan.metrics import (
    GRADE_ZONES,
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
from okr_core.words.figures import number, percent, range_text, rounded, two_places, with_unit

ENGLISH: Mapping[str, str] = {
    "current": "current",
    "latest": "the current value holds or not",
    "worst": "every value must hold",
    "average": "the time-weighted average holds or not",
    "share": "the share of time that holds ÷ goal",
    "between": "between {points}",
    "zones": "fail 0, commit 3/7, target 1, stretch 10/7",
    "milestones": "weight of the milestones that are done ÷ weight of all",
    "binary": "1 once it is done, else 0",
    "baseline_finding": "1 once a baseline is recorded",
    "done": "done",
    "not_done": "not done",
    "found": "a baseline of {value} found",
    "parts": "{done} of {count} milestones",
    "weighed": "{done} of {count} milestones, {share} of their weight,",
    "asked": "{value}, {asked} asked,",
    "fail": "fail",
    "commit": "commit",
    "target": "target",
    "stretch": "stretch",
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
    return f"{_formula(metric, current, words, number if exact else rounded)}{result}"


def _formula(
    metric: Metric,
    current: Decimal | None,
    words: Mapping[str, str],
    say: Callable[[Decimal], str],
) -> str:
    match metric:
        case Increase() | Decrease():
            value = words["current"] if current is None else say(current)
            base = number(metric.baseline)
            return f"({value} − {base}) ÷ ({number(metric.target)} − {base})"
        case Curve() | Grade():
            return _piecewise(metric, words)
        case AtLeast() | AtMost() | Within():
            goal = f" {number(metric.goal)}" if metric.judge == "share" else ""
            return f"{range_text(metric)}; {words[metric.judge]}{goal}"
        case Milestones() | Binary() | BaselineFinding():
            return words[metric.kind]


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
    >>> score_formula_text(Binary(), Decimal(1), Fraction(1), "30 Sep")
    'done by 30 Sep'
    """
    if value is None:
        return words["nothing_by"].format(day=day)
    what = judged or _scored(metric, value, score, words)
    return words["by_day"].format(what=what, day=day)


def _scored(
    metric: Metric, value: Decimal, score: Fraction | None, words: Mapping[str, str]
) -> str:
    """What the score rests on: in words where they say it all, else the formula with two places."""
    match metric:
        case Binary():
            told = words["done" if score == 1 else "not_done"]
        case BaselineFinding():
            told = words["found"].format(value=with_unit(rounded(value), metric.unit))
        case Milestones():
            told = _milestones(metric, value, score, words)
        case Grade() if metric.worded:
            told = words[GRADE_ZONES[min(max(int(value), 0), len(GRADE_ZONES) - 1)]]
        case Increase() if not metric.baseline:
            target = with_unit(number(metric.target), metric.unit)
            told = words["of"].format(value=rounded(value), target=target)
        case AtLeast() | AtMost() | Within() if metric.judge == "latest":
            held = with_unit(rounded(value), metric.unit)
            told = words["asked"].format(value=held, asked=range_text(metric))
        case _:
            told = _calculated(metric, value, score, words)
    return told


def _calculated(
    metric: Metric, value: Decimal, score: Fraction | None, words: Mapping[str, str]
) -> str:
    text = _formula(metric, value, words, rounded)
    if isinstance(metric, Curve | Grade):
        text = f"{rounded(value)} {text}"
    return text if score is None else f"{text} = {two_places(score)}"


def _milestones(
    metric: Milestones, done: Decimal, score: Fraction | None, words: Mapping[str, str]
) -> str:
    """How many are done; how much that weighs where some weigh more than others."""
    count = len(metric.parts)
    key = "parts" if score is None or score == Fraction(done) / count else "weighed"
    return words[key].format(done=number(done), count=count, share=percent(score))


def _piecewise(metric: Curve | Grade, words: Mapping[str, str]) -> str:
    if isinstance(metric, Grade):
        if metric.worded:
            return words["zones"]
        points = [(value, Fraction(*share)) for value, share in metric.knots()]
    else:
        points = [(value, Fraction(share)) for value, share in metric.knots()]
    told = ", ".join(f"{number(value)} ({percent(share)})" for value, share in points)
    return words["between"].format(points=told)
