"""Band: which method a series is forecast by, and how far its simulated paths spread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from okr_core.forecast.methods import FEWEST, METHODS, Batch, Floats
from okr_core.forecast.series import Series
from okr_core.words.vocabulary import Method

PATHS = 1_000
"""Simulated ends per series; an even number, since each has its mirror image."""
PERCENTILES = (10, 50, 90)
CHUNK = 512
"""Series that are worked out at once, so that memory stays flat."""


@dataclass(frozen=True)
class Choice:
    """What the rolling origins say about a batch.

    Attributes:
        method: Index into `METHODS` of the one with the least mean absolute error; (series,).
        error: Its mean absolute error; (series,).
        spread: Its error per √step, as standard deviation; (series,).
        count: Origins behind the spread: the errors that one step ahead gives.
    """

    method: NDArray[np.intp]
    error: Floats
    spread: Floats
    count: int


@dataclass(frozen=True)
class Ends:
    """Where simulated paths end; (series, 3) for the percentiles, (series,) for hits.

    Attributes:
        percentiles: P10, P50, P90 in the order of progress.
        hits: How many of `PATHS` reach 1.
    """

    percentiles: Floats
    hits: NDArray[np.intp]


def choose(batch: Batch, longest: int, planned: Floats, *, only: int | None = None) -> Choice:
    """The method with the least mean absolute error over rolling origins, for each series.

    Every origin with `FEWEST` samples or more forecasts every later sample, up to `longest` steps
    ahead. Source: Tashman 2000 on rolling origins. The squared spread is the mean, over horizons
    h, of (mean squared error at h ÷ h): the errors one step ahead alone miss how far a trend that
    bends runs away. It is never less than if one planned step in n + 1 had been missed, so that a
    value that stood still for some weeks is not taken for one that cannot move.

    Args:
        batch: At least `FEWEST` + 2 samples each.
        longest: Steps ahead that matter: up to the due day, at least 1.
        planned: One step of the way on a straight plan; (series,).
        only: Index into `METHODS` of the one that is judged alone; None: the best one.
    """
    samples = batch.values.shape[1]
    horizons = [np.arange(1, min(samples - known, longest) + 1) for known in range(FEWEST, samples)]
    every = np.concatenate(horizons)
    errors = np.stack([_errors(batch, index, horizons) for index in range(len(METHODS))], axis=1)
    mean = np.abs(errors).mean(axis=2)
    method = mean.argmin(axis=1) if only is None else np.full(len(mean), only)
    rows = np.arange(len(method))
    chosen = errors[rows, method] ** 2
    per_step = [chosen[:, every == h].mean(axis=1) / h for h in range(1, int(every.max()) + 1)]
    count = samples - FEWEST
    spread = np.sqrt(np.maximum(np.mean(per_step, axis=0), planned**2 / (count + 1)))
    return Choice(method, mean[rows, method], spread, count)


def _errors(batch: Batch, index: int, horizons: Sequence[NDArray[np.int_]]) -> Floats:
    found = []
    for origin, steps in enumerate(horizons):
        known = FEWEST + origin
        later = slice(known, known + len(steps))
        predicted = batch.predict(
            METHODS[index], known, steps[None, :].astype(float), batch.expected[:, later]
        )
        found.append(batch.values[:, later] - predicted)
    return np.concatenate(found, axis=1)


def predict_chosen(batch: Batch, choice: Choice, steps: Floats, ahead: Floats) -> Floats:
    """What each series' chosen method says; (series,).

    Within the last step it goes in a straight line from the last value: at no distance a forecast
    is what was just measured, whatever level a trend has smoothed out of the samples before it.

    Args:
        batch: All samples are known.
        choice: See `choose`.
        steps: Steps to the due day; (series,).
        ahead: Progress expected then; (series,).
    """
    known = batch.values.shape[1]
    each = [batch.predict(m, known, steps[:, None], ahead[:, None])[:, 0] for m in METHODS]
    said = np.stack(each)[choice.method, np.arange(len(steps))]
    return batch.values[:, -1] + (said - batch.values[:, -1]) * np.minimum(steps, 1.0)


def simulate(names: Sequence[str], middle: Floats, choice: Choice, steps: Floats) -> Ends:
    """Ends of simulated paths whose variance allows for few errors.

    σ² = s²(n−1)/χ²ₙ₋₁; a drift of σ/√n per step that is unknown too, h·σ/√n; and noise √h·σ:
    the predictive distribution of a random walk with drift and both parameters unknown. Each
    path has its mirror image, so that P50 is the forecast itself. The same name always draws the
    same numbers. Sources: Hyndman & Athanasopoulos 5.5; Box & Tiao 1973, 2.2.

    Args:
        names: What seeds each series: its key result's id.
        middle: The forecast; (series,).
        choice: See `choose`.
        steps: Steps h to the due day; (series,).
    """
    freedom = choice.count - 1
    drawn = np.stack([_draw(name, freedom) for name in names])  # (series, 3, PATHS / 2)
    sigma = choice.spread[:, None] * np.sqrt(freedom / drawn[:, 0])
    ahead = steps[:, None]
    off = sigma * (drawn[:, 1] * ahead / np.sqrt(choice.count) + drawn[:, 2] * np.sqrt(ahead))
    ends = middle[:, None] + np.concatenate([off, -off], axis=1)
    percentiles = np.percentile(ends, PERCENTILES, axis=1).T
    return Ends(percentiles, (ends >= 1).sum(axis=1))


def _draw(name: str, freedom: int) -> Floats:
    seed = int.from_bytes(sha256(name.encode()).digest()[:8], "big")
    source = np.random.Generator(np.random.PCG64(seed))
    drawn = np.empty((3, PATHS // 2))
    drawn[0] = source.chisquare(freedom, PATHS // 2)
    drawn[1:] = source.standard_normal((2, PATHS // 2))
    return drawn


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
