"""How long commands take to start, beside `import prefect`, each in a process of its own.

    python benchmarks/start.py [--rounds 7] [--only sync]

`okr status` reads a store with 5,000 key results, 13 readings each and a stored scoring with its
forecasts. `okr sync` reads 12 key results from a sandbox, each round a slot of its own: in its own
process, and as a flow on a Prefect server that runs beside it. Byte code is cached, as it
is for every user; rounds take turns, so that a busy minute hits all contenders; the median counts.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from served import prefect, sandbox
from sync_scenarios import SCENARIOS
from sync_workspace import ENV, prepare

from okr_core.plan.cycle import Cycle
from okr_core.plan.dump import plan_json, workspace_json
from okr_core.plan.metrics import Increase
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.revision import plan_digest, workspace_digest
from okr_core.plan.workspace import Workspace
from okr_core.record.entries import Reading
from okr_flows.score.record import score
from okr_store import NewRevision, open_store

KEY_RESULTS, WEEKS = 5_000, 13
START = datetime(2026, 10, 1, tzinfo=UTC)
PREFECT = "python -c 'import prefect'"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="commands that hold this word")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _synced(folder) as (address, api):
        store = f"{folder}/okr.db"
        prepare(f"{folder}/sync.db", SCENARIOS[4], address, "-")
        okr = [sys.executable, "-c", "import sys, okr_cli; sys.exit(okr_cli.main())"]
        status = [*okr, "status", "--cycle", "bench", "--as-of", "2026-12-31"]
        sync = ["env", f"OKR_STORE_URL={folder}/sync.db", *okr, "sync", "--cycle", "bench"]
        commands = {
            PREFECT: [sys.executable, "-c", "import prefect"],
            "okr --help": [*okr, "--help"],
            f"okr status, {KEY_RESULTS:,} key results": [*status, "--tree"],
            "okr status --format json": [*status, "--format", "json"],
            "okr sync, 12 key results, no server": [*sync, "--as-of", "2026-11-02T10:{turn:02}"],
            "okr sync, the same, Prefect server": [
                *("env", f"PREFECT_API_URL={api}", *sync, "--as-of", "2026-11-02T11:{turn:02}")
            ],
        }
        env = {**_clean(folder), **ENV, "OKR_STORE_URL": store}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        wanted = {n: c for n, c in commands.items() if n == PREFECT or options.only in n}
        if any("status" in name for name in wanted):
            _fill(store)
        _table(wanted, env, folder, options.rounds)


def _table(commands: dict[str, list[str]], env: dict[str, str], folder: str, rounds: int) -> None:
    times: dict[str, list[float]] = {name: [] for name in commands}
    cpu: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            began = time.perf_counter()
            with Path(folder, "out").open("w") as out:
                told = [argument.format(turn=turn) for argument in command]
                subprocess.run(told, env=env, stdout=out, stderr=out, cwd=folder, check=True)
            wall = time.perf_counter() - began
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if turn:  # the first one fills the caches
                times[name].append(wall)
                cpu[name].append(
                    after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                )
    base = statistics.median(times[PREFECT])
    print(f"{'':<38}{'wall s':>8}{'CPU s':>8}{'x import prefect':>18}")
    for name, found in times.items():
        wall = statistics.median(found)
        print(f"{name:<38}{wall:>8.2f}{statistics.median(cpu[name]):>8.2f}{wall / base:>18.2f}")


def _clean(folder: str) -> dict[str, str]:
    """An environment with a Prefect home and a cache of byte code of its own."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PREFECT_", "OKR_"))}
    cache = {"PYTHONPYCACHEPREFIX": f"{folder}/cache"}
    return {**kept, **cache, "PREFECT_HOME": f"{folder}/prefect", "DO_NOT_TRACK": "1"}


@contextmanager
def _synced(folder: str) -> Iterator[tuple[str, str]]:
    """Addresses of the sandbox and of a Prefect server's API."""
    with sandbox(4, latency=0) as (address, _), prefect(_clean(folder)) as api:
        yield address, api


def _fill(path: str) -> None:
    cycle = Cycle(id="bench", starts=date(2026, 10, 1), ends=date(2026, 12, 31))
    plan = Plan(cycle=cycle, objectives=tuple(_objectives()))
    workspace = Workspace(organization="Benchmark")
    with open_store(path, create=True) as store:
        for kind, scope, document, name in (
            ("workspace", "", workspace_json(workspace), workspace_digest(workspace)),
            ("plan", "bench", plan_json(plan), plan_digest(plan)),
        ):
            store.add_revision(
                NewRevision(
                    kind=kind,  # type: ignore[arg-type]
                    scope=scope,
                    document=document,
                    digest=name,
                    base=0,
                    at=START,
                    by="bench",
                    via="cli",
                )
            )
        store.record("bench", ((reading, None) for reading in _readings(plan)))
        at = START + timedelta(days=7 * WEEKS - 8)
        score(store, "bench", at, now=at)


def _objectives() -> Iterator[Objective]:
    for place in range(KEY_RESULTS // 5):
        yield Objective(
            id=f"o{place}",
            title=f"Objective {place}",
            team=f"team-{place % 50}",
            role="lead",
            key_results=tuple(
                KeyResult(
                    id=f"o{place}.k{number}",
                    title=f"Key result {number} of objective {place}",
                    metric=Increase(baseline=Decimal(0), target=Decimal(100)),
                )
                for number in range(5)
            ),
        )


def _readings(plan: Plan) -> Iterator[Reading]:
    for place, kr in enumerate(plan.key_results()):
        for week in range(WEEKS):
            at = START + timedelta(days=7 * week + 6)
            value = Decimal((place * 7 + week * 8) % 110)
            yield Reading(at=at, value=value, key_result=kr.id, source="jira:x", as_of=at)


if __name__ == "__main__":
    main()
