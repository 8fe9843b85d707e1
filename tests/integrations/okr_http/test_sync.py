"""Key results of JSON endpoints in a plan, through the steps of a sync."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel
from small_internet import Said, Server

from okr_core.basics.exact import canonical_json
from okr_core.files.document import load_plan, load_workspace, plan_findings, read_document
from okr_core.plan.revision import plan_digest, workspace_digest
from okr_core.record.evidence import decode
from okr_flows.sync.plan import ConnectionJob, plan_sync
from okr_flows.sync.read import ReadOutcome, read_connection
from okr_http import HttpBinding
from okr_store import NewRevision, Store

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
WORKSPACE = """\
organization: Acme
people: {{ada: {{name: Ada}}}}
connections:
  crm: {{kind: http, url: "{url}", options: {{allow_private: true, allow_http: true}}}}
"""
PLAN = """\
cycle: {id: 2026-q2, starts: 2026-04-01, ends: 2026-06-30}
objectives:
  - id: deals
    title: Deals close
    owner: ada
    key_results:
      - id: deals.won
        title: Deals won
        metric: {kind: increase, baseline: 0, target: 100}
        source: {http: {connection: crm, url: /deals, query: {state: won}, value: "length(items)"}}
      - id: deals.open
        title: Deals open
        metric: {kind: increase, baseline: 0, target: 100}
        source: {http: {url: "https://127.0.0.1:9/open", value: total}}
"""


def stored(store: Store, url: str) -> None:
    workspace, plan = load_workspace(WORKSPACE.format(url=url)), load_plan(PLAN)
    store.add_revision(revision("workspace", "", workspace, workspace_digest(workspace)))
    store.add_revision(revision("plan", plan.cycle.id, plan, plan_digest(plan)))


def revision(
    kind: Literal["plan", "workspace"], scope: str, document: BaseModel, digest: str
) -> NewRevision:
    return NewRevision(
        kind=kind,
        scope=scope,
        document=canonical_json(document.model_dump(mode="json", by_alias=True)).decode(),
        digest=digest,
        at=AT,
        by="ada",
        via="test",
        reason="first",
        text="",
        added={},
    )


def outcome(job: ConnectionJob) -> ReadOutcome:
    return read_connection(job, env={}, revision=1)


def test_a_plan_reads_named_connections_and_addresses_without_one(
    server: Server, store: Store
) -> None:
    server.answers["/deals"] = Said({"items": [1, 2, 3]})
    stored(store, server.url)
    plan = plan_sync(store, cycle="2026-q2", as_of=AT)
    assert not plan.refused
    jobs = {job.name: job for job in plan.jobs}
    named, nameless = outcome(jobs["crm"]), outcome(jobs[""])
    assert [(r.key_result, r.source, str(r.value)) for r, _ in named.readings] == [
        ("deals.won", "http:crm", "3")
    ]
    evidence = decode(named.readings[0][1])
    assert evidence.query == f"GET {server.url}/deals?state=won"
    assert jobs[""].source == "http"
    assert "127.0.0.1 is a loopback address" in nameless.unavailable[0].reason


def test_a_wrong_binding_is_found_when_the_plan_is_checked() -> None:
    text = PLAN.replace("length(items)", "length(items")
    _, findings = plan_findings(read_document(text, "plan.yaml"), None, {"http": HttpBinding})
    (finding,) = [each for each in findings if "value" in each.path]
    assert "it ends too early" in finding.message
    assert finding.line == 10
