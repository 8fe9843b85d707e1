"""Session: one open connection to Notion that plans, reads and examines itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from okr_core.errors import OkrError
from okr_core.record.evidence import Evidence
from okr_core.workspace import Connection
from okr_notion.errors import SHARE, NotSharedError
from okr_notion.fetching import Fetcher, Found, FoundPage
from okr_notion.filters import Json
from okr_notion.people import read_people
from okr_notion.planner import (
    Compiled,
    PageRead,
    Query,
    SourceRead,
    Wanted,
    compiled_of,
    plan_requests,
)
from okr_notion.reading import evidence_of, page_evidence
from okr_notion.rows import title_of
from okr_notion.sources import Opened, Sources
from okr_notion.write_back import NotionWriter
from okr_sources.answers import Answer, Ask, RequestPlan, Unavailable
from okr_sources.credentials import base_url
from okr_sources.people import Account
from okr_sources.session import BaseSession, unavailable, utc_now
from okr_sources.source import Check, Credentials, Memory
from okr_sources.suspicion import judge
from okr_sources.workers import Workers, outcome
from okr_sources.write_back import Compared, Target, WriteBackFields

if TYPE_CHECKING:
    from okr_notion.pages import PageWriter

Job = PageRead | SourceRead | Query
Outcome = FoundPage | Opened | Found
Submit = Callable[[Job, Callable[[], Outcome]], None]
RENAMED = "Was an option or a property renamed, or a page moved?"


class NotionSession(BaseSession):
    """One connection to Notion; used by one run.

    Args:
        name: Name of the connection.
        connection: Its address, timeout and width.
        credentials: The integration's secret.
        now: The clock of `observed_at`.
    """

    def __init__(
        self,
        name: str,
        connection: Connection,
        credentials: Credentials,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        from okr_notion.client import BASE_URL, Client  # noqa: PLC0415 - loads an HTTP client

        super().__init__(name, connection, now=now)
        url = base_url(name, connection, credentials, BASE_URL)
        self._client = Client(url, credentials.token, timeout=float(connection.timeout), now=now)
        self._sources = Sources(self._client, self._request, self.remember)
        self._fetcher = Fetcher(
            self._client, self._request, self._sources, self.remember, connection.concurrency
        )
        self._writer = NotionWriter(name, self._client, self._request, connection.concurrency)

    def close(self) -> None:
        """Free connections."""
        self._client.close()

    def plan(self, asks: Sequence[Ask], memory: Memory) -> RequestPlan:
        """Fewest requests that answer all asks exactly. Sends nothing."""
        return plan_requests(self.name, asks, memory)

    def asked(self, plan: RequestPlan) -> Sequence[str]:
        """Key results of the plan, refused ones included."""
        return [*(r.key_result for r in plan.refused), *compiled_of(plan).key_results]

    def answers(self, plan: RequestPlan) -> Iterator[Answer]:
        """Answers as requests end; a data source's queries begin as soon as it is open."""
        compiled = compiled_of(plan)
        jobs: dict[int, Job] = {}
        with Workers[int, Outcome](self.connection.concurrency) as workers:

            def submit(job: Job, run: Callable[[], Outcome]) -> None:
                jobs[len(jobs)] = job
                workers.submit(len(jobs) - 1, run)

            self._begin(compiled, submit)
            for result in workers.results():
                job = jobs[result.key]
                if result.error is not None:
                    for wanted in _wanted(job):
                        yield self._unavailable(wanted, result.error)
                elif isinstance(result.value, Opened) and isinstance(job, SourceRead):
                    self._submit_queries(job, result.value, submit)
                elif isinstance(result.value, Found) and isinstance(job, Query):
                    yield from self._of_query(job, result.value)
                elif isinstance(result.value, FoundPage) and isinstance(job, PageRead):
                    yield from self._of_page(job, result.value)

    def diagnose(self, asks: Sequence[Ask], *, now: datetime) -> list[Check]:
        """What `okr doctor` says of this connection."""
        from okr_notion.diagnose import Examiner  # noqa: PLC0415 - only the doctor needs it

        plan = self.plan(asks, Memory(counts={}))
        examiner = Examiner(self.name, self._client, self._request, self._sources)
        clock = None if self.connection.reads_past else now
        return examiner.examine(plan.refused, compiled_of(plan), clock)

    def people(self) -> list[Account]:
        """Persons of the workspace; see `okr_notion.people`."""
        return read_people(self._client, self._request)

    def labels(self, ids: Sequence[str]) -> dict[str, str]:
        """Titles of a few pages, each by one request."""
        found = ((name, self._request(partial(self._client.page, name), "pages")) for name in ids)
        return {name: title_of(page) for name, page in found}

    def compare(self, fields: WriteBackFields, targets: Sequence[Target]) -> list[Compared]:
        """What a write-back would change; see `okr_sources.write_back`."""
        return self._writer.compare(fields, targets)

    def put(self, compared: Sequence[Compared]) -> list[Compared]:
        """Write what `compare` says would change."""
        return self._writer.put(compared)

    def pages(self) -> PageWriter:
        """What creates and updates whole pages; see `okr_notion.pages`."""
        from okr_notion.pages import PageWriter  # noqa: PLC0415 - only reports need it

        return PageWriter(self._client, self.send)

    def _request(self, request: Callable[[], Json], endpoint: str) -> Json:
        return self.send(request, endpoint=endpoint)

    def _begin(self, compiled: Compiled, submit: Submit) -> None:
        for source in compiled.sources:
            if source.needs_schema or source.is_database:
                submit(source, partial(self._sources.open, source))
            else:
                self._submit_queries(source, Opened(source.source), submit)
        for page in compiled.pages:
            submit(page, partial(self._fetcher.page, page))

    def _submit_queries(self, source: SourceRead, opened: Opened, submit: Submit) -> None:
        for query in source.queries:
            submit(query, partial(self._fetcher.query, query, opened))

    def _of_query(self, query: Query, found: Found) -> Iterator[Answer]:
        for wanted in query.wanted:
            refused = found.refused.get(wanted.key_result)
            if refused is not None:
                yield self._unavailable(wanted, refused)
            else:
                columns = found.columns[wanted.key_result]
                evidence = partial(evidence_of, wanted, columns, found.selection, self.name)
                yield self._judged(wanted, evidence)

    def _of_page(self, read: PageRead, found: FoundPage) -> Iterator[Answer]:
        for wanted in read.wanted:
            cell = found.cells[str(wanted.binding.property_)]
            if isinstance(cell, OkrError):
                yield self._unavailable(wanted, cell)
            else:
                evidence = partial(page_evidence, wanted, found.page, *cell, self.name)
                yield self._judged(wanted, evidence)

    def _judged(self, wanted: Wanted, evidence: Callable[[], Evidence]) -> Answer:
        """The answer that the evidence gives; a mistake of ours hits this key result only."""

        def judged() -> Answer:
            limits = wanted.binding.suspect
            return judge(wanted.ask, evidence(), self.now(), limits, noun="rows", question=RENAMED)

        result = outcome(wanted.key_result, judged)
        if result.value is not None:
            return result.value
        assert result.error is not None
        return self._unavailable(wanted, result.error)

    def _unavailable(self, wanted: Wanted, error: OkrError) -> Unavailable:
        answer = unavailable(wanted.key_result, error, f"notion `{self.name}`")
        if not isinstance(error, NotSharedError):
            return answer
        return replace(answer, hint=f"{SHARE}, then `okr sync --only {wanted.key_result}`.")


def _wanted(job: Job) -> Iterable[Wanted]:
    if isinstance(job, SourceRead):
        return [wanted for query in job.queries for wanted in query.wanted]
    return job.wanted
