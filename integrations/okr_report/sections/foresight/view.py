"""What the section shows: confidence against outcomes, and prompts as questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from okr_core.plan.cycle import Cycle
from okr_core.record.entries import Entry
from okr_core.score.calibration import ENOUGH, Foresight, foresight, outcomes
from okr_core.score.sandbagging import Prompt, always_green, bunching, do_nothing, early
from okr_core.snapshot import Snapshot
from okr_report.report_facts import Named, ReportFacts, card_of


@dataclass(frozen=True, slots=True)
class Question:
    """A prompt to the people concerned; never a penalty.

    Attributes:
        subject: A key result or a team, with its title or name.
        text: What was seen, and the question, in English.
    """

    rule: str
    subject: Named
    text: str


@dataclass(frozen=True, slots=True)
class View:
    """Foresight of this cycle and the earlier ones together.

    Attributes:
        thirds: Of a cycle, those with goals; a score only from `enough` goals on. Empty before any
            outcome.
        cycles: How many cycles are in it.
        enough: Goals from which a mean says something.
    """

    thirds: tuple[Foresight, ...]
    cycles: int
    enough: int
    questions: tuple[Question, ...]


def view(facts: ReportFacts) -> View | None:
    """How well the end was foreseen; None where no goal has ended and there is no question."""
    ended = list(_ended((facts.snapshot, *facts.report_input.earlier)))
    thirds = foresight(ended)
    judged = tuple(third for third in thirds if third.goals)
    questions = tuple(_questions(facts))
    if not judged and not questions:
        return None
    return View(judged, len(ended), ENOUGH, questions)


def _ended(
    cycles: Sequence[Snapshot],
) -> Iterator[tuple[Cycle, Mapping[str, Sequence[Entry]], Mapping[str, bool]]]:
    for known in cycles:
        card = card_of(known)
        said = outcomes(card.key_results if card else ())
        if said:
            yield known.cycle, known.entries, said


def _questions(facts: ReportFacts) -> Iterator[Question]:
    for prompt in _prompts(facts):
        title = facts.title(prompt.subject)
        named = title if title != prompt.subject else facts.team(prompt.subject).name
        yield Question(prompt.rule, Named(prompt.subject, named), prompt.text)


def _prompts(facts: ReportFacts) -> Iterator[Prompt]:
    yield from do_nothing(facts.agreed, facts.snapshot.readings)
    yield from early(facts.agreed, facts.snapshot.readings, facts.as_of)
    two = [_by_team(known) for known in (facts.snapshot, *facts.report_input.earlier[:1])]
    for team in _teams(two):
        scores = [cycle.get(team, []) for cycle in two]
        yield from always_green(team, scores)
        yield from bunching(team, [score for cycle in scores for score in cycle])


def _teams(cycles: Sequence[Mapping[str, list[Fraction]]]) -> list[str]:
    return list(dict.fromkeys(team for cycle in cycles for team in cycle))


def _by_team(known: Snapshot) -> dict[str, list[Fraction]]:
    """Team → final scores of its key results; teams only, nobody is judged alone."""
    card, found = card_of(known), dict[str, list[Fraction]]()
    for objective in known.agreement.plan.objectives:
        for kr in objective.key_results:
            score = card.scores.get(kr.id) if card else None
            value = score.figures.effective if score and score.final else None
            if objective.team and value is not None:
                found.setdefault(objective.team, []).append(value)
    return found
