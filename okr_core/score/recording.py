"""Recording: scorecards and forecasts in the rounded figures that a record holds, and back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from okr_core.basics.exact import PLACES
from okr_core.forecast.forecast import Forecast
from okr_core.record.score_records import RULES, Closing, ForecastRecord, Scored, ScoreLine
from okr_core.score.scores import Figures, Score, Scorecard
from okr_core.words.vocabulary import Told


def rounded(value: Fraction | None) -> Decimal | None:
    """A ratio as it is stored, rounded half-even to 6 places; None stays None.

    >>> rounded(Fraction(2, 3)), rounded(Fraction(1, 2))
    (Decimal('0.666667'), Decimal('0.5'))
    """
    if value is None:
        return None
    units = round(value * 10**PLACES)
    return (Decimal(units).scaleb(-PLACES)).normalize() + Decimal(0)


def as_fraction(value: Decimal | None) -> Fraction | None:
    """A stored ratio as a fraction; None stays None."""
    return None if value is None else Fraction(value)


def figures_of(line: ScoreLine) -> Figures:
    """The scores of a line."""
    values = (line.computed, line.effective, line.current, line.time_weighted, line.as_agreed)
    return Figures(*map(as_fraction, values))


def score_line(score: Score) -> ScoreLine:
    """A score in rounded figures."""
    return ScoreLine(
        **_figures(score.figures),
        coverage=rounded(score.coverage) or Decimal(0),
        grade=score.grade,
        success=score.success,
        post_mortem=score.post_mortem,
        reading=score.reading.id if score.reading else "",
    )


def score_lines(card: Scorecard) -> dict[str, ScoreLine]:
    """All items of a scorecard, in its order."""
    return {name: score_line(score) for name, score in card.scores.items()}


def team_lines(card: Scorecard) -> dict[str, ScoreLine]:
    """The figures of teams and of the whole cycle."""
    return {name: ScoreLine(**_figures(figures)) for name, figures in card.teams.items()}


def forecast_record(forecast: Forecast) -> ForecastRecord:
    """A forecast as it is stored."""
    return ForecastRecord(
        basis=forecast.basis,
        hit=rounded(forecast.hit),
        method=forecast.method,
        p10=forecast.p10,
        p50=forecast.p50,
        p90=forecast.p90,
        error=forecast.error,
        readings=forecast.readings,
        reason=forecast.reason,
    )


def scored(
    card: Scorecard, forecasts: Mapping[str, Forecast], status: Mapping[str, Told]
) -> Scored:
    """The record of a scoring run."""
    return Scored(
        revision=card.revision,
        lines=score_lines(card),
        teams=team_lines(card),
        forecasts={name: forecast_record(each) for name, each in forecasts.items()},
        status=dict(status),
        rules=RULES,
    )


def closing(card: Scorecard, reason: str) -> Closing:
    """The record that freezes a scorecard."""
    return Closing(
        revision=card.revision,
        lines=score_lines(card),
        teams=team_lines(card),
        retired=card.retired,
        reason=reason,
        rules=RULES,
    )


def _figures(figures: Figures) -> dict[str, Decimal | None]:
    return {name: rounded(value) for name, value in figures._asdict().items()}
