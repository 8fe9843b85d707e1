"""Fetching: the requests of one page or one query, until everything that counts was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from okr_core.errors import ConfigError, DataError, OkrError
from okr_notion.read.columns import Columns, columns_of
from okr_notion.read.days import TIMES, Calendar, Dates, up_to_today
from okr_notion.read.filters import Filter, Json, compiled
from okr_notion.read.paging import (
    Page,
    PropertyPages,
    Rows,
    ShiftedError,
    page_of,
    whole_cell,
)
from okr_notion.read.planner import PageRead, Query, Wanted, described
from okr_notion.read.rows import (
    RawRow,
    Selection,
    cell_of,
    date_of,
    hold,
    is_deleted,
    is_partial,
    newest,
    title_of,
)
from okr_notion.read.schema import Property, Schema, schema_of_page
from okr_notion.read.values import is_cut
from okr_notion.site.errors import NotSharedError
from okr_notion.site.ids import link_to
from okr_notion.site.sources import Opened, Sources
from okr_sources.send.workers import Workers
from okr_sources.session import Send

if TYPE_CHECKING:
    from okr_notion.site.client import Client

K = TypeVar("K")
T = TypeVar("T")
NEWEST_ROWS = 50
"""Rows on a page where only the newest counts: several may have the same date."""

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

    def page(self, read: PageRead) -> FoundPage:
        """The page and the properties that its key results name.

        Raises:
            OkrError: The page cannot be read.
        """
        page = self._send(lambda: self._client.page(read.page), endpoint="pages")
        if is_deleted(page):
            raise ConfigError(
                f"page {read.page} is in the trash.", hint="Restore it, or bind another page."
            )
        schema = schema_of_page(page, title_of(page))
        names = dict.fromkeys(str(w.binding.property_) for w in read.wanted)
        return FoundPage(page, {name: self._cell(page, schema, name) for name in names})

    def query(self, query: Query, opened: Opened) -> Found:
        """All rows of a query (or the newest), and the cells that a row shows only a part of.

        Raises:
            OkrError: The query cannot be read to its end.
        """
        columns, refused = _columns(query, opened.schema)
        selected = compiled(query.filter, opened.schema, query.calendar)
        if not columns:
            return Found(Selection("", "", {}), {}, refused)
        ids = tuple(dict.fromkeys(_ids(columns.values(), selected))) or LEAST
        by = next(iter(columns.values())).by if query.newest else None
        wanted = _newest(selected, by, query.calendar) if query.newest else _all(selected)
        rows, source = self._read(query, opened, wanted, ids)
        self._remember(query.digest, len(rows.found))
        kept, left = _decided(rows.found, selected, query.calendar)
        elsewhere, looked_up = self._elsewhere(query, kept, left)
        counting = {**kept, **elsewhere}
        whole, extra = self._whole(_partial(query.wanted, columns, counting))
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
        self, query: Query, rows: Mapping[str, RawRow], left: Mapping[str, RawRow]
    ) -> tuple[dict[str, RawRow], int]:
        """Pages of frozen scopes that the filter no longer selects; deleted ones are left out.

        Args:
            query: What was asked.
            rows: The rows that it selects.
            left: Rows that came with them and do not count.
        """
        if query.filter is None:
            return {}, 0
        missing = dict.fromkeys(
            row.id
            for wanted in query.wanted
            if wanted.binding.scope == "frozen" and wanted.binding.rows_measure.kind != "count"
            for row in wanted.ask.frozen or ()
            if row.id not in rows
        )
        known = {page: left[page] for page in missing if page in left}
        jobs = {page: partial(self._page, page) for page in missing if page not in left}
        found = {key: page for key, page in self._side_by_side(jobs).items() if page is not None}
        return {**known, **found}, len(jobs)

    def _page(self, identifier: str) -> RawRow | None:
        """A page, None where it was deleted."""
        try:
            page = self._send(lambda: self._client.page(identifier), endpoint="pages")
        except NotSharedError:
            return None
        return None if is_deleted(page) else page

    def _cell(self, page: RawRow, schema: Schema, name: str) -> tuple[Property, object] | OkrError:
        try:
            found = schema.find(name)
            cell = cell_of(page, found)
            # A page does not say which relation a rollup or formula computes from: any may be.
            is_computed = found.type in ("rollup", "formula")
            lists = [cell_of(page, p) for p in schema.of_type("relation")] if is_computed else []
            if is_partial(page, found) or any(is_cut(one) for one in lists):
                cell = self._property(str(page.get("id")), found.id)[0]
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
            rows.take(page)
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
        return page_of(self._send(lambda: self._client.query(source, body, ids), endpoint="query"))

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


def _columns(query: Query, schema: Schema | None) -> tuple[dict[str, Columns], dict[str, OkrError]]:
    columns: dict[str, Columns] = {}
    refused: dict[str, OkrError] = {}
    for wanted in query.wanted:
        try:
            columns[wanted.key_result] = columns_of(wanted.binding, schema)
        except OkrError as error:
            refused[wanted.key_result] = error
    return columns, refused


def _ids(columns: Iterable[Columns], selected: Filter) -> Iterator[str]:
    """What `filter_properties` has to name."""
    for each in columns:
        yield from each.ids
    yield from (dates.found.id for dates in selected.dates if dates.found.type not in TIMES)


def _all(selected: Filter) -> Callable[[], Rows]:
    return partial(Rows, selected.json)


def _newest(selected: Filter, by: Property | None, calendar: Calendar) -> Callable[[], Rows]:
    """As many of the newest rows as it takes to know the newest ones."""
    sorts: list[Json] = [{"timestamp": "created_time", "direction": "descending"}]
    if by is not None:
        sorts.insert(0, {"property": by.name, "direction": "descending"})
        selected = selected.joined(up_to_today(by, calendar))
    enough = partial(_is_decided, dates=selected.dates, by=by, calendar=calendar)
    return partial(Rows, selected.json, sorts, NEWEST_ROWS, enough)


def _is_decided(
    rows: dict[str, RawRow],
    dates: Sequence[Dates],
    by: Property | None,
    calendar: Calendar,
) -> bool:
    """Whether no row that is still to come can be as new as the newest one so far."""
    zone = calendar.zone
    first = newest((r for r in rows.values() if hold(r, dates, zone)), by, calendar)
    if not first:
        return False
    latest, last = (date_of(row, by, zone) for row in (first[0], next(reversed(rows.values()))))
    # Notion's order may differ by hours from ours among days and times.
    leeway = timedelta(days=by is not None and by.type not in TIMES)
    return latest is not None and (last is None or last < latest - leeway)


def _decided(
    rows: Mapping[str, RawRow], selected: Filter, calendar: Calendar
) -> tuple[Mapping[str, RawRow], Mapping[str, RawRow]]:
    """The rows that count, and those that came with them."""
    if not selected.dates:
        return rows, {}
    kept = {key: row for key, row in rows.items() if hold(row, selected.dates, calendar.zone)}
    return kept, {key: row for key, row in rows.items() if key not in kept}


def _partial(
    wanted: Iterable[Wanted], columns: Mapping[str, Columns], rows: Mapping[str, RawRow]
) -> Iterable[tuple[str, str]]:
    """(page, property) of the cells that count and that a row shows only a part of."""
    for each in wanted:
        if each.key_result not in columns:
            continue
        chosen = columns[each.key_result]
        for row in _counting(each, chosen, rows):
            for found in chosen.measured:
                if is_partial(row, found):
                    yield str(row.get("id")), found.id


def _counting(wanted: Wanted, columns: Columns, rows: Mapping[str, RawRow]) -> Iterable[RawRow]:
    if wanted.binding.rows_measure.kind != "latest" or wanted.binding.exclude:
        return rows.values()
    try:
        return newest(rows.values(), columns.by, wanted.calendar)
    except DataError:
        return ()


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
