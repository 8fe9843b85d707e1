"""How the store does on a large cycle: `python benchmarks/store.py [URL]`.

Records 5,000 key results × 100 readings (500,000) in slots of 5,000, streams all of them, fetches
the current ones as `okr status` does, and audits; each step in a process of its own, so that its
peak memory is its own. Without a URL: a SQLite file in a temporary folder. Prints a table.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from okr_core.basics.exact import digest
from okr_core.record.entries import Entry, Reading, ScopeChange
from okr_store import open_store
from okr_store.readings import Measured

CYCLE = "2026-q4"
START = datetime(2026, 10, 1, 6, tzinfo=UTC)
Step = Callable[[str, int, int], str]


def slot(number: int, key_results: int) -> Iterator[Measured]:
    """One sync: a reading per key result; ten share one evidence."""
    at = START + timedelta(hours=18 * number)
    for index in range(key_results):
        proof = f'{{"rows":{[number, index // 10] * 20}}}'.encode()
        yield (
            Reading(
                at=at,
                value=Decimal(number * 10 + index).scaleb(-1),
                key_result=f"team{index % 40:02d}.kr{index:05d}",
                source=f"jira:server{index % 4}",
                evidence=digest(proof),
                revision=1,
                state="suspect" if (index + number) % 97 == 0 else "observed",
            ),
            proof,
        )


def write(url: str, key_results: int, slots: int) -> str:
    """Record every slot, one transaction each, and a decision beside it."""
    with open_store(url, create=True) as store:
        for number in range(slots):
            said = Entry(at=START, body=ScopeChange(reason="a team joined"), by="anna")
            store.record(CYCLE, slot(number, key_results), [said])
    return f"{key_results * slots} readings"


def write_again(url: str, key_results: int, slots: int) -> str:
    """Record the last slot once more: all of it is there."""
    with open_store(url) as store:
        done = store.record(CYCLE, slot(slots - 1, key_results))
    return f"{done.existing} left as they were"


def stream(url: str, _key_results: int, _slots: int) -> str:
    """Read every reading."""
    with open_store(url) as store:
        return f"{sum(1 for _ in store.readings(CYCLE, as_of=None))} readings"


def current(url: str, _key_results: int, _slots: int) -> str:
    """Read the current ones, as `okr status` does."""
    with open_store(url) as store:
        found = store.readings(CYCLE, as_of=START + timedelta(days=400), history=())
        return f"{sum(1 for _ in found)} readings"


def audit(url: str, _key_results: int, _slots: int) -> str:
    """Verify the chain, all rows that it binds, the words and the evidence."""
    with open_store(url) as store:
        report = store.audit()
    sound = "sound" if report.ok else "ALTERED"
    return f"{report.links} links bind {report.readings} readings, {sound}"


def imported(_url: str, _key_results: int, _slots: int) -> str:
    """Start Python and import the store: the floor of every figure."""
    return "nothing read"


STEPS: tuple[Step, ...] = (imported, write, write_again, stream, current, audit)


def measure(step: Step, url: str, size: tuple[int, int]) -> tuple[float, float, str]:
    """Seconds, peak MB and result of a step in a fresh process."""
    context = multiprocessing.get_context("spawn")
    answers: SimpleQueue[tuple[float, float, str]] = context.SimpleQueue()
    process = context.Process(target=_run, args=(step.__name__, url, size, answers))
    process.start()
    process.join()
    if process.exitcode != 0:
        raise SystemExit(f"{step.__name__} failed")
    return answers.get()


def _run(name: str, url: str, size: tuple[int, int], answers: SimpleQueue[object]) -> None:
    step = next(each for each in STEPS if each.__name__ == name)
    begin = time.perf_counter()
    result = step(url, *size)
    wall = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts KB, macOS bytes.
    answers.put((wall, peak / (1024 if sys.platform != "darwin" else 1024**2), result))


def main() -> None:
    """Run every step and print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("url", nargs="?", help="store, empty or missing [default: a new file]")
    parser.add_argument("--key-results", type=int, default=5_000)
    parser.add_argument("--slots", type=int, default=100, help="readings per key result")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.url or str(Path(folder) / "okr.db")
        print(f"{'step':<12} {'wall s':>8} {'peak MB':>8}  result")
        for step in STEPS:
            wall, peak, result = measure(step, url, (given.key_results, given.slots))
            print(f"{step.__name__:<12} {wall:8.2f} {peak:8.0f}  {result}", flush=True)
        if not given.url:
            print(f"file: {Path(url).stat().st_size / 1024**2:.0f} MB")


if __name__ == "__main__":
    main()
