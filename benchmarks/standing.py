"""How long standing and roll-up of a large cycle take in memory: `python benchmarks/standing.py`.

20,000 objectives with five key results each (nine in ten are lines, one reading each), a link to a
counting parent for nine in ten objectives, readings and plan in memory. Prints a table.
"""

from __future__ import annotations

import gc
import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import AtMost, Binary, Decrease, Increase, Metric
from okr_core.plan.plan import KeyResult, Objective, Pace, Plan
from okr_core.progress.progress import Progress
from okr_core.progress.rollup import roll_up, team_figures
from okr_core.progress.standings import standing
from okr_core.record.entries import Reading

OBJECTIVES = 20_000
KEY_RESULTS_EACH = 5
TARGET_SECONDS = 1.5
AS_OF = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
Readings = Mapping[str, Sequence[Reading]]


def metric(chance: random.Random) -> tuple[Metric, Decimal]:
    """A metric and a current value for it."""
    draw = chance.random()
    if draw < 0.05:
        return AtMost(bound=Decimal(20)), Decimal(chance.randrange(30))
    if draw < 0.10:
        return Binary(), Decimal(chance.randrange(2))
    low = chance.randrange(1, 500)
    high = low + chance.randrange(1, 1000)
    value = Decimal(chance.randrange((low - 10) * 10, (high + 10) * 10)).scaleb(-1)
    if draw < 0.70:
        return Increase(baseline=Decimal(low), target=Decimal(high)), value
    return Decrease(baseline=Decimal(high), target=Decimal(low)), value


def company(count: int, chance: random.Random) -> tuple[Plan, Readings]:
    """A plan of `count` objectives in a tree, and one reading per key result."""
    readings: dict[str, Sequence[Reading]] = {}
    objectives = []
    for i in range(count):
        key_results = []
        for j in range(KEY_RESULTS_EACH):
            measured, value = metric(chance)
            name = f"o{i}.k{j}"
            days = chance.randrange(12)
            readings[name] = [
                Reading(AS_OF - timedelta(days=days), value, name, source="jira:acme")
            ]
            key_results.append(
                KeyResult(
                    id=name,
                    title=name,
                    metric=measured,
                    weight=Decimal(chance.choice((1, 1, 1, 2, 3))),
                    pace=Pace(curve=chance.choice(("linear", "workdays", "s_curve"))),
                    due=date(2026, 12, 31) - timedelta(days=chance.randrange(20)),
                    source={"jira": {}},
                )
            )
        children = [child for child in range(10 * i + 1, 10 * i + 11) if child < count]
        objectives.append(
            Objective(
                id=f"o{i}",
                title=f"o{i}",
                team=f"team-{i % 400}",
                key_results=tuple(key_results),
                contributes_to=(f"o{(i - 1) // 10}",) if i else (),
                counts={f"o{child}": Decimal(1) for child in children},
            )
        )
    cycle = Cycle(
        id="2026-q4", starts=date(2026, 10, 1), ends=date(2026, 12, 31), timezone="Europe/Zurich"
    )
    return Plan(cycle=cycle, objectives=tuple(objectives)), readings


def clocked(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of the best of three runs."""
    times = []
    for _ in range(3):
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    return min(times)


def peak(work: Callable[[], object]) -> float:
    """Peak MiB that a run allocates on top of its input."""
    gc.collect()
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 2**20


def main(objectives: int = OBJECTIVES) -> None:
    plan, readings = company(objectives, random.Random(7))
    count = objectives * KEY_RESULTS_EACH
    known: dict[str, Progress] = roll_up(plan, readings, {}, AS_OF)

    def both() -> None:
        standings = standing(plan, readings, {}, AS_OF)
        team_figures(plan, {name: each.progress for name, each in standings.items()})

    steps: dict[str, Callable[[], object]] = {
        "roll-up alone": lambda: roll_up(plan, readings, {}, AS_OF),
        "team and cycle figures alone": lambda: team_figures(plan, known),
        "standing (with its roll-up)": lambda: standing(plan, readings, {}, AS_OF),
        "standing, roll-up and figures": both,
    }
    print(f"{count:,} key results in {objectives:,} objectives, Python {sys.version.split()[0]}")
    print(f"{'':32}{'wall s':>8}{'CPU s':>8}{'MiB':>8}{'µs per key result':>20}")
    for name, work in steps.items():
        wall, cpu = clocked(work)
        print(f"{name:32}{wall:8.2f}{cpu:8.2f}{peak(work):8.0f}{1e6 * wall / count:20.1f}")
    print(f"Target: standing and roll-up together under {TARGET_SECONDS} s for 100,000.")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
