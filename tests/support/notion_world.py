"""A Notion world in one line: a sandbox over real HTTP, sessions on it, asks for it."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
from pydantic import SecretStr

from okr_core.plan.metrics import AtLeast, Metric
from okr_core.plan.workspace import Connection
from okr_core.progress.smells import Previous
from okr_core.record.evidence import Row
from okr_notion import SOURCE, NotionSession
from okr_sandbox.company import Company
from okr_sandbox.notion.records import DataSource
from okr_sandbox.notion.workspace import NotionWorkspace
from okr_sandbox.server import Sandbox
from okr_sources.answers import Answer, Ask, Observed, Suspect, Unavailable
from okr_sources.source import Credentials, Memory

NOW = datetime(2026, 10, 14, 12, 30, tzinfo=UTC)
TOKEN = "ntn_a-secret-that-shows-nowhere"
ANY_VALUE = AtLeast(bound=Decimal(1))
"""A metric that finds no value suspicious."""


def ask(
    key_result: str,
    metric: Metric = ANY_VALUE,
    previous: Previous | None = None,
    frozen: Sequence[Row] | None = None,
    zone: str = "UTC",
    **binding: Any,
) -> Ask:
    return Ask(
        key_result=key_result,
        binding={"connection": "wiki", **binding},
        metric=metric,
        cycle_starts=date(2026, 10, 1),
        timezone=zone,
        as_of=NOW,
        previous=previous,
        frozen=None if frozen is None else tuple(frozen),
    )


def previous_of(answer: Answer) -> Previous:
    """What the next run knows of this answer."""
    rows = observed(answer).evidence.rows
    return Previous(answer_value(answer), len(rows), sum((r.weight for r in rows), Decimal(0)))


@dataclass
class World:
    """A sandbox and what sessions on it answer.

    Attributes:
        traffic: Every request: method, path with query, body.
    """

    workspace: NotionWorkspace
    sandbox: Sandbox
    known: Memory = field(default_factory=lambda: Memory({}))
    planned: int = 0
    traffic: list[httpx.Request] = field(default_factory=list)

    @property
    def sent(self) -> int:
        """Requests that the sandbox has counted."""
        return sum(self.sandbox.requests.values())

    def session(self, token: str = TOKEN, url: str = "", **settings: Any) -> NotionSession:
        connection = Connection.model_validate(
            {"kind": "notion", "url": url or self.sandbox.notion_url, **settings}
        )
        session = SOURCE.open("wiki", connection, Credentials(SecretStr(token)))
        session._client._http.event_hooks["request"] = [self.traffic.append]
        return session

    def read(self, *asks: Ask, **settings: Any) -> dict[str, Answer]:
        """Answers by key result; remembers counts for the next reading, as runs do."""
        self.sandbox.requests.clear()
        with self.session(**settings) as session:
            plan = session.plan(asks, self.known)
            self.planned = sum(fetch.pages or 0 for fetch in plan.fetches)
            answers = list(session.read(plan))
            self.known = Memory(dict(session.counts))
            assert session.requests >= self.sent
        assert sorted(a.key_result for a in answers) == sorted(each.key_result for each in asks)
        return {answer.key_result: answer for answer in answers}

    def one(self, source: DataSource | str, **binding: Any) -> Answer:
        """The answer to one ask about a data source."""
        place = source if isinstance(source, str) else source.id
        return self.read(ask("kr", data_source=place, **binding))["kr"]


class Worlds:
    """Builds worlds that end with the test."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def open(self, workspace: NotionWorkspace) -> World:
        workspace.token = TOKEN
        company = Company(notion=workspace)
        return World(workspace, self._stack.enter_context(Sandbox(company, clock=NOW)))


def observed(answer: Answer) -> Observed:
    assert isinstance(answer, Observed), answer
    return answer


def suspect(answer: Answer) -> Suspect:
    assert isinstance(answer, Suspect), answer
    return answer


def unavailable(answer: Answer) -> Unavailable:
    assert isinstance(answer, Unavailable), answer
    return answer


def answer_value(answer: Answer) -> Decimal:
    return observed(answer).value
