"""Grades: what a score means in a colour, whether it is a success, and the word for the outcome."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import Literal, NamedTuple

from okr_core.plan.plan import Ambition, KeyResult
from okr_core.record.entries import Entry, HypothesisClosed, Reading
from okr_core.words.vocabulary import GREEN, YELLOW, GradeName, Outcome


def grade_of(score: Fraction | None) -> GradeName | None:
    """The grade of a score, on the unrounded number: red < 0.4 ≤ yellow < 0.7 ≤ green.

    Source: Google re:Work, "Set goals with OKRs".

    >>> grade_of(Fraction(7, 10)), grade_of(Fraction(6999999, 10**7)), grade_of(None)
    ('green', 'yellow', None)
    """
    if score is None:
        return None
    if score >= GREEN:
        return "green"
    return "yellow" if score >= YELLOW else "red"


def success_of(
    ambition: Ambition | None, score: Fraction | None, *, learned: bool = False
) -> bool | None:
    """Whether a final score is a success: committed 1, aspirational 0.7 or more.

    A learning goal succeeds once its hypothesis is closed with evidence, supported or refuted.
    Sources: Google's OKR playbook (in Doerr 2018, Measure What Matters) for the two ambitions;
    learning goals after Locke & Latham 2002, their success by this product's rule.

    Args:
        ambition: As first agreed; None: nobody said what would be a success.
        score: Unrounded.
        learned: Whether the hypothesis is closed with evidence.

    Returns:
        None where that cannot be said: no ambition, or no score.

    >>> success_of("committed", Fraction(9, 10)), success_of("aspirational", Fraction(9, 10))
    (False, True)
    """
    if ambition == "learning":
        return learned
    if ambition is None or score is None:
        return None
    return score >= (1 if ambition == "committed" else GREEN)


class End(NamedTuple):
    """How an item ended by its score: by what was first agreed, with silence and with decisions.

    Attributes:
        outcome: The word for it; None where nothing says so.
        score: With overrides and restatements, unrounded; None where it counts nowhere.
        computed: The same without them.
        coverage: Share of the weight that has a value, in [0, 1].
        reason: Why there is no score, or no value behind it.
        reading: What it rests on; None: nothing was reported by then.
        agreed: A key result as first agreed; None for objectives.
        left_out: A named person left it out of all figures.
    """

    outcome: Outcome | None
    score: Fraction | None
    computed: Fraction | None
    coverage: Fraction
    reason: str = ""
    reading: Reading | None = None
    agreed: KeyResult | None = None
    left_out: bool = False


FELL_SHORT = frozenset[str]({"not_reached", "yellow", "red"})
"""Outcomes of what ended without the success that was meant."""
WENT_WELL = frozenset[str]({"reached", "green"})
"""Outcomes of what ended with it."""


def outcome_of(
    kind: Literal["objective", "key_result"],
    ambition: Ambition | None,
    score: Fraction | None,
    *,
    learned: bool = False,
) -> Outcome:
    """How an item ended, in one word, which is what its status shows once due has passed.

    A committed item is reached or not, a learning objective has learned or is still open; all
    others, the key results of a learning objective among them, show the grade. Nothing said until
    the end counts 0.

    Args:
        kind: Of the item.
        ambition: Of the objective, as first agreed; a key result has its objective's.
        score: Unrounded, overrides included.
        learned: Whether the objective's hypothesis is closed with evidence.

    >>> outcome_of("key_result", "committed", Fraction(9, 10))
    'not_reached'
    >>> outcome_of("objective", "aspirational", Fraction(9, 10))
    'green'
    """
    if ambition == "learning" and kind == "objective":
        return "learned" if learned else "open"
    counted = Fraction(0) if score is None else score
    if ambition == "committed":
        return "reached" if success_of(ambition, counted) else "not_reached"
    grade = grade_of(counted)
    assert grade is not None, "a number has a grade"
    return grade


def has_learned(entries: Iterable[Entry], as_of: datetime) -> bool:
    """Whether a hypothesis was closed with evidence by a time, supported or refuted.

    Args:
        entries: About the objective, in any order.
        as_of: Aware time; later ones do not count.
    """
    return any(
        isinstance(entry.body, HypothesisClosed)
        and entry.at <= as_of
        and bool(entry.body.evidence.strip())
        for entry in entries
    )
