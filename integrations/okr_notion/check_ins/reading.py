"""Reading: one query for the rows that were edited, and look-ups only for what they newly name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING

from okr_core.errors import ConfigError, OkrError
from okr_core.record.failure import Failure
from okr_notion.check_ins.fields import FIELDS, NotionCheckIns
from okr_notion.check_ins.rows import Written, written
from okr_notion.read.planner import SourceRead, database_digest
from okr_notion.read.rows import RawRow, is_row, title_of
from okr_notion.read.sources import Sources
from okr_notion.site.client import PAGE_SIZE
from okr_notion.site.errors import NotSharedError
from okr_notion.site.ids import id_in, names_view, plain
from okr_notion.site.pages import Cursor, Page, page_of
from okr_notion.site.people import read_people
from okr_notion.site.wire import Json
from okr_sources.answers import Fetch
from okr_sources.rows_said import RowsAsk, SaidRow
from okr_sources.session import Send
from okr_sources.source import Account

if TYPE_CHECKING:
    from okr_notion.site.client import Client


class RowReader:
    """Reads the check-ins of one data source.

    Args:
        client: Where requests go.
        send: See `Send`.
        sources: Leads from a database to its data source.
    """

    def __init__(self, client: Client, send: Send, sources: Sources) -> None:
        self._client = client
        self._send = send
        self._sources = sources

    def read(self, ask: RowsAsk) -> list[SaidRow]:
        """Rows that were edited since then, oldest edit first; where nothing was, one request.

        Raises:
            OkrError: They cannot be read.
        """
        fields = fields_of(ask)
        rows = [written(fields, row) for row in self._rows(ask, source_read(fields, ask)).values()]
        authors = self._authors(ask, rows)
        titles = self._key_results(ask, rows)
        return [_known(each, authors, titles) for each in rows]

    def _rows(self, ask: RowsAsk, read: SourceRead) -> dict[str, RawRow]:
        source = self._sources.open(read).id
        cursor, found = Cursor(), dict[str, RawRow]()
        while True:
            page, source = self._page(read, source, _body(ask, cursor.value))
            found |= {str(row.get("id")): row for row in page.results if is_row(row)}
            # What is behind Notion's stop was edited later: the next sync begins there.
            if not page.cursor:
                return found
            cursor.move(page.cursor)

    def _page(self, read: SourceRead, source: str, body: Json) -> tuple[Page, str]:
        def asked(one: str) -> Page:
            answer = self._send(partial(self._client.query, one, body, _ALL), endpoint="query")
            return page_of(answer, "page_or_data_source")

        try:
            return asked(source), source
        except NotSharedError as error:
            if source != read.source:
                raise
            single = self._sources.instead(source, error)
            return asked(single), single

    def _authors(self, ask: RowsAsk, rows: Sequence[Written]) -> Mapping[str, Account]:
        """Id → account of those of whom a row shows the id alone; asked for where one is new."""
        alone = {
            each.said.author.id
            for each in rows
            if each.said.author is not None and not each.said.author.name
        }
        if not alone - ask.accounts:
            return {}
        try:
            return {account.id: account for account in read_people(self._client, self._send)}
        except OkrError:  # it may not list people: whoever is not known by the id is not known
            return {}

    def _key_results(self, ask: RowsAsk, rows: Sequence[Written]) -> Mapping[str, str | Failure]:
        """Page → the key result that it is: by what the plan says, else by the page's title."""
        found: dict[str, str | Failure] = {}
        known = {
            plain(id_in(str(place["page"]))): key_result
            for key_result, places in ask.places.items()
            for place in places
            if place.get("page")
        }
        for page in dict.fromkeys(each.page for each in rows if each.page):
            found[page] = known.get(plain(page)) or self._title(page)
        return found

    def _title(self, page: str) -> str | Failure:
        try:
            return title_of(self._send(partial(self._client.page, page), endpoint="pages"))
        except NotSharedError as error:
            return Failure(f"its key result cannot be seen: {error.message}", error.hint)


_ALL = ("",) * 101
"""More properties than a query may name: all are given."""


def fields_of(ask: RowsAsk) -> NotionCheckIns:
    """The fields of an ask.

    Raises:
        ConfigError: They are another tool's.
    """
    if not isinstance(ask.fields, NotionCheckIns):
        raise ConfigError("these check-ins are not Notion's.", hint="Ask one connection.")
    return ask.fields


def source_read(fields: NotionCheckIns, ask: RowsAsk) -> SourceRead:
    """The data source, of which nothing has to be known before it is asked."""
    source = id_in(fields.data_source)
    known = database_digest(source) in ask.memory.counts
    return SourceRead(source, (), names_view(fields.data_source) or known)


def fetch(ask: RowsAsk) -> Fetch:
    """The query, for people."""
    fields = fields_of(ask)
    return Fetch(
        query=f"check-ins of data source {id_in(fields.data_source)}, edited since "
        f"{ask.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        endpoint="POST /v1/data_sources/{data_source_id}/query",
        fields=tuple(getattr(fields, name) for name in FIELDS),
        pages=None,
    )


def _body(ask: RowsAsk, cursor: str) -> Json:
    since = ask.since.astimezone(UTC).isoformat(timespec="seconds")
    edited = {"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": since}}
    order = [{"timestamp": "last_edited_time", "direction": "ascending"}]
    body: Json = {"filter": edited, "sorts": order, "page_size": PAGE_SIZE}
    return {**body, "start_cursor": cursor} if cursor else body


def _known(
    row: Written, authors: Mapping[str, Account], titles: Mapping[str, str | Failure]
) -> SaidRow:
    said = row.said
    if said.author is not None:
        said = replace(said, author=authors.get(said.author.id, said.author))
    if not row.page or said.failure is not None:
        return said
    named = titles[row.page]
    if isinstance(named, Failure):
        return replace(said, failure=named)
    return replace(said, key_result=named)
