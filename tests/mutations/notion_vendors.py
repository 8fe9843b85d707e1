"""Notion: a data source of plain values, and one of rollups and formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from notion_truth import Column, complete_of, page_truth, rows_truth
from pydantic import SecretStr
from replay import Recorder, Request, Says, Served
from rollup_truth import computed_page_truth, computed_truth
from truth import Truth
from vendor import NOW, Judge, Vendor, closed

from okr_sandbox import Company, Fault, Sandbox
from okr_sandbox.notion.columns import formula, relation, rollup
from okr_sandbox.notion.columns import number as number_column
from okr_sandbox.notion.columns import status as status_column
from okr_sandbox.notion.workspace import NotionWorkspace
from okr_sources.source import Credentials


def notion() -> Vendor:
    """Seven rows on three pages, one without a score; a page; the newest row."""
    workspace = NotionWorkspace("Acme", seed=3, token="ntn_token")
    columns = {"Name": "title", "State": status_column(), "Score": number_column()}
    source = workspace.data_source("Talks", columns)  # type: ignore[arg-type]
    scores = (7, 8, None, 2.5, 9, 0, 4)
    rows = [
        source.row(
            Name=f"Talk {n}",
            State="Done" if n % 2 else "Not started",
            Score=score,
            created=date(2026, 10, n + 1),
        )
        for n, score in enumerate(scores)
    ]
    sandbox = Sandbox(Company(notion=workspace), clock=NOW)
    sandbox.faults.add(Fault("short_page", match="/query", times=None, rows=3))
    recorder = Recorder(sandbox.app())
    told = tuple((name, source.columns[name].id) for name in ("Score", "State"))
    return asked_of_rows(
        "notion",
        recorder.answer,
        source.id,
        rows[1].id,
        told,
        close=partial(closed, sandbox, recorder),
    )


def asked_of_rows(
    name: str,
    says: Says,
    source: str,
    page: str,
    columns: Sequence[tuple[str, str]],
    *,
    close: Callable[[], None] = lambda: None,
) -> Vendor:
    """Every measure of a data source, its newest row, and a property of one page.

    Args:
        columns: Name and id of the number and of the status.
    """
    score, state = (Column(*each) for each in columns)
    place = {"data_source": source}
    query = ("count", "sum", "average", "done_ratio")
    filtered = {"property": "Name", "title": {"contains": "Talk"}}

    def serves(request: Request) -> tuple[str, ...]:
        if request.target.split("?")[0].endswith("/query"):
            return query if "filter" not in request.asks else ("latest",)
        return ("page",) if "/pages/" in request.target else ()

    def judged(measure: str, served: Sequence[Served], names: Sequence[Served]) -> Truth:
        complete = complete_of([s for s in names if "/data_sources/" in s.request.target], state)
        if complete is None and measure == "done_ratio":
            return Truth()
        return rows_truth(served, measure, score, state, complete or {})

    judges: dict[str, Judge] = {name: partial(judged, name) for name in (*query, "latest")}
    judges["page"] = lambda served, _: page_truth(served, score)
    return Vendor(
        name=name,
        kind="notion",
        path="/notion",
        says=says,
        asks={
            "count": {**place, "measure": "count"},
            "sum": {**place, "measure": {"sum": "Score"}},
            "average": {**place, "measure": {"average": "Score"}},
            "done_ratio": {**place, "measure": "done_ratio"},
            "latest": {**place, "filter": filtered, "measure": {"latest": "Score"}},
            "page": {"page": page, "property": "Score"},
        },
        serves=serves,
        judges=judges,
        rows="results",
        secret=Credentials(SecretStr("ntn_token")),
        close=close,
    )


def computed() -> Vendor:
    """Four projects: three tasks, thirty of which a page shows twenty-five, one, and none.

    Their hours are a rollup, and twice their budgets a formula.
    """
    workspace = NotionWorkspace("Acme", seed=3, token="ntn_token")
    tasks = workspace.data_source("Tasks", {"Name": "title", "Hours": number_column()})
    many = [
        tasks.row(Name=f"T{n}", Hours=n % 4 + 0.5, created=date(2026, 10, 2)) for n in range(30)
    ]
    projects = workspace.data_source(
        "Projects",
        {
            "Name": "title",
            "Tasks": relation(tasks),
            "Hours": rollup("Tasks", "Hours", "sum"),
            "Budget": number_column(),
            "Twice": formula(
                "number",
                lambda cells: 2 * float(str(cells["Budget"])),
                expression='prop("Budget") * 2',
            ),
        },
    )
    rows = [
        projects.row(Name=f"P{n}", Tasks=many[:size], Budget=n + 1, created=date(2026, 10, n + 3))
        for n, size in enumerate((3, 30, 1, 0))
    ]
    sandbox = Sandbox(Company(notion=workspace), clock=NOW)
    sandbox.faults.add(Fault("short_page", match="/query", times=None, rows=2))
    recorder = Recorder(sandbox.app())
    columns = {
        name: Column(name, projects.columns[name].id) for name in ("Hours", "Twice", "Tasks")
    }
    query = ("sum", "average", "formula")
    place = {"data_source": projects.id}

    def serves(request: Request) -> tuple[str, ...]:
        path = request.target.split("?")[0]
        if path.endswith("/query"):
            return query
        if "/properties/" in path:
            return ("sum", "average", "page") if rows[0].id in path else ("sum", "average")
        return ("page",) if "/pages/" in path else ()

    def judged(measure: str, served: Sequence[Served], _: Sequence[Served]) -> Truth:
        cell = columns["Twice" if measure == "formula" else "Hours"]
        return computed_truth(served, measure, cell, columns["Tasks"])

    judges: dict[str, Judge] = {name: partial(judged, name) for name in query}
    judges["page"] = lambda served, _: computed_page_truth(
        served, columns["Hours"], columns["Tasks"]
    )
    return Vendor(
        name="notion computed",
        kind="notion",
        path="/notion",
        says=recorder.answer,
        asks={
            "sum": {**place, "measure": {"sum": "Hours"}},
            "average": {**place, "measure": {"average": "Hours"}},
            "formula": {**place, "measure": {"sum": "Twice"}},
            "page": {"page": rows[0].id, "property": "Hours"},
        },
        serves=serves,
        judges=judges,
        rows="results",
        secret=Credentials(SecretStr("ntn_token")),
        close=partial(closed, sandbox, recorder),
    )
