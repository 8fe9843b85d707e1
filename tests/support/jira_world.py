"""A Jira world in one line: a sandbox over real HTTP, sessions on it, asks for it."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from pydantic import SecretStr

from okr_core.metrics import AtLeast, Metric
from okr_core.workspace import Connection
from okr_jira import SOURCE
from okr_jira.session import JiraSession
from okr_sandbox import Company, Field, Issue, Sandbox
from okr_sources.answers import Answer, Ask, Observed, Previous, Row, Suspect, Unavailable
from okr_sources.source import Credentials, Memory

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANY_VALUE = AtLeast(bound=Decimal(0))
"""A metric that finds no value suspicious."""


def ask(
    key_result: str,
    *,
    metric: Metric = ANY_VALUE,
    previous: Previous | None = None,
    frozen: Sequence[Row] | None = None,
    zone: str = "UTC",
    as_of: datetime = NOW,
    **binding: object,
) -> Ask:
    return Ask(
        key_result=key_result,
        binding={"connection": "acme", **binding},
        metric=metric,
        cycle_starts=date(2026, 10, 1),
        timezone=zone,
        as_of=as_of,
        previous=previous,
        frozen=None if frozen is None else tuple(frozen),
    )


def previous_of(answer: Observed) -> Previous:
    """What the next run knows of this answer."""
    rows = answer.evidence.rows
    return Previous(answer.value, len(rows), sum((row.weight for row in rows), Decimal(0)))


@dataclass
class World:
    """A sandbox and what a session on it answers."""

    sandbox: Sandbox
    known: Memory
    planned: int = 0

    @property
    def sent(self) -> dict[str, int]:
        """Requests by endpoint."""
        return dict(self.sandbox.requests)

    def session(self, token: str | None = None, **settings: object) -> JiraSession:
        connection = Connection.model_validate(
            {"kind": "jira", "url": self.sandbox.jira_url, **settings}
        )
        secret = SecretStr(token or self.sandbox.jira_token)
        return SOURCE.open("acme", connection, Credentials(secret, self.sandbox.jira_user))

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
    ) -> World:
        served = company or Company(issues=issues, fields=fields, timezone=timezone)
        return World(self._stack.enter_context(Sandbox(served, clock=now)), Memory({}))
