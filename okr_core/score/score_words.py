"""Score words: scores and grades as people read them everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Objective
from okr_core.plan.settling import day_number
from okr_core.score.scores import Figures, Scorecard
from okr_core.words.figures import NOTHING, hundredths
from okr_core.words.vocabulary import BEST_FIRST, Outcome

SILENCE: Mapping[str, str] = {
    "unreported_one": "{unreported} of {counted} unreported counts 0",
    "unreported": "{unreported} of {counted} unreported count 0",
}


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


def averages_text(card: Scorecard, team: str = "") -> str:
    """How many objectives a team's figure averages; the cycle's has the empty id."""
    number = card.averages.get(team)
    if number is None:
        return ""
    return f"the average of {number} objective{'' if number == 1 else 's'}"


def silence_text(unreported: int, counted: int) -> str:
    """How many key results count 0 for want of a value; empty where none does.

    >>> silence_text(2, 5)
    '2 of 5 unreported count 0'
    >>> silence_text(1, 5), silence_text(0, 5)
    ('1 of 5 unreported counts 0', '')
    """
    text = SILENCE["unreported_one" if unreported == 1 else "unreported"]
    return text.format(unreported=unreported, counted=counted) if unreported else ""


def counted_text(unreported: int, counted: int) -> str:
    """How many key results a score rests on, where all of them have a value; else silence says so.

    >>> counted_text(0, 21), counted_text(0, 1), counted_text(2, 21)
    ('21 key results count', '1 key result counts', '')
    """
    if unreported or not counted:
        return ""
    return "1 key result counts" if counted == 1 else f"{counted} key results count"


def first_agreed_text(card: Scorecard) -> str:
    """How late the plan was first agreed; empty where it was in time."""
    first = card.first
    if first is None or not first.late:
        return ""
    if first.afterwards:
        return "recorded afterwards: the plan was first agreed when its cycle had ended"
    return f"first agreed on day {first.day} of {first.days}"


def as_agreed_text(figures: Figures) -> str:
    """The score of what was agreed at the start alone, for a place where something was added."""
    if figures.as_agreed is None:
        return "nothing agreed at the start"
    return f"as agreed at the start {score_text(figures.as_agreed)}"


def card_notes(card: Scorecard) -> list[str]:
    """What is to be known beside the headline of a cycle, a clause each, in this order.

    How many objectives it averages, how many key results count, what is unreported, how late the
    plan was agreed, and what was agreed at the start where something was added.
    """
    figures = card.teams.get("", Figures())
    counted = counted_text(*card.unreported) if card.averages else ""
    found = [averages_text(card), counted, silence_text(*card.unreported), first_agreed_text(card)]
    if card.with_additions and card.averages:
        found.append(as_agreed_text(figures))
    return [text for text in found if text]


def additions_text(card: Scorecard, objective: Objective, cycle: Cycle) -> str:
    """When key results were added to an objective, and its score without them; empty for none."""
    score = card.scores[objective.id]
    days = [each for kr in objective.key_results if (each := card.scores[kr.id].added)]
    if not days or score.added is not None:
        return ""
    number, whole = day_number(cycle, max(days))
    several = len(days) > 1
    words = f"{len(days)} key results added, the last" if several else "a key result added"
    agreed = score.figures.as_agreed
    without = NOTHING if agreed is None else score_text(agreed)
    told = f"{words} on day {number} of {whole}; without {'them' if several else 'it'} {without}"
    if None not in (score.success, score.agreed_success) and score.success != score.agreed_success:
        outcome = "reached" if score.agreed_success else "not reached"
        told += f" (as agreed at the start {outcome})"
    return told


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
