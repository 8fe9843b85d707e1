"""How a cycle is scored: `okr score`, its history, closing and restating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from okr_core.basics.wire import Ratio, Text, Time, Value, filled
from okr_core.plan.plan import Ambition
from okr_core.score.scores import (
    LateDocument,
    RestatedDocument,
    SaidLateDocument,
    UnheardDocument,
)
from okr_core.words.vocabulary import GradeName
from okr_flows.documents.forecast import ForecastDocument, hit_of
from okr_flows.documents.status import GuardDocument, JudgedDocument, OutcomeWord

if TYPE_CHECKING:
    from okr_core.plan.plan import KeyResult, Objective
    from okr_core.progress.trends import TrendLine
    from okr_core.record.score_records import ForecastRecord
    from okr_core.score.scores import Score
    from okr_flows.score.report import ScoreReport
    from okr_store.scored_trend import ScoredTrend


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideDocument:
    """A score that a named person set, beside the computed one."""

    score: Ratio | None
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionDocument:
    """Who left a key result out of all figures, and why."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    id: str
    title: str
    score: Ratio | None
    grade: GradeName | None
    outcome: OutcomeWord | None
    computed: Ratio | None
    current: Ratio | None
    time_weighted: Ratio | None
    as_agreed: Ratio | None
    coverage: Ratio
    ambition: Ambition | None
    final: bool
    success: bool | None
    agreed_success: bool | None
    post_mortem: bool
    added: date | None
    retired: str | None
    reason: Text


def _scored(score: Score, title: str) -> dict[str, object]:
    """The fields of `_Scored` that a score does not have by the same name."""
    figures = score.figures
    return {
        "title": title,
        "outcome": score.look if score.final else None,
        "score": figures.effective,
        "computed": figures.computed,
        "current": figures.current,
        "time_weighted": figures.time_weighted,
        "as_agreed": figures.as_agreed,
        "retired": str(score.retired) if score.retired else None,
    }


def _outcome(report: ScoreReport, score: Score) -> OutcomeWord | None:
    """How a key result ended; None while it is under way, and where nobody knows."""
    if score.guard:
        known = report.snapshot.standings.get(score.id)
        return known.outcome if known else None
    return score.look if score.final else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredKeyResultDocument(_Scored):
    """The score of a key result: `score` is with overrides, `computed` without.

    A guard has no score: `value` and `outcome` are how it stands.
    """

    guard: bool
    value: Value | None
    judged: JudgedDocument | None
    reading: Text
    suspect: str | None
    override: OverrideDocument | None
    late: LateDocument | None
    said_late: SaidLateDocument | None
    unheard: UnheardDocument | None
    silent: bool
    last_said: date | None
    excluded: ExclusionDocument | None
    self_approved: tuple[str, ...]
    remeasured: date | None
    before_metric_error: Ratio | None
    restated: RestatedDocument | None
    forecast: ForecastDocument | None

    @classmethod
    def of(cls, report: ScoreReport, kr: KeyResult) -> ScoredKeyResultDocument:
        """How a key result is scored in a report."""
        score, known = report.card.scores[kr.id], report.judged(kr)
        own = _scored(score, kr.title) | {
            "value": score.reading.value if score.reading else None,
            "judged": JudgedDocument.of(kr.metric, known.verdict) if known else None,
            "reading": score.reading.id if score.reading else "",
            "outcome": _outcome(report, score),
            "suspect": score.suspect.id if score.suspect else None,
            "override": filled(OverrideDocument, score.override) if score.override else None,
            "late": LateDocument(*score.late) if score.late else None,
            "said_late": SaidLateDocument(*score.said_late) if score.said_late else None,
            "unheard": UnheardDocument(*score.unheard) if score.unheard else None,
            "restated": filled(RestatedDocument, score.restated) if score.restated else None,
            "self_approved": tuple(each.decision for each in score.self_approved),
            "before_metric_error": score.mended.before if score.mended else None,
            "excluded": filled(ExclusionDocument, score.excluded) if score.excluded else None,
            "forecast": ForecastDocument.of(report.forecasts.get(kr.id)),
        }
        return filled(cls, score, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredObjectiveDocument(_Scored):
    """The score of an objective with its key results, and what its guards say beside it."""

    unreported: int
    counted: int
    guards: tuple[GuardDocument, ...]
    key_results: tuple[ScoredKeyResultDocument, ...]

    @classmethod
    def of(cls, report: ScoreReport, objective: Objective) -> ScoredObjectiveDocument:
        """How an objective and its key results are scored in a report."""
        score = report.card.scores[objective.id]
        below = tuple(ScoredKeyResultDocument.of(report, kr) for kr in objective.key_results)
        guards = tuple(filled(GuardDocument, each) for each in report.guards(objective.id))
        return filled(
            cls, score, **_scored(score, objective.title), guards=guards, key_results=below
        )


@dataclass(frozen=True, slots=True)
class ForesightDocument:
    """How well confidence foresaw success in a third of the cycle; null score below 20 goals."""

    third: int
    goals: int
    expected: Ratio | None
    successes: int
    score: Ratio | None


@dataclass(frozen=True, slots=True)
class PromptDocument:
    """A question to the people concerned."""

    rule: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAgreedDocument:
    """On which day of the cycle its plan was first accepted."""

    day: int
    days: int
    late: bool
    afterwards: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreDocument:
    """What `okr score` knows; `recorded` is false for a dry run and a what-if."""

    schema: Literal["okr.score/1"] = "okr.score/1"
    cycle: str
    as_of: Time
    revision: int
    version: int
    recorded: bool
    what_if: dict[str, str]
    score: Ratio | None
    teams: dict[str, Ratio | None]
    as_agreed: Ratio | None
    averages: dict[str, int]
    first_agreed: FirstAgreedDocument | None
    retired: int
    objectives: tuple[ScoredObjectiveDocument, ...]
    brier: tuple[ForesightDocument, ...]
    prompts: tuple[PromptDocument, ...]

    @classmethod
    def of(cls, report: ScoreReport, what_if: Mapping[str, str]) -> ScoreDocument:
        """The scores of a cycle, by values that were tried out."""
        teams = {team: each.effective for team, each in report.card.teams.items()}
        agreed, first = report.snapshot.agreement.plan, report.card.first
        return filled(
            cls,
            report.card,
            recorded=report.recorded,
            what_if=dict(what_if),
            score=teams.pop("", None),
            teams=teams,
            as_agreed=report.card.teams[""].as_agreed if "" in report.card.teams else None,
            averages=dict(report.card.averages),
            first_agreed=filled(FirstAgreedDocument, first) if first else None,
            objectives=tuple(ScoredObjectiveDocument.of(report, o) for o in agreed.objectives),
            brier=tuple(ForesightDocument(*each) for each in report.brier),
            prompts=tuple(PromptDocument(*each) for each in report.prompts),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendForecastDocument:
    """The forecast that held at a time."""

    p10: Value | None
    p50: Value | None
    p90: Value | None
    hit: Ratio | None

    @classmethod
    def of(cls, forecast: ForecastRecord | None) -> TrendForecastDocument | None:
        """A stored forecast; None where there was none."""
        return filled(cls, forecast, hit=hit_of(forecast)) if forecast else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendItemDocument:
    """One objective or key result over time; every list has one place per time."""

    id: str
    kind: Literal["objective", "key_result"]
    title: str
    progress: tuple[Ratio | None, ...]
    expected: tuple[Ratio | None, ...]
    values: tuple[Value | None, ...]
    confidence: tuple[int | None, ...]
    forecast: tuple[TrendForecastDocument | None, ...]
    score: tuple[Ratio | None, ...]

    @classmethod
    def of(cls, history: ScoredTrend, known: TrendLine) -> TrendItemDocument:
        """An item's line, with what scorings recorded of it."""
        forecasts = history.forecasts(known.id)
        return filled(
            cls,
            known,
            title=history.snapshot.title_of(known.id),
            forecast=tuple(TrendForecastDocument.of(each) for each in forecasts),
            score=history.scores(known.id),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendTeamDocument:
    """A team over time; the cycle has the empty name."""

    progress: tuple[Ratio | None, ...]
    score: tuple[Ratio | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendDocument:
    """A cycle over time: `okr status --trend` and `okr score --history`."""

    schema: Literal["okr.trend/1"] = "okr.trend/1"
    cycle: str
    as_of: Time
    times: tuple[Time, ...]
    teams: dict[str, TrendTeamDocument]
    items: tuple[TrendItemDocument, ...]

    @classmethod
    def of(cls, history: ScoredTrend) -> TrendDocument:
        """A cycle over time."""
        trend = history.trend
        return cls(
            cycle=history.snapshot.cycle.id,
            as_of=history.snapshot.as_of,
            times=tuple(trend.times),
            teams={
                team: TrendTeamDocument(progress=progress, score=history.team_scores(team))
                for team, progress in trend.teams.items()
            },
            items=tuple(TrendItemDocument.of(history, known) for known in trend.items.values()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDocument:
    """What `okr close` froze."""

    schema: Literal["okr.closed/1"] = "okr.closed/1"
    cycle: str
    at: Time
    by: str
    version: int
    score: Ratio | None
    left_out: tuple[str, ...]
    unreported: tuple[str, ...]
    last_said: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestatementDocument:
    """What `okr restate` put right."""

    schema: Literal["okr.restated/1"] = "okr.restated/1"
    cycle: str
    key_result: str
    version: int
    old: Ratio | None
    new: Ratio
    by: str
    reason: str
