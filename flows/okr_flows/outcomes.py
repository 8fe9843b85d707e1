"""Outcomes: how every item of a cycle stands and scores, as write-backs tell it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from okr_core.plan import KeyResult, Objective, Plan
from okr_core.scores import Scorecard
from okr_core.status import Standing
from okr_sources.write_back import Outcome


def outcomes_of(
    plan: Plan, card: Scorecard, standings: Mapping[str, Standing], *, version: int = 0
) -> list[Outcome]:
    """The outcome of every objective and key result, in the order of the plan.

    Args:
        plan: The plan in force.
        card: Scores; an item that it lacks has none.
        standings: How each item stands.
        version: Of the frozen scores; 0: the number of the plan's revision.
    """
    at = card.as_of.astimezone(plan.cycle.zone)
    number = version or card.revision
    items: list[Objective | KeyResult] = []
    for objective in plan.objectives:
        items += [objective, *objective.key_results]
    known = [(item, standings[item.id]) for item in items if item.id in standings]
    return [_outcome(item, standing, card, at, number) for item, standing in known]


def _outcome(
    item: Objective | KeyResult, standing: Standing, card: Scorecard, at: datetime, version: int
) -> Outcome:
    score = card.scores.get(item.id)
    return Outcome(
        item=item.id,
        kind=standing.kind,
        title=item.title,
        score=score.figures.effective if score else None,
        grade=score.grade if score else None,
        progress=standing.progress.clamped,
        status=standing.shown,
        as_of=at,
        version=version,
    )
