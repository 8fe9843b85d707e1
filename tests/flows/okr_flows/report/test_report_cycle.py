"""The flow `report-cycle`, through Prefect: files, what people see, pages, and the digest."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prefect_api import PrefectApi
from prefect_stage import Chat, chat
from report_cycles import (
    AS_OF,
    CYCLE,
    PLAN,
    PRICE,
    SECRET_NAME,
    SECRET_NOTE,
    WORKSPACE,
    add,
    fill,
)
from wait import until

from okr_core.errors import BusyError, ConfigError, InputError
from okr_core.files.document import load_workspace
from okr_flows.report.notion_pages import page_jobs, publish_page
from okr_flows.report.report_input import read_report_input
from okr_flows.run.leases import publishing
from okr_sandbox import Company, Fault, Sandbox
from okr_sandbox.notion.records import Page
from okr_sandbox.notion.workspace import NotionWorkspace
from okr_store import Store, open_store

if TYPE_CHECKING:
    from okr_flows.report.making import ReportOutcome

pytestmark = pytest.mark.usefixtures("prefect_server")
PERSONAL = (SECRET_NOTE, SECRET_NAME, "Bo Lind", "ada@acme.example")
TOKEN = "ntn_report-token-that-shows-nowhere"


@pytest.fixture(autouse=True)
def _no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OKR_REPORT_DIR", raising=False)


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    return str(shutil.copy(sqlite_template, tmp_path / "lite.db"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the worker that files go to."""
    monkeypatch.setenv("OKR_REPORT_DIR", str(tmp_path / "reports"))
    return tmp_path / "reports"


def named(cycle: str) -> str:
    """The plan under an id of its own: artifacts and events are the cycle's."""
    return PLAN.replace(f"id: {CYCLE}", f"id: {cycle}")


def run(url: str, cycle: str, as_of: datetime = AS_OF, **more: object) -> ReportOutcome:
    from okr_flows.report.report_cycle import ReportForm, run_report  # noqa: PLC0415 - see run_report

    forms = [ReportForm(form) for form in ("md", "json")]
    return run_report(cycle, store_url=url, as_of=as_of, formats=forms, **more)  # type: ignore[arg-type]


def test_without_a_folder_there_is_the_artifact_alone(
    store: Store, url: str, prefect_server: PrefectApi, tmp_path: Path
) -> None:
    fill(store, named("rep-a"))
    outcome = run(url, "rep-a")
    assert outcome.files == []
    assert outcome.headline.startswith("rep-a: 59 % reached, 54 % expected by now")
    [artifact] = prefect_server.artifacts("okr-acme-report-rep-a")
    assert "## What needs a decision" in artifact["data"]
    assert "| Open checkout bugs from 8 to 0 |" in artifact["data"]
    assert {path.name.partition("-")[0] for path in tmp_path.iterdir()} == {"lite.db"}
    state = prefect_server.flow_runs()[-1]["state"]
    missing = "No files were written: OKR_REPORT_DIR is not set where the worker runs."
    assert (state["type"], state["message"]) == ("COMPLETED", f"{outcome.headline} {missing}")


def test_files_go_to_the_folder_of_the_worker(store: Store, url: str, folder: Path) -> None:
    fill(store, named("rep-b"))
    outcome = run(url, "rep-b", audience="team:growth")
    assert {Path(file).parent for file in outcome.files} == {folder}
    assert [Path(file).name for file in outcome.files] == [
        "rep-b+team+growth.md",
        "rep-b+team+growth.json",
    ]
    document = json.loads(Path(outcome.files[1]).read_text(encoding="utf-8"))
    assert document["schema"] == "okr.report/1"
    assert "Nobody works around our bugs" not in Path(outcome.files[0]).read_text(encoding="utf-8")


@pytest.fixture
def teams() -> Iterator[Chat]:
    """The chat behind the blocks of both routes."""
    from prefect.blocks.notifications import (  # noqa: PLC0415 - takes seconds to import
        CustomWebhookNotificationBlock,
    )

    said = {"subject": "{{subject}}", "body": "{{body}}"}
    with chat() as heard:
        for route in ("growth", "platform"):
            block = CustomWebhookNotificationBlock(name=route, url=heard.url, json_data=said)
            block.save(f"{route}-chat", overwrite=True)
        yield heard


def test_what_prefect_shows_names_nobody_and_quotes_nobody(
    store: Store, url: str, prefect_server: PrefectApi, teams: Chat
) -> None:
    fill(store, named("rep-c"))
    run(url, "rep-c", digest=True)
    everything = prefect_server.everything() + json.dumps(teams.messages)
    assert "Show the report" in everything
    for word in (*PERSONAL, PRICE):
        assert json.dumps(word).strip('"') not in everything


def test_a_report_is_announced_once_per_slot(
    store: Store, url: str, prefect_server: PrefectApi
) -> None:
    fill(store, named("rep-d"))
    run(url, "rep-d")
    run(url, "rep-d")
    events = until(
        lambda: prefect_server.events("okr.report.published", "okr.cycle.acme.rep-d"), "the event"
    )
    assert len(events) == 1
    assert events[0]["payload"]["files"] == []
    assert events[0]["payload"]["version"] == 0


def test_each_route_is_sent_one_digest_a_week(store: Store, url: str, teams: Chat) -> None:
    fill(store, named("rep-e"))
    assert run(url, "rep-e", digest=True).told == ["growth", "platform"]
    assert len(teams.messages) == 2
    assert run(url, "rep-e", AS_OF + timedelta(days=1), digest=True).told == []
    assert len(teams.messages) == 2
    assert run(url, "rep-e", AS_OF + timedelta(days=7), digest=True).told == ["growth", "platform"]
    text = teams.messages[0]["body"]
    assert "What needs a decision" in text
    assert "Open checkout bugs" not in text  # another team's
    assert "/runs/flow-run/" in text
    assert len(text) <= 3000


def test_a_digest_that_does_not_get_there_costs_nothing_else_and_is_sent_by_the_next_run(
    store: Store, url: str, teams: Chat, prefect_server: PrefectApi
) -> None:
    fill(store, named("rep-s"))
    teams.refuses = "/hook"
    outcome = run(url, "rep-s", digest=True)
    assert list(outcome.failed) == ["tell growth", "tell platform"]
    assert "answered 403" in outcome.failed["tell growth"]
    state = prefect_server.flow_runs()[-1]["state"]
    assert (state["type"], state["name"]) == ("COMPLETED", "Incomplete"), (
        "its caller has what was found"
    )
    assert teams.url not in json.dumps(state) + prefect_server.logs(
        prefect_server.flow_runs()[-1]["id"]
    )
    teams.refuses = "/nothing"
    assert run(url, "rep-s", digest=True).told == ["growth", "platform"]


@pytest.mark.usefixtures("teams")
def test_no_digest_is_sent_before_the_cycle_begins(store: Store, url: str) -> None:
    fill(store, named("rep-x").replace("starts: 2026-10-01", "starts: 2026-11-23"))
    assert run(url, "rep-x", digest=True).told == []
    monday = datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert run(url, "rep-x", monday, digest=True).told == ["growth", "platform"]


def test_a_report_for_one_person_is_not_for_prefect(store: Store, url: str) -> None:
    fill(store, named("rep-f"))
    with pytest.raises(InputError, match="not for Prefect"):
        run(url, "rep-f", audience="person:ada")


def test_an_unknown_audience_is_told(store: Store, url: str) -> None:
    fill(store, named("rep-g"))
    with pytest.raises(ConfigError, match="audience `boards` is unknown"):
        run(url, "rep-g", audience="boards")


@dataclass(frozen=True)
class Wiki:
    """A Notion with a page to report under."""

    sandbox: Sandbox
    workspace: NotionWorkspace
    parent: str

    def pages(self, title: str) -> list[Page]:
        """Pages of that title."""
        return [p for p in self.workspace.pages.values() if p.initial["title"] == title]


@pytest.fixture
def wiki(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wiki]:
    monkeypatch.setenv("OKR_WIKI_TOKEN", TOKEN)
    workspace = NotionWorkspace("Acme", seed=5, token=TOKEN)
    home = workspace.page("OKR reports")
    with Sandbox(Company(notion=workspace), clock=AS_OF) as sandbox:
        yield Wiki(sandbox, workspace, home.id)


def with_wiki(wiki: Wiki, more: str = "") -> str:
    option = f"options: {{report_parent: {wiki.parent}{more}}}"
    told = f"  wiki: {{kind: notion, url: {wiki.sandbox.notion_url}, retries: 1, {option}}}\n"
    return WORKSPACE.replace("connections:\n", f"connections:\n{told}")


def test_the_page_in_notion_is_created_once_and_then_left_alone(
    store: Store, url: str, wiki: Wiki, prefect_server: PrefectApi
) -> None:
    fill(store, named("rep-h"), with_wiki(wiki))
    first = run(url, "rep-h")
    [page] = wiki.pages("OKR rep-h")
    said = [block.id for block in page.blocks]
    again = run(url, "rep-h")
    assert (first.failed, first.pages) == ({}, again.pages)
    assert wiki.pages("OKR rep-h") == [page]
    assert [block.id for block in page.blocks] == said
    assert TOKEN not in prefect_server.everything()


def test_runs_at_once_create_one_page(store: Store, url: str, wiki: Wiki) -> None:
    fill(store, named("rep-l"), with_wiki(wiki))
    told = read_report_input(store, "rep-l", AS_OF)
    [job] = page_jobs(store)
    with ThreadPoolExecutor(3) as threads:
        runs = [threads.submit(publish_page, store, told, job, os.environ, AS_OF) for _ in range(3)]
    assert len({run.result().page for run in runs}) == 1
    assert [run.result().created for run in runs].count(True) == 1
    assert len(wiki.pages("OKR rep-l")) == 1


def test_a_page_that_another_run_updates_is_told_as_busy(store: Store, wiki: Wiki) -> None:
    fill(store, named("rep-m"), with_wiki(wiki))
    told = read_report_input(store, "rep-m", AS_OF)
    [job] = page_jobs(store)
    purpose = publishing("rep-m", job.name, job.parent, job.audience)
    assert store.leases.acquire(purpose.key, owner="worker-7")
    with pytest.raises(BusyError, match="the page of cycle `rep-m` at `wiki` is busy: worker-7"):
        publish_page(store, told, job, os.environ, AS_OF, wait=0.1)
    assert wiki.pages("OKR rep-m") == []


def test_who_gets_a_page_is_as_of_today_whatever_the_time_of_the_report(
    store: Store, url: str, wiki: Wiki
) -> None:
    fill(store, named("rep-k"))
    add(store, load_workspace(with_wiki(wiki)), AS_OF + timedelta(days=1))
    assert len(run(url, "rep-k").pages) == 1
    add(store, load_workspace(WORKSPACE), AS_OF + timedelta(days=2))
    assert run(url, "rep-k").pages == []


def test_a_page_for_an_audience_shows_nothing_of_the_others(
    store: Store, url: str, wiki: Wiki
) -> None:
    fill(store, named("rep-j"), with_wiki(wiki, ", report_audience: 'team:platform'"))
    run(url, "rep-j")
    [page] = wiki.pages("OKR rep-j · team:platform")
    told = json.dumps([[b.content, [c.content for c in b.children]] for b in page.blocks])
    assert "Open checkout bugs" in told
    assert "Week-1 activation" not in told
    for word in (*PERSONAL, PRICE):
        assert word not in told


def test_a_notion_that_is_down_costs_neither_files_nor_artifact(
    store: Store,
    url: str,
    wiki: Wiki,
    prefect_server: PrefectApi,
    folder: Path,
) -> None:
    fill(store, named("rep-i"), with_wiki(wiki))
    wiki.sandbox.faults.add(Fault(500, times=None))
    outcome = run(url, "rep-i")
    assert list(outcome.failed) == ["update wiki"]
    assert len(list(folder.iterdir())) == 2
    assert len(prefect_server.artifacts("okr-acme-report-rep-i")) == 1
    state = prefect_server.flow_runs()[-1]["state"]
    assert (state["type"], state["name"]) == ("COMPLETED", "Incomplete")
