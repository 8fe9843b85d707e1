"""A company whose people check in with a data source of Notion, and the syncs that read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sync_world import CYCLE, NOTION_TOKEN, opening_of, record_documents

from okr_core.files.document import load_plan, load_workspace
from okr_core.record.entries import CheckIn, Entry
from okr_flows.sync.report import SyncReport
from okr_flows.sync.sync import sync
from okr_sandbox import Company, Sandbox
from okr_sandbox.notion.columns import number, relation, select
from okr_sandbox.notion.records import DataSource, Page, User
from okr_sandbox.notion.workspace import NotionWorkspace
from okr_store import Store

FRIDAY = datetime(2026, 10, 16, 15, 20, tzinfo=UTC)
MINUTE, WEEK = timedelta(minutes=1), timedelta(weeks=1)
WORKSPACE = """\
organization: Acme
id: acme
people:
  ada: {name: Ada Okafor, email: ada@acme.example}
  bo: {name: Bo Lind}
  cy: {name: Cy Moss, accounts: {notion: "<cy>"}}
connections:
  wiki:
    kind: notion
    url: "<notion>"
    reads_past: yes
    check_ins: {data_source: "<rows>"}
"""
PLAN = """\
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}
objectives:
  - id: sales
    title: More teams buy
    owner: ada
    key_results:
      - id: sales.new
        title: New teams from 0 to 10
        metric: {kind: increase, baseline: 0, target: 10}
      - id: sales.fairs
        title: Fairs visited
        metric: {kind: milestones, parts: [{id: basel, title: Basel}, {id: ulm, title: Ulm}]}
        mirror: {notion: {connection: wiki, page: "<fairs>"}}
      - id: sales.calls
        title: Calls
        metric: {kind: increase, baseline: 0, target: 100}
"""
NEXT = """\
cycle: {id: 2027-q1, starts: 2027-01-01, ends: 2027-03-31}
objectives:
  - id: later
    title: Later
    owner: ada
    key_results:
      - {id: later.new, title: Later on, metric: {kind: increase, baseline: 0, target: 10}}
"""


@dataclass
class RowsWorld:
    """The data source, its people, and what is read of it."""

    sandbox: Sandbox
    store: Store
    rows: DataSource
    goals: DataSource
    users: dict[str, User]
    fairs: Page
    calls: Page
    places: dict[str, str]

    @classmethod
    @contextmanager
    def open(cls, store: Store) -> Iterator[RowsWorld]:
        """The company on a Friday, served until the end of the block."""
        notion = NotionWorkspace("Acme", seed=5, token=NOTION_TOKEN)
        names = {"ada": "Ada O.", "bo": "Bo Lind", "cy": "Somebody", "eve": "Eve Sol"}
        users = {id_: notion.user(name, f"{id_}@acme.example") for id_, name in names.items()}
        goals = notion.data_source("Goals", {"Name": "title"})
        fairs, calls = goals.row(Name="Our fairs"), goals.row(Name="Calls")
        columns: dict[str, Any] = {
            "Title": "title",
            "Key result": "rich_text",
            "Value": "rich_text",
            "Confidence": number(),
            "Note": "rich_text",
            "Person": "people",
            "Seen": "checkbox",
            "Goal": relation(goals),
            "Mood": select("7", "3"),
        }
        rows = notion.data_source("Check-ins", columns)
        with Sandbox(Company(notion=notion), clock=FRIDAY) as sandbox:
            places = {
                "notion": sandbox.notion_url,
                "rows": rows.id,
                "cy": users["cy"].id,
                "fairs": fairs.id,
            }
            world = cls(sandbox, store, rows, goals, users, fairs, calls, places)
            world.apply()
            yield world

    def apply(self, **properties: str) -> None:
        """Record the plans, and the workspace with the properties that its check-ins name."""
        fields = ", ".join(f'{name}: "{written}"' for name, written in properties.items())
        marked = f'data_source: "<rows>"{", " + fields if fields else ""}'
        texts = [WORKSPACE.replace('data_source: "<rows>"', marked), PLAN, NEXT]
        for mark, place in self.places.items():
            texts = [text.replace(f"<{mark}>", place) for text in texts]
        workspace = load_workspace(texts[0])
        for text in texts[1:]:
            record_documents(self.store, load_plan(text), workspace)

    def write(self, by: str, at: datetime = FRIDAY, **cells: Any) -> Page:
        """A row of somebody's, by the names of its columns with dashes for blanks."""
        named = {name.replace("_", " "): value for name, value in cells.items()}
        return self.rows.row(named, created=at, by=self.users[by])

    def sync(self, now: datetime = FRIDAY, cycle: str = CYCLE) -> SyncReport:
        """What a sync at that time finds; requests are counted anew."""
        self.sandbox.clock.set(now)
        self.sandbox.requests.clear()
        env = {"OKR_WIKI_TOKEN": NOTION_TOKEN}
        return sync(opening_of(self.store), cycle=cycle, as_of=now, env=env, now=now)

    @property
    def sent(self) -> dict[str, int]:
        """Requests since the last sync began, by endpoint."""
        return {str(endpoint): count for endpoint, count in self.sandbox.requests.items()}

    def said(self, cycle: str = CYCLE) -> list[tuple[str, str, str, CheckIn]]:
        """Key result, person, how they are known and what they said, in the order of recording."""
        entries = self.store.entries(cycle, kinds=("check_in",))
        return [(e.key_result, e.by, e.via, e.body) for e in entries if isinstance(e.body, CheckIn)]

    def entries(self) -> list[Entry]:
        """Check-ins as they are recorded."""
        return list(self.store.entries(CYCLE, kinds=("check_in",)))
