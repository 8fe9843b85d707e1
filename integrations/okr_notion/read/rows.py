"""Rows: pages as a query gives them, and the cells that are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from okr_core.errors import DataError
from okr_notion.read.schema import Property
from okr_notion.read.values import instant, instant_in, is_cut, is_incomplete, plain_text
from okr_notion.site.ids import decoded

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
        cell = self.whole[key] if key in self.whole else cell_of(row, found)
        try:
            return read(cell)
        except DataError as error:
            raise DataError(
                f'"{found.name}" of {name_of(row)}: {error.message}',
                hint=error.hint,
            ) from None


def cell_of(row: RawRow, found: Property) -> object:
    """A row's property by id, whatever it is called by now; None where the answer lacks it."""
    cells = row.get("properties")
    if not isinstance(cells, Mapping):
        return None
    named = cells.get(found.name)
    if _has_id(named, found.id):
        return named
    return next((cell for cell in cells.values() if _has_id(cell, found.id)), None)


def is_deleted(row: RawRow) -> bool:
    """Whether a page is in the trash."""
    return row.get("in_trash") is True or row.get("archived") is True


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
    behind = set(found.relations)
    return bool(behind) and any(is_cut(c) and _id_of(c) in behind for c in _cells(row))


def newest(rows: Iterable[RawRow], by: Property | None, until: datetime) -> RawRow | None:
    """The row with the latest date before `until`, or created last; None where there is none.

    Of two with the same date the one created later counts, then the one with the larger id.

    Raises:
        DataError: A date cannot be read.
    """
    ranked: list[tuple[datetime, datetime, str, RawRow]] = []
    for row in rows:
        created = instant(row.get("created_time"))
        at = created if by is None else instant_in(cell_of(row, by))
        if at is not None and (by is None or at < until):
            ranked.append((at, created, str(row.get("id")), row))
    return max(ranked, key=lambda each: each[:3])[3] if ranked else None


def _cells(row: RawRow) -> list[Mapping[str, object]]:
    cells = row.get("properties")
    found = cells.values() if isinstance(cells, Mapping) else ()
    return [cell for cell in found if isinstance(cell, Mapping)]


def _id_of(cell: Mapping[str, object]) -> str:
    identifier = cell.get("id")
    return decoded(identifier) if isinstance(identifier, str) else ""


def _has_id(cell: object, identifier: str) -> bool:
    return isinstance(cell, Mapping) and _id_of(cell) == identifier
