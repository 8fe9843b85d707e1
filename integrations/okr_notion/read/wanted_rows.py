"""Wanted rows: which rows a query reads, which of them count, and which cells to ask for again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial

from okr_core.errors import DataError
from okr_notion.read.columns import Columns
from okr_notion.read.days import TIMES, Calendar, Dates, up_to_today
from okr_notion.read.filters import Filter
from okr_notion.read.paging import Rows
from okr_notion.read.planner import Wanted
from okr_notion.read.rows import RawRow, date_of, hold, is_partial, newest
from okr_notion.read.schema import Property
from okr_notion.site.wire import Json

NEWEST_ROWS = 50
"""Rows on a page where only the newest counts: several may have the same date."""


def property_ids(columns: Iterable[Columns], selected: Filter) -> Iterator[str]:
    """What `filter_properties` has to name."""
    for each in columns:
        yield from each.ids
    yield from (dates.found.id for dates in selected.dates if dates.found.type not in TIMES)


def all_rows(selected: Filter) -> Callable[[], Rows]:
    """Every row that a filter selects, and those that come with them."""
    return partial(Rows, selected.json)


def newest_rows(selected: Filter, by: Property | None, calendar: Calendar) -> Callable[[], Rows]:
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


def decided(
    rows: Mapping[str, RawRow], selected: Filter, calendar: Calendar
) -> tuple[Mapping[str, RawRow], Mapping[str, RawRow]]:
    """The rows that count, and those that came with them."""
    if not selected.dates:
        return rows, {}
    kept = {key: row for key, row in rows.items() if hold(row, selected.dates, calendar.zone)}
    return kept, {key: row for key, row in rows.items() if key not in kept}


def partial_cells(
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
