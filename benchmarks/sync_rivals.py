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

from sync_scenarios import DATA_SOURCE, NOW, SCENARIOS, Scenario, Wish

Values = dict[str, str]
CONCURRENCY = 4
POINTS = "customfield_10016"
USER, TOKEN, NOTION_TOKEN = "okr-bot@example.com", "sandbox-jira-token", "ntn_sandbox"
VERSION = "2025-09-03"


def ours(scenario: Scenario, url: str, source: str) -> Callable[[], Values]:
    """Plan + read + record of prefect-okr into SQLite; the second slot knows the first's counts."""
    from sync_workspace import ENV, prepare

    from okr_flows.sync_plan import plan_sync
    from okr_flows.sync_read import read_connection
    from okr_flows.sync_record import record_outcome
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
                    values[reading.key_result] = (
                        str(reading.value) if reading.value is not None else reading.error
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
        config = {"client": client, "resources": [{"name": "rows", "endpoint": endpoint}]}
        pipeline.extract(rest_api_source(config))  # type: ignore[arg-type]
        return {}

    return run


def bare_httpx(scenario: Scenario, url: str, source: str) -> Callable[[], Values]:
    """Exactly the pages that a warm plan asks for, at the same concurrency, without any checks."""
    import httpx

    jira = httpx.Client(auth=(USER, TOKEN), timeout=30)
    notion = httpx.Client(
        headers={"Authorization": f"Bearer {NOTION_TOKEN}", "Notion-Version": VERSION}, timeout=30
    )

    def jira_ids(jql: str) -> int:
        return len(jira_search(jql, "id", 5000))

    def jira_search(jql: str, fields: str, size: int) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        token: str | None = None
        while True:
            params: dict[str, str | int] = {"jql": jql, "fields": fields, "maxResults": size}
            if token:
                params["nextPageToken"] = token
            page = jira.get(f"{url}/jira/rest/api/3/search/jql", params=params).json()
            found += page["issues"]
            token = page.get("nextPageToken")
            if not token:
                return found

    def jira_wish(wish: Wish) -> str:
        if wish.measure == "sum":
            rows = jira_search(wish.jql, POINTS, 100)
            total = sum(row["fields"].get(POINTS) or 0 for row in rows)  # type: ignore[attr-defined]
            return _measured(wish, len(rows), 0, total)
        if wish.measure == "ratio" and scenario.each <= 100:
            rows = jira_search(wish.jql, "status", 100)
            keys = [row["fields"]["status"]["statusCategory"]["key"] for row in rows]  # type: ignore[index]
            return _measured(wish, len(rows), keys.count("done"), 0)
        whole = jira_ids(wish.jql)
        done = jira_ids(f"({wish.jql}) AND statusCategory = Done") if wish.measure == "ratio" else 0
        return _measured(wish, whole, done, 0)

    def notion_wish(wish: Wish) -> str:
        schema = columns[{"count": "Name", "ratio": "Status", "sum": "Score"}[wish.measure]]
        rows = notion.post(
            f"{url}/notion/v1/data_sources/{source}/query",
            params={"filter_properties": schema},
            json={"filter": wish.notion_filter, "page_size": 100},
        ).json()["results"]
        cells = [next(iter(row["properties"].values())) for row in rows]
        done = sum(1 for cell in cells if (cell.get("status") or {}).get("name") == "Done")
        return _measured(wish, len(rows), done, sum(cell.get("number") or 0 for cell in cells))

    columns: dict[str, str] = {}

    def run() -> Values:
        if scenario.tool == "notion":
            answer = notion.get(f"{url}/notion/v1/data_sources/{source}").json()
            columns.update({name: c["id"] for name, c in answer["properties"].items()})
        one = jira_wish if scenario.tool == "jira" else notion_wish
        with ThreadPoolExecutor(CONCURRENCY) as pool:
            return dict(
                zip((w.name for w in scenario.wishes), pool.map(one, scenario.wishes), strict=True)
            )

    return run


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
