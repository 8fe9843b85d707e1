"""Is the forecast honest? Simulated key results of five shapes, forecast week by week.

    python benchmarks/forecast.py [--key-results 2000] [--declared 0.5] [--seed 1] [--worlds]

Each key result has a reading per week for 13 weeks; from the sixth on its last reading is forecast
through `okr_core.forecast`, as a flow does it, and by each method alone. Errors are in units of the
way from baseline to target. `declared` is the share of the S-shaped and back-loaded key results
whose plan names their curve; all the others say `linear`, as most people do. Targets: the chosen
method is at most 5 % worse than the last value overall; P10 to P90 covers 75 to 85 % in every week.
Exits 1 if missed. `--worlds` then tells how coverage fares elsewhere, over three seeds each (about
two minutes): with no and with every curve declared, rougher and calmer, and in five shapes that
nobody looked at when the band was made.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from okr_core.forecast.band import choose, predict_chosen, simulate
from okr_core.forecast.forecast import forecasts
from okr_core.forecast.methods import METHODS, Batch, Floats
from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import Increase
from okr_core.plan.plan import KeyResult, Objective, Pace, Plan
from okr_core.record.entries import Reading

WEEKS = 13
FIRST = 6
"""Readings from which there is a forecast."""
STARTS = date(2026, 10, 1)
BEGINS = datetime(2026, 10, 1, tzinfo=UTC)
T = np.arange(1, WEEKS + 1) / WEEKS
CURVES: dict[str, Floats] = {"linear": T, "s_curve": 3 * T**2 - 2 * T**3, "back_loaded": T**2}
SHAPES = ("linear", "s_curve", "back_loaded", "step", "noisy")
UNSEEN = ("front_loaded", "plateau", "late_start", "random_walk", "bursts")
NAMES = (*METHODS, "chosen")


class Setting(NamedTuple):
    """What a world is made of; wander and noise are standard deviations."""

    title: str
    shapes: tuple[str, ...] = SHAPES
    declared: float = 0.5
    wander: float = 0.3
    noise: float = 0.01


WORLDS = (
    Setting("no curve declared", declared=0),
    Setting("half of the curves declared"),
    Setting("every curve declared", declared=1),
    Setting("rougher", wander=0.6, noise=0.03),
    Setting("calmer", wander=0.1, noise=0.005),
    Setting("shapes not seen before", UNSEEN, declared=0),
)


class World(NamedTuple):
    """Simulated key results: what happens, and what their plans say."""

    plan: Plan
    values: Floats
    shapes: list[str]


class Week(NamedTuple):
    """After some weeks: a column per method, then the chosen; a row per key result."""

    known: int
    errors: Floats
    covered: Floats
    brier: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--key-results", type=int, default=2000)
    parser.add_argument("--declared", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", action="store_true")
    options = parser.parse_args()
    setting = Setting("", declared=options.declared)
    world = made(setting, options.key_results, options.seed)
    weeks = [judge(world, known) for known in range(FIRST, WEEKS)]
    tables(weeks)
    by_shape(world, weeks)
    missed = verdict(weeks)
    if options.worlds:
        elsewhere(options.key_results)
    sys.exit(missed)


def made(setting: Setting, count: int, seed: int) -> World:
    source = np.random.default_rng(seed)
    shapes = [setting.shapes[i % len(setting.shapes)] for i in range(count)]
    ends = source.uniform(0.3, 1.3, count)
    rows = [path(source, shape, end, setting) for shape, end in zip(shapes, ends, strict=True)]
    named = source.random(count) < setting.declared
    key_results = tuple(
        KeyResult(
            id=f"kr{i}",
            title=shape,
            metric=Increase(baseline=Decimal(0), target=Decimal(1)),
            pace=Pace(curve=shape if name and shape in CURVES else "linear"),
        )
        for i, (shape, name) in enumerate(zip(shapes, named, strict=True))
    )
    cycle = Cycle(id="bench", starts=STARTS, ends=STARTS + timedelta(days=7 * WEEKS - 1))
    objective = Objective(id="all", title="All", key_results=key_results)
    return World(Plan(cycle=cycle, objectives=(objective,)), np.array(rows), shapes)


def path(source: np.random.Generator, shape: str, end: float, setting: Setting) -> Floats:
    """Weekly values: a way of its own, or a shape with a wandering pace and measured with noise."""
    if shape in _WAYS:
        return _WAYS[shape](source, end)
    wander = np.cumsum(source.normal(0, setting.wander, WEEKS)) / WEEKS
    noise = source.normal(0, 0.08 if shape == "noisy" else setting.noise, WEEKS)
    return np.asarray(end * (_smooth(source, shape) + wander) + noise)


def _smooth(source: np.random.Generator, shape: str) -> Floats:
    if shape == "front_loaded":
        return np.sqrt(T)
    if shape == "plateau":
        return np.minimum(T / source.uniform(0.4, 0.9), 1)
    if shape == "late_start":
        return np.maximum(T - 0.35, 0) / 0.65
    return CURVES.get(shape, T)


def _steps(source: np.random.Generator, end: float) -> Floats:
    jumps = source.integers(1, 5)
    at = source.integers(0, WEEKS, jumps)
    sizes = source.dirichlet(np.ones(jumps)) * end
    return np.array([sizes[at <= week].sum() for week in range(WEEKS)])


def _walk(source: np.random.Generator, end: float) -> Floats:
    return np.cumsum(source.normal(end / WEEKS, 1 / WEEKS, WEEKS))


def _bursts(source: np.random.Generator, end: float) -> Floats:
    return np.cumsum(source.gamma(0.5, 2, WEEKS)) / WEEKS * end


_WAYS: dict[str, Callable[[np.random.Generator, float], Floats]] = {
    "step": _steps,
    "random_walk": _walk,
    "bursts": _bursts,
}


def judge(world: World, known: int) -> Week:
    as_of = BEGINS + timedelta(days=7 * known)
    found = list(forecasts(world.plan, readings(world, known), {}, as_of).values())
    truth = world.values[:, -1]
    chosen = np.array([[each.p10, each.p50, each.p90] for each in found], dtype=float)
    said = np.stack([*each_alone(world, known), chosen], axis=1)  # (key results, methods, 3)
    low, middle, high = np.moveaxis(said, 2, 0)
    hit = np.array([float(each.hit or 0) for each in found])
    return Week(
        known,
        np.abs(truth[:, None] - middle),
        ((low <= truth[:, None]) & (truth[:, None] <= high)).astype(float),
        float(((hit - (truth >= 1)) ** 2).mean()),
    )


def readings(world: World, known: int) -> dict[str, list[Reading]]:
    return {
        kr.id: [
            Reading(at=BEGINS + timedelta(days=7 * (week + 1)), value=Decimal(f"{value:.6f}"))
            for week, value in enumerate(row[:known])
        ]
        for kr, row in zip(world.plan.key_results(), world.values, strict=True)
    }


def each_alone(world: World, known: int) -> list[Floats]:
    """P10, P50 and P90 of every method alone; (key results, 3) each."""
    key_results = list(world.plan.key_results())
    expected = np.array([CURVES[kr.pace.curve] for kr in key_results])
    batch = Batch(world.values[:, :known], expected[:, :known])
    steps, planned = (np.full(len(key_results), each) for each in (float(WEEKS - known), 1 / WEEKS))
    said = []
    for index in range(len(METHODS)):
        choice = choose(batch, min(WEEKS - known, known), planned, only=index)
        middle = predict_chosen(batch, choice, steps, expected[:, -1])
        said.append(simulate([kr.id for kr in key_results], middle, choice, steps).percentiles)
    return said


def tables(weeks: Sequence[Week]) -> None:
    print(f"\nMean absolute error (n = {len(weeks[0].errors)})")
    print(f"{'readings':>8}" + "".join(f"{name:>12}" for name in NAMES) + f"{'Brier':>8}")
    for week in weeks:
        print(row(week.known, week.errors.mean(axis=0), "12.4f") + f"{week.brier:8.3f}")
    print(row("all", overall(weeks), "12.4f"))
    print("\nCoverage of P10 to P90")
    print(f"{'readings':>8}" + "".join(f"{name:>12}" for name in NAMES))
    for week in weeks:
        print(row(week.known, week.covered.mean(axis=0), "12.1%"))
    print(row("all", np.mean([week.covered.mean(axis=0) for week in weeks], axis=0), "12.1%"))


def row(title: object, numbers: Floats, form: str) -> str:
    return f"{title!s:>8}" + "".join(format(number, form) for number in numbers)


def overall(weeks: Sequence[Week]) -> Floats:
    return np.asarray(np.mean([week.errors.mean(axis=0) for week in weeks], axis=0))


def by_shape(world: World, weeks: Sequence[Week]) -> None:
    print("\nBy shape: error of the chosen method ÷ that of the last value; coverage by readings")
    shapes = np.array(world.shapes)
    for shape in dict.fromkeys(world.shapes):
        of = shapes == shape
        errors = np.mean([week.errors[of].mean(axis=0) for week in weeks], axis=0)
        coverage = "  ".join(f"{week.covered[of, -1].mean():4.0%}" for week in weeks)
        print(f"  {shape:<12}{errors[-1] / errors[0]:6.2f}   {coverage}")


def verdict(weeks: Sequence[Week]) -> int:
    errors = overall(weeks)
    ratio = errors[-1] / errors[0]
    coverage = [float(week.covered[:, -1].mean()) for week in weeks]
    honest = all(0.75 <= each <= 0.85 for each in coverage)
    print(f"\nchosen ÷ last value: {ratio:.2f} (target at most 1.05)")
    print(f"coverage {min(coverage):.1%} to {max(coverage):.1%} by week (target 75 to 85 %)")
    return 0 if ratio <= 1.05 and honest else 1


def elsewhere(count: int) -> None:
    print("\nElsewhere, three seeds each: chosen ÷ last value; coverage by readings, its mean")
    for setting in WORLDS:
        ratios, coverage = [], []
        for seed in range(1, 4):
            world = made(setting, count, seed)
            weeks = [judge(world, known) for known in range(FIRST, WEEKS)]
            errors = overall(weeks)
            ratios.append(errors[-1] / errors[0])
            coverage.append([week.covered[:, -1].mean() for week in weeks])
        by_week = "  ".join(f"{each:4.0%}" for each in np.mean(coverage, axis=0))
        print(f"  {setting.title:<28}{np.mean(ratios):5.2f}   {by_week}   {np.mean(coverage):6.1%}")


if __name__ == "__main__":
    main()
