"""Real issues of an Apache project, from the sandbox into the store: a number each, as in the file.

The export has neither numbers nor resolutions. The number of words of an issue's summary stands in
for story points, and what nobody was assigned to was resolved as Won't Do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import median

import pytest
from sync_world import SyncWorld, slot_readings

from okr_core.progress.progress import Progress
from okr_core.record.evidence import decode, re_add
from okr_flows.sync.plan import plan_sync
from okr_flows.sync.read import read_connection
from okr_flows.sync.record import record_outcome, report_of
from okr_flows.sync.report import SyncReport
from okr_sandbox import Sandbox, company_from_jsonl
from okr_store import Store
from okr_store.snapshot import read_snapshot

CYCLE = "2009"
STARTS = datetime(2009, 1, 1, tzinfo=UTC)
MARCH = datetime(2009, 3, 1, 12, tzinfo=UTC)
DECEMBER = datetime(2009, 12, 31, 12, tzinfo=UTC)
DONE = ("Closed", "Done", "Resolved")

WORKSPACE = """\
organization: Apache Nutch
people: {ada: {name: Ada}}
connections:
  tracker: {kind: jira, url: "<jira>", reads_past: yes}
"""
BINDINGS = {
    "count": 'jql: "priority = Major", measure: count',
    "estimate": 'jql: "priority = Major", measure: count, exact: false',
    "open": 'jql: "project = NUTCH AND statusCategory != Done", measure: count',
    "sum": 'jql: "statusCategory = Done", measure: {sum: Words}',
    "average": 'jql: "priority in (Minor, Trivial)", measure: {average: Words}',
    "done": 'jql: "project = NUTCH", measure: done_ratio, scale: 100',
    "weighed": 'jql: "project = NUTCH", measure: {done_ratio: {weight: Words}}, scale: 100',
    "wanted": """jql: "project = NUTCH", measure: done_ratio, exclude: ["Won't Do"]""",
    "frozen": 'jql: "project = NUTCH", measure: done_ratio, scope: frozen',
    "kept": 'jql: "project = NUTCH", measure: done_ratio, weight: Words, scope: frozen',
    "lead": 'jql: "project = NUTCH", measure: lead_time',
    "one": "issue: NUTCH-580, field: Words",
}
KEY_RESULT = """\
      - id: {id}
        title: {id}
        metric: {{kind: increase, baseline: 0, target: 1000}}
        source: {{jira: {{connection: tracker, suspect: {{beyond: 1000000}}, {binding}}}}}
"""
PLAN = """\
cycle: {id: "2009", starts: 2009-01-01, ends: 2009-12-31}
objectives:
  - id: nutch
    title: Nutch is finished
    owner: ada
    key_results:
""" + "".join(KEY_RESULT.format(id=name, binding=text) for name, text in BINDINGS.items())


@dataclass(frozen=True)
class Line:
    """A line of the file, as one counts by hand."""

    key: str
    status: str
    priority: str
    created: datetime
    updated: datetime
    words: int
    assigned: bool

    def done(self, at: datetime) -> bool:
        return self.status in DONE and self.updated <= at

    @property
    def days(self) -> Decimal:
        seconds = (self.updated - self.created).total_seconds()
        return Decimal(str(seconds)) / 86_400


@pytest.fixture
def path(shared_dir: Path, tmp_path: Path) -> Path:
    """The export, with a number and a resolution for each issue."""
    found = shared_dir / "data" / "apache-nutch-issues.jsonl"
    if not found.is_file():
        pytest.skip("the export of real issues is not here")
    richer = tmp_path / "issues.jsonl"
    with richer.open("w", encoding="utf-8") as file:
        for text in found.read_text(encoding="utf-8").splitlines():
            record = json.loads(text)
            record["Words"] = len(record["summary"].split())
            record["resolution"] = "Done" if record["assignee"] else "Won't Do"
            file.write(json.dumps(record) + "\n")
    return richer


@pytest.fixture
def lines(path: Path) -> list[Line]:
    records = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    assert len(records) == 464
    return [
        Line(
            record["key"],
            record["status"],
            record["priority"],
            datetime.fromisoformat(record["created"]),
            datetime.fromisoformat(record["updated"]),
            record["Words"],
            record["assignee"] is not None,
        )
        for record in records
    ]


@pytest.fixture
def world(path: Path) -> Iterator[SyncWorld]:
    with Sandbox(company_from_jsonl(path), clock=MARCH) as sandbox:
        env = {
            "OKR_TRACKER_USER": sandbox.jira_user,
            "OKR_TRACKER_TOKEN": sandbox.jira_token,
        }
        yield SyncWorld(sandbox, {"jira": sandbox.jira_url}, env)


def counted(lines: list[Line], at: datetime, scope: list[Line]) -> Mapping[str, Fraction]:
    """Every key result by a line of plain Python; `scope` is what a frozen one started with."""
    there = [line for line in lines if line.created <= at]
    done = [line for line in there if line.done(at)]
    wanted = [line for line in there if line.assigned or not line.done(at)]
    small = [line for line in there if line.priority in ("Minor", "Trivial")]
    major = sum(line.priority == "Major" for line in there)
    fixed = [line.days for line in done if line.updated >= STARTS]
    return {
        "count": Fraction(major),
        "estimate": Fraction(major),
        "open": Fraction(len(there) - len(done)),
        "sum": Fraction(sum(line.words for line in done)),
        "average": Fraction(sum(line.words for line in small), len(small)),
        "done": Fraction(100 * len(done), len(there)),
        "weighed": Fraction(100 * words(done), words(there)),
        "wanted": Fraction(sum(line.done(at) for line in wanted), len(wanted)),
        "frozen": Fraction(sum(line.done(at) for line in scope), len(scope)),
        "kept": Fraction(words([n for n in scope if n.done(at)]), words(scope)),
        "lead": Fraction(median(fixed)),
        "one": Fraction(next(line.words for line in lines if line.key == "NUTCH-580")),
    }


def words(lines: list[Line]) -> int:
    return sum(line.words for line in lines)


def synced(store: Store, world: SyncWorld, at: datetime) -> SyncReport:
    world.sandbox.clock.set(at)
    plan = plan_sync(store, cycle=CYCLE, as_of=at)
    (job,) = plan.jobs
    outcome = read_connection(job, env=world.env, revision=plan.revision)
    return report_of(plan, [outcome], record_outcome(store, plan, outcome))


def progress(store: Store, at: datetime) -> Mapping[str, Progress]:
    return {
        key: known.progress
        for key, known in read_snapshot(store, CYCLE, at, newest=True, revision=1).standings.items()
    }


def test_every_measure_of_real_issues_is_what_one_counts_in_the_file(
    store: Store, world: SyncWorld, lines: list[Line]
) -> None:
    world.apply(store, PLAN, WORKSPACE)
    scope = [line for line in lines if line.created <= MARCH]
    for at in (MARCH, DECEMBER):
        report = synced(store, world, at)
        assert [(r.key_result, r.state, r.failure) for r in report.readings] == [
            (name, "observed", None) for name in BINDINGS
        ]
        expected = counted(lines, at, scope)
        readings = slot_readings(store, at, CYCLE)
        reached = progress(store, at)
        for name, value in expected.items():
            reading = readings[name]
            assert abs(Fraction(reading.value) - value) <= abs(value) * Fraction(1, 10**24), name
            assert reached[name].raw == Fraction(reading.value) / 1000, name
            content = store.evidence(reading.evidence)
            assert content is not None
            assert re_add(decode(content)) == reading.value
    assert expected["frozen"] != expected["done"] / 100
    assert report.exit_code == 0
