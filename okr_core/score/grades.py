"""Grades: what a score means in a colour, and whether it is a success for its ambition."""

from __future__ import annotations

from fractions import Fraction

from okr_core.plan.plan import Ambition
from okr_core.words.vocabulary import GradeName

YELLOW = Fraction(4, 10)
GREEN = Fraction(7, 10)
"""Lowest scores of the two better grades."""


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
