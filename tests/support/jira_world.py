"""A Jira world in one line: a sandbox over real HTTP, sessions on it, asks for it."""

import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import SecretStr
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from okr_core.plan.metrics import AtLeast, Metric
from okr_core.plan.workspace import Connection
from okr_core.progress.smells import Previous
from okr_core.record.evidence import Row
from okr_jira import SOURCE
from okr_jira.session import JiraSession
from okr_sandbox import Company, Field, Issue, Sandbox
from okr_sources.answers import Answer, Ask, Observed, Suspect, Unavailable
from okr_sources.source import Credentials, Memory

Deployment = Literal["cloud", "datacenter"]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANY_VALUE = AtLeast(bound=Decimal(1))
"""A metric that finds no value suspicious."""


def ask(
    key_result: str,
    *,
    metric: Metric = ANY_VALUE,
    previous: Previous | None = None,
    frozen: Sequence[Row] | None = None,
    zone: str = "UTC",
    as_of: datetime = NOW,
    starts: date = date(2026, 10, 1),
    **binding: object,
) -> Ask:
    return Ask(
        key_result=key_result,
        binding={"connection": "acme", **binding},
        metric=metric,
        cycle_starts=starts,
        timezone=zone,
        as_of=as_of,
        previous=previous,
        frozen=None if frozen is None else tuple(frozen),
    )


def previous_of(answer: Observed) -> Previous:
    """What the next run knows of this answer."""
    rows = answer.evidence.rows
    return Previous(answer.value, len(rows), sum((row.weight for row in rows), Decimal(0)))


@dataclass(frozen=True)
class Sent:
    """One request as it went over the wire."""

    method: str
    path: str
    query: str
    body: bytes
    headers: tuple[tuple[str, str], ...]


class RecordingSandbox(Sandbox):
    """A sandbox that keeps every request that it was sent.

    Attributes:
        record: The requests.
        meanwhile: Called with the number of earlier requests before each one is answered.
        altered: Called with each request and its JSON answer; gives the answer that is sent.
        instead: Called with each request; what it gives is sent with 200, and the sandbox never
            sees the request.
    """

    def __init__(
        self, company: Company, *, clock: datetime, deployment: Deployment = "cloud"
    ) -> None:
        super().__init__(company, clock=clock, deployment=deployment)
        self.record: list[Sent] = []
        self.meanwhile: Callable[[int], None] = lambda _: None
        self.altered: Callable[[Sent, Any], object] | None = None
        self.instead: Callable[[Sent], object] = lambda _: None

    def app(self) -> ASGIApp:
        """The sandbox behind a recorder."""
        inner = super().app()

        async def recording(scope: Scope, receive: Receive, send: Send) -> None:
            messages: list[Message] = []
            more = scope["type"] == "http"
            while more:
                messages.append(await receive())
                more = messages[-1].get("more_body", False)
            if scope["type"] == "http":
                body = b"".join(each.get("body", b"") for each in messages)
                self._keep(scope, body)
                swallowed = self.instead(_sent(scope, body))
                if swallowed is not None:
                    await JSONResponse(swallowed)(scope, receive, send)
                    return

            async def replay() -> Message:
                return messages.pop(0) if messages else await receive()

            altered = self.altered if scope["type"] == "http" else None
            await inner(scope, replay, self._altering(altered, send) if altered else send)

        return recording

    def _altering(self, altered: Callable[[Sent, Any], object], send: Send) -> Send:
        """Sends answers as they were altered, whole."""
        sent, started = self.record[-1], list[Message]()

        async def altering(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
                return
            body = message.get("body", b"")
            started[0]["headers"] = [
                (name, value) for name, value in started[0]["headers"] if name != b"content-length"
            ]
            with suppress(ValueError):
                body = json.dumps(altered(sent, json.loads(body))).encode()
            started[0]["headers"].append((b"content-length", str(len(body)).encode()))
            await send(started[0])
            await send({**message, "body": body})

        return altering

    def _keep(self, scope: Scope, body: bytes) -> None:
        self.meanwhile(len(self.record))
        self.record.append(_sent(scope, body))


def _sent(scope: Scope, body: bytes) -> Sent:
    headers = tuple((name.decode(), value.decode()) for name, value in scope["headers"])
    path = scope["path"].removeprefix("/jira")
    return Sent(scope["method"], path, scope["query_string"].decode(), body, headers)


@dataclass
class World:
    """A sandbox and what a session on it answers."""

    sandbox: RecordingSandbox
    known: Memory
    planned: int = 0

    @property
    def sent(self) -> dict[str, int]:
        """Requests by endpoint."""
        return dict(self.sandbox.requests)

    def session(self, *, token: object = None, **settings: object) -> JiraSession:
        connection = Connection.model_validate(
            {
                "kind": "jira",
                "url": self.sandbox.jira_url,
                "deployment": self.sandbox.deployment,
                **settings,
            }
        )
        secret = SecretStr(str(token or self.sandbox.jira_token))
        user = self.sandbox.jira_user if connection.deployment == "cloud" else ""
        return SOURCE.open("acme", connection, Credentials(secret, user))

    def read(self, *asks: Ask, **settings: object) -> dict[str, Answer]:
        """Answers by key result; remembers counts for the next reading, as runs do."""
        self.sandbox.requests.clear()
        with self.session(**settings) as session:
            plan = session.plan(asks, self.known)
            self.planned = sum(fetch.pages or 0 for fetch in plan.fetches)
            answers = list(session.read(plan))
            self.known = Memory(dict(session.counts))
            assert session.requests == sum(self.sandbox.requests.values())
        assert sorted(a.key_result for a in answers) == sorted(each.key_result for each in asks)
        return {answer.key_result: answer for answer in answers}

    def value(self, one: Ask) -> Decimal:
        answer = self.read(one)[one.key_result]
        assert isinstance(answer, Observed), answer
        return answer.value

    def found(self, one: Ask) -> Observed:
        answer = self.read(one)[one.key_result]
        assert isinstance(answer, Observed), answer
        return answer

    def suspect(self, one: Ask) -> Suspect:
        answer = self.read(one)[one.key_result]
        assert isinstance(answer, Suspect), answer
        return answer

    def refusal(self, one: Ask, **settings: object) -> Unavailable:
        answer = self.read(one, **settings)[one.key_result]
        assert isinstance(answer, Unavailable), answer
        return answer


class Worlds:
    """Opens worlds and closes them at the end of the test."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def __call__(
        self,
        *issues: Issue,
        fields: Sequence[Field] = (),
        timezone: str = "UTC",
        company: Company | None = None,
        now: datetime = NOW,
        deployment: Deployment = "cloud",
    ) -> World:
        served = company or Company(issues=issues, fields=fields, timezone=timezone)
        sandbox = self._stack.enter_context(
            RecordingSandbox(served, clock=now, deployment=deployment)
        )
        return World(sandbox, Memory({}))
