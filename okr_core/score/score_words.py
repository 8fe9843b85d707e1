"""Score words: scores and grades as people read them everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from okr_core.words.figures import NOTHING, hundredths
from okr_core.words.vocabulary import BEST_FIRST, Outcome


def score_text(score: Fraction | None) -> str:
    """A score with two places, half-even; it never rounds across the limit of a grade.

    >>> score_text(Fraction(7, 10)), score_text(Fraction(699, 1000)), score_text(None)
    ('0.70', '0.69', '–')
    >>> score_text(Fraction(1, 1000)), score_text(Fraction(999, 1000))
    ('0.01', '0.99')
    """
    if score is None:
        return NOTHING
    parts = max(hundredths(score), int(score > 0))
    return f"{parts // 100}.{parts % 100:02}"


def grades_text(looks: Iterable[Outcome | None]) -> str:
    """How many objectives show which outcome or grade.

    >>> grades_text(["green", "red", "green", "not_reached", None])
    '2 green, 1 red, 1 not reached, 1 without a score of 5 objectives'
    """
    found = Counter(looks)
    total = sum(found.values())
    parts = [f"{found[look]} {look.replace('_', ' ')}" for look in BEST_FIRST if found[look]]
    if found[None]:
        parts.append(f"{found[None]} without a score")
    noun = "objective" if total == 1 else "objectives"
    return f"{', '.join(parts)} of {total} {noun}" if parts else "no objective"
