"""Ways: progress against expectation over time, of the whole cycle and of each team."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from okr_core.basics.exact import weighted_mean
from okr_core.plan.plan import KeyResult
from okr_core.progress.rollup import CYCLE
from okr_report.report_facts import Named, ReportFacts


@dataclass(frozen=True, slots=True)
class TeamTrend:
    """One line over time; None: unknown then.

    Attributes:
        team: None for the whole cycle.
        cycle: Its first and its last day, also while it runs.
        progress: In [0, 1], one per time.
        expected: Weighted mean of what the paces of its key results ask for, in [0, 1].
    """

    team: Named | None
    cycle: tuple[date, date]
    times: tuple[datetime, ...]
    progress: tuple[Fraction | None, ...]
    expected: tuple[Fraction | None, ...]


def team_trends(facts: ReportFacts) -> Iterator[TeamTrend]:
    """The whole cycle's way and, where there are several teams, each team's."""
    trend, teams = facts.snapshot.trend, list(facts.teams())
    parents = facts.plan.objective_of
    if CYCLE in trend.teams and _known(trend.teams[CYCLE]):
        yield _way(facts, None, facts.plan.active_key_results)
    for team in teams if len(teams) > 1 else ():
        if _known(trend.teams.get(team.id, ())):
            mine = tuple(
                kr for kr in facts.plan.active_key_results if parents[kr.id].team == team.id
            )
            yield _way(facts, team, mine)


def _known(progress: tuple[Fraction | None, ...]) -> bool:
    return sum(share is not None for share in progress) > 1


def _way(facts: ReportFacts, team: Named | None, key_results: tuple[KeyResult, ...]) -> TeamTrend:
    trend = facts.snapshot.trend
    asked = tuple(_expected(facts, key_results, index) for index in range(len(trend.times)))
    cycle = (facts.plan.cycle.starts, facts.plan.cycle.ends)
    return TeamTrend(team, cycle, trend.times, trend.teams[team.id if team else CYCLE], asked)


def _expected(
    facts: ReportFacts, key_results: tuple[KeyResult, ...], index: int
) -> Fraction | None:
    items, parents = facts.snapshot.trend.items, facts.plan.objective_of
    return weighted_mean(
        (kr.weight * parents[kr.id].weight, expected)
        for kr in key_results
        if kr.id in items and (expected := items[kr.id].expected[index]) is not None
    )
