"""Cycles to report on: three quarters of a small company, with evidence, words and lineage."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel

from okr_core.files.document import load_plan, load_workspace
from okr_core.plan.dump import plan_json, workspace_json
from okr_core.plan.plan import Plan
from okr_core.plan.revision import added_days, plan_digest, workspace_digest
from okr_core.plan.workspace import Workspace
from okr_core.record.entries import (
    CheckIn,
    Entry,
    Reading,
    SyncRecord,
    UnavailableAnswer,
)
from okr_core.record.evidence import Evidence, Row, digest_of, encode
from okr_store import NewRevision, Store

CYCLE = "2026-q4"
AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
BEGINS = datetime(2026, 10, 1, tzinfo=UTC)
WEEK = timedelta(weeks=1)
SECRET_NOTE = "Between us: the vendor gives up in March."
SECRET_NAME = "Adaeze Okafor-Unmentioned"
PRICE = "987654"

WORKSPACE = f"""\
organization: Acme
id: acme
people:
  ada: {{name: {SECRET_NAME}, email: ada@acme.example}}
  bo: {{name: Bo Lind}}
teams: {{growth: {{name: Growth}}, platform: {{name: Platform}}}}
roles:
  growth-lead: {{held_by: [{{person: ada}}]}}
  sales: {{held_by: [{{person: bo}}]}}
connections:
  acme: {{kind: jira, url: https://acme.atlassian.net}}
routes: {{growth: growth-chat, platform: platform-chat}}
"""
PLAN = f"""\
cycle: {{id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}}
objectives:
  - id: activation
    title: New teams reach value in their first week
    team: growth
    role: growth-lead
    ambition: aspirational
    carried_from: 2026-q2/onboarding
    key_results:
      - id: activation.week1
        title: Week-1 activation from 31 % to 45 %
        metric: {{kind: increase, unit: "%", baseline: 31, target: 45}}
        worth:
          {{money_per_unit: {PRICE}, currency: EUR, basis: revenue, priced_by: sales}}
      - id: activation.talks
        title: 10 talks with customers <script>alert(1)</script> | *bold*
        metric: {{kind: increase, baseline: 0, target: 10}}
  - id: quality
    title: Nobody works around our bugs
    team: platform
    owner: bo
    ambition: committed
    key_results:
      - id: bugs.open
        title: Open checkout bugs from 8 to 0
        metric: {{kind: decrease, unit: bugs, baseline: 8, target: 0}}
        source: {{jira: {{connection: acme, jql: "labels = checkout", measure: count}}}}
      - id: bugs.age
        title: 没有超过一周的缺陷
        metric: {{kind: at_most, unit: d, bound: 7}}
        source: {{jira: {{connection: acme, jql: "labels = old", measure: count}}}}
"""
_BEFORE = """\
cycle: {{id: {id}, starts: {starts}, ends: {ends}}}
objectives:
  - id: onboarding
    title: New teams find their way
    team: growth
    owner: ada
    key_results:
      - id: onboarding.week1
        title: Week-1 activation
        metric: {{kind: increase, baseline: 20, target: 40}}
"""
QUARTERS = {
    "2026-q1": ("2026-01-01", "2026-03-31"),
    "2026-q2": ("2026-04-01", "2026-06-30"),
    "2026-q3": ("2026-07-01", "2026-09-30"),
}
Written = Literal["plan", "workspace"]


def fill(store: Store, plan: str = PLAN, workspace: str = WORKSPACE) -> None:
    """Three quarters that are over, and the fourth until its eighth week."""
    add(store, load_workspace(workspace), datetime(2025, 12, 1, tzinfo=UTC))
    for number, (name, (starts, ends)) in enumerate(QUARTERS.items(), 1):
        text = _BEFORE.format(id=name, starts=starts, ends=ends)
        begins = datetime.fromisoformat(f"{starts}T00:00:00+00:00")
        add(store, load_plan(text), begins)
        said = reading("onboarding.week1", 20 + 4 * number, begins + 8 * WEEK, by="ada")
        store.record(name, [(said, None)])
    meant = load_plan(plan)
    add(store, meant, BEGINS)
    for week in range(1, 7):
        _record_week(store, meant.cycle.id, BEGINS + week * WEEK, week)


def _record_week(store: Store, cycle: str, at: datetime, week: int) -> None:
    bugs = evidence(8 - week)
    counted = reading(
        "bugs.open",
        8 - week,
        at,
        source="jira:acme",
        evidence=digest_of(bugs),
        revision=1,
    )
    said = reading("activation.week1", 31 + week, at, by="ada")
    check_in = Entry(
        at=at,
        body=CheckIn(confidence=6, note=SECRET_NOTE),
        key_result="activation.week1",
        by="ada",
        via="cli",
    )
    synced = SyncRecord(
        connection="acme",
        observed_at=at,
        observed=("bugs.open",),
        unavailable=(UnavailableAnswer(key_result="bugs.age", reason="label `old` is unknown"),),
    )
    store.record(
        cycle, [(counted, bugs), (said, None)], [check_in, Entry(at=at, body=synced, via="flow")]
    )


def evidence(rows: int, **more: object) -> bytes:
    """Evidence of a count."""
    fields: dict[str, object] = {
        "kind": "jira",
        "connection": "acme",
        "query": "labels = checkout",
        "measure": "number of issues",
        "formula": "count",
        "link": "https://acme.atlassian.net/issues?jql=labels%20%3D%20checkout",
        "rows": tuple(Row(id=str(100 + n), label=f"SHOP-{n}") for n in range(rows)),
    }
    return encode(Evidence(**{**fields, **more}))  # type: ignore[arg-type]


def reading(name: str, value: int, at: datetime, **more: object) -> Reading:
    """A reading of that time."""
    known: dict[str, object] = {"as_of": at, "observed_at": at}
    return Reading(at=at, value=Decimal(value), key_result=name, **{**known, **more})  # type: ignore[arg-type]


def add(store: Store, document: Plan | Workspace, at: datetime, by: str = "ada") -> None:
    """Record a plan or workspace as the next accepted revision."""
    kind: Written = "plan" if isinstance(document, Plan) else "workspace"
    scope = document.cycle.id if isinstance(document, Plan) else ""
    last = store.revision(kind, scope)
    added: dict[str, date] = {}
    if isinstance(document, Plan):
        day = document.cycle.day_of(at)
        added = added_days(last.added if last else {}, document, day)
    store.add_revision(
        NewRevision(
            kind=kind,
            scope=scope,
            document=_json_of(document),
            digest=_digest_of(document),
            base=last.number if last else 0,
            at=at,
            by=by,
            via="test",
            reason="as agreed",
            added=added,
        )
    )


def _json_of(document: BaseModel) -> str:
    if isinstance(document, Plan):
        return plan_json(document)
    assert isinstance(document, Workspace)
    return workspace_json(document)


def _digest_of(document: BaseModel) -> str:
    if isinstance(document, Plan):
        return plan_digest(document)
    assert isinstance(document, Workspace)
    return workspace_digest(document)
