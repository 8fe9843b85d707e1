"""The scorecard's page in Prefect, as Markdown; pure, knows no Prefect.

Everyone with access to an open-source Prefect server reads it, so it names no person.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from okr_core.plan.plan import KeyResult, Objective
from okr_core.record.score_records import ForecastRecord
from okr_core.score.score_words import score_text
from okr_core.score.scores import Score
from okr_core.words.figures import NOTHING, percent, value_text
from okr_core.words.markdown import safe
from okr_flows.notify.open_page import needs_you
from okr_flows.score.report import ScoreReport

_GRADES = {"green": "● green", "yellow": "▲ yellow", "red": "■ red", None: NOTHING}


def score_page(report: ScoreReport) -> str:
    """What needs people first, then every objective with its key results.

    Args:
        report: The scores.
    """
    return "\n".join([*needs_you(report.snapshot), *_objectives(report)]) + "\n"


def _objectives(report: ScoreReport) -> Iterator[str]:
    for objective in report.snapshot.agreement.plan.objectives:
        yield from _objective(report, objective)


def _objective(report: ScoreReport, objective: Objective) -> Iterator[str]:
    score = report.card.scores[objective.id]
    yield f"### {safe(objective.title)}"
    yield ""
    yield f"Score **{score_text(score.figures.effective)}**, {_GRADES[score.grade]}{_moved(score)}"
    yield ""
    yield "| Key result | Value | Score | Current | Over time | Forecast | Hit | |"
    yield "| :--- | ---: | ---: | ---: | ---: | ---: | ---: | :--- |"
    for kr in objective.key_results:
        yield _row(kr, report.card.scores[kr.id], report.forecasts.get(kr.id))
    yield ""


def _row(kr: KeyResult, score: Score, forecast: ForecastRecord | None) -> str:
    figures = score.figures
    cells = (
        safe(kr.title),
        safe(value_text(kr.metric, score.reading.value if score.reading else None)),
        score_text(figures.effective),
        score_text(figures.current),
        score_text(figures.time_weighted),
        safe(value_text(kr.metric, forecast.p50 if forecast else None)),
        hit_text(forecast),
        _remark(score),
    )
    return f"| {' | '.join(cells)} |"


def hit_text(forecast: ForecastRecord | None) -> str:
    """Probability of a hit in percent."""
    if forecast is None or forecast.hit is None:
        return NOTHING
    return percent(Fraction(forecast.hit))


def _remark(score: Score) -> str:
    words: list[str] = []
    if score.retired is not None:
        words.append(score.retired.how)
    if score.override is not None:
        words.append(f"overridden, computed {score_text(score.figures.computed)}")
    if score.restated is not None:
        words.append(f"restated, before {score_text(score.restated.old)}")
    if score.late is not None:
        words.append(f"reached late, on {score.late.at:%Y-%m-%d}")
    if score.suspect is not None:
        words.append("**suspect value waits**")
    return ", ".join(words)


def _moved(score: Score) -> str:
    words = [f"{text}" for text in (_success(score), _remark(score)) if text]
    return f" · {' · '.join(words)}" if words else ""


def _success(score: Score) -> str:
    if score.success is None:
        return f"{score.ambition}" if score.ambition else ""
    return f"{score.ambition}: {'reached' if score.success else 'not reached'}"
