"""Scores for programs: the JSON document, and plain rows for a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from okr_cli.documents.score import (
    ScoredKeyResultDocument,
    ScoredObjectiveDocument,
    ScoreDocument,
)
from okr_cli.shell.forecast import forecast_document, hit_of
from okr_cli.shell.plain import maybe_value, time_json
from okr_core.basics.exact import decimal_text, ratio_json
from okr_core.plan.plan import KeyResult, Objective
from okr_core.record.score_records import ForecastRecord
from okr_core.score.scores import Score
from okr_flows.score.report import ScoreReport

_COLUMNS = ("objective", "key_result", "grade", "score", "current", "time_weighted", "hit", "title")


def score_document(report: ScoreReport, what_if: Mapping[str, str]) -> ScoreDocument:
    """What `okr score --format json` prints."""
    card = report.card
    cycle = card.teams.get("")
    return {
        "schema": "okr.score/1",
        "cycle": card.cycle,
        "as_of": time_json(card.as_of),
        "revision": card.revision,
        "version": card.version,
        "recorded": report.recorded,
        "what_if": dict(what_if),
        "score": ratio_json(cycle.effective) if cycle else None,
        "teams": {team: ratio_json(f.effective) for team, f in card.teams.items() if team},
        "retired": card.retired,
        "objectives": [
            _objective(report, each) for each in report.snapshot.agreement.plan.objectives
        ],
        "brier": [
            {
                "third": each.third,
                "goals": each.goals,
                "expected": ratio_json(each.expected),
                "successes": each.successes,
                "score": ratio_json(each.score),
            }
            for each in report.brier
        ],
        "prompts": [
            {"rule": each.rule, "subject": each.subject, "text": each.text}
            for each in report.prompts
        ],
    }


def score_rows(report: ScoreReport) -> Iterator[tuple[str, ...]]:
    """A header, then one row per objective and key result; empty cells where nothing is known."""
    yield _COLUMNS
    for objective in report.snapshot.agreement.plan.objectives:
        yield _row(objective.id, "", report.card.scores[objective.id], None, objective.title)
        for kr in objective.key_results:
            found = report.card.scores[kr.id]
            yield _row(objective.id, kr.id, found, report.forecasts.get(kr.id), kr.title)


def _row(
    objective: str, key_result: str, score: Score, forecast: ForecastRecord | None, title: str
) -> tuple[str, ...]:
    figures = score.figures
    ratios = (figures.effective, figures.current, figures.time_weighted, hit_of(forecast))
    cells = ("" if each is None else str(ratio_json(each)) for each in ratios)
    return (objective, key_result, score.grade or "", *cells, title)


def _objective(report: ScoreReport, objective: Objective) -> ScoredObjectiveDocument:
    return {
        **_common(report.card.scores[objective.id], objective.title),
        "key_results": [_key_result(report, kr) for kr in objective.key_results],
    }


def _common(score: Score, title: str) -> ScoredObjectiveDocument:
    figures = score.figures
    return {
        "id": score.id,
        "title": title,
        "score": ratio_json(figures.effective),
        "grade": score.grade,
        "computed": ratio_json(figures.computed),
        "current": ratio_json(figures.current),
        "time_weighted": ratio_json(figures.time_weighted),
        "coverage": ratio_json(score.coverage) or 0.0,
        "ambition": score.ambition,
        "final": score.final,
        "success": score.success,
        "post_mortem": score.post_mortem,
        "retired": str(score.retired) if score.retired else None,
        "reason": score.reason or None,
        "key_results": [],
    }


def _key_result(report: ScoreReport, kr: KeyResult) -> ScoredKeyResultDocument:
    score = report.card.scores[kr.id]
    common = {
        name: each for name, each in _common(score, kr.title).items() if name != "key_results"
    }
    override, late, restated = score.override, score.late, score.restated
    own = {
        "value": maybe_value(score.reading.value if score.reading else None),
        "reading": (score.reading.id or None) if score.reading else None,
        "suspect": score.suspect.id if score.suspect else None,
        "override": override
        and {"score": ratio_json(override.score), "by": override.by, "reason": override.reason},
        "late": late and {"at": time_json(late.at), "value": decimal_text(late.value)},
        "restated": restated
        and {
            "version": restated.version,
            "old": ratio_json(restated.old),
            "by": restated.by,
            "reason": restated.reason,
        },
        "forecast": forecast_document(report.forecasts.get(kr.id)),
    }
    return {**common, **own}  # type: ignore[typeddict-item]
