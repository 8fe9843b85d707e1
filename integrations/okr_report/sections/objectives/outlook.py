"""ForecastView: a stored forecast, placed on the way from baseline to target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from okr_core.plan.metrics import Line, Metric
from okr_core.progress.progress import progress_of
from okr_core.record.entries import Reading
from okr_core.record.score_records import ForecastRecord
from okr_core.score.recording import as_fraction
from okr_core.words.vocabulary import Basis, Method


@dataclass(frozen=True, slots=True)
class ForecastBand:
    """Where the value is expected to be on the due day: a band with a line.

    Attributes:
        values: P10, P50 and P90, in the metric's unit; P10 is the farthest from the target.
        shares: The same as raw progress: below 0 and above 1 where they lie beyond the ends.
        error: Mean absolute error of the method so far, in the metric's unit.
    """

    values: tuple[Decimal, Decimal, Decimal]
    shares: tuple[Fraction, Fraction, Fraction]
    method: Method
    error: Decimal | None


@dataclass(frozen=True, slots=True)
class ForecastView:
    """What is to be expected of a key result, as the last scoring run stored it.

    Attributes:
        basis: What `hit` rests on.
        hit: Probability that the target is reached on the due day, in [0, 1].
        band: None without a forecast, with the `reason`.
    """

    basis: Basis
    hit: Fraction | None
    readings: int
    reason: str
    band: ForecastBand | None


def forecast_view(
    metric: Metric, record: ForecastRecord | None, as_of: datetime
) -> ForecastView | None:
    """The outlook of a key result; None where no scoring run has looked at it, or it is over."""
    if record is None:
        return None
    band = _band(metric, record, as_of)
    return ForecastView(record.basis, as_fraction(record.hit), record.readings, record.reason, band)


def _band(metric: Metric, record: ForecastRecord, as_of: datetime) -> ForecastBand | None:
    low, middle, high = record.p10, record.p50, record.p90
    if low is None or middle is None or high is None or record.method is None:
        return None
    if not isinstance(metric, Line):
        return None
    shares = [_share(metric, value, as_of) for value in (low, middle, high)]
    p10, p50, p90 = shares
    if p10 is None or p50 is None or p90 is None:
        return None
    return ForecastBand((low, middle, high), (p10, p50, p90), record.method, record.error)


def _share(metric: Metric, value: Decimal, as_of: datetime) -> Fraction | None:
    return progress_of(metric, [Reading(at=as_of, value=value)], as_of).raw
