"""A company whose objectives live in Jira and Notion, for tests of writing back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from typing import Literal

import httpx
from jira_world import Deployment, RecordingSandbox, Sent

from okr_core.files.document import load_plan, load_workspace
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace
from okr_flows.write_back.plan import WriteBackJob, plan_write_back
from okr_flows.write_back.report import WriteBackReport
from okr_flows.write_back.write_back import preview, write_back
from okr_sandbox import Company, issue
from okr_sandbox.notion.columns import number, select, status
from okr_sandbox.notion.records import Page
from okr_sandbox.notion.workspace import NotionWorkspace
from okr_sources.write_back.ownership import Settled
from okr_sources.write_back.write_back import Outcome
from okr_store import Store

CYCLE = "2026-q4"
NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
JIRA_TOKEN = "jira-token-that-shows-nowhere"
NOTION_TOKEN = "ntn_token-that-shows-nowhere"
FIELDS = "{score: Score, status: Health, date: Updated on, progress: Progress}"
LINK = "https://okr.acme.example/{cycle}/{item}"
JIRA_FIELDS = f'{{property: okr, remote_link: "{LINK}", comment: yes}}'
WORKSPACE = """\
organization: Acme
people: {ada: {name: Ada}}
connections:
  acme: {kind: jira, url: "<jira>", deployment: <kind>, retries: 2<jira fields>}
  wiki: {kind: notion, url: "<notion>", retries: 2, write_back: <notion fields>}
"""
PLAN = """\
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31, timezone: Europe/Zurich}
objectives:
  - id: growth
    title: Teams grow with us
    owner: ada
    mirror: {jira: {connection: acme, issue: GROW-1}, notion: {connection: wiki, page: "<0>"}}
    key_results:
      - id: growth.seats
        title: Seats from 10 to 20
        metric: {kind: increase, baseline: 10, target: 20}
        mirror: {jira: {connection: acme, issue: GROW-2}, notion: {connection: wiki, page: "<1>"}}
      - id: growth.mood
        title: Somebody asks how we are
        metric: {kind: binary}
        mirror: {jira: {connection: acme, issue: GROW-3}, notion: {connection: wiki, page: "<2>"}}
"""
ITEMS = ("growth", "growth.seats", "growth.mood")
WRITES = ("PUT", "PATCH", "DELETE")
READS = ("/bulkfetch", "/query", "/search", "/search/jql")


def outcome(
    item: str,
    score: Fraction | None = Fraction(2, 5),
    status: str = "behind",
    *,
    version: int = 0,
    at: datetime = NOW,
) -> Outcome:
    """How an item stands: its grade and progress go with its score."""
    grade = None if score is None else "green" if score >= Fraction(7, 10) else "yellow"
    kind: Literal["objective", "key_result"] = "key_result" if "." in item else "objective"
    return Outcome(item, kind, f"Title of {item}", score, grade, score, status, at, version)


def outcomes(*changed: Outcome) -> list[Outcome]:
    """How all items stand: one without a score, and those given in the place of the others."""
    usual = {item: outcome(item) for item in ITEMS}
    usual["growth.mood"] = outcome("growth.mood", None, "pending")
    return list({**usual, **{each.item: each for each in changed}}.values())


@dataclass
class MirrorWorld:
    """The company's sandbox, and its plan.

    Attributes:
        pages: Item → its page in Notion.
        issues: Item → its issue in Jira.
    """

    sandbox: RecordingSandbox
    pages: Mapping[str, Page]
    store: Store
    jira_fields: str = JIRA_FIELDS
    notion_fields: str = FIELDS
    plan_text: str = PLAN
    issues: Mapping[str, str] = field(
        default_factory=lambda: {item: f"GROW-{n}" for n, item in enumerate(ITEMS, 1)}
    )

    @property
    def env(self) -> dict[str, str]:
        """Variables that sign the requests."""
        return {
            "OKR_ACME_USER": self.sandbox.jira_user,
            "OKR_ACME_TOKEN": JIRA_TOKEN,
            "OKR_WIKI_TOKEN": NOTION_TOKEN,
        }

    @property
    def filled_plan(self) -> str:
        """The plan file."""
        text = self.plan_text
        for number_of, page in enumerate(self.pages.values()):
            text = text.replace(f"<{number_of}>", page.id)
        return text

    @property
    def plan(self) -> Plan:
        return load_plan(self.filled_plan)

    @property
    def workspace(self) -> Workspace:
        return load_workspace(self.workspace_text)

    @property
    def workspace_text(self) -> str:
        """The workspace file."""
        places = {
            "jira": self.sandbox.jira_url,
            "notion": self.sandbox.notion_url,
            "kind": self.sandbox.deployment,
            "jira fields": self.jira_fields and f", write_back: {self.jira_fields}",
            "notion fields": self.notion_fields,
        }
        text = WORKSPACE
        for mark, place in places.items():
            text = text.replace(f"<{mark}>", place)
        return text

    def job(self, name: str, *changed: Outcome, **asked: list[str]) -> WriteBackJob:
        """What one connection is told."""
        at = changed[0].as_of if changed else NOW
        jobs = plan_write_back(
            self.store, self.plan, self.workspace, outcomes(*changed), at,
            only=asked.get("only", ()), take=asked.get("take", ()),
        )  # fmt: skip
        (found,) = (job for job in jobs if job.name == name)
        return found

    def write(self, name: str, *changed: Outcome, **asked: list[str]) -> WriteBackReport:
        """Write one connection back and record it."""
        self.sandbox.record.clear()
        job = self.job(name, *changed, **asked)
        return write_back(self.store, job, self.env, now=lambda: job.as_of)

    def preview(self, name: str, *changed: Outcome, **asked: list[str]) -> WriteBackReport:
        """What a write would change."""
        self.sandbox.record.clear()
        return preview(self.job(name, *changed, **asked), self.env)

    @property
    def writes(self) -> list[Sent]:
        """Requests since the last `write` or `preview` that change something."""
        return [sent for sent in self.sandbox.record if _is_write(sent)]

    def in_jira(self, path: str) -> object:
        """What Jira answers about an issue, asked without any code of ours."""
        version = 3 if self.sandbox.deployment == "cloud" else 2
        url = f"{self.sandbox.jira_url}/rest/api/{version}/issue/{path}"
        answer = httpx.get(url, **self._signed())  # type: ignore[arg-type]
        return None if answer.status_code == 404 else answer.json()

    def put_property(self, item: str, value: object) -> None:
        """Somebody else writes the property of an item's issue."""
        version = 3 if self.sandbox.deployment == "cloud" else 2
        issue_of = self.issues[item]
        url = f"{self.sandbox.jira_url}/rest/api/{version}/issue/{issue_of}/properties/okr"
        httpx.put(url, json=value, **self._signed()).raise_for_status()  # type: ignore[arg-type]

    def remove_link(self, item: str) -> None:
        """Somebody removes the link from an item's issue."""
        version = 3 if self.sandbox.deployment == "cloud" else 2
        url = f"{self.sandbox.jira_url}/rest/api/{version}/issue/{self.issues[item]}/remotelink"
        asked = {"globalId": f"okr:{CYCLE}:{item}"}
        httpx.delete(url, params=asked, **self._signed()).raise_for_status()  # type: ignore[arg-type]

    def _signed(self) -> dict[str, object]:
        if self.sandbox.deployment == "cloud":
            return {"auth": (self.sandbox.jira_user, JIRA_TOKEN)}
        return {"headers": {"Authorization": f"Bearer {JIRA_TOKEN}"}}

    def property_of(self, item: str) -> dict[str, object]:
        """The value of an item's issue property."""
        found = self.in_jira(f"{self.issues[item]}/properties/okr")
        assert isinstance(found, dict)
        value = found["value"]
        assert isinstance(value, dict)
        return value

    def comments_of(self, item: str) -> list[object]:
        """An issue's comments."""
        found = self.in_jira(f"{self.issues[item]}/comment?expand=properties")
        assert isinstance(found, dict)
        return list(found["comments"])

    def cells_of(self, item: str) -> dict[str, object]:
        """What the mapped cells of an item's page show, as plain values."""
        url = f"{self.sandbox.notion_url}/v1/pages/{self.pages[item].id}"
        headers = {"Authorization": f"Bearer {NOTION_TOKEN}", "Notion-Version": "2025-09-03"}
        cells = httpx.get(url, headers=headers).raise_for_status().json()["properties"]
        return {name: _plain(cell) for name, cell in cells.items()}

    def edit(self, item: str, column: str, value: str | float | None) -> None:
        """A person edits a cell in Notion."""
        self.pages[item].change(self.sandbox.clock.now(), column, value)


def _is_write(sent: Sent) -> bool:
    return sent.method in WRITES or (sent.method == "POST" and not sent.path.endswith(READS))


def _plain(cell: Mapping[str, object]) -> object:
    content = cell[str(cell["type"])]
    if isinstance(content, dict):
        return content.get("name") or content.get("start")
    if isinstance(content, list):
        return "".join(each["plain_text"] for each in content)
    return content


@contextmanager
def mirror_world(store: Store, deployment: Deployment = "cloud") -> Iterator[MirrorWorld]:
    """The company, served until the end of the block."""
    notion = NotionWorkspace("Acme", seed=5, token=NOTION_TOKEN)
    columns = {
        "Name": "title",
        "Score": number(),
        "Progress": "rich_text",
        "Health": status(("Pending",), ("On Track", "Behind"), ("Done",)),
        "Grade": select("green"),
        "Updated on": "date",
        "Owner": "people",
    }
    goals = notion.data_source("Goals", columns)  # type: ignore[arg-type]
    created = datetime(2026, 10, 1, tzinfo=UTC)
    pages = {item: goals.row(Name=f"Goal {item}", created=created) for item in ITEMS}
    for page in pages.values():
        page.change(created, "Health", None)
    issues = [issue(f"GROW-{n}", created=created) for n in (1, 2, 3)]
    company = Company(issues=issues, jira_token=JIRA_TOKEN, notion=notion)
    with RecordingSandbox(company, clock=NOW, deployment=deployment) as sandbox:
        yield MirrorWorld(sandbox, pages, store)


def fields_of(report: WriteBackReport, item: str) -> dict[str, Settled]:
    """Field → what became of it."""
    (found,) = (each for each in report.items if each.item == item)
    return {settled.field: settled for settled in found.fields}


def verdicts(report: WriteBackReport) -> dict[str, int]:
    """How many fields ended how, those that did at all."""
    return {verdict: count for verdict, count in report.totals.items() if count}
