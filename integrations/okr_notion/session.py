"""Session: one open connection to Notion that plans, reads and examines itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from okr_core.basics.command import okr
from okr_core.errors import OkrError
from okr_core.plan.workspace import Connection
from okr_notion.read.evidence import evidence_of, page_evidence
from okr_notion.read.fetching import Fetcher, Found, FoundPage
from okr_notion.read.planner import (
    Compiled,
    PageRead,
    Query,
    SourceRead,
    Wanted,
    compiled_of,
    plan_requests,
)
from okr_notion.read.rows import title_of
from okr_notion.read.sources import Opened, Sources
from okr_notion.site.client import BASE_URL, Client
from okr_notion.site.errors import SHARE, NotSharedError
from okr_notion.site.people import read_people
from okr_notion.write_back.write_back import NotionWriter
from okr_sources.answers import Answer, Ask, Fetch, RequestPlan, Unavailable
from okr_sources.credentials import base_url
from okr_sources.rows_said import RowsAsk, SaidRow
from okr_sources.send.steps import Steps, task
from okr_sources.session import BaseSession, utc_now
from okr_sources.source import Account, Check, Credentials, Memory
from okr_sources.write_back.write_back import Compared, Target, WriteBackFields

if TYPE_CHECKING:
    from okr_notion.write_back.pages import PageWriter


class NotionSession(BaseSession):
    """One connection to Notion; used by one run.

    Args:
        name: Name of the connection.
        connection: Its address, timeout and width.
        credentials: The integration's secret.
        now: The clock of `observed_at`.
    """

    question = "Was an option or a property renamed, or a page moved?"

    def __init__(
        self,
        name: str,
        connection: Connection,
        credentials: Credentials,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(name, connection, credentials, now=now)
        url = base_url(name, connection, credentials, BASE_URL)
        self._client = Client(url, self.gate, credentials.token, now=now)
        self._sources = Sources(self._client, self.send, self.remember)
        self._fetcher = Fetcher(
            self._client, self.send, self._sources, self.remember, connection.concurrency
        )
        self._writer = NotionWriter(name, self._client, self.send, connection.concurrency)

    def plan(self, asks: Sequence[Ask], memory: Memory) -> RequestPlan:
        """Fewest requests that answer all asks exactly. Sends nothing."""
        return plan_requests(self.name, asks, memory)

    def asked(self, plan: RequestPlan) -> Sequence[str]:
        """Key results of the plan, refused ones included."""
        return [*(r.key_result for r in plan.refused), *compiled_of(plan).key_results]

    def answers(self, plan: RequestPlan) -> Iterator[Answer]:
        """Answers as requests end; a data source's queries begin as soon as it is open."""
        return self.run(self._first(compiled_of(plan)))

    def diagnose(self, asks: Sequence[Ask], *, now: datetime) -> list[Check]:
        """What `okr doctor` says: reachable, authorised, clocks, what is shared, properties."""
        from okr_notion.diagnose import diagnose  # noqa: PLC0415 - only the doctor needs it

        plan = self.plan(asks, Memory(counts={}))
        return diagnose(self, plan, self._client, self._sources, now=now)

    def unavailable(self, key_result: str, error: OkrError) -> Unavailable:
        """An error as the answer for a key result; says how to share what is not shared."""
        answer = super().unavailable(key_result, error)
        if not isinstance(error, NotSharedError):
            return answer
        return replace(answer, hint=f"{SHARE}, then {okr('sync', '--only', key_result).code}.")

    def people(self) -> list[Account]:
        """Persons of the workspace; see `okr_notion.site.people`."""
        with self.query_deadline():
            return read_people(self._client, self.send)

    def labels(self, ids: Sequence[str]) -> dict[str, str]:
        """Titles of a few pages, each by one request."""
        pages = ((name, partial(self._client.page, name)) for name in ids)
        with self.query_deadline():
            return {name: title_of(self.send(page, endpoint="pages")) for name, page in pages}

    def compare(self, fields: WriteBackFields, targets: Sequence[Target]) -> list[Compared]:
        """What a write-back would change; see `okr_sources.write_back.write_back`."""
        return self._writer.compare(fields, targets)

    def put(self, compared: Sequence[Compared]) -> list[Compared]:
        """Write what `compare` says would change."""
        return self._writer.put(compared)

    def rows_fetch(self, ask: RowsAsk) -> Fetch:
        """The query for check-ins that people wrote into a data source."""
        from okr_notion.check_ins.reading import fetch  # noqa: PLC0415 - only where people check in

        return fetch(ask)

    def rows_said(self, ask: RowsAsk) -> Sequence[SaidRow]:
        """Rows of check-ins that were edited; see `okr_notion.check_ins`."""
        from okr_notion.check_ins.reading import RowReader  # noqa: PLC0415 - as above

        with self.query_deadline():
            return RowReader(self._client, self.send, self._sources).read(ask)

    def rows_check(self, ask: RowsAsk) -> Check:
        """Whether the data source is shared, and has what okr.yaml names."""
        from okr_notion.check_ins.reading import fields_of, source_read  # noqa: PLC0415 - as above

        fields, subject = fields_of(ask), "check-ins"
        try:
            with self.query_deadline():
                opened = self._sources.described(source_read(fields, ask))
            assert opened.schema is not None
            found = ", ".join(each.name for each in fields.columns(opened.schema).values())
        except OkrError as error:
            return self.failed(subject, error)
        return Check(subject, "ok", f'shared: "{opened.schema.title}"; properties found: {found}.')

    def pages(self) -> PageWriter:
        """What creates and updates whole pages; see `okr_notion.write_back.pages`."""
        from okr_notion.write_back.pages import PageWriter  # noqa: PLC0415 - only reports need it

        return PageWriter(self._client, self.send)

    def _first(self, compiled: Compiled) -> Steps:
        for source in compiled.sources:
            if source.needs_schema or source.is_database:
                wanted = [each for query in source.queries for each in query.wanted]
                yield task(
                    partial(self._sources.open, source),
                    partial(self._queries, source),
                    partial(self._failed, wanted),
                )
            else:
                yield from self._queries(source, Opened(source.source))
        for page in compiled.pages:
            yield task(
                partial(self._fetcher.page, page),
                partial(self._of_page, page),
                partial(self._failed, page.wanted),
            )

    def _queries(self, source: SourceRead, opened: Opened) -> Steps:
        for query in source.queries:
            yield task(
                partial(self._fetcher.query, query, opened),
                partial(self._of_query, query),
                partial(self._failed, query.wanted),
            )

    def _of_query(self, query: Query, found: Found) -> Steps:
        for wanted in query.wanted:
            refused = found.refused.get(wanted.key_result)
            if refused is not None:
                yield self.unavailable(wanted.key_result, refused)
            else:
                columns = found.columns[wanted.key_result]
                evidence = partial(evidence_of, wanted, columns, found.selection, self.name)
                yield self.judged(wanted.ask, wanted.binding, evidence)

    def _of_page(self, read: PageRead, found: FoundPage) -> Steps:
        for wanted in read.wanted:
            cell = found.cells[str(wanted.binding.property_)]
            if isinstance(cell, OkrError):
                yield self.unavailable(wanted.key_result, cell)
            else:
                evidence = partial(page_evidence, wanted, found.page, *cell, self.name)
                yield self.judged(wanted.ask, wanted.binding, evidence)

    def _failed(self, wanted: Iterable[Wanted], error: OkrError) -> Steps:
        for each in wanted:
            yield self.unavailable(each.key_result, error)
