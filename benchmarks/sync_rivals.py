"""One contender of benchmarks/sync.py in a process of its own; prints its figures as JSON.

python benchmarks/sync_rivals.py CONTENDER SCENARIO SANDBOX_URL WARM
"""

from __future__ import annotations

import base64
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sync_scenarios import DATA_SOURCE, NOW, SCENARIOS, Scenario, Wish

Values = dict[str, str]
CONCURRENCY = 4
POINTS = "customfield_10016"
USER, TOKEN, NOTION_TOKEN = "okr-bot@example.com", "sandbox-jira-token", "ntn_sandbox"
VERSION = "2025-09-03"


def ours(scenario: Scenario, url: str, source: str) -> Callable[[], Values]:
    """Plan + read + record of prefect-okr into SQLite; the second slot knows the first's counts."""
    from sync_workspace import ENV, prepare

    from okr_flows.sync.plan import plan_sync
    from okr_flows.sync.read import read_connection
    from okr_flows.sync.record import record_outcome
    from okr_store import open_store

    path = str(Path(tempfile.mkdtemp()) / "okr.db")
    prepare(path, scenario, url, source)
    minute = iter(range(60))

    def run() -> Values:
        with open_store(path) as store:
            plan = plan_sync(store, cycle="bench", as_of=NOW.replace(minute=next(minute)))
            values: Values = {}
            for job in plan.jobs:
                outcome = read_connection(job, env=ENV, revision=plan.revision)
                for reading in record_outcome(store, plan, outcome):
                    values[reading.key_result] = str(
                        reading.failure if reading.value is None else reading.value
                    )
            return values

    return run


def plain_loop(scenario: Scenario, url: str, source: str) -> Callable[[], Values]:
    """What people write first: one search after the other with the vendor's library."""
    if scenario.tool == "notion":
        return _plain_notion(scenario, url, source)
    from jira import JIRA

    def run() -> Values:
        client = JIRA(f"{url}/jira", basic_auth=(USER, TOKEN))
        values: Values = {}
        for wish in scenario.wishes:
            issues = client.enhanced_search_issues(
                wish.jql, maxResults=False, fields=["status", POINTS]
            )
            done = [i for i in issues if i.fields.status.statusCategory.key == "done"]
            points = sum(getattr(i.fields, POINTS, None) or 0 for i in issues)
            values[wish.name] = _measured(wish, len(issues), len(done), points)
        return values

    return run


def _plain_notion(scenario: Scenario, url: str, source: str) -> Callable[[], Values]:
    from notion_client import Client
    from notion_client.helpers import collect_paginated_api

    def run() -> Values:
        client = Client(auth=NOTION_TOKEN, base_url=f"{url}/notion")
        values: Values = {}
        for wish in scenario.wishes:
            rows = collect_paginated_api(
                client.data_sources.query, data_source_id=source, filter=wish.notion_filter
            )
            done = [r for r in rows if r["properties"]["Status"]["status"]["name"] == "Done"]
            total = sum(r["properties"]["Score"]["number"] or 0 for r in rows)
            values[wish.name] = _measured(wish, len(rows), len(done), total)
        return values

    return run


def dlt_source(scenario: Scenario, url: str, source: str) -> Callable[[], Values]:
    """Dlt's rest_api_source extracting all issues or rows (no measures are computed)."""
    import dlt
    from dlt.sources.rest_api import rest_api_source

    headers = {"Authorization": f"Bearer {NOTION_TOKEN}", "Notion-Version": VERSION}
    client: dict[str, object] = {"base_url": f"{url}/notion/v1", "headers": headers}
    endpoint: dict[str, object] = {
        "path": f"data_sources/{source}/query",
        "method": "POST",
        "json": {"page_size": 100},
        "data_selector": "results",
        "paginator": {
            "type": "cursor",
            "cursor_path": "next_cursor",
            "cursor_body_path": "start_cursor",
        },
    }
    if scenario.tool == "jira":
        client = {"base_url": f"{url}/jira/rest/api/3", "headers": {"Authorization": _basic()}}
        endpoint = {
            "path": "search/jql",
            "params": {"jql": "project = GEN", "fields": f"status,{POINTS}", "maxResults": 100},
            "data_selector": "issues",
            "paginator": {
                "type": "cursor",
                "cursor_path": "nextPageToken",
                "cursor_param": "nextPageToken",
            },
        }

    def run() -> Values:
        pipeline = dlt.pipeline("bench", pipelines_dir=tempfile.mkdtemp(), destination="duckdb")
        config: Any = {"client": client, "resources": [{"name": "rows", "endpoint": endpoint}]}
        pipeline.extract(rest_api_source(config))
        return {}

    return run


def bare_httpx(scenario: Scenario, url: str, source: str) -> Callable[[], Values]:
    """Exactly the pages that a warm plan asks for, at the same concurrency, without any checks."""
    bare = _BareJira(url, scenario.each) if scenario.tool == "jira" else _BareNotion(url, source)

    def run() -> Values:
        bare.begin()
        with ThreadPoolExecutor(CONCURRENCY) as pool:
            found = pool.map(bare.answer, scenario.wishes)
            return dict(zip((wish.name for wish in scenario.wishes), found, strict=True))

    return run


class _BareJira:
    def __init__(self, url: str, each: int) -> None:
        import httpx

        self.url, self.each = f"{url}/jira/rest/api/3", each
        self.client = httpx.Client(auth=(USER, TOKEN), timeout=30)
        self.points = POINTS

    def begin(self) -> None:
        """The one look-up of field names, as the plan has it."""
        fields = self.client.get(f"{self.url}/field").json() if self.each <= 100 else []
        for field in fields:
            if field["name"] == "Story Points":
                self.points = field["id"]

    def answer(self, wish: Wish) -> str:
        if wish.measure == "sum":
            rows = self._search(wish.jql, self.points, 100)
            return _measured(wish, len(rows), 0, sum(r["fields"].get(POINTS) or 0 for r in rows))
        if wish.measure == "ratio" and self.each <= 100:
            rows = self._search(wish.jql, "status", 100)
            keys = [row["fields"]["status"]["statusCategory"]["key"] for row in rows]
            return _measured(wish, len(rows), keys.count("done"), 0)
        whole, done = len(self._search(wish.jql, "id", 5000)), 0
        if wish.measure == "ratio":
            done = len(self._search(f"({wish.jql}) AND statusCategory = Done", "id", 5000))
        return _measured(wish, whole, done, 0)

    def _search(self, jql: str, fields: str, size: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        params: dict[str, str | int] = {"jql": jql, "fields": fields, "maxResults": size}
        while True:
            page = self.client.get(f"{self.url}/search/jql", params=params).json()
            found += page["issues"]
            if not page.get("nextPageToken"):
                return found
            params["nextPageToken"] = page["nextPageToken"]


class _BareNotion:
    def __init__(self, url: str, source: str) -> None:
        import httpx

        self.url = f"{url}/notion/v1/data_sources/{source}"
        headers = {"Authorization": f"Bearer {NOTION_TOKEN}", "Notion-Version": VERSION}
        self.client = httpx.Client(headers=headers, timeout=30)
        self.columns: dict[str, str] = {}

    def begin(self) -> None:
        """The one look-up of the schema, as the plan has it."""
        answer = self.client.get(self.url).json()
        self.columns = {name: unquote(c["id"]) for name, c in answer["properties"].items()}

    def answer(self, wish: Wish) -> str:
        column = {"count": "Name", "ratio": "Status", "sum": "Score"}[wish.measure]
        answer = self.client.post(
            f"{self.url}/query",
            params={"filter_properties": self.columns[column]},
            json={"filter": wish.notion_filter, "page_size": 100},
        )
        rows = answer.json()["results"]
        cells = [next(iter(row["properties"].values())) for row in rows]
        done = sum(1 for cell in cells if (cell.get("status") or {}).get("name") == "Done")
        return _measured(wish, len(rows), done, sum(cell.get("number") or 0 for cell in cells))


def _basic() -> str:
    return "Basic " + base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()


def _measured(wish: Wish, number: int, done: int, total: float) -> str:
    if wish.measure == "count":
        return str(number)
    if wish.measure == "sum":
        return str(int(total))
    return f"{done / number:.10f}"


CONTENDERS = {
    "prefect-okr": ours,
    "jira/notion library, plain loop": plain_loop,
    "dlt rest_api_source": dlt_source,
    "bare httpx, planned pages": bare_httpx,
}


def measure(
    name: str, scenario: Scenario, url: str, source: str, *, warm: bool
) -> dict[str, object]:
    """Run one contender and measure its run, start and set-up apart."""
    import httpx

    run = CONTENDERS[name](scenario, url, source)
    if warm:
        run()
    httpx.post(f"{url}/_sandbox/reset")
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    values = run()
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    requests = sum(httpx.get(f"{url}/_sandbox/requests").json().values())
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "requests": requests,
        "wall": wall,
        "cpu": cpu,
        "memory": after.ru_maxrss / 1024,
        "values": values,
    }


if __name__ == "__main__":
    _, contender, number, sandbox, notion_source, is_warm = sys.argv
    assert DATA_SOURCE
    figures = measure(
        contender, SCENARIOS[int(number)], sandbox, notion_source, warm=is_warm == "warm"
    )
    sys.stdout.write("\nRESULT " + json.dumps(figures) + "\n")
