"""Methods of forecasting: last value, pace, Theil-Sen, damped Holt; many series at once.

All work on rows of equal length: `values[i, j]` is sample j of series i.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from okr_core.errors import InputError
from okr_core.words.vocabulary import Method

METHODS: tuple[Method, ...] = get_args(Method)
"""Simplest first: of equally good ones the first is taken."""
Floats = NDArray[np.float64]
FEWEST = 3
"""Samples from which the first of the rolling origins forecasts: a trend and one to check it."""
LEVELS = (0.2, 0.4, 0.6, 0.8, 1.0)
TRENDS = (0.1, 0.2, 0.4, 0.6)
DAMPINGS = (0.8, 0.9, 0.98)


def holt(
    series: Sequence[float], alpha: float, beta: float, horizon: int, phi: float = 1.0
) -> list[float]:
    """Damped Holt: a level and a trend, both smoothed, the trend fading with the horizon.

    l = αy + (1−α)(l + φb), b = β(l − l₋₁) + (1−β)φb, ŷₕ = l + (φ + … + φʰ)b. Starts with level
    y₁ and trend y₂ − y₁, applied from y₁. Sources: Holt 1957; Gardner & McKenzie 1985; notation of
    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 8.2.

    Args:
        series: At least two values, oldest first.
        alpha: Smoothing of the level, in [0, 1].
        beta: Smoothing of the trend, in [0, 1].
        horizon: How many steps to forecast.
        phi: Damping; 1 keeps the trend for ever.

    Raises:
        InputError: Fewer than two values.

    >>> [round(y, 2) for y in holt([1.0, 2.0, 3.0], 0.5, 0.5, 2)]
    [3.64, 4.38]
    """
    if len(series) < 2:
        raise InputError(f"{len(series)} values have no trend.", hint="Give at least two.")
    trail = _smoothed(np.array([series], dtype=np.float64), np.array([[alpha, beta, phi]]))
    level, trend = trail.levels[0, -1, 0], trail.trends[0, -1, 0]
    return [
        float(level + trend * sum(phi**i for i in range(1, h + 1))) for h in range(1, horizon + 1)
    ]


def theil_sen(x: Sequence[float], y: Sequence[float]) -> tuple[float, float]:
    """Median of the slopes of all pairs of points, and intercept median(y − slope·x).

    Sources: Theil 1950, Sen 1968; robust against 29 % of wild values.

    Args:
        x: Places, in any order; pairs at the same place have no slope.
        y: A value for each.

    Raises:
        InputError: Fewer than two different places, or not one value for each.

    >>> theil_sen([0, 1, 2, 3, 4], [1.0, 3.0, 5.0, 100.0, 9.0])
    (2.0, 1.0)
    """
    if len(x) != len(y) or len(set(x)) < 2:
        raise InputError(
            f"{len(x)} places and {len(y)} values make no line.",
            hint="Give one value for each place, and at least two different places.",
        )
    places, values = np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)
    first, second = _pairs(len(places))
    run, rise = places[second] - places[first], values[second] - values[first]
    slope = np.median(rise[run != 0] / run[run != 0])
    return float(slope), float(np.median(values - slope * places))


@dataclass(frozen=True)
class Batch:
    """Series of one length with their expected progress, on the way from baseline 0 to target 1.

    Attributes:
        values: (series, samples).
        expected: Progress expected at each sample, same shape.
    """

    values: Floats
    expected: Floats

    def predict(self, method: Method, known: int, steps: Floats, ahead: Floats) -> Floats:
        """What a method says after the first `known` samples.

        Args:
            method: Which one.
            known: How many samples it may see.
            steps: Steps ahead, not necessarily whole; (series or 1, horizons).
            ahead: Progress expected then; (series, horizons). Only `pace` looks at it.

        Returns:
            (series, horizons).
        """
        last = self.values[:, known - 1 : known]
        if method == "last_value":
            return np.broadcast_to(last, ahead.shape)
        if method == "pace":
            return _paced(last, self.expected[:, known - 1 : known], ahead)
        if method == "theil_sen":
            slope, intercept = self._line(known)
            return intercept[:, None] + slope[:, None] * (known - 1 + steps)
        return self._damped(known, steps)

    def _line(self, known: int) -> tuple[Floats, Floats]:
        return _lines(self.values[:, :known])

    def _damped(self, known: int, steps: Floats) -> Floats:
        level, trend, phi = self._holt.best(known)
        return level + trend * phi * (1 - phi**steps) / (1 - phi)

    @cached_property
    def _holt(self) -> _Trail:
        return _smoothed(self.values, _grid())


def _paced(last: Floats, expected: Floats, ahead: Floats) -> Floats:
    """The share of the plan that was kept so far is kept; nothing expected yet: last value.

    value ÷ expected · expected ahead: the schedule performance index of earned value management
    (earned ÷ planned value; PMI, Practice Standard for Earned Value Management), held constant.
    """
    begun = expected > 0
    return last * np.where(begun, ahead / np.where(begun, expected, 1.0), 1.0)


def _lines(values: Floats) -> tuple[Floats, Floats]:
    first, second = _pairs(values.shape[1])
    slope = np.median((values[:, second] - values[:, first]) / (second - first), axis=1)
    return slope, np.median(values - slope[:, None] * np.arange(values.shape[1]), axis=1)


@lru_cache(maxsize=64)
def _pairs(length: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    first, second = np.triu_indices(length, 1)
    return first, second


@lru_cache(maxsize=1)
def _grid() -> Floats:
    return np.array([(a, b, p) for a in LEVELS for b in TRENDS for p in DAMPINGS])


@dataclass(frozen=True)
class _Trail:
    """Level and trend after each sample and parameter set; squared errors one step ahead so far.

    Shapes: (series, samples, parameter sets); parameters: (parameter sets, 3).
    """

    levels: Floats
    trends: Floats
    errors: Floats
    parameters: Floats

    def best(self, known: int) -> tuple[Floats, Floats, Floats]:
        """Level, trend and damping of the parameters that erred least so far; (series, 1) each."""
        chosen = self.errors[:, known - 1].argmin(axis=1)
        rows = np.arange(len(chosen))
        level, trend = (each[rows, known - 1, chosen] for each in (self.levels, self.trends))
        return level[:, None], trend[:, None], self.parameters[chosen, 2][:, None]


def _smoothed(values: Floats, parameters: Floats) -> _Trail:
    alpha, beta, phi = parameters.T
    shape = (len(values), values.shape[1], len(parameters))
    levels, trends, errors = (np.empty(shape) for _ in range(3))
    level = np.repeat(values[:, :1], len(parameters), axis=1)
    trend = np.repeat(values[:, 1:2] - values[:, :1], len(parameters), axis=1)
    squared = np.zeros_like(level)
    for index in range(values.shape[1]):
        foreseen = level + phi * trend
        missed = values[:, index : index + 1] - foreseen
        if index >= 2:  # the first two samples set the start, so they test nothing
            squared = squared + missed**2
        trend = phi * trend + alpha * beta * missed
        level = foreseen + alpha * missed
        levels[:, index], trends[:, index], errors[:, index] = level, trend, squared
    return _Trail(levels, trends, errors, parameters)
