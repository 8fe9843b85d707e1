"""Session: one open connection to Jira, Cloud or Data Center."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from threading import Lock
from typing import TypeVar

from okr_core.errors import ConfigError, OkrError
from okr_core.plan.workspace import Connection
from okr_core.record.failure import Failure
from okr_jira.diagnose import diagnose
from okr_jira.past.changelog import PastReader
from okr_jira.past.past import reconstruct
from okr_jira.read.binding import JiraBinding
from okr_jira.read.datacenter_fetching import DataCenterFetcher
from okr_jira.read.fetching import CloudFetcher, Fetcher
from okr_jira.read.fields import FieldNames
from okr_jira.read.jql import RESOLVED_ONLY, normalised, restricted
from okr_jira.read.planner import JiraPlan, plan_queries, request_plan
from okr_jira.read.queries import Query
from okr_jira.read.rows import resolution_of
from okr_jira.read.schedule import Schedule
from okr_jira.site import errors as failures
from okr_jira.site.client import CloudClient
from okr_jira.site.datacenter import DataCenterClient
from okr_jira.site.errors import ElsewhereError
from okr_jira.site.people import read_people
from okr_jira.write_back.issue_places import IssuePlaces
from okr_jira.write_back.write_back import JiraWriter
from okr_sources.answers import Answer, Ask, RequestPlan
from okr_sources.binding import binding_of
from okr_sources.credentials import base_url
from okr_sources.past import PastAnswer, PastAsk
from okr_sources.session import BaseSession, utc_now
from okr_sources.source import Account, Check, Credentials, Memory
from okr_sources.write_back.write_back import Compared, Target, WriteBackFields

T = TypeVar("T")


class JiraSession(BaseSession):
    """Plans, reads and diagnoses one Jira site.

    Args:
        name: Name of the connection.
        connection: Its settings.
        credentials: What signs its requests.
        now: The clock.

    Raises:
        ConfigError: No address, or no user in the Cloud.
    """

    noun = "issues"

    def __init__(
        self,
        name: str,
        connection: Connection,
        credentials: Credentials,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(name, connection, credentials, now=now)
        url = base_url(name, connection, credentials)
        self._client: CloudClient | DataCenterClient
        self._fetcher: Fetcher
        if connection.deployment == "datacenter":
            self._client = DataCenterClient(name, url, self.gate, credentials)
            self._fetcher = DataCenterFetcher(self._client, self.send, now)
        else:
            self._client = CloudClient(name, url, self.gate, credentials)
            self._fetcher = CloudFetcher(self._client, self.send, now)
        self._asking = Lock()
        self._explanation: ConfigError | None = None
        self._written: JiraWriter | None = None

    def send(self, request: Callable[[], T], *, endpoint: str, safe: bool = True) -> T:
        """See `BaseSession.send`.

        Raises:
            OkrError: As there; where the endpoint does not exist, a ConfigError that names the
                kind of Jira that is there instead.
        """
        try:
            return super().send(request, endpoint=endpoint, safe=safe)
        except ElsewhereError as error:
            raise self._explained(error) from None

    def _explained(self, error: ElsewhereError) -> ConfigError:
        """What the server says that it is, asked once; the error itself where it says nothing."""
        with self._asking:
            if self._explanation is None:
                self._explanation = self._misplaced() or error
        return error if isinstance(self._explanation, ElsewhereError) else self._explanation

    def _misplaced(self) -> ConfigError | None:
        try:
            found = super().send(self._client.found, endpoint="serverInfo")
        except OkrError:
            return None
        return failures.misplaced(self.name, self._client.url, found, self._client.deployment)

    def plan(self, asks: Sequence[Ask], memory: Memory) -> RequestPlan:
        """Fewest requests that answer all asks exactly. Sends nothing."""
        return request_plan(self.name, plan_queries(asks, memory, self._client.deployment))

    def asked(self, plan: RequestPlan) -> Sequence[str]:
        """Key results of the plan, refused ones included."""
        refused = [answer.key_result for answer in plan.refused]
        return [*refused, *(part.ask.key_result for part in _detail(plan).parts)]

    def answers(self, plan: RequestPlan) -> Iterator[Answer]:
        """Answers as their queries come in; queries run at once, pages of one in turn."""
        return self.run(Schedule(_detail(plan), self._fetcher, self, url=self._client.url).first())

    def reconstruct(self, asks: Sequence[PastAsk]) -> Iterator[PastAnswer]:
        """What key results were at earlier times; see `okr_sources.past`."""
        reader = PastReader(self._client, self._fetcher, self.send)
        return reconstruct(asks, reader, self, url=self._client.url)

    def diagnose(self, asks: Sequence[Ask], *, now: datetime) -> list[Check]:
        """What `okr doctor` says: reachable, authorised, clocks, permissions, fields, queries."""
        plan = plan_queries(asks, Memory({}), self._client.deployment)
        return diagnose(self, plan, self._client, self._fetcher, now=now)

    def people(self) -> list[Account]:
        """Active people with an account; see `okr_jira.site.people`."""
        with self.query_deadline():
            return read_people(self._client, self.send)

    def excludable(self, ask: Ask) -> dict[str, int]:
        """Resolutions that issues of the selection have; see `okr_sources.source.Excludable`."""
        jql = restricted(normalised(binding_of(ask, JiraBinding).jql or ""), RESOLVED_ONLY)
        query = Query("search", jql, ("resolution",), deployment=self._client.deployment)
        with self.query_deadline():
            found = self._fetcher.fetch(query, FieldNames()).fields.values()
        return dict(Counter(filter(None, map(resolution_of, found))).most_common())

    def labels(self, ids: Sequence[str]) -> dict[str, str]:
        """Key and summary of a few issues."""
        with self.query_deadline():
            found = self._fetcher.issues(ids, ["summary"])
        return {
            name: f"{found.labels.get(name, name)} {fields.get('summary') or ''}".rstrip()
            for name, fields in found.fields.items()
        }

    def compare(self, fields: WriteBackFields, targets: Sequence[Target]) -> list[Compared]:
        """What a write-back would change; see `okr_sources.write_back.write_back`."""
        return self._writer().compare(fields, targets)

    def put(self, compared: Sequence[Compared]) -> list[Compared]:
        """Write what `compare` says would change."""
        return self._writer().put(compared)

    def permissions(self, fields: WriteBackFields, targets: Sequence[Target]) -> list[Failure]:
        """What the token's user may not do at these issues. Sends no write."""
        return self._writer().permissions(fields, targets)

    def _writer(self) -> JiraWriter:
        if self._written is None:  # one for all batches: it knows whose each issue is
            places = IssuePlaces(self._client, self.send)
            self._written = JiraWriter(self.name, places, self.connection.concurrency)
        return self._written


def _detail(plan: RequestPlan) -> JiraPlan:
    if isinstance(plan.detail, JiraPlan):
        return plan.detail
    raise OkrError("this plan was not made for Jira.", hint="Plan and read with one session.")
