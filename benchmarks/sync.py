"""Side by side: prefect-okr's sync against a plain loop, dlt, and bare httpx, on the sandbox.

    python benchmarks/sync.py [--scenario 1 2 3] [--rounds 3] [--latency 0.05]

Each contender runs in a process of its own against a sandbox in another one. Requests are counted
by the sandbox; wall and CPU seconds cover the run alone (imports and set-up apart), memory is the
process's peak. The best of the rounds counts: the machine is noisy. The plain loop of scenario 2
and dlt run once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from served import sandbox
from sync_scenarios import SCENARIOS, Scenario

HERE = Path(__file__).parent
OURS, LOOP, DLT, BARE = (
    "prefect-okr", "jira/notion library, plain loop", "dlt rest_api_source",
    "bare httpx, planned pages",
)  # fmt: skip
ROWS = ((OURS, "cold"), (OURS, "warm"), (BARE, "warm"), (LOOP, "cold"), (DLT, "cold"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", nargs="*", type=int, default=[1, 2, 3])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0.05)
    options = parser.parse_args()
    for number in options.scenario:
        scenario = SCENARIOS[number]
        print(f"\nScenario {number}: {scenario.title}, {options.latency * 1000:.0f} ms latency")
        print(f"{'':<34}{'':<6}{'requests':>9}{'wall s':>9}{'CPU s':>8}{'MiB':>7}")
        with sandbox(number, options.latency) as (url, source):
            _table(scenario, url, source, options.rounds)


def _table(scenario: Scenario, url: str, source: str, rounds: int) -> None:
    found: dict[tuple[str, str], dict[str, object]] = {}
    for name, mode in ROWS:
        times = rounds if name in (OURS, BARE) else 1
        runs = [_run(name, scenario.number, url, source, mode) for _ in range(times)]
        best = min(runs, key=lambda run: float(str(run["wall"])))
        found[name, mode] = best
        print(
            f"{name:<34}{mode:<6}{best['requests']:>9}{best['wall']:>9.2f}"
            f"{best['cpu']:>8.2f}{best['memory']:>7.0f}"
        )
    mine, bare = found[OURS, "warm"], found[BARE, "warm"]
    wall = {key: float(str(value["wall"])) for key, value in found.items()}
    print(f"  requests equal to the planned pages: {mine['requests'] == bare['requests']}")
    print(f"  same values as bare httpx: {_same(mine['values'], bare['values'])}")
    print(
        f"  same values as the plain loop: {_same(mine['values'], found[LOOP, 'cold']['values'])}"
    )
    print(f"  wall: {wall[OURS, 'warm'] / wall[BARE, 'warm']:.2f} x bare httpx", end="")
    for rival in (LOOP, DLT):
        print(f"; {wall[rival, 'cold'] / wall[OURS, 'warm']:.1f} x faster than {rival}", end="")
    print()


def _same(mine: object, theirs: object) -> bool:
    assert isinstance(mine, dict)
    assert isinstance(theirs, dict)
    return set(mine) == set(theirs) and all(
        abs(float(mine[key]) - float(theirs[key])) < 1e-9 for key in mine
    )


def _run(name: str, number: int, url: str, source: str, mode: str) -> dict[str, object]:
    command = [sys.executable, str(HERE / "sync_rivals.py"), name, str(number), url, source, mode]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if not lines:
        raise SystemExit(f"{name} failed:\n{done.stdout}\n{done.stderr}")
    result: dict[str, object] = json.loads(lines[-1].removeprefix("RESULT "))
    return result


if __name__ == "__main__":
    main()
