"""The scorecard's page in Prefect, as Markdown; pure, knows no Prefect.

Everyone with access to an open-source Prefect server reads it, so it names no person.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import Metric
from okr_core.plan.plan import KeyResult, Objective
from okr_core.record.score_records import ForecastRecord
from okr_core.score.notes import score_notes
from okr_core.score.score_words import additions_text, card_notes, score_text
from okr_core.score.scores import Score
from okr_core.words.figures import NOTHING, percent, value_text
from okr_core.words.markdown import safe
from okr_core.words.vocabulary import Outcome
from okr_flows.notify.open_page import needs_you
from okr_flows.score.report import ScoreReport

_LOOKS: dict[Outcome | None, str] = {
    "green": "● green",
    "yellow": "▼ yellow",
    "red": "■ red",
    "reached": "✓ reached",
    "not_reached": "✗ not reached",
    "learned": "✓ learned",
    "open": "○ open",
    None: NOTHING,
}


def score_page(report: ScoreReport) -> str:
    """What needs people first, then every objective with its key results.

    Args:
        report: The scores.
    """
    lines = [*needs_you(report.snapshot), *_cycle_notes(report), *_objectives(report)]
    return "\n".join(lines) + "\n"


def _cycle_notes(report: ScoreReport) -> Iterator[str]:
    """What is to be known beside the cycle's score."""
    notes = card_notes(report.card)
    if notes:
        yield from (safe("; ".join(notes)), "")


def _objectives(report: ScoreReport) -> Iterator[str]:
    for objective in report.snapshot.agreement.plan.objectives:
        yield from _objective(report, objective)


def _objective(report: ScoreReport, objective: Objective) -> Iterator[str]:
    score = report.card.scores[objective.id]
    yield f"### {safe(objective.title)}"
    yield ""
    words = [
        _success(score),
        *_beside(report, score),
        additions_text(report.card, objective, _cycle(report)),
    ]
    told = "".join(f" · {safe(text)}" for text in words if text)
    figure = f"**{score_text(score.figures.effective)}**"
    unknown = _unknown(report, objective)
    yield f"Score {figure}, {_LOOKS[score.look]}{unknown}{told}"
    yield ""
    yield "| Key result | Value | Score | Current | Over time | Forecast | Hit | Note |"
    yield "| :--- | ---: | ---: | ---: | ---: | ---: | ---: | :--- |"
    for kr in objective.key_results:
        yield _row(report, kr, report.card.scores[kr.id])
    yield ""


def _unknown(report: ScoreReport, objective: Objective) -> str:
    several = [report.card.scores[kr.id] for kr in objective.key_results]
    unknown = sum(_is_pending(each) for each in several)
    return f"; {unknown} of {len(several)} key results without a value" if unknown else ""


def _is_pending(score: Score) -> bool:
    retired = score.retired is not None and score.retired.early
    return score.figures.effective is None and not retired and score.excluded is None


def _row(report: ScoreReport, kr: KeyResult, score: Score) -> str:
    figures, forecast = score.figures, report.forecasts.get(kr.id)
    cells = (
        safe(kr.title),
        safe(value_text(kr.metric, score.reading.value if score.reading else None)),
        score_text(figures.effective),
        score_text(figures.current),
        score_text(figures.time_weighted),
        safe(value_text(kr.metric, forecast.p50 if forecast else None)),
        hit_text(forecast),
        "; ".join(map(safe, _beside(report, score, kr.metric))),
    )
    return f"| {' | '.join(cells)} |"


def _cycle(report: ScoreReport) -> Cycle:
    return report.snapshot.cycle


def _beside(report: ScoreReport, score: Score, metric: Metric | None = None) -> list[str]:
    """What is to be known beside a score; nobody is named here."""
    cycle = _cycle(report)
    return score_notes(score, cycle, report.open_until, metric=metric, named=False)


def hit_text(forecast: ForecastRecord | None) -> str:
    """Probability of a hit in percent."""
    if forecast is None or forecast.hit is None:
        return NOTHING
    return percent(Fraction(forecast.hit))


def _success(score: Score) -> str:
    """The ambition and, where its mark does not say so, whether that was a success."""
    if score.success is None or score.ambition != "aspirational":
        return score.ambition or ""
    return f"{score.ambition}: {'success' if score.success else 'no success'}"
