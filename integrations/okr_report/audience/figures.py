"""Redacted figures: those of the whole cycle, for what an audience may see of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from okr_core.plan.plan import Plan
from okr_core.progress.progress import ONE, Progress
from okr_core.progress.rollup import CYCLE, team_figures
from okr_core.progress.trends import Trend
from okr_core.score.score import NOT_SCORED
from okr_core.score.scores import Figures, Scorecard
from okr_core.snapshot import Snapshot
from okr_report.audience.sight import Sight
from okr_report.audience.walker import Walker
from okr_report.report_facts import card_of


def seen_figures(sight: Sight, known: Snapshot, plan: Plan) -> dict[str, Progress]:
    """Progress of the teams of a plan as it is seen; of the whole, or of the part that it is."""
    if not sight.sees("progress"):
        return {}
    teams = {objective.team for objective in plan.objectives}
    found = {name: each for name, each in known.figures.items() if name in teams}
    if sight.whole:
        return found | {CYCLE: known.figures.get(CYCLE, NOT_SCORED)}
    progress = {name: each.progress for name, each in known.standings.items()}
    return found | {CYCLE: team_figures(plan, progress)[CYCLE]}


def seen_trend(sight: Sight, trend: Trend) -> Trend:
    """A trend as it is shown, with the way of the teams that are seen as a whole."""
    whole = {CYCLE, *trend.teams} if sight.whole else sight.audience.teams
    teams = {name: way for name, way in trend.teams.items() if name in whole}
    team = sight.audience.only_team
    if team in teams:
        teams[CYCLE] = teams[team]
    return replace(trend, teams=teams)


def seen_card(sight: Sight, walker: Walker, known: Snapshot, plan: Plan) -> Scorecard:
    """The scores of a plan as first agreed, as it is seen; an empty card where there are none."""
    card = card_of(known)
    if card is None or not sight.sees("scores"):
        version = card.version if card else 0
        return Scorecard(known.cycle.id, known.as_of, known.agreement.revision, {}, {}, 0, version)
    shown = walker(card)
    planned = {*plan.objectives_by_id, *plan.key_results_by_id}
    scores = {name: score for name, score in shown.scores.items() if name in planned}
    teams = {o.team for o in plan.objectives}
    figures = {name: each for name, each in card.teams.items() if name in teams}
    figures[CYCLE] = _cycle_figures(sight, card, plan)
    early = sum(
        score.kind == "key_result" and score.retired is not None and score.retired.early
        for score in scores.values()
    )
    return replace(shown, scores=scores, teams=figures, retired=early)


def _cycle_figures(sight: Sight, card: Scorecard, plan: Plan) -> Figures:
    """The four figures of the whole, or of the part that is seen."""
    if sight.whole:
        return card.teams[CYCLE]
    team = sight.audience.only_team
    if team is not None:
        return card.teams.get(team, Figures())
    figures = {name: score.figures for name, score in card.scores.items()}
    return Figures(
        *(_mean(plan, {k: each[index] for k, each in figures.items()}) for index in range(4))
    )


def _mean(plan: Plan, values: Mapping[str, Fraction | None]) -> Fraction | None:
    """One figure over all objectives of a part, each by its weight."""
    known = {name: Progress(v, v, ONE) for name, v in values.items() if v is not None}
    rolled = {goal.id: known.get(goal.id, NOT_SCORED) for goal in plan.objectives}
    return team_figures(plan, rolled)[CYCLE].clamped
