"""What the section shows: cycles beside each other, and objectives that were carried over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from okr_core.plan.plan import Objective
from okr_core.score.scores import Scorecard
from okr_core.snapshot import Snapshot
from okr_report.audience.audience import KINDS
from okr_report.report_facts import ReportFacts, card_of, cycle_score


@dataclass(frozen=True, slots=True)
class CycleRow:
    """A cycle in a few numbers.

    Attributes:
        score: Of the whole cycle; None where nothing was scored.
        objectives: Objectives that have a score.
        reached: Of those, how many scored 0.7 or more.
        key_results: Scores of the key results, ascending: one dot each.
        closed: Whether its scores are frozen.
    """

    cycle: str
    starts: date
    ends: date
    score: Fraction | None
    objectives: int
    reached: int
    key_results: tuple[Fraction, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class Ancestor:
    """What an objective was in an earlier cycle."""

    cycle: str
    id: str
    title: str
    score: Fraction | None


@dataclass(frozen=True, slots=True)
class Lineage:
    """An objective that was carried over.

    Attributes:
        score: In this cycle, so far.
        ancestors: Newest first; the number of them is how often it was carried.
        known: Whether the oldest ancestor is among the earlier cycles; False: its cycle is not.
    """

    id: str
    title: str
    score: Fraction | None
    ancestors: tuple[Ancestor, ...]
    known: bool


@dataclass(frozen=True, slots=True)
class View:
    """This cycle first, then earlier ones, newest first; none where no score may be seen.

    Attributes:
        sees: What the audience may see: a figure of anything else is left out.
    """

    cycles: tuple[CycleRow, ...]
    lineages: tuple[Lineage, ...]
    sees: tuple[str, ...] = KINDS


def view(facts: ReportFacts) -> View | None:
    """The comparison with earlier cycles; None where there is none."""
    lineages = tuple(_lineages(facts))
    compared = facts.report_input.earlier and facts.sees("scores")
    if not compared and not lineages:
        return None
    every = (facts.snapshot, *facts.report_input.earlier) if facts.sees("scores") else ()
    return View(tuple(_row(each) for each in every), lineages, facts.granted)


def _row(known: Snapshot) -> CycleRow:
    card = card_of(known)
    cycle = known.cycle
    objectives = _scores(card, "objective")
    return CycleRow(
        cycle=cycle.id,
        starts=cycle.starts,
        ends=cycle.ends,
        score=cycle_score(card),
        objectives=len(objectives),
        reached=sum(score >= Fraction(7, 10) for score in objectives),
        key_results=tuple(sorted(_scores(card, "key_result"))),
        closed=known.closed,
    )


def _scores(card: Scorecard | None, kind: str) -> list[Fraction]:
    """Effective scores of one kind, of those that have one."""
    scores = card.scores.values() if card else ()
    known = (score.figures.effective for score in scores if score.kind == kind)
    return [value for value in known if value is not None]


def _lineages(facts: ReportFacts) -> Iterator[Lineage]:
    earlier = {known.cycle.id: known for known in facts.report_input.earlier}
    for objective in facts.plan.objectives:
        if objective.carried_from:
            ancestors = tuple(_ancestors(objective, earlier))
            score = facts.score(objective.id)
            yield Lineage(
                objective.id,
                objective.title,
                score.figures.effective if score else None,
                ancestors,
                known=ancestors[-1].title != "",
            )


def _ancestors(objective: Objective, earlier: dict[str, Snapshot]) -> Iterator[Ancestor]:
    link, seen = objective.carried_from, set[str]()
    while link and link not in seen:
        seen.add(link)
        cycle, _, name = link.partition("/")
        known = earlier.get(cycle)
        found = known.agreement.plan.objectives_by_id.get(name) if known else None
        if known is None or found is None:
            yield Ancestor(cycle, name, "", None)
            return
        card = card_of(known)
        score = card.scores.get(name) if card else None
        yield Ancestor(cycle, name, found.title, score.figures.effective if score else None)
        link = found.carried_from
