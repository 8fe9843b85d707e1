"""How long does a report take? 1,000 key results with 13 weeks of readings and evidence.

    python benchmarks/report.py [--key-results 1000] [--earlier 0] [--forms html,pdf,xlsx,md,json]
                               [--sees scores,changes]

Each form in a process of its own: wall and CPU seconds from the store to the file, CPU seconds
of the part behind reading the store, the peak of memory, the size. Targets: reading under 1.5 s,
HTML and PDF under 4 s from the store, XLSX under 2 s behind reading (with reading it takes half a
second more), HTML under 5 MB, memory under 500 MB; exits 1 where the processor was busy for longer
(the wall also counts what else the machine did) or something is larger.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from okr_core.plan.cycle import Cycle
from okr_core.plan.dump import plan_json, workspace_json
from okr_core.plan.metrics import Increase
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.revision import plan_digest, workspace_digest
from okr_core.plan.workspace import Workspace
from okr_core.record.entries import CheckIn, Entry, Reading, SyncRecord
from okr_core.record.evidence import Evidence, Row, digest_of, encode
from okr_store import NewRevision, Store, open_store

WEEKS, EACH, TEAMS = 13, 5, 20
SECONDS = {"read": 1.5, "html": 4.0, "pdf": 4.0}
BEHIND = {"xlsx": 2.0}
MEGABYTES = {"html": 5.0}
MEMORY = 500
STARTS = date(2026, 10, 1)
DAYS = timedelta(days=7 * WEEKS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--key-results", type=int, default=1000)
    parser.add_argument("--earlier", type=int, default=0, help="cycles before, of the same size")
    parser.add_argument("--forms", default="html,pdf,xlsx,md,json")
    parser.add_argument("--sees", default="everything", help="what the audience may see")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "okr.db")
        fill(url, asked.key_results, asked.earlier)
        print(f"{asked.key_results} key results, {WEEKS} weeks, {asked.earlier} cycles before")
        print(f"{'':8}{'wall s':>9}{'CPU s':>9}{'behind':>9}{'MB peak':>9}{'MB file':>9}")
        names = ("read", *asked.forms.split(","))
        missed = [name for name in names if not measured(url, name, asked.sees)]
    sys.exit(1 if missed else 0)


def measured(url: str, name: str, sees: str) -> bool:
    """Print one line; whether it keeps its targets."""
    # A process of its own: its peak of memory is its own.
    with get_context("spawn").Pool(1) as pool:
        wall, cpu, behind, memory, size = pool.apply(measure, (url, name, sees))
    print(f"{name:8}{wall:9.2f}{cpu:9.2f}{behind:9.2f}{memory:9.0f}{size:9.2f}")
    fast = cpu <= SECONDS.get(name, 60) and behind <= BEHIND.get(name, 60)
    return fast and size <= MEGABYTES.get(name, 60) and memory <= MEMORY


def measure(url: str, name: str, sees: str) -> tuple[float, float, float, float, float]:
    """Wall and CPU seconds, CPU seconds behind reading, and megabytes: the peak, and the file."""
    from okr_flows.report.forms import form_names, rendered
    from okr_flows.report.report_input import read_report_input
    from okr_report import report

    at = datetime.combine(STARTS, datetime.min.time(), UTC) + DAYS - timedelta(days=1)
    wall, cpu = time.perf_counter(), time.process_time()
    with open_store(url) as store:
        report_input = read_report_input(store, "bench", at)
    report_input = replace(report_input, audiences={"readers": tuple(sees.split(","))})
    size, read = 0, time.process_time()
    if name != "read":
        size = len(rendered(report(report_input, "readers"), form_names(name)[0]).data)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    done = time.process_time()
    return time.perf_counter() - wall, done - cpu, done - read, memory, size / 1_000_000


def fill(url: str, count: int, earlier: int) -> None:
    chance = random.Random(5)
    with open_store(url, create=True) as store:
        space = Workspace.model_validate({"organization": "Acme", "people": {"ada": {"name": "A"}}})
        before = datetime.combine(STARTS - (earlier + 1) * DAYS, datetime.min.time(), UTC)
        add(store, space, before)
        for number in range(earlier, -1, -1):
            _cycle(store, count, number, chance)


def _cycle(store: Store, count: int, number: int, chance: random.Random) -> None:
    starts = STARTS - number * DAYS
    name = f"before-{number}" if number else "bench"
    cycle = Cycle(id=name, starts=starts, ends=starts + DAYS - timedelta(days=1))
    plan = Plan(cycle=cycle, objectives=tuple(_objectives(count)))
    begins = datetime.combine(starts, datetime.min.time(), UTC)
    add(store, plan, begins)
    names = [kr.id for kr in plan.key_results()]
    for week in range(WEEKS):
        at = begins + timedelta(days=7 * week, hours=6)
        measured = [_read(kr, at, week * 6 + chance.randrange(12)) for kr in names]
        said = [_word(kr, at, chance) for kr in names if week % 2]
        synced = SyncRecord(connection="acme", observed_at=at, observed=tuple(names))
        store.record(name, measured, [*said, Entry(at=at, body=synced, via="flow")])


def _objectives(count: int) -> Iterator[Objective]:
    metric = Increase(baseline=Decimal(0), target=Decimal(80))
    source = {"jira": {"connection": "acme", "jql": "x", "measure": "count"}}
    for i in range(count // EACH):
        yield Objective(
            id=f"o{i}",
            title=f"Objective {i}: customers of region {i} reach value in their first week",
            team=f"team-{i % TEAMS}",
            owner="ada",
            ambition="aspirational",
            key_results=tuple(
                KeyResult.model_validate(
                    {
                        "id": f"o{i}.k{j}",
                        "title": f"Key result {j} of objective {i} rises to 80",
                        "metric": metric,
                        "source": source,
                    }
                )
                for j in range(EACH)
            ),
        )


def _read(kr: str, at: datetime, value: int) -> tuple[Reading, bytes]:
    rows = tuple(Row(str(10_000 + n), label=f"ACME-{n}") for n in range(value))
    query = f"project = ACME AND labels = {kr}"
    content = encode(Evidence("jira", "acme", query, "number of issues", "count", rows=rows))
    one = Reading(
        at=at,
        value=Decimal(value),
        key_result=kr,
        source="jira:acme",
        as_of=at,
        observed_at=at,
        evidence=digest_of(content),
        revision=1,
    )
    return one, content


def _word(kr: str, at: datetime, chance: random.Random) -> Entry:
    body = CheckIn(confidence=chance.randrange(11), note="We tried two things; one of them worked.")
    return Entry(at=at, body=body, key_result=kr, by="ada", via="cli")


def add(store: Store, document: Plan | Workspace, at: datetime) -> None:
    said: dict[str, Any]
    if isinstance(document, Plan):
        said = {"kind": "plan", "scope": document.cycle.id, "document": plan_json(document)}
        digest = plan_digest(document)
    else:
        said = {"kind": "workspace", "scope": "", "document": workspace_json(document)}
        digest = workspace_digest(document)
    store.add_revision(
        NewRevision(
            **said,
            digest=digest,
            at=at,
            by="ada",
            via="benchmark",
            reason="measured",
        )
    )


if __name__ == "__main__":
    main()
