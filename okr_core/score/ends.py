"""Ends: what a scorecard says of all that has ended, as every figure shows it from then on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from okr_core.plan.metrics import Metric
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.progress.grades import End, has_learned
from okr_core.progress.progress import ZERO, Progress
from okr_core.progress.rollup import averaged, objectives_of, roots, team_figures
from okr_core.progress.status import Standing
from okr_core.record.entries import Entry
from okr_core.score.rolling import NOT_SCORED
from okr_core.score.scores import Scorecard

if TYPE_CHECKING:
    from okr_core.snapshot import Snapshot


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
            coverage=score.coverage,
            reason=score.reason,
            reading=score.reading,
            agreed=agreed.key_results_by_id.get(name),
            left_out=score.excluded is not None,
        )
    return found


def figures_by_then(
    card: Scorecard | None, agreed: Plan, counting: Plan, standings: Mapping[str, Standing]
) -> tuple[dict[str, Progress], dict[str, int]]:
    """Figure of each team, the cycle's under the empty id, and how many objectives it averages.

    One whose objectives have all ended is the score; before that it is the mean of how they stand.

    Args:
        card: None: nothing has ended.
        agreed: The plan that it goes by.
        counting: The plan in force as it counts.
        standings: How its objectives stand.
    """
    stood = {name: each.progress for name, each in standings.items()}
    figures, averages = team_figures(counting, stood), averaged(counting, stood)
    if card is None:
        return figures, averages
    coverage = _coverage(card, agreed)
    for team in _ended(card, counting, standings):
        if team in card.teams:
            score = card.teams[team].effective
            reason = "" if score is not None else figures[team].reason or NOT_SCORED.reason
            figures[team] = Progress(score, score, coverage.get(team, NOT_SCORED).coverage, reason)
            averages[team] = card.averages.get(team, 0)
    return figures, averages


def _coverage(card: Scorecard, agreed: Plan) -> Mapping[str, Progress]:
    """Share of the weight that has a value, of each team."""
    known = {
        o.id: Progress(ZERO, ZERO, card.scores[o.id].coverage)
        if o.id in card.scores
        else NOT_SCORED
        for o in agreed.objectives
    }
    return team_figures(agreed, known)


def _ended(
    card: Scorecard, counting: Plan, standings: Mapping[str, Standing]
) -> Iterator[str]:
    """Teams of which nothing is under way any more."""
    cycle = counting.cycle
    over = bool(card.version) or cycle.end_of(cycle.ends) <= card.as_of
    for team, objectives in objectives_of(counting).items():
        if over or _all_ended(objectives, standings):
            yield team


def _all_ended(objectives: Sequence[Objective], standings: Mapping[str, Standing]) -> bool:
    several = [standings[each.id] for each in roots(objectives) if each.weight]
    return bool(several) and all(known.outcome is not None for known in several)


def metric_of(snapshot: Snapshot, kr: KeyResult) -> Metric:
    """What the figure of a key result goes by: once it has ended its metric as first agreed."""
    if kr.guard or snapshot.score_of(kr.id) is None:
        return kr.metric
    agreed = snapshot.agreement.plan.key_results_by_id.get(kr.id)
    return agreed.metric if agreed else kr.metric
