"""Rolling: scores of key results rolled up to objectives, teams and the cycle."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from okr_core.plan.plan import Plan
from okr_core.progress.progress import ONE, ZERO, Progress, unknown
from okr_core.progress.rollup import (
    average,
    children_first,
    counted_children,
    retired,
    team_figures,
)

NOT_SCORED = unknown("not scored")


def roll_up_scores(
    plan: Plan,
    scores: Mapping[str, Fraction | None],
    silent: Collection[str] = (),
    left_out: Collection[str] = (),
) -> tuple[dict[str, Progress], dict[str, Progress]]:
    """Scores of all objectives, and of teams with the whole cycle under the empty id.

    The rules are those of progress (`okr_core.progress.rollup`): weighted means over active key
    results and counted children that have a score. A counted child in which nothing counts is left
    out.

    Args:
        plan: The plan whose weights and links count.
        scores: Key result → score in [0, 1]; None, or not there: no score.
        silent: Key results whose score is 0 for want of a value: they are not covered.
        left_out: Key results that count nowhere.

    Raises:
        InputError: The counted links form a loop or name no objective of the plan.
    """
    rolled: dict[str, Progress] = {}
    empty: set[str] = set()
    for objective in children_first(plan):
        items = [
            (kr.weight, _as_progress(scores.get(kr.id), silent=kr.id in silent))
            for kr in objective.weighed_key_results
            if kr.id not in left_out
        ]
        for child, weight in counted_children(plan, objective):
            if child.id not in empty:
                items.append((weight, rolled[child.id]))
        if not items:
            empty.add(objective.id)
        rolled[objective.id] = retired(objective) or average(items)
    return rolled, team_figures(plan, rolled)


def _as_progress(score: Fraction | None, *, silent: bool) -> Progress:
    if score is None:
        return NOT_SCORED
    return Progress(score, score, ZERO if silent else ONE)
