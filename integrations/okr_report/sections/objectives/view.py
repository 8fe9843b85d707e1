"""What the section shows: every objective with its key results, its way and its provenance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from okr_core.plan.plan import Ambition, Hypothesis, Objective, Origin, State
from okr_core.progress.status import Guard
from okr_core.record.entries import HypothesisClosed
from okr_core.score.scores import Score
from okr_core.words.vocabulary import Shown
from okr_report.audience.audience import KINDS
from okr_report.locale import NoteDays
from okr_report.report_facts import Look, Named, ReportFacts
from okr_report.sections.objectives.key_results import (
    KeyResultView,
    TrendPoint,
    key_result_view,
)


@dataclass(frozen=True, slots=True)
class Learning:
    """How a hypothesis was closed."""

    outcome: str
    evidence: str
    note: str
    by: Named | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ObjectiveView:
    """An objective with its key results.

    Attributes:
        progress: Weighted mean of what has a value, in [0, 1].
        coverage: Share of the weight that has a value, in [0, 1].
        expected: Weighted mean over the active key results that have a pace.
        status: As displayed; None where the audience may not see it.
        pending: Items of positive weight about which nothing is known.
        serves: Objectives that it contributes to.
        look: The word and mark that it shows; None where the audience may see neither.
        worst: The item that makes it so while it is under way; None: there is none, or one alone.
        ended: Of `counted` items how many have ended, and `fell_short` of them without success.
        guards: Its guards that do not hold, or of which nothing is known.
    """

    id: str
    title: str
    why: str
    ambition: Ambition | None
    origin: Origin | None
    team: Named | None
    role: Named | None
    holders: tuple[Named, ...]
    state: State
    state_reason: str
    weight: Decimal
    progress: Fraction | None
    coverage: Fraction
    reason: str
    expected: Fraction | None
    status: Shown | None
    stale: bool
    pending: int
    score: Score | None
    hypothesis: Hypothesis | None
    learning: Learning | None
    carried_from: str
    serves: tuple[Named, ...]
    way: tuple[TrendPoint, ...]
    key_results: tuple[KeyResultView, ...]
    look: Look | None
    worst: Named | None
    ended: int
    fell_short: int
    counted: int
    guards: tuple[Guard, ...]


@dataclass(frozen=True, slots=True)
class View:
    """All objectives, in the order of the plan.

    Attributes:
        times: Of every `way`, in UTC.
        days: What notes beside a score are told with.
        sees: What the audience may see: a column or panel of anything else is left out.
    """

    times: tuple[datetime, ...]
    objectives: tuple[ObjectiveView, ...]
    days: NoteDays
    sees: tuple[str, ...] = KINDS

    @property
    def shows_status(self) -> bool:
        """Whether an item has a word and mark that the audience may see: a status or a grade."""
        return not {"progress", "scores"}.isdisjoint(self.sees)


def view(facts: ReportFacts) -> View | None:
    """Every objective of the plan in force; None where it has none."""
    if not facts.plan.objectives:
        return None
    found = tuple(_objective(facts, objective) for objective in facts.plan.objectives)
    return View(facts.snapshot.trend.times, found, facts.note_days, facts.granted)


def _objective(facts: ReportFacts, objective: Objective) -> ObjectiveView:
    known = facts.standing(objective.id)
    way = _objective_trend(facts, objective)
    return ObjectiveView(
        id=objective.id,
        title=objective.title,
        why=objective.why,
        ambition=objective.ambition,
        origin=objective.origin,
        team=facts.team(objective.team) if objective.team else None,
        role=facts.role(objective.accountable),
        holders=facts.holders(objective.accountable),
        state=objective.state,
        state_reason=objective.state_reason,
        weight=objective.weight,
        progress=known.progress.clamped,
        coverage=known.progress.coverage,
        reason=known.progress.reason,
        expected=facts.expected(objective),
        status=known.shown if facts.sees("progress") else None,
        stale=known.stale,
        pending=known.pending,
        score=facts.score(objective.id),
        hypothesis=objective.hypothesis,
        learning=_learning(facts, objective.id),
        carried_from=objective.carried_from or "",
        serves=tuple(Named(up, facts.title(up)) for up in objective.contributes_to),
        way=way,
        key_results=tuple(key_result_view(facts, kr) for kr in objective.key_results),
        look=facts.look(objective),
        worst=Named(known.worst, facts.title(known.worst))
        if known.worst and known.counted > 1
        else None,
        ended=known.ended,
        fell_short=known.fell_short,
        counted=known.counted,
        guards=known.guards,
    )


def _learning(facts: ReportFacts, item: str) -> Learning | None:
    closed = [
        Learning(body.outcome, body.evidence, body.note, facts.named(entry.by), entry.at)
        for entry in facts.snapshot.entries.get(item, ())
        if isinstance(body := entry.body, HypothesisClosed)
    ]
    return max(closed, key=lambda each: each.at, default=None)


def _objective_trend(facts: ReportFacts, objective: Objective) -> tuple[TrendPoint, ...]:
    trend = facts.snapshot.trend
    line = trend.items.get(objective.id)
    if line is None:
        return ()
    rows = enumerate(zip(trend.times, line.progress, strict=True))
    return tuple(TrendPoint(at, r, facts.expected(objective, index)) for index, (at, r) in rows)
