"""The public contract of sources, Atlassian's document, and tokens that show nowhere."""

import base64
import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from jira_world import NOW, Deployment, RecordingSandbox, Worlds, ask
from openapi import Contract

from okr_core.plan.workspace import Connection
from okr_jira import SOURCE
from okr_jira.site.client import SERVER
from okr_sandbox import Company, Fault, generated_issues
from okr_sources.answers import Ask
from okr_sources.source import Source
from okr_sources.testing import SourceContract

TOKEN = "ATATT-a-secret-that-shows-nowhere"
NONE = "labels = no-such-label"


def all_measures() -> list[Ask]:
    jql = 'labels in ("kr-001", "kr-002")'
    measures: list[object] = [
        "count",
        {"sum": "Story Points"},
        {"average": "story_points"},
        "done_ratio",
        {"done_ratio": {"weight": "customfield_10016"}},
        "lead_time",
    ]
    return [
        *(ask(f"m{n}", jql=jql, measure=measure) for n, measure in enumerate(measures)),
        ask("share", jql="labels = kr-003", measure="done_ratio", exclude=["Won't Do"]),
        ask("rough", jql="labels = kr-004", measure="count", exact="false"),
        ask("field", issue="GEN-1", field="Story Points"),
    ]


class TestJiraKeepsTheContract(SourceContract):
    source = SOURCE
    secret = TOKEN
    deployment: Deployment = "cloud"

    @pytest.fixture(autouse=True)
    def _served(self) -> Iterator[None]:
        company = Company(issues=generated_issues(60, labels=4), jira_token=TOKEN)
        with RecordingSandbox(company, clock=NOW, deployment=self.deployment) as sandbox:
            self.sandbox = sandbox
            self.url = sandbox.jira_url
            self.user = sandbox.jira_user if self.deployment == "cloud" else ""
            yield

    def connection(self, url: str) -> Connection:
        return Connection(kind="jira", url=url, deployment=self.deployment)

    def requests_seen(self) -> int:
        return sum(self.sandbox.requests.values())

    def asks(self) -> Sequence[Ask]:
        return all_measures()

    def broken_asks(self) -> Sequence[Ask]:
        return [
            ask("unknown-field", jql="labels = kr-001", measure={"sum": "Storypoints"}),
            ask("unknown-measure", jql="labels = kr-001", measure="median"),
            ask("bad-jql", jql="nosuchfield = 1", measure="count"),
            ask("no-issue", issue="GEN-9999", field="Story Points"),
        ]

    def counts_of_nothing(self) -> Sequence[Ask]:
        return [
            ask("no count", jql=NONE, measure="count"),
            ask("no sum", jql=NONE, measure={"sum": "Story Points"}),
        ]

    def means_of_nothing(self) -> Sequence[Ask]:
        means: list[object] = [{"average": "Story Points"}, "done_ratio", "lead_time"]
        return [ask(f"no {n}", jql=NONE, measure=measure) for n, measure in enumerate(means)]


class TestDataCenterKeepsTheContract(TestJiraKeepsTheContract):
    deployment = "datacenter"


def test_the_source_is_what_its_entry_point_promises() -> None:
    assert isinstance(SOURCE, Source)


def test_every_request_is_one_that_atlassians_document_allows(
    worlds: Worlds, shared_dir: Path
) -> None:
    contract = Contract(shared_dir / "contracts" / "jira-cloud-v3.openapi.json")
    world = worlds(company=Company(issues=generated_issues(400, labels=2)))
    rows = world.found(all_measures()[0]).evidence.rows
    asks = [
        *all_measures(),
        ask("gone", jql="labels = x", measure="done_ratio", scope="frozen", frozen=rows),
    ]
    world.read(*asks)
    with world.session() as session:
        session.diagnose(asks, now=NOW)
    used = {
        contract.check_request(
            sent.method, sent.path, parse_qs(sent.query), json.loads(sent.body or "null")
        )
        for sent in world.sandbox.record
        if sent.path != SERVER  # version 2, which both kinds of Jira have
    }
    assert used == {
        "POST /rest/api/3/search/jql",
        "POST /rest/api/3/search/approximate-count",
        "POST /rest/api/3/issue/bulkfetch",
        "GET /rest/api/3/field",
        "GET /rest/api/3/myself",
        "GET /rest/api/3/mypermissions",
    }


@pytest.mark.parametrize("kind", [400, 401, 403, 404, 429, 500, "html", "mangle", "drop"])
def test_the_token_shows_in_no_failure(
    worlds: Worlds, kind: int, caplog: pytest.LogCaptureFixture
) -> None:
    world = worlds(company=Company(issues=generated_issues(10), jira_token=TOKEN))
    if kind != 400:
        world.sandbox.faults.add(Fault(kind, times=None, retry_after=0))  # type: ignore[arg-type]
    with caplog.at_level(logging.DEBUG):
        answers = world.read(ask("k", jql=f'text ~ "{"x" * 9}" AND nosuch = 1', measure="count"))
    signed = base64.b64encode(f"{world.sandbox.jira_user}:{TOKEN}".encode()).decode()
    everything = caplog.text + repr(answers) + repr([vars(each) for each in caplog.records])
    assert TOKEN not in everything
    assert signed not in everything


def test_ids_are_asked_for_without_any_field_in_an_order_that_does_not_change(
    worlds: Worlds,
) -> None:
    world = worlds(company=Company(issues=generated_issues(10)))
    world.read(ask("k", jql="project = GEN", measure="count"))
    (sent,) = world.sandbox.record
    assert json.loads(sent.body) == {
        "jql": "project = GEN ORDER BY id ASC",
        "fields": ["id"],
        "maxResults": 5000,
    }
