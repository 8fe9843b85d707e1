"""Rows: pages as a query gives them, and the cells that are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import TypeVar

from okr_core.errors import ConfigError, DataError
from okr_notion.read.days import TIMES, Calendar, Dates
from okr_notion.read.schema import Property
from okr_notion.read.values import (
    is_blank,
    is_cut,
    is_empty,
    is_incomplete,
    moment,
    moment_in,
    number_in,
    plain_text,
    refuse_shorter,
)
from okr_notion.site.ids import decoded
from okr_sources.numbers import as_json

T = TypeVar("T")
RawRow = Mapping[str, object]
"""A page object as Notion gives it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows of one query.

    Attributes:
        query: What was asked, for people.
        link: Address that a person can open.
        rows: As they came, by id.
        whole: (page id, property id) → the property in full, where the row shows only a part.
        elsewhere: Pages of a frozen scope that left the selection and still exist.
        requests: HTTP requests that it took.
    """

    query: str
    link: str
    rows: Mapping[str, RawRow]
    whole: Mapping[tuple[str, str], object] = field(default_factory=dict)
    elsewhere: Mapping[str, RawRow] = field(default_factory=dict)
    requests: int = 1

    def told(self, row: RawRow, found: Property, read: Callable[[object], T]) -> T:
        """What a cell says; `read` is one of `okr_notion.read.values`.

        Raises:
            DataError: It says nothing usable; row and property are named.
        """
        key = (str(row.get("id")), found.id)
        if key not in self.whole:
            return told(row, found, cell_of(row, found), read)
        shown, whole = cell_of(row, found), self.whole[key]

        def read_whole(cell: object) -> T:
            refuse_shorter(shown, cell)
            return read(cell)

        return told(row, found, whole, read_whole)

    def number(self, row: RawRow, found: Property) -> Decimal | None:
        """The number in a cell; None where nobody filled it.

        A rollup that shows nothing may be cut off, unless its relation shows that there is nothing
        to compute from.

        Raises:
            DataError: See `told`.
        """
        if found.type == "rollup" and is_blank(cell_of(row, found)) and _is_alone(row, found):
            return None
        return self.told(row, found, number_in)


def _is_alone(row: RawRow, found: Property) -> bool:
    """Whether all relations that a property computes from are there and refer to nothing."""
    cells = {_id_of(cell): cell for cell in _cells(row)}
    return bool(found.relations) and all(is_empty(cells.get(one)) for one in found.relations)


def told(row: RawRow, found: Property, cell: object, read: Callable[[object], T]) -> T:
    """What a cell of a row says.

    Raises:
        DataError: It says nothing usable; row and property are named.
    """
    try:
        return read(_of_type(cell, found))
    except DataError as error:
        raise DataError(
            f'"{found.name}" of {name_of(row)}: {error.message}', hint=error.hint
        ) from None


def _of_type(cell: object, found: Property) -> object:
    kind = cell.get("type") if isinstance(cell, Mapping) else None
    if isinstance(kind, str) and kind != found.type:
        raise DataError(
            f"it is a {kind} and was a {found.type} when it was looked up.",
            hint="Somebody changed its type: sync again.",
        )
    return cell


def cell_of(row: RawRow, found: Property) -> object:
    """A row's property by id, whatever it is called by now; None where the answer lacks it."""
    cells = row.get("properties")
    if not isinstance(cells, Mapping):
        return None
    named = cells.get(found.name)
    if _has_id(named, found.id):
        return named
    return next((cell for cell in cells.values() if _has_id(cell, found.id)), None)


def is_row(row: Mapping[str, object]) -> bool:
    """Whether something in a query's results is a row that is there: no data source, no trash.

    Raises:
        DataError: It does not say what it is.
    """
    kind = row.get("object")
    if kind in ("data_source", "database"):  # a wiki lists them among its pages
        return False
    if kind != "page":
        raise DataError(
            "the answer to a query holds something that is no row.", hint="Try again later."
        )
    return not is_deleted(row)


def is_deleted(row: Mapping[str, object]) -> bool:
    """Whether a page is in the trash.

    Raises:
        DataError: It says neither yes nor no.
    """
    for key in ("in_trash", "archived"):
        said = row.get(key)
        if said is True:
            return True
        if said is not None and said is not False:
            raise DataError(
                f"the answer does not say whether a page is in the trash: `{key}` is "
                f"{as_json(said)}.",
                hint="Try again later.",
            )
    return False


def refuse_deleted(page: RawRow, identifier: str) -> None:
    """Refuse a page that is in the trash.

    Raises:
        ConfigError: It is.
    """
    if is_deleted(page):
        raise ConfigError(
            f"page {identifier} is in the trash.", hint="Restore it, or bind another page."
        )


def title_of(row: RawRow) -> str:
    """What people call a row, empty where its title was not asked for."""
    for cell in _cells(row):
        if cell.get("type") == "title":
            return plain_text(cell.get("title"))
    return ""


def name_of(row: RawRow) -> str:
    """How a message points at a row: its title, else its address, else its id."""
    title, url = title_of(row), row.get("url")
    if title:
        return f'row "{title}"'
    return f"row {url if isinstance(url, str) else row.get('id')}"


def is_partial(row: RawRow, found: Property) -> bool:
    """Whether the row may show only a part of a property, or a value computed from a part."""
    cell = cell_of(row, found)
    if is_cut(cell) or is_incomplete(cell):
        return True
    if not found.relations:
        return False
    cells = {_id_of(cell): cell for cell in _cells(row)}
    return any(_may_hide(cells.get(one)) for one in found.relations)


def _may_hide(relation: object) -> bool:
    """Whether more may be behind a relation than its row shows: also where it shows none at all."""
    if not isinstance(relation, Mapping) or relation.get("type") != "relation":
        return True
    return is_cut(relation)


def date_of(row: RawRow, found: Property | None, zone: tzinfo) -> datetime | None:
    """A row's date, or when it was created; None where nobody filled it.

    Raises:
        DataError: It cannot be read.
    """
    if found is None:
        return moment(row.get("created_time"), zone)
    if found.type in TIMES:
        return moment(row.get(found.type), zone)
    return told(row, found, cell_of(row, found), lambda cell: moment_in(cell, zone))


def hold(row: RawRow, dates: Iterable[Dates], zone: tzinfo) -> bool:
    """Whether all of a row's dates will do.

    Raises:
        DataError: A date cannot be read.
    """
    return all(each.hold(date_of(row, each.found, zone)) for each in dates)


def newest(rows: Iterable[RawRow], by: Property | None, calendar: Calendar) -> list[RawRow]:
    """The rows with the latest date that is not after today, or that were created last.

    Of those with the same date, the one created later comes first, then the one with the larger id.

    Raises:
        DataError: A date cannot be read.
    """
    zone, ranked = calendar.zone, []
    for row in rows:
        created = moment(row.get("created_time"), zone)
        at = created if by is None else date_of(row, by, zone)
        if at is not None and (by is None or at < calendar.tomorrow):
            ranked.append((at, created, str(row.get("id")), row))
    if not ranked:
        return []
    latest = max(at for at, *_ in ranked)
    ranked = [each for each in ranked if each[0] == latest]
    return [row for *_, row in sorted(ranked, key=lambda each: each[:3], reverse=True)]


def _cells(row: RawRow) -> list[Mapping[str, object]]:
    cells = row.get("properties")
    found = cells.values() if isinstance(cells, Mapping) else ()
    return [cell for cell in found if isinstance(cell, Mapping)]


def _id_of(cell: Mapping[str, object]) -> str:
    identifier = cell.get("id")
    return decoded(identifier) if isinstance(identifier, str) else ""


def _has_id(cell: object, identifier: str) -> bool:
    return isinstance(cell, Mapping) and _id_of(cell) == identifier
