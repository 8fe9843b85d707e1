"""Session: one open connection to Jira Cloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from okr_core.errors import OkrError
from okr_core.workspace import Connection
from okr_jira.client import CloudClient
from okr_jira.desk import Desk, Steps, Task
from okr_jira.diagnosis import diagnose
from okr_jira.fetching import Fetcher
from okr_jira.planner import JiraPlan, plan_queries, request_plan
from okr_sources.answers import Answer, Ask, RequestPlan
from okr_sources.session import BaseSession, utc_now
from okr_sources.source import Check, Memory
from okr_sources.workers import Workers


class JiraSession(BaseSession):
    """Plans, reads and diagnoses one Jira Cloud site.

    Args:
        name: Name of the connection.
        connection: Its settings.
        client: The site's endpoints.
        now: The clock.
    """

    def __init__(
        self,
        name: str,
        connection: Connection,
        client: CloudClient,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(name, connection, now=now)
        self._client = client
        self._fetcher = Fetcher(client, self.send, now)

    def plan(self, asks: Sequence[Ask], memory: Memory) -> RequestPlan:
        """Fewest requests that answer all asks exactly. Sends nothing."""
        return request_plan(self.name, plan_queries(asks, memory))

    def asked(self, plan: RequestPlan) -> Sequence[str]:
        """Key results of the plan, refused ones included."""
        refused = [answer.key_result for answer in plan.refused]
        return [*refused, *(part.ask.key_result for part in _detail(plan).parts)]

    def answers(self, plan: RequestPlan) -> Iterator[Answer]:
        """Answers as their queries come in; queries run at once, pages of one in turn."""
        desk = Desk(_detail(plan), self._fetcher, connection=self.name, url=self._client.url)
        tasks: dict[int, Task] = {}
        with Workers[int, Callable[[], Steps]](self.connection.concurrency) as workers:

            def given(steps: Steps) -> Iterator[Answer]:
                for step in steps:
                    if isinstance(step, Task):
                        key = len(tasks)
                        tasks[key] = step
                        workers.submit(key, step.work)
                    else:
                        yield step

            yield from given(desk.first())
            for result in workers.results():
                if result.error is not None:
                    yield from given(tasks[result.key].fail(result.error))
                elif result.value is not None:
                    yield from given(result.value())
        for digest, rows in desk.counts.items():
            self.remember(digest, rows)

    def diagnose(self, asks: Sequence[Ask], *, now: datetime) -> list[Check]:
        """What `okr doctor` says: reachable, authorised, clocks, permissions, fields, queries."""
        plan = plan_queries(asks, Memory({}))
        return diagnose(
            plan, self._client, self._fetcher, self.send, connection=self.connection, now=now
        )

    def close(self) -> None:
        """Close kept connections."""
        self._client.close()


def _detail(plan: RequestPlan) -> JiraPlan:
    if isinstance(plan.detail, JiraPlan):
        return plan.detail
    raise OkrError("this plan was not made for Jira.", hint="Plan and read with one session.")
