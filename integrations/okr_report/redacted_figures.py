"""Redacted figures: those of the whole cycle, for what an audience may see of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from okr_core.plan.plan import Plan
from okr_core.progress.progress import ONE, Progress, unknown
from okr_core.progress.rollup import CYCLE, team_figures
from okr_core.progress.status import Standing
from okr_core.progress.trends import Trend, TrendLine
from okr_core.score.rollup import NOT_SCORED
from okr_core.score.scores import Figures, Score, Scorecard
from okr_core.snapshot import Snapshot
from okr_report.redacted_entries import redacted_reading
from okr_report.sight import Sight

NOT_SHOWN = "not shown to this audience"


def seen_standings(sight: Sight, standings: Mapping[str, Standing]) -> dict[str, Standing]:
    """How each item that is seen stands."""
    return {k: _standing(sight, v) for k, v in standings.items() if k in sight.items}


def _standing(sight: Sight, known: Standing) -> Standing:
    confidence = known.confidence if sight.sees("confidence") else None
    if not sight.sees("progress"):
        hidden = Standing(known.id, known.kind, unknown(NOT_SHOWN), confidence=confidence)
        return hidden._replace(status="closed") if known.status == "closed" else hidden
    suspect = known.suspect and redacted_reading(sight, known.suspect)
    reading = known.reading and redacted_reading(sight, known.reading)
    progress = known.progress
    if known.status == "closed" and not sight.sees("changes"):
        progress = progress._replace(reason="")
    return known._replace(
        confidence=confidence, suspect=suspect, reading=reading, progress=progress
    )


def seen_figures(sight: Sight, known: Snapshot, plan: Plan) -> dict[str, Progress]:
    """Progress of the teams that are seen; of the whole, where only a part is, that of the part.

    Args:
        sight: Who sees what.
        known: The whole cycle.
        plan: In force, as it is seen.
    """
    if not sight.sees("progress"):
        return {}
    teams = {objective.team for objective in plan.objectives}
    found = {name: each for name, each in known.figures.items() if name in teams}
    return found | {CYCLE: _of_part(sight, known.figures, plan, _progress(known))}


def _progress(known: Snapshot) -> dict[str, Progress]:
    return {name: each.progress for name, each in known.standings.items()}


def _of_part(
    sight: Sight,
    figures: Mapping[str, Progress],
    plan: Plan,
    progress: Mapping[str, Progress],
) -> Progress:
    if sight.whole:
        return figures.get(CYCLE, NOT_SCORED)
    return team_figures(plan, progress)[CYCLE]


def seen_trend(sight: Sight, trend: Trend) -> Trend:
    """The way of each item that is seen, and of the teams that are seen as a whole."""
    if not sight.sees("progress"):
        return Trend(trend.times, {}, {})
    lines = {k: _line(sight, v) for k, v in trend.items.items() if k in sight.items}
    whole = {CYCLE, *trend.teams} if sight.whole else sight.audience.teams
    teams = {name: way for name, way in trend.teams.items() if name in whole}
    team = sight.audience.only_team
    if team in teams:
        teams[CYCLE] = teams[team]
    return Trend(trend.times, lines, teams)


def _line(sight: Sight, line: TrendLine) -> TrendLine:
    if sight.sees("confidence"):
        return line
    return replace(line, confidence=(None,) * len(line.confidence))


def seen_card(sight: Sight, known: Snapshot, card: Scorecard | None, plan: Plan) -> Scorecard:
    """The scores that are seen; an empty card where there are none.

    Args:
        sight: Who sees what.
        known: The whole cycle.
        card: Its scorecard; None: it has none.
        plan: As first agreed, as it is seen.
    """
    if card is None or not sight.sees("scores"):
        version = card.version if card else 0
        return Scorecard(known.cycle.id, known.as_of, known.agreement.revision, {}, {}, 0, version)
    planned = {*plan.objectives_by_id, *plan.key_results_by_id}
    scores = {k: _score(sight, v) for k, v in card.scores.items() if k in planned}
    teams = {o.team for o in plan.objectives}
    figures = {name: each for name, each in card.teams.items() if name in teams}
    figures[CYCLE] = _cycle_figures(sight, card, plan)
    early = sum(
        score.kind == "key_result" and score.retired is not None and score.retired.early
        for score in scores.values()
    )
    return replace(card, scores=scores, teams=figures, retired=early)


def _cycle_figures(sight: Sight, card: Scorecard, plan: Plan) -> Figures:
    """The four figures of the whole, or of the part that is seen."""
    if sight.whole:
        return card.teams[CYCLE]
    team = sight.audience.only_team
    if team is not None:
        return card.teams.get(team, Figures())
    figures = [
        card.scores[o.id].figures if o.id in card.scores else Figures() for o in plan.objectives
    ]
    return Figures(*(_mean(plan, [each[index] for each in figures]) for index in range(4)))


def _mean(plan: Plan, values: Sequence[Fraction | None]) -> Fraction | None:
    """One figure over all objectives of a part, each by its weight."""
    known = zip(plan.objectives, values, strict=True)
    rolled = {o.id: NOT_SCORED if v is None else Progress(v, v, ONE) for o, v in known}
    return team_figures(plan, rolled)[CYCLE].clamped


def _score(sight: Sight, score: Score) -> Score:
    override, restated, reading = score.override, score.restated, score.reading
    if override is not None:
        override = override._replace(
            by=sight.text(override.by, "people"), reason=sight.text(override.reason, "notes")
        )
    if restated is not None:
        restated = restated._replace(
            by=sight.text(restated.by, "people"), reason=sight.text(restated.reason, "notes")
        )
    if reading is not None:
        reading = redacted_reading(sight, reading) if sight.sees("progress") else None
    return score._replace(
        override=override,
        restated=restated,
        reading=reading,
        late=score.late if sight.sees("progress") else None,
        suspect=score.suspect and redacted_reading(sight, score.suspect)
        if sight.sees("progress")
        else None,
    )
