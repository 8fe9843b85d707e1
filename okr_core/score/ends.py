"""Ends: what a scorecard says of all that has ended, as every figure shows it from then on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from okr_core.plan.plan import Objective, Plan
from okr_core.progress.grades import End, has_learned
from okr_core.progress.progress import ZERO, Progress
from okr_core.progress.rollup import objectives_of, roots, team_figures
from okr_core.progress.status import Standing
from okr_core.record.entries import Entry
from okr_core.score.rolling import NOT_SCORED
from okr_core.score.scores import Scorecard


def ends_of(
    card: Scorecard, agreed: Plan, entries: Mapping[str, Sequence[Entry]]
) -> dict[str, End]:
    """Item → how it ended by its score, or would end by what is known now.

    Args:
        card: The scorecard, frozen and restated where the cycle is closed.
        agreed: The plan that it goes by.
        entries: Objective → its entries: a hypothesis may be closed with evidence.
    """
    found = {}
    for name, score in card.scores.items():
        learned = has_learned(entries.get(name, ()), card.as_of)
        found[name] = End(
            outcome=score.word(learned=learned),
            score=score.figures.effective,
            computed=score.figures.computed,
            coverage=score.coverage,
            reason=score.reason,
            reading=score.reading,
            agreed=agreed.key_results_by_id.get(name),
            left_out=score.excluded is not None,
        )
    return found


def ended_figures(
    card: Scorecard, agreed: Plan, counting: Plan, standings: Mapping[str, Standing]
) -> dict[str, tuple[Progress, int]]:
    """Team, the cycle under the empty id → its score and how many objectives that averages.

    Only of those whose objectives have all ended: before that their figure is no score.

    Args:
        card: The scorecard. One that was closed before that was counted averages 0, not told.
        agreed: The plan that it goes by.
        counting: The plan in force as it counts.
        standings: How its objectives stand.
    """
    coverage, found = _coverage(card, agreed), {}
    for team in _ended(card, counting, standings):
        if team in card.teams:
            score, known = card.teams[team].effective, coverage.get(team, NOT_SCORED)
            reason = "" if score is not None else known.reason or NOT_SCORED.reason
            progress = Progress(score, score, known.coverage, reason)
            found[team] = progress, card.averages.get(team, 0)
    return found


def _coverage(card: Scorecard, agreed: Plan) -> Mapping[str, Progress]:
    """Share of the weight that has a value, of each team."""
    known = {
        o.id: Progress(ZERO, ZERO, card.scores[o.id].coverage)
        if o.id in card.scores
        else NOT_SCORED
        for o in agreed.objectives
    }
    return team_figures(agreed, known)


def _ended(card: Scorecard, counting: Plan, standings: Mapping[str, Standing]) -> Iterator[str]:
    """Teams of which nothing is under way any more."""
    cycle = counting.cycle
    over = bool(card.version) or cycle.end_of(cycle.ends) <= card.as_of
    for team, objectives in objectives_of(counting).items():
        if over or _all_ended(objectives, standings):
            yield team


def _all_ended(objectives: Sequence[Objective], standings: Mapping[str, Standing]) -> bool:
    several = [standings[each.id] for each in roots(objectives) if each.weight]
    return bool(several) and all(known.outcome is not None for known in several)
