"""A small company to sync: its Jira and Notion in a sandbox, its plan in a store, its tokens."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel

from okr_core.basics.exact import canonical_json
from okr_core.files.document import load_plan, load_workspace
from okr_core.plan.plan import Plan
from okr_core.plan.revision import plan_digest, workspace_digest
from okr_core.plan.workspace import Workspace
from okr_core.record.entries import Reading
from okr_flows.run.opening import Opening
from okr_flows.sync.plan import SyncPlan, plan_sync
from okr_flows.sync.read import ReadOutcome, read_connection
from okr_flows.sync.report import SyncReport
from okr_flows.sync.sync import sync
from okr_sandbox import Company, Issue, Sandbox, issue
from okr_sandbox.notion.columns import number, status
from okr_sandbox.notion.workspace import NotionWorkspace
from okr_store import NewRevision, Store

CYCLE = "2026-q4"
MONDAY = datetime(2026, 11, 2, 8, tzinfo=UTC)
WEEK = timedelta(weeks=1)
JIRA_TOKEN = "jira-token-that-shows-nowhere"
NOTION_TOKEN = "ntn_token-that-shows-nowhere"

WORKSPACE = """\
organization: Acme
id: acme
people: {ada: {name: Ada}}
connections:
  tracker: {kind: jira, url: "<jira>", timeout: 20, reads_past: yes}
  wiki: {kind: notion, url: "<notion>", timeout: 20, reads_past: yes}
"""
PLAN = """\
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}
objectives:
  - id: quality
    title: Nobody works around our bugs
    owner: ada
    key_results:
      - id: bugs.open
        title: Open checkout bugs from 8 to 0
        metric: {kind: decrease, unit: bugs, baseline: 8, target: 0}
        source:
          jira: {connection: tracker, jql: "labels = checkout AND status != Done", measure: count}
      - id: scaling.done
        title: The scaling epic is done
        metric: {kind: increase, unit: "%", baseline: 0, target: 100}
        source:
          jira: {connection: tracker, jql: "labels = scaling", measure: done_ratio, scale: 100}
      - id: scaling.points
        title: 29 story points of it are done
        metric: {kind: increase, baseline: 0, target: 29}
        source:
          jira:
            connection: tracker
            jql: "labels = scaling AND statusCategory = Done"
            measure: {sum: Story Points}
  - id: customers
    title: We know our customers
    owner: ada
    key_results:
      - id: talks.held
        title: 10 talks with customers
        metric: {kind: increase, baseline: 0, target: 10}
        source:
          notion:
            connection: wiki
            data_source: "<talks>"
            filter: {property: Status, status: {equals: Done}}
            measure: count
      - id: talks.score
        title: They rate us 10 of 10
        metric: {kind: increase, baseline: 0, target: 10}
        source:
          notion: {connection: wiki, data_source: "<talks>", measure: {average: Score}}
      - id: team.mood
        title: Somebody asks how we are
        metric: {kind: binary}
"""
BOUND = ("bugs.open", "scaling.done", "scaling.points", "talks.held", "talks.score")
FIRST = dict(zip(BOUND, map(Decimal, (6, 50, 8, 3, 8)), strict=True))
"""What the key results are on the first Monday."""


def issues() -> Iterator[Issue]:
    """Eight bugs, of which two are fixed and a third is in the next week; four parts of an epic."""
    fixed = {1: 20, 2: 22}
    for n in range(1, 9):
        done = datetime(2026, 10, fixed[n], 1, tzinfo=UTC) if n in fixed else None
        done = MONDAY + timedelta(days=3) if n == 3 else done
        yield issue(f"PLAT-{n}", created=_day(1), type="Bug", labels=["checkout"], done=done)
    for n, points in enumerate((3, 5, 8, 13), 11):
        done = _day(21) if n < 13 else None
        yield issue(f"PLAT-{n}", created=_day(2), labels=["scaling"], points=points, done=done)


def company() -> tuple[Company, str]:
    """The company, and the id of its Notion data source."""
    notion = NotionWorkspace("Acme", seed=3, token=NOTION_TOKEN)
    columns = {"Name": "title", "Status": status(), "Score": number()}
    talks = notion.data_source("Talks", columns)  # type: ignore[arg-type]
    for n, score in enumerate((7, 8, 9, None, None)):
        state = "Not started" if score is None else "Done"
        talks.row(Name=f"Talk {n}", Status=state, Score=score, created=date(2026, 10, 5))
    return Company(issues=list(issues()), jira_token=JIRA_TOKEN, notion=notion), talks.id


@dataclass(frozen=True)
class SyncWorld:
    """The company's sandbox, and what is written in its place in files.

    Attributes:
        sandbox: Jira and Notion; its clock stands on the first Monday.
        places: Mark in the files → what stands there.
        env: Variables that sign its requests.
    """

    sandbox: Sandbox
    places: Mapping[str, str]
    env: Mapping[str, str]

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[SyncWorld]:
        """The company, served until the end of the block."""
        served, talks = company()
        with Sandbox(served, clock=MONDAY) as sandbox:
            places = {"jira": sandbox.jira_url, "notion": sandbox.notion_url, "talks": talks}
            env = {
                "OKR_TRACKER_USER": sandbox.jira_user,
                "OKR_TRACKER_TOKEN": JIRA_TOKEN,
                "OKR_WIKI_TOKEN": NOTION_TOKEN,
            }
            yield cls(sandbox, places, env)

    def begin(self) -> None:
        """Set the sandbox back to its first Monday."""
        self.sandbox.clock.set(MONDAY)
        self.sandbox.faults.clear()
        self.sandbox.requests.clear()

    @property
    def sent(self) -> int:
        """Requests that the sandbox has counted."""
        return sum(self.sandbox.requests.values())

    def text(self, template: str) -> str:
        """A file with its marks filled in."""
        for mark, place in self.places.items():
            template = template.replace(f"<{mark}>", place)
        return template

    def apply(self, store: Store, plan: str = PLAN, workspace: str | None = WORKSPACE) -> None:
        """Record a plan, and a workspace unless it is None, as the next revisions."""
        known = None if workspace is None else load_workspace(self.text(workspace))
        record_documents(store, load_plan(self.text(plan)), known)


def record_documents(store: Store, plan: Plan, workspace: Workspace | None = None) -> None:
    """Record a plan, and a workspace unless it is None, as the next revisions."""
    if workspace is not None:
        _add(store, "workspace", "", workspace, workspace_digest(workspace))
    _add(store, "plan", plan.cycle.id, plan, plan_digest(plan))


def _add(
    store: Store,
    kind: Literal["plan", "workspace"],
    scope: str,
    document: BaseModel,
    digest: str,
) -> None:
    """Record a document as the next revision of its kind and scope."""
    last = store.revision(kind, scope)
    store.add_revision(
        NewRevision(
            kind=kind,
            scope=scope,
            document=canonical_json(document.model_dump(mode="json", by_alias=True)).decode(),
            added={},
            digest=digest,
            base=last.number if last else 0,
            at=_day(1),
            by="ada",
            via="test",
            reason="as agreed",
            text="",
        )
    )


def planned(store: Store, as_of: datetime = MONDAY, *only: str, connection: str = "") -> SyncPlan:
    """The plan of a sync."""
    return plan_sync(store, cycle=CYCLE, as_of=as_of, connection=connection, only=only)


def read(plan: SyncPlan, env: Mapping[str, str]) -> list[ReadOutcome]:
    """What the connections answer."""
    return [read_connection(job, env=env, revision=plan.revision) for job in plan.jobs]


def synced(
    store: Store, env: Mapping[str, str], as_of: datetime = MONDAY, *only: str
) -> SyncReport:
    """A whole sync without Prefect."""
    return sync(opening_of(store), cycle=CYCLE, as_of=as_of, env=env, only=only)


def opening_of(store: Store) -> Opening:
    """A way to an open store that leaves it open."""
    return lambda: nullcontext(store)


def slot_readings(store: Store, slot: datetime = MONDAY, cycle: str = CYCLE) -> dict[str, Reading]:
    """Live readings of a slot; more than one of a key result is an error."""
    live = [r for r in store.readings(cycle, as_of=None) if r.as_of == slot]
    found = {reading.key_result: reading for reading in live}
    assert len(found) == len(live), live
    return found


def values(store: Store, slot: datetime = MONDAY, only: Collection[str] = ()) -> dict[str, Decimal]:
    """Key result → value of its live reading in a slot."""
    found = slot_readings(store, slot)
    return {key: r.value for key, r in found.items() if not only or key in only}


def _day(number: int) -> datetime:
    return datetime(2026, 10, number, tzinfo=UTC)
