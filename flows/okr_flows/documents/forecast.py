"""Stored forecasts, as documents and texts hold them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from okr_core.basics.wire import Ratio, Text, Value, filled
from okr_core.record.score_records import ForecastRecord
from okr_core.words.vocabulary import Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastDocument:
    """A forecast; values in the metric's unit, null where there is none, and why."""

    basis: Basis
    hit: Ratio | None
    method: str | None
    p10: Value | None
    p50: Value | None
    p90: Value | None
    readings: int
    reason: Text

    @classmethod
    def of(cls, forecast: ForecastRecord | None) -> ForecastDocument | None:
        """A stored forecast; None where there is none."""
        return filled(cls, forecast, hit=hit_of(forecast)) if forecast else None


def hit_of(forecast: ForecastRecord | None) -> Fraction | None:
    """The probability of a hit that was stored."""
    return None if forecast is None or forecast.hit is None else Fraction(forecast.hit)
