"""The store that prefect-okr's contender of benchmarks/sync.py reads its plan from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import JsonValue
from sync_scenarios import NOW, Scenario, Wish

from okr_core.basics.exact import canonical_json, digest
from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import Increase
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.workspace import Connection, Workspace
from okr_store import NewRevision, open_store

ENV = {
    "OKR_BENCH_USER": "okr-bot@example.com",
    "OKR_BENCH_TOKEN": "sandbox-jira-token",
}
NOTION_ENV = {"OKR_BENCH_TOKEN": "ntn_sandbox"}


def prepare(path: str, scenario: Scenario, url: str, source: str) -> None:
    """A store with one workspace and one plan: a key result per wish."""
    if scenario.tool == "notion":
        ENV.update(NOTION_ENV)
    connection = Connection(kind=scenario.tool, url=f"{url}/{scenario.tool}")
    workspace = Workspace(organization="Benchmark", connections={"bench": connection})
    cycle = Cycle(id="bench", starts=date(2026, 10, 1), ends=date(2026, 12, 31))
    key_results = tuple(_key_result(scenario, wish, source) for wish in scenario.wishes)
    objective = Objective(id="all", title="All", role="lead", key_results=key_results)
    plan = Plan(cycle=cycle, objectives=(objective,))
    with open_store(path, create=True) as store:
        for kind, scope, model in (("workspace", "", workspace), ("plan", "bench", plan)):
            content = canonical_json(model.model_dump(mode="json", by_alias=True))
            store.add_revision(
                NewRevision(
                    kind=kind,  # type: ignore[arg-type]
                    scope=scope,
                    document=content.decode(),
                    digest=digest(content),
                    base=0,
                    at=NOW,
                    by="bench",
                    via="cli",
                )
            )


def _key_result(scenario: Scenario, wish: Wish, source: str) -> KeyResult:
    field = "Story Points" if scenario.tool == "jira" else "Score"
    measures: dict[str, JsonValue] = {
        "count": "count",
        "ratio": "done_ratio",
        "sum": {"sum": field},
    }
    binding: dict[str, JsonValue] = {"connection": "bench", "measure": measures[wish.measure]}
    if scenario.tool == "jira":
        binding["jql"] = wish.jql
    else:
        binding |= {"data_source": source, "filter": wish.notion_filter}  # type: ignore[dict-item]
    return KeyResult(
        id=wish.name,
        title=wish.name,
        metric=Increase(baseline=Decimal(0), target=Decimal(100_000)),
        source={scenario.tool: binding},
    )
