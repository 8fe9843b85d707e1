"""Standing words: what is said beside a status, the same in every form.

In every language: the templates are `ENGLISH`, and a report hands in its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from okr_core.plan.metrics import Band
from okr_core.words.figures import number, range_text, rounded_share, short_number, with_unit

ENGLISH: Mapping[str, str] = {
    "judged_average": "average {value} {asked}, last {last}",
    "judged_worst": "worst {value} on {day}",
    "judged_share": "holds {value} of the time, {asked} asked",
    "ended": "{ended} of {count} ended",
    "fell_short": "{count} not reached",
    "joined": "{one}, {other}",
    "guard_broken": "guard `{id}` broken since {day}",
    "guard_unknown": "guard `{id}` not known",
}


def verdict_text(
    metric: Band,
    value: Fraction,
    current: Decimal | None,
    day: str = "",
    words: Mapping[str, str] = ENGLISH,
) -> str:
    """What a band is judged by over time, beside what it asks for.

    Args:
        metric: The band; its judge is not `latest`.
        value: What the judge looked at; of `share` the share of the time that holds.
        current: The newest value.
        day: Of the worst value, as it is to be read.
        words: `ENGLISH`, or the same in another language.

    >>> from okr_core.plan.metrics import AtLeast, AtMost
    >>> bug_cap = AtMost(bound=Decimal(12), judge="average")
    >>> verdict_text(bug_cap, Fraction(259, 10), Decimal(9))
    'average 25.9 ≤ 12, last 9'
    >>> kept = AtLeast(bound=Decimal(99), judge="share", goal=Decimal("0.9"))
    >>> verdict_text(kept, Fraction(837, 1000), Decimal(100))
    'holds 83.7 % of the time, 90 % asked'
    """
    if metric.judge == "share":
        told, asked = rounded_share(value), rounded_share(Fraction(metric.goal))
        return words["judged_share"].format(value=told, asked=asked)
    judged = short_number(Decimal(value.numerator) / Decimal(value.denominator))
    if metric.judge == "worst":
        return words["judged_worst"].format(value=with_unit(judged, metric.unit), day=day)
    last = number(current) if current is not None else ""
    return words["judged_average"].format(value=judged, asked=range_text(metric), last=last)


def ended_text(
    ended: int, counted: int, fell_short: int, words: Mapping[str, str] = ENGLISH
) -> str:
    """How far an objective's items have ended; empty where none has.

    Args:
        ended: Items that have ended.
        counted: All items.
        fell_short: Of those that have ended, how many without the success that was meant.
        words: `ENGLISH`, or the same in another language.

    >>> ended_text(2, 4, 1), ended_text(1, 4, 0), ended_text(0, 4, 0)
    ('2 of 4 ended, 1 not reached', '1 of 4 ended', '')
    """
    if not ended:
        return ""
    told = words["ended"].format(ended=ended, count=counted)
    if not fell_short:
        return told
    return words["joined"].format(one=told, other=words["fell_short"].format(count=fell_short))


def guard_text(guard: str, day: str = "", words: Mapping[str, str] = ENGLISH) -> str:
    """That a guard does not hold, or that nobody knows whether it does.

    Args:
        guard: Its name.
        day: Since when it does not hold, as it is to be read; empty: nobody knows.
        words: `ENGLISH`, or the same in another language.

    >>> guard_text("churn", "5 Aug"), guard_text("churn")
    ('guard `churn` broken since 5 Aug', 'guard `churn` not known')
    """
    return words["guard_broken" if day else "guard_unknown"].format(id=guard, day=day)
