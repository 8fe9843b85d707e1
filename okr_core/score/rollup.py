"""Roll-up of scores: key results that are scored already, to objectives, teams and the cycle."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from okr_core.plan.plan import Plan
from okr_core.progress.progress import ONE, Progress, unknown
from okr_core.progress.rollup import (
    average,
    children_first,
    counted_children,
    retired,
    team_figures,
)

NOT_SCORED = unknown("not scored")


def roll_up_scores(
    plan: Plan, scores: Mapping[str, Fraction | None]
) -> tuple[dict[str, Progress], dict[str, Progress]]:
    """Scores of all objectives, and of teams with the whole cycle under the empty id.

    The rules are those of progress (`okr_core.progress.rollup`): weighted means over active key
    results and counted children that have a score.

    Args:
        plan: The plan whose weights and links count.
        scores: Key result → score in [0, 1]; None, or not there: no score.

    Raises:
        InputError: The counted links form a loop or name no objective of the plan.
    """
    rolled: dict[str, Progress] = {}
    for objective in children_first(plan):
        counting = objective.active_key_results
        items = [(kr.weight, _as_progress(scores.get(kr.id))) for kr in counting]
        if objective.counts:
            items += [(w, rolled[child.id]) for child, w in counted_children(plan, objective)]
        rolled[objective.id] = retired(objective) or average(items)
    return rolled, team_figures(plan, rolled)


def _as_progress(score: Fraction | None) -> Progress:
    return NOT_SCORED if score is None else Progress(score, score, ONE)
