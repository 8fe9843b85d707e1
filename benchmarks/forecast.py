"""Is the forecast honest? Simulated key results of five shapes, forecast week by week.

    python benchmarks/forecast.py [--key-results 2000] [--declared 0.5] [--seed 1]

Each key result has a reading per week for 13 weeks; from the sixth on its last reading is forecast
through `okr_core.forecast`, as a flow does it. Errors are in units of the way from baseline to
target. `declared` is the share of the S-shaped and back-loaded key results whose plan names their
curve; all the others say `linear`, as most people do. Targets: the chosen method is at most 5 %
worse than the last value overall; P10 to P90 covers 75 to 85 % in every week. Exits 1 if missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from okr_core.cycle import Cycle
from okr_core.entries import Reading
from okr_core.forecast import Forecast, forecasts
from okr_core.forecast_methods import METHODS, Batch, Floats
from okr_core.metrics import Increase
from okr_core.plan import KeyResult, Objective, Pace, Plan

WEEKS = 13
STARTS = date(2026, 10, 1)
BEGINS = datetime(2026, 10, 1, tzinfo=UTC)
SHAPES = ("linear", "s_curve", "back_loaded", "step", "noisy")


class World(NamedTuple):
    """Simulated key results: what happens, and what their plans say."""

    plan: Plan
    values: Floats
    shapes: list[str]


class Week(NamedTuple):
    """Errors and coverage after some weeks; `errors` has one column per method, then the chosen."""

    known: int
    errors: Floats
    covered: Floats
    brier: float
    chosen: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--key-results", type=int, default=2000)
    parser.add_argument("--declared", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    world = simulate(options.key_results, options.declared, options.seed)
    weeks = [judge(world, known) for known in range(6, WEEKS)]
    table(weeks)
    by_shape(world, weeks)
    sys.exit(verdict(weeks))


def simulate(count: int, declared: float, seed: int) -> World:
    source = np.random.default_rng(seed)
    shapes = [SHAPES[i % len(SHAPES)] for i in range(count)]
    ends = source.uniform(0.3, 1.3, count)
    rows = [path(source, shape, end) for shape, end in zip(shapes, ends, strict=True)]
    named = source.random(count) < declared
    key_results = tuple(
        KeyResult(
            id=f"kr{i}",
            title=shape,
            metric=Increase(baseline=Decimal(0), target=Decimal(1)),
            pace=Pace(curve=shape if name and shape in SHAPES[1:3] else "linear"),
        )
        for i, (shape, name) in enumerate(zip(shapes, named, strict=True))
    )
    cycle = Cycle(id="bench", starts=STARTS, ends=STARTS + timedelta(days=7 * WEEKS - 1))
    objective = Objective(id="all", title="All", key_results=key_results)
    return World(Plan(cycle=cycle, objectives=(objective,)), np.array(rows), shapes)


def path(source: np.random.Generator, shape: str, end: float) -> Floats:
    """Weekly values: the shape, a wandering pace and the noise of measurement."""
    t = np.arange(1, WEEKS + 1) / WEEKS
    if shape == "step":
        jumps = source.integers(1, 5)
        at = source.integers(0, WEEKS, jumps)
        sizes = source.dirichlet(np.ones(jumps)) * end
        return np.array([sizes[at <= week].sum() for week in range(WEEKS)])
    smooth = {"s_curve": 3 * t**2 - 2 * t**3, "back_loaded": t**2}.get(shape, t)
    wander = np.cumsum(source.normal(0, 0.3, WEEKS)) / WEEKS
    noise = source.normal(0, 0.08 if shape == "noisy" else 0.01, WEEKS)
    return np.asarray(end * (smooth + wander) + noise)


def judge(world: World, known: int) -> Week:
    as_of = BEGINS + timedelta(days=7 * known)
    found = list(forecasts(world.plan, readings(world, known), {}, as_of).values())
    truth = world.values[:, -1]
    p10, p50, p90 = (np.array([float(v) for v in column]) for column in percentiles(found))
    rivals = np.abs(truth[:, None] - each_method(world, known))
    reached = truth >= 1
    hit = np.array([float(each.hit or 0) for each in found])
    return Week(
        known,
        np.column_stack([rivals, np.abs(truth - p50)]),
        ((p10 <= truth) & (truth <= p90)).astype(float),
        float(((hit - reached) ** 2).mean()),
        [str(each.method) for each in found],
    )


def readings(world: World, known: int) -> dict[str, list[Reading]]:
    return {
        kr.id: [
            Reading(at=BEGINS + timedelta(days=7 * (week + 1)), value=Decimal(f"{value:.6f}"))
            for week, value in enumerate(row[:known])
        ]
        for kr, row in zip(world.plan.key_results(), world.values, strict=True)
    }


def percentiles(found: list[Forecast]) -> Iterator[list[Decimal]]:
    for name in ("p10", "p50", "p90"):
        yield [getattr(each, name) for each in found]


def each_method(world: World, known: int) -> Floats:
    """What every method alone would have said, (key results, methods)."""
    t = np.arange(1, WEEKS + 1) / WEEKS
    curves = {"linear": t, "s_curve": 3 * t**2 - 2 * t**3, "back_loaded": t**2}
    expected = np.array([curves[kr.pace.curve] for kr in world.plan.key_results()])
    batch = Batch(world.values[:, :known], expected[:, :known])
    steps = np.full((len(expected), 1), float(WEEKS - known))
    columns = [batch.predict(m, known, steps, expected[:, -1:])[:, 0] for m in METHODS]
    return np.column_stack(columns)


def table(weeks: list[Week]) -> None:
    names = [*METHODS, "chosen"]
    print(
        f"\nMean absolute error by method, and coverage of P10 to P90 (n = {len(weeks[0].errors)})"
    )
    print(f"{'readings':>8}" + "".join(f"{n:>12}" for n in names) + f"{'coverage':>10}{'Brier':>8}")
    for week in weeks:
        errors = "".join(f"{error:12.4f}" for error in week.errors.mean(axis=0))
        print(f"{week.known:>8}{errors}{week.covered.mean():10.1%}{week.brier:8.3f}")
    overall = np.mean([week.errors.mean(axis=0) for week in weeks], axis=0)
    coverage = np.mean([week.covered.mean() for week in weeks])
    print(f"{'all':>8}" + "".join(f"{error:12.4f}" for error in overall) + f"{coverage:10.1%}")


def by_shape(world: World, weeks: list[Week]) -> None:
    print("\nBy shape: error of the chosen method ÷ that of the last value; coverage by readings")
    shapes = np.array(world.shapes)
    for shape in SHAPES:
        of = shapes == shape
        errors = np.mean([week.errors[of].mean(axis=0) for week in weeks], axis=0)
        coverage = "  ".join(f"{week.covered[of].mean():4.0%}" for week in weeks)
        print(f"  {shape:<12}{errors[-1] / errors[0]:6.2f}   {coverage}")


def verdict(weeks: list[Week]) -> int:
    overall = np.mean([week.errors.mean(axis=0) for week in weeks], axis=0)
    ratio = overall[-1] / overall[0]
    coverage = [float(week.covered.mean()) for week in weeks]
    honest = all(0.75 <= each <= 0.85 for each in coverage)
    print(f"\nchosen ÷ last value: {ratio:.2f} (target at most 1.05)")
    print(f"coverage {min(coverage):.1%} to {max(coverage):.1%} by week (target 75 to 85 %)")
    return 0 if ratio <= 1.05 and honest else 1


if __name__ == "__main__":
    main()
