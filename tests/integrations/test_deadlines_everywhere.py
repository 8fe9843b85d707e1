"""Whatever a session asks for, it asks within a query's deadline: no paging goes on without end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import TypeVar

import jira_world
import notion_world
import pytest
from jira_world import NOW
from notion_sample import Sample
from pydantic import SecretStr

from okr_core.plan.workspace import Connection
from okr_jira.session import JiraSession
from okr_notion.session import NotionSession
from okr_sandbox import Company, Sandbox, issue
from okr_sources import Credentials, Memory
from okr_sources.answers import Ask
from okr_sources.gate.deadline import seconds_left
from okr_sources.past import PastAsk

T = TypeVar("T")
START = datetime(2026, 10, 2, tzinfo=UTC)
DAYS = (NOW - timedelta(days=14), NOW - timedelta(days=7))
SHARE = jira_world.ask("kr", jql="labels = a", measure={"sum": "Story Points"})
COUNT = jira_world.ask("kr", jql="labels = a AND statusCategory != Done", measure="count")


class _Told:
    """Notes how long each request may take at most."""

    left: list[float]

    def send(self, request: Callable[[], T], *, endpoint: str, safe: bool = True) -> T:
        self.left.append(seconds_left())
        return super().send(request, endpoint=endpoint, safe=safe)  # type: ignore[misc,no-any-return]


class ToldJira(_Told, JiraSession):
    """Jira, told."""


class ToldNotion(_Told, NotionSession):
    """Notion, told."""


@pytest.fixture
def sample() -> Sample:
    return Sample()


@pytest.fixture
def sandbox(sample: Sample) -> Iterator[Sandbox]:
    issues = [issue(f"A-{n}", created=START, labels=["a"], points=n) for n in (1, 2)]
    with Sandbox(Company(issues=issues, notion=sample.workspace), clock=NOW) as served:
        yield served


def jira(sandbox: Sandbox) -> ToldJira:
    connection = Connection.model_validate({"kind": "jira", "url": sandbox.jira_url})
    credentials = Credentials(SecretStr(sandbox.jira_token), sandbox.jira_user)
    session = ToldJira("acme", connection, credentials)
    session.left = []
    return session


JIRA: dict[str, Callable[[JiraSession], object]] = {
    "read": lambda session: list(session.read(session.plan([SHARE], Memory({})))),
    "reconstruct": lambda session: list(session.reconstruct([PastAsk(COUNT, DAYS)])),
    "diagnose": lambda session: session.diagnose([SHARE], now=NOW),
    "excludable": lambda session: session.excludable(SHARE),
    "labels": lambda session: session.labels(["10000", "10001"]),
    "people": lambda session: session.people(),
}


@pytest.mark.parametrize("what", JIRA)
def test_all_that_jira_is_asked_for_has_a_deadline(sandbox: Sandbox, what: str) -> None:
    with jira(sandbox) as session:
        JIRA[what](session)
    assert session.left
    assert all(map(isfinite, session.left))


def asks(sample: Sample) -> list[Ask]:
    page = sample.tasks.pages[0].id
    return [
        notion_world.ask("rows", data_source=sample.tasks.id, measure={"sum": "Points"}),
        notion_world.ask("cell", page=page, property="Points"),
    ]


NOTION: dict[str, Callable[[NotionSession, Sample], object]] = {
    "read": lambda session, sample: list(session.read(session.plan(asks(sample), Memory({})))),
    "diagnose": lambda session, sample: session.diagnose(asks(sample), now=NOW),
    "labels": lambda session, sample: session.labels([sample.tasks.pages[0].id]),
    "people": lambda session, _: session.people(),
}


@pytest.mark.parametrize("what", NOTION)
def test_all_that_notion_is_asked_for_has_a_deadline(
    sandbox: Sandbox, sample: Sample, what: str
) -> None:
    connection = Connection.model_validate({"kind": "notion", "url": sandbox.notion_url})
    with ToldNotion("wiki", connection, Credentials(SecretStr(sandbox.notion_token))) as session:
        session.left = []
        NOTION[what](session, sample)
    assert session.left
    assert all(map(isfinite, session.left))
