"""Batches: series of one length and horizon, forecast together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from okr_core.forecast.band import PATHS, choose, predict_chosen, simulate
from okr_core.forecast.methods import METHODS, Batch
from okr_core.forecast.series import Series
from okr_core.words.vocabulary import Method

CHUNK = 512
"""Series that are worked out at once, so that memory stays flat."""


class Estimate(NamedTuple):
    """The forecast of one series, on the way from baseline (0) to target (1).

    Attributes:
        percentiles: P10, P50, P90 in the order of progress.
        hit: Share of the simulated paths that reach the target.
        error: Mean absolute error of the method over the rolling origins.
    """

    series: Series
    method: Method
    percentiles: tuple[float, float, float]
    hit: Fraction
    error: float


def estimate(several: Iterable[Series]) -> Iterator[Estimate]:
    """Forecasts of any number of series, in no particular order."""
    groups: dict[tuple[int, int], list[Series]] = {}
    for series in several:
        groups.setdefault((len(series.values), series.horizon), []).append(series)
    for (_, horizon), alike in groups.items():
        for first in range(0, len(alike), CHUNK):
            yield from _estimate_alike(alike[first : first + CHUNK], horizon)


def _estimate_alike(alike: Sequence[Series], horizon: int) -> Iterator[Estimate]:
    batch = Batch(np.array([s.values for s in alike]), np.array([s.expected for s in alike]))
    steps = np.array([s.steps for s in alike])
    choice = choose(batch, horizon, np.array([s.planned for s in alike]))
    middle = predict_chosen(batch, choice, steps, np.array([s.ahead for s in alike]))
    ends = simulate([s.id for s in alike], middle, choice, steps)
    for index, series in enumerate(alike):
        low, mid, high = (float(each) for each in ends.percentiles[index])
        yield Estimate(
            series,
            METHODS[int(choice.method[index])],
            (low, mid, high),
            Fraction(int(ends.hits[index]), PATHS),
            float(choice.error[index]),
        )
