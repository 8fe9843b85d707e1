"""How fast is a scorecard? 10,000 key results with 13 readings each, on one core.

    python benchmarks/scoring.py [--key-results 10000]

Wall and CPU seconds of scoring, forecasting and roll-up, and what memory they add to the inputs,
for the given number and for a fifth of it. Target: under 10 s in all; exits 1 if the processor was
busy with it for longer (the wall also counts what else the machine did). Then, apart from that
target, the weekly trend that a report draws of a tenth of them.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from multiprocessing import get_context

from okr_core.forecast.forecast import forecasts
from okr_core.plan.agreement import PlanVersion
from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import Decrease, Increase, Metric
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.progress.rollup import roll_up, team_figures
from okr_core.progress.trends import trend, trend_times
from okr_core.record.entries import Reading
from okr_core.score.score import scorecard

POOLS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
WEEKS = 13
BEGINS = datetime(2026, 10, 1, tzinfo=UTC)
STARTS = date(2026, 10, 1)
# One more week is planned, so that after 13 readings there still is something to forecast.
CYCLE = Cycle(id="bench", starts=STARTS, ends=STARTS + timedelta(days=7 * (WEEKS + 1) - 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--key-results", type=int, default=10_000)
    count = parser.parse_args().key_results
    # One core is what the target says; each process inherits it before numpy loads.
    os.environ.update(dict.fromkeys(POOLS, "1"))
    seconds: list[float] = []
    for size in (count // 5, count):
        # A process of its own: its peak of memory is its own.
        with get_context("spawn").Pool(1) as pool:
            seconds.append(pool.apply(measure, (size,)))
    sys.exit(0 if seconds[-1] < 10 else 1)


def measure(count: int) -> float:
    plan = plan_of(count)
    readings = {kr.id: history(kr, index) for index, kr in enumerate(plan.key_results())}
    versions = [
        PlanVersion(1, BEGINS - timedelta(days=9), plan),
        PlanVersion(2, BEGINS + timedelta(days=40), moved(plan), "external_shock"),
    ]
    as_of = BEGINS + timedelta(days=7 * WEEKS)
    parts: list[tuple[str, Callable[[], object]]] = [
        ("score", lambda: scorecard(versions, readings, {}, as_of)),
        ("forecast", lambda: forecasts(plan, readings, {}, as_of)),
        ("roll-up", lambda: team_figures(plan, roll_up(plan, readings, {}, as_of))),
    ]
    print(f"\n{count} key results × {WEEKS} readings, two versions of the plan, one core")
    print(f"{'':<10}{'wall s':>8}{'CPU s':>8}{'added MiB':>11}")
    spent = [timed(name, part) for name, part in parts]
    wall, cpu = sum(wall for wall, _ in spent), sum(cpu for _, cpu in spent)
    print(f"{'all':<10}{wall:8.2f}{cpu:8.2f}   (target under 10 for 10,000)", flush=True)
    few = plan_of(count // 10)
    times = trend_times(CYCLE, as_of)
    print(f"\n{count // 10} of them at {len(times)} times")
    timed("trend", lambda: trend([PlanVersion(1, BEGINS, few)], readings, {}, times))
    return cpu


def timed(name: str, part: Callable[[], object]) -> tuple[float, float]:
    before, wall, cpu = peak(), time.perf_counter(), time.process_time()
    part()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{name:<10}{wall:8.2f}{cpu:8.2f}{peak() - before:11.0f}", flush=True)
    return wall, cpu


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def plan_of(count: int) -> Plan:
    objectives = tuple(
        Objective(
            id=f"o{number}",
            title="An objective",
            ambition="aspirational",
            team=f"t{number % 20}",
            key_results=tuple(
                KeyResult(id=f"kr{i}", title="A key result", metric=metric(i))
                for i in range(number * 4, min(number * 4 + 4, count))
            ),
        )
        for number in range(-(-count // 4))
    )
    return Plan(cycle=CYCLE, objectives=objectives)


def metric(index: int, target: int = 100) -> Metric:
    if index % 2:
        return Decrease(baseline=Decimal(target), target=Decimal(0))
    return Increase(baseline=Decimal(0), target=Decimal(target))


def moved(plan: Plan) -> Plan:
    """The plan after a shock: every tenth target is halved."""

    def shocked(kr: KeyResult) -> KeyResult:
        index = int(kr.id[2:])
        return kr.model_copy(update={"metric": metric(index, 50)}) if index % 10 == 0 else kr

    objectives = tuple(
        o.model_copy(update={"key_results": tuple(map(shocked, o.key_results))})
        for o in plan.objectives
    )
    return Plan(cycle=plan.cycle, objectives=objectives)


def history(kr: KeyResult, index: int) -> list[Reading]:
    way = [(week * (3 + index % 6) + index * week % 7) for week in range(1, WEEKS + 1)]
    return [
        Reading(
            at=BEGINS + timedelta(days=7 * week + 1),
            value=Decimal(value if kr.metric.kind == "increase" else 100 - value),
            key_result=kr.id,
            sequence=week,
        )
        for week, value in enumerate(way)
    ]


if __name__ == "__main__":
    main()
