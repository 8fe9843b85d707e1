"""Fetching: the requests of one page or one query, until everything that counts was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from okr_core.errors import OkrError
from okr_notion.read.behind import mapping
from okr_notion.read.columns import Columns
from okr_notion.read.filters import Filter, compiled
from okr_notion.read.lookups import Lookups
from okr_notion.read.paging import ROW_STOP, PropertyPages, Rows, ShiftedError, whole_cell
from okr_notion.read.planner import PageRead, Query, described, pages_digest
from okr_notion.read.rows import (
    RawRow,
    Selection,
    cell_of,
    is_deleted,
    is_partial,
    refuse_deleted,
    title_of,
)
from okr_notion.read.schema import Property, Schema, schema_of_page
from okr_notion.read.sources import Opened, Sources
from okr_notion.read.values import refuse_shorter
from okr_notion.read.wanted_rows import (
    all_rows,
    decided,
    newest_rows,
    partial_cells,
    property_ids,
)
from okr_notion.site.errors import NotSharedError
from okr_notion.site.ids import link_to, same
from okr_notion.site.pages import Page, page_of
from okr_notion.site.wire import Json
from okr_sources.send.workers import Workers
from okr_sources.session import Send

if TYPE_CHECKING:
    from okr_notion.site.client import Client

K = TypeVar("K")
T = TypeVar("T")
READINGS = 3
"""Times that a query is read whose rows move between two pages."""

LEAST = ("title",)
"""What a query asks for that needs no property: every page has a title, under this id."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a query gave.

    Attributes:
        columns: Key result → properties that its measure reads.
        refused: Key result → why its binding does not fit the data source.
    """

    selection: Selection
    columns: Mapping[str, Columns]
    refused: Mapping[str, OkrError]


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What a page gave.

    Attributes:
        cells: Property as written → where it was found and its value, or why it was not.
    """

    page: RawRow
    cells: Mapping[str, tuple[Property, object] | OkrError]


class Fetcher:
    """Sends what a compiled plan names.

    Args:
        client: Where requests go.
        send: See `Send`.
        sources: Leads from a database to its data source.
        remember: Told how many rows a query had.
        width: Most requests at once.
    """

    def __init__(
        self,
        client: Client,
        send: Send,
        sources: Sources,
        remember: Callable[[str, int], None],
        width: int,
    ) -> None:
        self._client = client
        self._send = send
        self._sources = sources
        self._remember = remember
        self._width = width
        self._lookups = Lookups(sources, remember)

    def page(self, read: PageRead) -> FoundPage:
        """The page and the properties that its key results name.

        Raises:
            OkrError: The page cannot be read.
        """
        page = self._send(lambda: self._client.page(read.page), endpoint="pages")
        refuse_deleted(page, read.page)
        schema = schema_of_page(page, title_of(page))
        names = dict.fromkeys(str(w.binding.property_) for w in read.wanted)
        return FoundPage(page, {name: self._cell(page, schema, name) for name in names})

    def query(self, query: Query, opened: Opened) -> Found:
        """All rows of a query (or the newest), and the cells that a row shows only a part of.

        Raises:
            OkrError: The query cannot be read to its end.
        """
        columns, refused = self._lookups.columns(query, opened)
        selected = compiled(query.filter, opened.schema, query.calendar)
        if not columns:
            return Found(Selection("", "", {}), {}, refused)
        ids = tuple(dict.fromkeys(property_ids(columns.values(), selected))) or LEAST
        by = next(iter(columns.values())).by if query.newest else None
        wanted = newest_rows(selected, by, query.calendar) if query.newest else all_rows(selected)
        rows, source = self._read(query, opened, wanted, ids)
        self._remember(query.digest, len(rows.found))
        if len(rows.found) >= ROW_STOP:
            self._remember(pages_digest(query.digest), rows.pages)
        kept, left = decided(rows.found, selected, query.calendar)
        elsewhere, looked_up = self._elsewhere(query, source, kept, left)
        counting = {**kept, **elsewhere}
        whole, extra = self._whole(partial_cells(query.wanted, columns, counting))
        selection = Selection(
            query=_described(source, query, selected),
            link=_link(source, opened, rows),
            rows=kept,
            whole=whole,
            elsewhere=elsewhere,
            requests=rows.pages + looked_up + extra,
        )
        return Found(selection, columns, refused)

    def _elsewhere(
        self,
        query: Query,
        source: str,
        rows: Mapping[str, RawRow],
        left: Mapping[str, RawRow],
    ) -> tuple[dict[str, RawRow], int]:
        """Pages of frozen scopes that the filter no longer selects, and that are still to be seen.

        Args:
            query: What was asked.
            source: Id of the data source that was asked.
            rows: The rows that it selects.
            left: Rows that came with them and do not count.
        """
        if query.filter is None:
            return {}, 0
        missing = dict.fromkeys(
            row.id
            for wanted in query.wanted
            if wanted.binding.scope == "frozen"
            for row in wanted.ask.frozen or ()
            if row.id not in rows
        )
        known = {page: left[page] for page in missing if page in left}
        jobs = {page: partial(self._page, page, source) for page in missing if page not in left}
        found = {key: page for key, page in self._side_by_side(jobs).items() if page is not None}
        return {**known, **found}, len(jobs)

    def _page(self, identifier: str, source: str) -> RawRow | None:
        """A row, None where it is in the trash, in another data source, or hidden from us."""
        try:
            page = self._send(lambda: self._client.page(identifier), endpoint="pages")
        except NotSharedError:
            return None
        home = mapping(page.get("parent")).get("data_source_id", source)
        return page if same(home, source) and not is_deleted(page) else None

    def _cell(self, page: RawRow, schema: Schema, name: str) -> tuple[Property, object] | OkrError:
        try:
            found = self._lookups.of_page(page, schema, name)
            cell = cell_of(page, found)
            if is_partial(page, found):
                whole = self._property(str(page.get("id")), found.id)[0]
                refuse_shorter(cell, whole)
                cell = whole
        except OkrError as error:
            return error
        return found, cell

    def _read(
        self, query: Query, opened: Opened, wanted: Callable[[], Rows], ids: tuple[str, ...]
    ) -> tuple[Rows, str]:
        """Rows; read again where they move between two pages."""
        for _ in range(READINGS - 1):
            with suppress(ShiftedError):
                return self._once(query, opened, wanted(), ids)
        return self._once(query, opened, wanted(), ids)

    def _once(
        self, query: Query, opened: Opened, rows: Rows, ids: tuple[str, ...]
    ) -> tuple[Rows, str]:
        source = opened.id
        while not rows.finished:
            page, source = self._rows(query, opened, source, rows.body(), ids)
            rows.take(page, source)
        return rows, source

    def _rows(
        self, query: Query, opened: Opened, source: str, body: Json, ids: tuple[str, ...]
    ) -> tuple[Page, str]:
        try:
            return self._asked(source, body, ids), source
        except NotSharedError as error:
            # Where the schema was read, the id is a data source's; else it may be a database's.
            if opened.schema is not None or source != query.source:
                raise
            single = self._sources.instead(source, error)
            return self._asked(single, body, ids), single

    def _asked(self, source: str, body: Json, ids: tuple[str, ...]) -> Page:
        answer = self._send(lambda: self._client.query(source, body, ids), endpoint="query")
        return page_of(answer, "page_or_data_source")

    def _whole(self, cells: Iterable[tuple[str, str]]) -> tuple[dict[tuple[str, str], object], int]:
        """The cells in full, and the requests that they took."""
        found = self._side_by_side({key: partial(self._property, *key) for key in cells})
        return {key: cell for key, (cell, _) in found.items()}, sum(n for _, n in found.values())

    def _side_by_side(self, jobs: Mapping[K, Callable[[], T]]) -> dict[K, T]:
        """Results of requests that wait for nothing; the first error wins."""
        if not jobs:
            return {}
        found: dict[K, T] = {}
        with Workers[K, T](min(self._width, len(jobs))) as workers:
            for key, job in jobs.items():
                workers.submit(key, job)
            for result in workers.results():
                if result.error is not None:
                    raise result.error
                found[result.key] = cast("T", result.value)
        return found

    def _property(self, page: str, property_: str) -> tuple[Json, int]:
        pages = PropertyPages()
        while not pages.finished:
            asked = partial(self._client.page_property, page, property_, pages.cursor)
            pages.take(self._send(asked, endpoint="page_property"))
        return whole_cell(pages.bodies), len(pages.bodies)


def _described(source: str, query: Query, selected: Filter) -> str:
    days = f", days of {query.calendar.zone}" if selected.dates else ""
    return described(source, query.filter) + days


def _link(source: str, opened: Opened, rows: Rows) -> str:
    """The schema's address, else that of the database that a row says it belongs to."""
    if opened.schema is not None and opened.schema.url:
        return opened.schema.url
    first = next(iter(rows.found.values()), {})
    parent = first.get("parent")
    database = parent.get("database_id") if isinstance(parent, Mapping) else None
    return link_to(database if isinstance(database, str) else source)
