"""Outcomes: how every item of a cycle stands and scores, as write-backs tell it."""

from __future__ import annotations

from okr_core.chronicle import Chronicle
from okr_core.plan import KeyResult, Objective
from okr_core.scores import Score
from okr_core.vocabulary import Shown
from okr_sources.write_back import Outcome


def outcomes_of(chronicle: Chronicle) -> list[Outcome]:
    """The outcome of every objective and key result, in the order of the plan in force.

    Raises:
        RefusalError: The cycle has not begun, or nothing was read by then.
    """
    items: list[Objective | KeyResult] = []
    for objective in chronicle.plan.objectives:
        items += [objective, *objective.key_results]
    return [_outcome(item, chronicle) for item in items if item.id in chronicle.standings]


def _status(chronicle: Chronicle, shown: Shown, score: Score | None) -> Shown:
    """The status; of a closed cycle how the item ended, which is what people look for then."""
    if not chronicle.closed or score is None or score.retired is not None:
        return shown
    if score.figures.effective is None:
        return "pending"
    reached = score.figures.effective >= 1 if score.success is None else score.success
    return "done" if reached else "missed"


def _outcome(item: Objective | KeyResult, chronicle: Chronicle) -> Outcome:
    card, standing = chronicle.scorecard, chronicle.standings[item.id]
    score = card.scores.get(item.id)
    return Outcome(
        item=item.id,
        kind=standing.kind,
        title=item.title,
        score=score.figures.effective if score else None,
        grade=score.grade if score else None,
        progress=standing.progress.clamped,
        status=_status(chronicle, standing.shown, score),
        as_of=chronicle.as_of.astimezone(chronicle.cycle.zone),
        version=card.version,
    )
