"""Vendors: what each is asked in this harness, and what its answers allow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial

from jira_truth import issue_truth, selection_truth
from notion_truth import Column, complete_of, page_truth, rows_truth
from pydantic import SecretStr
from replay import Answer, Recorder, Request, Says, Served
from truth import Truth, number

from okr_core.plan.metrics import AtLeast
from okr_core.plan.workspace import Connection
from okr_sandbox import Company, Fault, Sandbox, issue
from okr_sandbox.notion.columns import number as number_column
from okr_sandbox.notion.columns import status as status_column
from okr_sandbox.notion.workspace import NotionWorkspace
from okr_sources.answers import Ask
from okr_sources.source import Credentials, Session, source_named

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STARTS = date(2026, 10, 1)
WINDOW = (datetime(2026, 10, 1, tzinfo=UTC), NOW)
POINTS = "customfield_10016"
KEY = "SHOP-3"
_ANYTHING = AtLeast(bound=Decimal(1))
"""No value smells, so that whatever is read counts."""

Judge = Callable[[Sequence[Served], Sequence[Served]], Truth]
"""What a measure may be after these answers about its rows, and those about names."""


@dataclass
class Vendor:
    """One vendor.

    Attributes:
        asks: Measure → its binding.
        serves: Request → the measures whose rows it answers with; empty: it tells names.
        judges: Measure → what it may be.
        rows: Key of the rows in a page.
    """

    name: str
    kind: str
    path: str
    says: Says
    asks: Mapping[str, Mapping[str, object]]
    serves: Callable[[Request], tuple[str, ...]]
    judges: Mapping[str, Judge]
    rows: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)
    secret: Credentials = field(default_factory=lambda: Credentials(SecretStr("secret"), "ada@x"))
    close: Callable[[], None] = lambda: None

    def session(self, url: str) -> Session:
        """An open connection that asks each thing once, one after the other."""
        connection = Connection.model_validate(
            {
                "kind": self.kind,
                "url": url + self.path,
                "retries": 1,
                "concurrency": 1,
                **self.settings,
            }
        )
        return source_named(self.kind).open("acme", connection, self.secret)

    def asked(self) -> list[Ask]:
        return [
            Ask(name, {"connection": "acme", **binding}, _ANYTHING, STARTS, "UTC", NOW)
            for name, binding in self.asks.items()
        ]


def vendors(named: str = "") -> Iterator[Vendor]:
    """Jira Cloud, Jira Data Center, Notion, and a JSON endpoint; those whose name holds this."""
    makers: dict[str, Callable[[], Vendor]] = {
        "jira cloud": partial(jira, "cloud"),
        "jira datacenter": partial(jira, "datacenter"),
        "notion": notion,
        "http": http,
    }
    yield from (make() for name, make in makers.items() if named in name)


def jira(deployment: str) -> Vendor:
    """Seven issues on three pages, one without points, four done, one of them in October."""
    points = {1: 3, 2: 5, 3: 8, 4: None, 5: 0.5, 6: 13, 7: 1}
    done = {1: 5, 2: 9, 3: 20, 6: 28}
    issues = [
        issue(
            f"SHOP-{n}",
            created=datetime(2026, 10, n % 3 + 1, tzinfo=UTC),
            labels=["till"],
            points=points[n],
            done=datetime(2026, 10, done[n], 6, tzinfo=UTC) if n in done else None,
        )
        for n in points
    ]
    company = Company(issues=issues)
    sandbox = Sandbox(company, clock=NOW, deployment=deployment)  # type: ignore[arg-type]
    sandbox.faults.add(Fault("short_page", match="/search", times=None, rows=3))
    recorder = Recorder(sandbox.app())
    jql = {"jql": "labels = till"}
    measures = {
        "count": "count",
        "sum": {"sum": "Story Points"},
        "average": {"average": POINTS},
        "done_ratio": "done_ratio",
        "weighted": {"done_ratio": {"weight": POINTS}},
        "lead_time": "lead_time",
    }
    search = ("count", "sum", "average", "done_ratio", "weighted")

    def serves(request: Request) -> tuple[str, ...]:
        if "/search" in request.target:
            asked = str(request.asks.get("jql"))
            if "resolved" in asked:
                return ("lead_time",)
            return search if "till" in asked else ("field",)
        return ("field",) if "bulkfetch" in request.target else ()

    judges: dict[str, Judge] = {name: partial(_jira_judge, name) for name in (*search, "lead_time")}
    judges["field"] = lambda rows, _: issue_truth(rows, KEY, POINTS)
    cloud = deployment == "cloud"
    return Vendor(
        name=f"jira {deployment}",
        kind="jira",
        path="/jira",
        says=recorder.answer,
        asks={
            **{name: {**jql, "measure": measure} for name, measure in measures.items()},
            "field": {"issue": KEY, "field": POINTS},
        },
        serves=serves,
        judges=judges,
        rows="issues",
        settings={"deployment": deployment},
        secret=Credentials(SecretStr(sandbox.jira_token), sandbox.jira_user if cloud else ""),
        close=partial(_closed, sandbox, recorder),
    )


def _closed(sandbox: Sandbox, recorder: Recorder) -> None:
    recorder.close()
    sandbox._socket.close()


def _jira_judge(measure: str, rows: Sequence[Served], _: Sequence[Served]) -> Truth:
    return selection_truth(rows, measure, POINTS, WINDOW)


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
    score = Column("Score", source.columns["Score"].id)
    state = Column("State", source.columns["State"].id)
    place = {"data_source": source.id}
    query = ("count", "sum", "average", "done_ratio")
    filtered = {"property": "Name", "title": {"contains": "Talk"}}

    def serves(request: Request) -> tuple[str, ...]:
        if request.target.split("?")[0].endswith("/query"):
            return query if "filter" not in request.asks else ("latest",)
        return ("page",) if "/pages/" in request.target else ()

    def judged(measure: str, served: Sequence[Served], names: Sequence[Served]) -> Truth:
        complete = complete_of([s for s in names if "/data_sources/" in s.request.target], state)
        if complete is None:
            return (
                Truth()
                if measure == "done_ratio"
                else rows_truth(served, measure, score, state, {})
            )
        return rows_truth(served, measure, score, state, complete)

    judges: dict[str, Judge] = {name: partial(judged, name) for name in (*query, "latest")}
    judges["page"] = lambda served, _: page_truth(served, score)
    return Vendor(
        name="notion",
        kind="notion",
        path="/notion",
        says=recorder.answer,
        asks={
            "count": {**place, "measure": "count"},
            "sum": {**place, "measure": {"sum": "Score"}},
            "average": {**place, "measure": {"average": "Score"}},
            "done_ratio": {**place, "measure": "done_ratio"},
            "latest": {**place, "filter": filtered, "measure": {"latest": "Score"}},
            "page": {"page": getattr(rows[1], "id", str(rows[1])), "property": "Score"},
        },
        serves=serves,
        judges=judges,
        rows="results",
        secret=Credentials(SecretStr("ntn_token")),
        close=partial(_closed, sandbox, recorder),
    )


_DEALS = (
    b'{"data": {"total": 42.5, "state": "fresh", "items": [{"id": 1, "amount": 3, "open": false}, '
    b'{"id": 2, "amount": 4.5, "open": true}, {"id": 3, "amount": null, "open": true}, '
    b'{"id": 4, "amount": 0.1, "open": false}]}, "page": {"number": 1, "size": 50}}'
)


def http() -> Vendor:
    """Four deals, one without an amount."""

    def says(_: Request, __: list[tuple[str, str]]) -> Answer:
        return Answer(200, (("Content-Type", "application/json"),), _DEALS)

    values = {
        "value": "data.total",
        "length": "length(data.items)",
        "sum": "sum(data.items[].amount)",
        "average": "avg(data.items[].amount)",
        "open": "length(data.items[?open])",
    }
    return Vendor(
        name="http",
        kind="http",
        path="",
        says=says,
        asks={name: {"url": "/deals", "value": value} for name, value in values.items()},
        serves=lambda _: tuple(values),
        judges={name: partial(_http_judge, name) for name in values},
        settings={"options": {"allow_private": True, "allow_http": True}},
    )


def _http_judge(measure: str, served: Sequence[Served], _: Sequence[Served]) -> Truth:
    """JMESPath by its specification: a projection leaves null out, and goes over lists only."""
    said = served[-1].says if served else None
    data = said.get("data") if isinstance(said, dict) else None
    if not isinstance(data, dict):
        return Truth()
    if measure == "value":
        return Truth(_some(number(data.get("total"))), repr(data.get("total")))
    items = data.get("items")
    return _of_items(measure, items) if isinstance(items, list) else Truth()


def _of_items(measure: str, items: Sequence[object]) -> Truth:
    if measure == "length":
        return Truth(frozenset({Fraction(len(items))}), len(items))
    if measure == "open":
        found = sum(isinstance(each, dict) and _true(each.get("open")) for each in items)
        return Truth(frozenset({Fraction(found)}), found)
    flat = [each for item in items for each in (item if isinstance(item, list) else [item])]
    amounts = [each.get("amount") for each in flat if isinstance(each, dict)]
    cells = [number(each) for each in amounts if each is not None]
    numbers = [value for cell in cells for value in cell if value is not None]
    if len(numbers) < len(cells) or (measure == "average" and not numbers):
        return Truth()
    total = sum(numbers, Fraction())
    value = total / len(numbers) if measure == "average" else total
    return Truth(frozenset({value}), sorted(numbers))


def _some(cell: frozenset[Fraction | None]) -> frozenset[Fraction]:
    return frozenset(value for value in cell if value is not None)


def _true(value: object) -> bool:
    """What JMESPath takes for true: all but false, null, and what is empty; 0 is true."""
    if isinstance(value, str | list | dict):
        return bool(value)
    return value is not None and value is not False
