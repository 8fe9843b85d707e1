"""Stored forecasts, as documents and texts hold them."""

from __future__ import annotations

from fractions import Fraction

from okr_cli.documents.score import ForecastDocument
from okr_cli.shell.plain import maybe_value
from okr_core.basics.exact import ratio_json
from okr_core.record.score_records import ForecastRecord


def hit_of(forecast: ForecastRecord | None) -> Fraction | None:
    """The probability of a hit that was stored."""
    return None if forecast is None or forecast.hit is None else Fraction(forecast.hit)


def forecast_document(forecast: ForecastRecord | None) -> ForecastDocument | None:
    """A stored forecast as the documents hold it."""
    if forecast is None:
        return None
    return {
        "basis": forecast.basis,
        "hit": ratio_json(hit_of(forecast)),
        "method": forecast.method,
        "p10": maybe_value(forecast.p10),
        "p50": maybe_value(forecast.p50),
        "p90": maybe_value(forecast.p90),
        "readings": forecast.readings,
        "reason": forecast.reason or None,
    }
