"""Series: irregular readings resampled to a key result's cadence, as a forecast needs them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import NamedTuple

from okr_core.plan.metrics import Curve, Decrease, Grade, Increase, Metric
from okr_core.plan.plan import Cadence
from okr_core.record.entries import Reading

STEPS: dict[Cadence, timedelta] = {
    "weekly": timedelta(days=7),
    "biweekly": timedelta(days=14),
    "monthly": timedelta(days=30, hours=10, minutes=30),  # a twelfth of 365.25 days
}
WINDOW = 26
"""Samples that a forecast looks back on: half a year of weeks; older ones tell little."""


class Sample(NamedTuple):
    """One value per step of the cadence, oldest first.

    Attributes:
        values: As far as there are readings, `WINDOW` at most; a step without one keeps the value
            before it.
        observed: How many of them have a reading of their own.
        ends: When the last one was read, in UTC.
    """

    values: tuple[Decimal, ...]
    observed: int
    ends: datetime


def resample(readings: Sequence[Reading], step: timedelta) -> Sample | None:
    """One value per step, counted back from the newest reading.

    Of several readings around a step the nearest counts, so that syncing daily changes nothing; a
    reading some days early or late still belongs to its step.

    Args:
        readings: Those that count, oldest first (`counting_readings`).
        step: Time between samples.

    Returns:
        None where there is no reading.
    """
    if not readings:
        return None
    ends = readings[-1].at.astimezone(UTC)
    nearest: dict[int, tuple[float, Decimal]] = {}
    for reading in reversed(readings):
        back = (ends - reading.at.astimezone(UTC)) / step
        index = int(back + 0.5)
        if index >= WINDOW:
            break
        distance = abs(back - index)
        if index not in nearest or distance < nearest[index][0]:
            nearest[index] = (distance, reading.value)
    values: list[Decimal] = []
    for index in range(max(nearest), -1, -1):
        values.append(nearest[index][1] if index in nearest else values[-1])
    return Sample(tuple(values), len(nearest), ends)


def ends_of_line(metric: Metric) -> tuple[Decimal, Decimal] | None:
    """Baseline and target of a metric that is a number on a line; None for the others.

    >>> ends_of_line(Increase(baseline=Decimal(31), target=Decimal(45)))
    (Decimal('31'), Decimal('45'))
    """
    if isinstance(metric, Increase | Decrease | Curve):
        return metric.baseline, metric.target
    if isinstance(metric, Grade) and not metric.worded:
        knots = metric.knots()
        return knots[0][0], knots[2][0]
    return None


class Series(NamedTuple):
    """A series that can be forecast, on the way from baseline (0) to target (1).

    Attributes:
        values: Samples, oldest first.
        expected: Progress expected at each sample.
        ahead: Progress expected on the due day.
        steps: Steps of the cadence from the last sample to the end of the due day.
        planned: One step of the way on a straight plan.
        observed: How many of the samples have a reading of their own.
    """

    id: str
    baseline: Decimal
    target: Decimal
    values: list[float]
    expected: list[float]
    ahead: float
    steps: float
    planned: float
    observed: int

    @property
    def horizon(self) -> int:
        """Whole steps ahead that matter when the methods are compared."""
        return min(ceil(self.steps), len(self.values))
