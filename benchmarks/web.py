"""What the page costs a company of 1,000 key results, and 200 people who check in at once.

    python benchmarks/web.py [--only sqlite] [--pages 20] [--people 200]

The page runs in a process of its own, as `okr web` runs it; its CPU is what the system says of that
process. `changed` is a page right after a check-in, when what is kept has to be brought up to date;
`again` is the same page once more. Then everybody opens their link, looks, and reports one of five
key results, eight at a time; afterwards the store is asked whether every value is there.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import NamedTuple

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from engines import new_database, postgres_from_wheel

from okr_core.plan.acting import Actor, Occasion
from okr_core.plan.cycle import Cycle
from okr_core.plan.dump import plan_json, workspace_json
from okr_core.plan.metrics import Increase
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.revision import plan_digest, workspace_digest
from okr_core.plan.workspace import Person, Team, Workspace
from okr_core.record.entries import Reading
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.people.keys import Keys, new_secret
from okr_store import NewRevision, open_store
from okr_web.serving import serve

PEOPLE, OF_EACH, WEEKS = 200, 5, 8
CYCLE = "bench"


class _Served(NamedTuple):
    """Where the page answers, the process that does, and what signs its links."""

    address: str
    process: int
    keys: Keys


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="sqlite or postgresql")
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--people", type=int, default=PEOPLE)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.only in ("", "sqlite"):
            _measure("sqlite", f"{folder}/okr.db", options.pages, options.people)
        if options.only in ("", "postgresql"):
            with postgres_from_wheel() as (server, _), new_database(server) as url:
                _measure("postgresql", url, options.pages, options.people)


def _measure(engine: str, url: str, pages: int, people: int) -> None:
    _fill(url)
    secret = new_secret()
    with _serving(url, secret) as (address, process):
        served = _Served(address, process, Keys(secret))
        _pages(engine, url, served, pages)
        _everybody(engine, url, served, people)


def _pages(engine: str, url: str, served: _Served, rounds: int) -> None:
    address, process, keys = served
    print(f"{engine}: {PEOPLE * OF_EACH:,} key results, median of {rounds}")
    print(f"{'':<26}{'CPU ms':>8}{'wall ms':>9}{'kB':>6}")
    with open_store(url) as store, _opened(address, keys, "p7") as client:
        for path in ("/me", "/", "/goal/o7.k1", "/?as_of=" + _day(-14)):
            for name in ("changed", "again"):
                found = []
                for _ in range(rounds):
                    if name == "changed":
                        _speak(store)
                    found.append(_timed(partial(client.get, path), process))
                cpu, wall, size = (statistics.median(each) for each in zip(*found, strict=True))
                label = f"{path.partition('=')[0]} {name}"
                print(f"{label:<26}{cpu * 1000:>8.0f}{wall * 1000:>9.0f}{size / 1000:>6.0f}")


def _timed(ask: Callable[[], httpx.Response], process: int) -> tuple[float, float, int]:
    cpu, wall = _cpu_of(process), time.perf_counter()
    answer = ask()
    wall = time.perf_counter() - wall
    assert answer.status_code == 200, answer.text[:500]
    return _cpu_of(process) - cpu, wall, len(answer.content)


def _cpu_of(process: int) -> float:
    """Seconds of CPU that a process took, to the nanosecond where the system tells it."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def _speak(store: object) -> None:
    """Somebody else's check-in."""
    now = datetime.now(UTC)
    text = CheckInText("o9.k2", confidence=str(now.microsecond % 11), note=str(now))
    check_in(store, CYCLE, text, Occasion(now, now, Actor("cli", "p9")))  # type: ignore[arg-type]


def _everybody(engine: str, url: str, served: _Served, people: int) -> None:
    address, process, keys = served

    def one(number: int) -> float:
        began = time.perf_counter()
        with _opened(address, keys, f"p{number}") as client:
            form = dict(_FIELDS.findall(client.get("/me").text))
            form[f"k|o{number}.k3|value"] = str(60 + number % 40)
            form[f"k|o{number}.k3|sure"] = "7"
            answer = client.post("/me", data=form)
            assert answer.status_code == 200, answer.text[:500]
            assert "needs another look" not in answer.text
        return time.perf_counter() - began

    cpu, wall = _cpu_of(process), time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        waits = sorted(pool.map(one, range(people)))
    wall, cpu = time.perf_counter() - wall, _cpu_of(process) - cpu
    with open_store(url) as store:
        said = [*store.entries(CYCLE, kinds=("check_in",))]
    known = {(e.key_result, e.by) for e in said if e.via == "link"}
    lost = [n for n in range(people) if (f"o{n}.k3", f"p{n}") not in known]
    print(
        f"{engine}: {people} people in {wall:.0f} s ({cpu:.0f} s of CPU), each waited "
        f"{statistics.median(waits):.1f} s, the slowest {waits[-1]:.1f} s; lost: {len(lost)}"
    )


_FIELDS = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@contextmanager
def _opened(address: str, keys: Keys, person: str) -> Iterator[httpx.Client]:
    token = keys.link(person, "page", 0, datetime.now(UTC))
    with httpx.Client(base_url=address, timeout=120) as client:
        assert client.post("/l", data={"token": token}).status_code == 303
        yield client


@contextmanager
def _serving(url: str, secret: str) -> Iterator[tuple[str, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = multiprocessing.get_context("spawn").Process(target=_serve, args=(url, secret, port))
    started.start()
    address = f"http://127.0.0.1:{port}"
    while True:
        try:
            httpx.get(f"{address}/health")
            break
        except httpx.ConnectError:
            time.sleep(0.1)
    try:
        yield address, started.pid or os.getpid()
    finally:
        started.terminate()
        started.join()


def _serve(url: str, secret: str, port: int) -> None:
    with open_store(url) as store:
        serve(store, Keys(secret), lambda: datetime.now(UTC), "127.0.0.1", port)


# The company


def _day(number: int) -> str:
    return (datetime.now(UTC) + timedelta(days=number)).date().isoformat()


def _fill(url: str) -> None:
    starts = datetime.now(UTC) - timedelta(days=60)
    cycle = Cycle(
        id=CYCLE,
        starts=date.fromisoformat(_day(-60)),
        ends=date.fromisoformat(_day(30)),
    )
    plan = Plan(cycle=cycle, objectives=tuple(_objectives()))
    workspace = Workspace(
        organization="Benchmark",
        people={f"p{number}": Person(name=f"Person {number}") for number in range(PEOPLE)},
        teams={f"team-{number}": Team(name=f"Team {number}") for number in range(40)},
    )
    with open_store(url, create=True) as store:
        for kind, scope, document, name in (
            ("workspace", "", workspace_json(workspace), workspace_digest(workspace)),
            ("plan", CYCLE, plan_json(plan), plan_digest(plan)),
        ):
            store.add_revision(
                NewRevision(
                    kind=kind,  # type: ignore[arg-type]
                    scope=scope,
                    document=document,
                    digest=name,
                    at=starts,
                    by="p0",
                    via="cli",
                )
            )
        store.record(CYCLE, ((reading, None) for reading in _readings(plan, starts)))


def _objectives() -> Iterator[Objective]:
    for number in range(PEOPLE):
        yield Objective(
            id=f"o{number}",
            title=f"Objective {number} that somebody cares for",
            team=f"team-{number % 40}",
            owner=f"p{number}",
            key_results=tuple(
                KeyResult(
                    id=f"o{number}.k{place}",
                    title=f"Key result {place} of objective {number}, from 0 to 100",
                    metric=Increase(baseline=Decimal(0), target=Decimal(100), unit="%"),
                )
                for place in range(OF_EACH)
            ),
        )


def _readings(plan: Plan, starts: datetime) -> Iterator[Reading]:
    for place, kr in enumerate(plan.key_results()):
        # Of each five, one was last reported long ago and waits for its person.
        for week in range(WEEKS - 3 * (place % OF_EACH == 3)):
            at = starts + timedelta(days=7 * week + 1)
            value = Decimal((place * 7 + week * 8) % 90)
            by = f"p{place // OF_EACH}"
            yield Reading(at=at, value=value, key_result=kr.id, as_of=at, by=by)


if __name__ == "__main__":
    main()
