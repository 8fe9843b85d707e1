"""Redaction: the input of a report without what its audience may not see, before any view is built.

What is taken out here cannot be in any form of a report. Figures stay those of the whole cycle:
an objective that counts another team's keeps its number, without that team's objective.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import chain

from okr_core.open.entry import is_over
from okr_core.plan.agreement import PlanVersion
from okr_core.plan.plan import Plan
from okr_core.plan.revision import diff_plans
from okr_core.plan.workspace import Workspace
from okr_core.progress.progress import ONE, Progress
from okr_core.progress.rollup import CYCLE, averaged, team_figures
from okr_core.progress.trends import Trend
from okr_core.score.rolling import NOT_SCORED
from okr_core.score.scores import Figures, Scorecard
from okr_core.snapshot import Snapshot
from okr_report.audience.audience import KINDS, Audience, Sight, sights
from okr_report.audience.walker import Walker
from okr_report.report_facts import card_of
from okr_report.report_input import ReportInput


def redacted(report_input: ReportInput, audience: Audience) -> ReportInput:
    """The input as the audience may see it; what is given stays as it is."""
    if audience.whole and audience.sees == frozenset(KINDS):
        return report_input
    seen = sights(audience, report_input.snapshot, report_input.earlier)
    walkers = [Walker(sight) for sight in seen]
    shown = walkers[0](replace(report_input, earlier=()))
    others = [walk(each) for walk, each in zip(walkers[1:], report_input.earlier, strict=True)]
    known = (report_input.snapshot, *report_input.earlier)
    now, *earlier = map(_trimmed, seen, walkers, known, (shown.snapshot, *others))
    whole = report_input.snapshot
    vars(now).update(
        revision=whole.revision,
        trend=seen_trend(seen[0], walkers[0](whole.trend)),
        unavailable=walkers[0]({k: v for k, v in whole.unavailable.items() if k in seen[0].items}),
    )
    sees = audience.sees & report_input.sees
    return replace(shown, snapshot=now, earlier=tuple(earlier), sees=sees)


def _trimmed(sight: Sight, walker: Walker, known: Snapshot, shown: Snapshot) -> Snapshot:
    """A cycle as it is shown, without what has no bearing on it, and with figures of the whole."""
    versions = tuple(with_effect(sight, shown.versions)) or (in_force(walker, known),)
    found = replace(shown, versions=versions)
    found = replace(found, workspace=mentioned(sight, found))
    # `cached_property` keeps its value in the instance under its own name: figures of the whole,
    # where it would work out those of a part.
    told = known if sight.sees("scores") else _as_measured(known)
    card = seen_card(sight, walker, known, found.agreement.plan)
    figures = seen_figures(sight, told, found.plan)
    ended = told.closed or is_over(told)
    if ended and CYCLE in figures and CYCLE in card.teams:  # also of a part of the whole
        score = card.teams[CYCLE].effective
        figures[CYCLE] = figures[CYCLE]._replace(raw=score, clamped=score)
    vars(found).update(standings=walker(told.standings), figures=figures, scorecard=card)
    return found


def _as_measured(known: Snapshot) -> Snapshot:
    """A cycle for those who may not see its scores: what has ended shows what was measured."""
    found = replace(known)
    vars(found).update(_end_card=None)
    return found


def with_effect(sight: Sight, versions: Iterable[PlanVersion]) -> Iterator[PlanVersion]:
    """The versions that change anything of what is seen: the reason of others is about others."""
    before: Plan | None = None
    for version in sorted(versions, key=lambda v: (v.at, v.number)):
        if before is not None and not diff_plans(before, version.plan):
            continue
        first_of_others = before is None and not sight.whole and not version.plan.objectives
        yield replace(version, reason="", by="") if first_of_others else version
        before = version.plan


def in_force(walker: Walker, known: Snapshot) -> PlanVersion:
    """For those who see no changes: the newest version, without what was retired."""
    newest = max((v for v in known.versions if v.at <= known.as_of), key=lambda v: (v.at, v.number))
    plan = walker(known.plan)
    active = (
        o.model_copy(update={"key_results": tuple(o.active_key_results)})
        for o in plan.active_objectives
    )
    left = Plan.model_construct(cycle=plan.cycle, objectives=tuple(active))
    return PlanVersion(newest.number, newest.at, left)


def mentioned(sight: Sight, shown: Snapshot) -> Workspace | None:
    """Teams, roles and people of what is seen, and who says something that is seen."""
    space = shown.workspace
    if space is None:
        return None
    goals = [goal for version in shown.versions for goal in version.plan.objectives]
    named = {item.accountable for goal in goals for item in (goal, *goal.key_results)}
    named.update(role for goal in goals for kr in goal.key_results for role in kr.contributors)
    roles = {name: role for name, role in space.roles.items() if name in named}
    named.update(holding.person for role in roles.values() for holding in role.held_by)
    named.update(entry.by for entry in chain(*shown.entries.values()))
    named.update(reading.by for reading in chain(*shown.readings.values()))
    named.update(sight.audience.people, (version.by for version in shown.versions))
    # Who owns the cycle is asked; who is among no people would be taken for gone.
    named.update((shown.opened_by, *(version.plan.cycle.owner for version in shown.versions)))
    teams = {goal.team for goal in goals}
    update = {
        "teams": {name: team for name, team in space.teams.items() if name in teams},
        "roles": roles,
        "people": {name: person for name, person in space.people.items() if name in named},
    }
    return space.model_copy(update=update)


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
    averages = {name: n for name, n in card.averages.items() if name in teams}
    if card.averages:
        averages[CYCLE] = _averages(sight, card, plan)
    return replace(shown, scores=scores, teams=figures, retired=early, averages=averages)


def _averages(sight: Sight, card: Scorecard, plan: Plan) -> int:
    """How many objectives the figure of the whole, or of the part that is seen, averages."""
    team = sight.audience.only_team
    if sight.whole or team is not None:
        return card.averages.get(team or CYCLE, 0)
    figures = {name: score.figures.effective for name, score in card.scores.items()}
    known = {name: Progress(v, v, ONE) for name, v in figures.items() if v is not None}
    return averaged(plan, {o.id: known.get(o.id, NOT_SCORED) for o in plan.objectives})[CYCLE]


def _cycle_figures(sight: Sight, card: Scorecard, plan: Plan) -> Figures:
    """The figures of the whole, or of the part that is seen."""
    if sight.whole:
        return card.teams[CYCLE]
    team = sight.audience.only_team
    if team is not None:
        return card.teams.get(team, Figures())
    figures = {name: score.figures for name, score in card.scores.items()}
    return Figures(
        *(
            _mean(plan, {k: each[index] for k, each in figures.items()})
            for index in range(len(Figures._fields))
        )
    )


def _mean(plan: Plan, values: Mapping[str, Fraction | None]) -> Fraction | None:
    """One figure over all objectives of a part, each by its weight."""
    known = {name: Progress(v, v, ONE) for name, v in values.items() if v is not None}
    rolled = {goal.id: known.get(goal.id, NOT_SCORED) for goal in plan.objectives}
    return team_figures(plan, rolled)[CYCLE].clamped
