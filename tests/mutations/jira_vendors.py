"""Jira: both kinds, shares counted by ids, and frozen scopes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

from jira_truth import frozen_truth, issue_truth, selection_truth
from pydantic import SecretStr
from replay import Recorder, Request, Says, Served
from truth import Truth
from vendor import KEY, NOW, POINTS, WINDOW, Judge, Vendor, closed

from okr_core.record.evidence import Row
from okr_sandbox import Company, Fault, Sandbox, issue
from okr_sandbox.jira.issues import Issue, id_of
from okr_sources.source import Credentials

JQL = {"jql": "labels = till"}
MEASURES: Mapping[str, object] = {
    "count": "count",
    "sum": {"sum": "Story Points"},
    "average": {"average": POINTS},
    "done_ratio": "done_ratio",
    "weighted": {"done_ratio": {"weight": POINTS}},
    "lead_time": "lead_time",
}
POINTS_OF = {1: 3, 2: 5, 3: 8, 4: None, 5: 0.5, 6: 13, 7: 1}
DONE_ON = {1: 5, 2: 9, 3: 20, 6: 28}
_SEARCH = ("count", "sum", "average", "done_ratio", "weighted")


def jira(deployment: str) -> Vendor:
    """Seven issues on three pages, one without points, four done, one of them in October."""
    sandbox, recorder = _sandbox(deployment, _issues())
    return asked_everything(
        f"jira {deployment}",
        deployment,
        recorder.answer,
        _secret(sandbox, deployment),
        close=partial(closed, sandbox, recorder),
    )


def asked_everything(
    name: str,
    deployment: str,
    says: Says,
    secret: Credentials,
    *,
    close: Callable[[], None] = lambda: None,
) -> Vendor:
    """Every measure of a selection, a lead time, and a field of one issue."""
    asks = {name: {**JQL, "measure": measure} for name, measure in MEASURES.items()}
    judges: dict[str, Judge] = {name: partial(_judge, name) for name in MEASURES}
    judges["field"] = lambda rows, _: issue_truth(rows, KEY, POINTS)
    return Vendor(
        name=name,
        kind="jira",
        path="/jira",
        says=says,
        asks={**asks, "field": {"issue": KEY, "field": POINTS}},
        serves=_serves,
        judges=judges,
        rows="issues",
        settings={"deployment": deployment},
        secret=secret,
        close=close,
    )


def _serves(request: Request) -> tuple[str, ...]:
    if "/search" in request.target:
        asked = str(request.asks.get("jql"))
        if "resolved" in asked:
            return ("lead_time",)
        return _SEARCH if "till" in asked else ("field",)
    return ("field",) if "bulkfetch" in request.target else ()


def counted() -> Vendor:
    """A share done of which nobody knows the size: ids of all, and ids of those that are done."""
    sandbox, recorder = _sandbox("cloud", _issues())
    names = ("count", "done_ratio")

    def serves(request: Request) -> tuple[str, ...]:
        if "/search" not in request.target:
            return ()
        return ("done_ratio",) if "statusCategory" in str(request.asks.get("jql")) else names

    return Vendor(
        name="jira cloud by ids",
        kind="jira",
        path="/jira",
        says=recorder.answer,
        asks={name: {**JQL, "measure": name} for name in names},
        serves=serves,
        judges={name: partial(_judge, name) for name in names},
        rows="issues",
        settings={"deployment": "cloud"},
        secret=_secret(sandbox, "cloud"),
        close=partial(closed, sandbox, recorder),
    )


def frozen(deployment: str) -> Vendor:
    """A scope of nine issues, two of which have left the selection, one of them done."""
    away = [
        issue("SHOP-8", created=datetime(2026, 10, 2, tzinfo=UTC), labels=["attic"], points=2),
        issue(
            "SHOP-9",
            created=datetime(2026, 10, 2, tzinfo=UTC),
            labels=["attic"],
            points=4,
            done=datetime(2026, 10, 9, tzinfo=UTC),
        ),
    ]
    sandbox, recorder = _sandbox(deployment, [*_issues(), *away])
    names = ("count", "sum", "done_ratio")
    ids = [id_of(f"SHOP-{n}") for n in range(1, 10)]

    def serves(request: Request) -> tuple[str, ...]:
        if "till" in str(request.asks.get("jql")):
            return names
        if "/search" not in request.target and "bulkfetch" not in request.target:
            return ()
        fields = str(request.asks.get("fields"))
        if POINTS in fields:
            return ("sum",)
        return ("done_ratio",) if "status" in fields else ("count",)

    def judged(measure: str, rows: Sequence[Served], _: Sequence[Served]) -> Truth:
        return frozen_truth(rows, measure, POINTS, ids)

    return Vendor(
        name=f"jira {deployment} frozen",
        kind="jira",
        path="/jira",
        says=recorder.answer,
        asks={name: {**JQL, "measure": MEASURES[name], "scope": "frozen"} for name in names},
        serves=serves,
        judges={name: partial(judged, name) for name in names},
        rows="issues",
        scope=tuple(Row(name, Decimal(0)) for name in sorted(ids)),
        settings={"deployment": deployment},
        secret=_secret(sandbox, deployment),
        close=partial(closed, sandbox, recorder),
    )


def _issues() -> list[Issue]:
    return [
        issue(
            f"SHOP-{n}",
            created=datetime(2026, 10, n % 3 + 1, tzinfo=UTC),
            labels=["till"],
            points=POINTS_OF[n],
            done=datetime(2026, 10, DONE_ON[n], 6, tzinfo=UTC) if n in DONE_ON else None,
        )
        for n in POINTS_OF
    ]


def _sandbox(deployment: str, issues: list[Issue]) -> tuple[Sandbox, Recorder]:
    sandbox = Sandbox(Company(issues=issues), clock=NOW, deployment=deployment)  # type: ignore[arg-type]
    sandbox.faults.add(Fault("short_page", match="/search", times=None, rows=3))
    return sandbox, Recorder(sandbox.app())


def _secret(sandbox: Sandbox, deployment: str) -> Credentials:
    user = sandbox.jira_user if deployment == "cloud" else ""
    return Credentials(SecretStr(sandbox.jira_token), user)


def _judge(measure: str, rows: Sequence[Served], _: Sequence[Served]) -> Truth:
    return selection_truth(rows, measure, POINTS, WINDOW)
