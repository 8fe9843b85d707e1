"""A Jira Data Center that nobody here wrote: `jira820` over real HTTP, and who counts it alone."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from statistics import median
from threading import Thread

import httpx
import jira820  # type: ignore[import-untyped]  # it has no types
import uvicorn
from pydantic import SecretStr
from starlette.types import ASGIApp

from okr_core.plan.workspace import Connection
from okr_jira import SOURCE
from okr_jira.session import JiraSession
from okr_sources.answers import Answer, Ask
from okr_sources.source import Credentials, Memory

POINTS, EPIC_LINK = "customfield_10004", "customfield_10008"
Issue = Mapping[str, object]


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The application's address on loopback, for as long as the block lasts."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def emulator(today: date) -> Iterator[str]:
    """A company of 341 issues, always the same; its address."""
    with served(jira820.make_app(config=jira820.Config(base_date=today, seed="7"))) as url:
        yield url


@dataclass(frozen=True)
class Counter:
    """Counts over plain HTTP, one issue at a time, without any code of ours.

    Attributes:
        url: Address of the server.
    """

    url: str

    def issues(self, keep: Callable[[Mapping[str, object]], object]) -> list[Issue]:
        """All issues of the server of which `keep` holds for the fields."""
        found: list[Issue] = []
        with httpx.Client(base_url=self.url) as client:
            while True:
                params: Mapping[str, str | int] = {
                    "jql": "order by key asc",
                    "startAt": len(found),
                    "maxResults": 200,
                }
                page = client.get("/rest/api/2/search", params=params).json()
                found += page["issues"]
                if len(found) >= page["total"]:
                    return [issue for issue in found if keep(fields_of(issue))]

    def write(self, key: str, **fields: object) -> None:
        """Change fields of an issue."""
        answer = httpx.put(f"{self.url}/rest/api/2/issue/{key}", json={"fields": fields})
        assert answer.status_code == 204, answer.text

    def delete(self, key: str) -> None:
        """Delete an issue."""
        assert httpx.delete(f"{self.url}/rest/api/2/issue/{key}").status_code == 204

    def move(self, key: str, status: str) -> None:
        """Bring an issue to a status."""
        url = f"{self.url}/rest/api/2/issue/{key}/transitions"
        ways = httpx.get(url).json()["transitions"]
        (way,) = (each["id"] for each in ways if each["to"]["name"] == status)
        assert httpx.post(url, json={"transition": {"id": way}}).status_code == 204


def fields_of(issue: Issue) -> Mapping[str, object]:
    fields = issue["fields"]
    assert isinstance(fields, dict)
    return fields


def named(fields: Mapping[str, object], name: str, key: str = "name") -> object:
    """Name of a status, type or person in a field; None where it is empty."""
    value = fields[name]
    return value[key] if isinstance(value, dict) else None


def is_done(fields: Mapping[str, object]) -> bool:
    status = fields["status"]
    assert isinstance(status, dict)
    return bool(status["statusCategory"]["key"] == "done")


def points(issues: Sequence[Issue]) -> list[Decimal]:
    """Story points of the issues that have some."""
    values = [fields_of(issue)[POINTS] for issue in issues]
    return [Decimal(str(value)) for value in values if value is not None]


def days(issues: Sequence[Issue], since: datetime) -> Decimal:
    """Median days from created to resolved of those resolved since then."""
    passed = []
    for issue in issues:
        fields = fields_of(issue)
        if fields["resolutiondate"] is None:
            continue
        resolved = datetime.fromisoformat(str(fields["resolutiondate"]))
        if resolved >= since:
            created = datetime.fromisoformat(str(fields["created"]))
            seconds = int((resolved - created).total_seconds())
            passed.append(Decimal(seconds) / 86_400)
    return median(passed)


def session_on(url: str, token: str = "any", **settings: object) -> JiraSession:
    """A session on a Data Center."""
    connection = Connection.model_validate(
        {"kind": "jira", "url": url, "deployment": "datacenter", **settings}
    )
    return SOURCE.open("acme", connection, Credentials(SecretStr(token)))


def read(url: str, *asks: Ask) -> dict[str, Answer]:
    """Answers by key result."""
    with session_on(url) as session:
        answers = list(session.read(session.plan(asks, Memory({}))))
    assert sorted(each.key_result for each in answers) == sorted(each.key_result for each in asks)
    return {answer.key_result: answer for answer in answers}
