"""Score words: scores and grades as people read them everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from okr_core.score.grades import GREEN, YELLOW
from okr_core.words.figures import NOTHING

_BOUNDS = (YELLOW, GREEN, Fraction(1))


def score_text(score: Fraction | None) -> str:
    """A score with two places, half-even; it never rounds across the limit of a grade.

    >>> score_text(Fraction(7, 10)), score_text(Fraction(699, 1000)), score_text(None)
    ('0.70', '0.69', '–')
    >>> score_text(Fraction(1, 1000)), score_text(Fraction(999, 1000))
    ('0.01', '0.99')
    """
    if score is None:
        return NOTHING
    hundredths = round(score * 100)
    if any(score < bound <= Fraction(hundredths, 100) for bound in _BOUNDS):
        hundredths -= 1
    if score > 0:
        hundredths = max(hundredths, 1)
    return f"{hundredths // 100}.{hundredths % 100:02}"


def grades_text(grades: Iterable[str | None]) -> str:
    """How many objectives have which grade.

    >>> grades_text(["green", "red", "green", None])
    '2 green, 1 red, 1 without a score of 4 objectives'
    """
    found = Counter(grades)
    total = sum(found.values())
    named = (*((grade, grade) for grade in ("green", "yellow", "red")), (None, "without a score"))
    parts = [f"{found[grade]} {word}" for grade, word in named if found[grade]]
    noun = "objective" if total == 1 else "objectives"
    return f"{', '.join(parts)} of {total} {noun}" if parts else "no objective"
