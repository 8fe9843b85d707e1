"""Outcomes: how every item of a cycle stands and scores, as write-backs tell it."""

from __future__ import annotations

from okr_core.plan.plan import KeyResult, Objective
from okr_core.score.scores import Score
from okr_core.snapshot import Snapshot
from okr_core.words.vocabulary import Shown
from okr_sources.write_back.write_back import Outcome


def outcomes_of(snapshot: Snapshot) -> list[Outcome]:
    """The outcome of every objective and key result, in the order of the plan in force.

    Raises:
        RefusalError: The cycle has not begun, or nothing was read by then.
    """
    items: list[Objective | KeyResult] = []
    for objective in snapshot.plan.objectives:
        items += [objective, *objective.key_results]
    return [_outcome(item, snapshot) for item in items if item.id in snapshot.standings]


def _status(snapshot: Snapshot, shown: Shown, score: Score | None) -> Shown:
    """The status; of a closed cycle how the item ended, which is what people look for then."""
    if not snapshot.closed or score is None or score.retired is not None:
        return shown
    if score.figures.effective is None:
        return "pending"
    reached = score.figures.effective >= 1 if score.success is None else score.success
    return "done" if reached else "missed"


def _outcome(item: Objective | KeyResult, snapshot: Snapshot) -> Outcome:
    card, standing = snapshot.scorecard, snapshot.standings[item.id]
    score = card.scores.get(item.id)
    return Outcome(
        item=item.id,
        kind=standing.kind,
        title=item.title,
        score=score.figures.effective if score else None,
        grade=score.grade if score else None,
        progress=standing.progress.clamped,
        status=_status(snapshot, standing.shown, score),
        as_of=snapshot.as_of.astimezone(snapshot.cycle.zone),
        version=card.version,
    )
