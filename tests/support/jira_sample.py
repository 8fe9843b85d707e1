"""A small company in Jira, small enough to count by eye, and a client for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx

from okr_sandbox import Company, Issue, Person, Sandbox, issue, number_field, relabelled

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def day(month: int, number: int, hour: int = 9) -> datetime:
    """A time of the sample's year."""
    return datetime(2026, month, number, hour, tzinfo=UTC)


def issues() -> list[Issue]:
    """Eight issues of two projects; GROW-8 comes later, GROW-7 is deleted, OPS-2 is relabelled."""
    return [
        issue("GROW-1", created=day(9, 1), type="Epic", labels=["growth"], priority="High"),
        issue(
            "GROW-2",
            created=day(9, 2),
            summary="Checkout form is slow",
            labels=["growth", "checkout"],
            points=3,
            parent="GROW-1",
            assignee="ana",
            started=day(10, 5),
            done=day(10, 12),
        ),
        issue(
            "GROW-3",
            created=day(9, 3),
            summary="Payment form loses input",
            labels=["checkout"],
            points=5,
            parent="GROW-1",
            assignee="ben",
            sprint="Sprint 7",
            started=day(11, 2),
        ),
        issue("GROW-4", created=day(10, 20), estimate=8, priority="Low", reporter="ana"),
        issue("OPS-1", created=day(10, 1), type="Bug", labels=["outage"], priority="Highest"),
        relabelled(
            issue("OPS-2", created=day(10, 2), type="Bug", labels=["outage"]),
            day(11, 16),
            ["incident"],
        ),
        issue(
            "OPS-3",
            created=day(10, 3),
            type="Bug",
            labels=["outage"],
            done=day(10, 4),
            resolution="Won't Do",
            fields={"customfield_12001": 2.5},
        ),
        issue("GROW-7", created=day(9, 4), labels=["growth"], deleted=day(11, 1)),
        issue("GROW-8", created=day(12, 1), labels=["growth"]),
    ]


def company() -> Company:
    """The company; its extra number field is called like Jira's own Story Points."""
    return Company(
        issues=issues(),
        people=[Person("ana", "Ana Ruiz", "ana@example.com")],
        fields=[number_field(12001, "Impact"), number_field(12002, "Story Points")],
        projects={"GROW": "Growth", "OPS": "Operations"},
    )


@contextmanager
def client_of(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client with the right user and token, at ``/rest/api/3``."""
    auth = (sandbox.jira_user, sandbox.jira_token)
    with httpx.Client(base_url=f"{sandbox.jira_url}/rest/api/3", auth=auth) as client:
        yield client


def keys(client: httpx.Client, jql: str) -> list[str]:
    """Keys that a query selects, in its order."""
    answer = client.post("/search/jql", json={"jql": jql, "fields": ["key"]})
    assert answer.status_code == 200, answer.text
    return [found["key"] for found in answer.json()["issues"]]
