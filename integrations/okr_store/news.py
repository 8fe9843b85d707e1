"""News: how far a store has been written, and which items of a cycle anything new is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, Table, func, select

from okr_store.tables import entries, readings, revisions


class Mark(NamedTuple):
    """How far each table has been written; two equal marks mean that nothing was recorded between.

    Attributes:
        readings: Number of the newest reading, 0 where there is none, as in the others.
        entries: Of the newest entry.
        revisions: Of the newest revision.
    """

    readings: int
    entries: int
    revisions: int


@dataclass(frozen=True, slots=True)
class News:
    """What was recorded of a cycle since a mark.

    Attributes:
        revised: Whether there is a new revision, of the plan or the workspace.
        items: Item → kinds of the new entries about it; a reading alone leaves the kinds empty.
    """

    revised: bool
    items: Mapping[str, frozenset[str]]


def mark_of(connection: Connection) -> Mark:
    """How far the store has been written."""
    return Mark(
        _last(connection, readings, "sequence"),
        _last(connection, entries, "id"),
        _last(connection, revisions, "id"),
    )


def _last(connection: Connection, table: Table, column: str) -> int:
    return connection.scalar(select(func.max(table.c[column]))) or 0


def news_since(connection: Connection, cycle: str, mark: Mark) -> News:
    """What was recorded of a cycle since a mark."""
    r, e = readings.c, entries.c
    found: dict[str, set[str]] = {}
    read = select(r.key_result).where(r.sequence > mark.readings, r.cycle == cycle).distinct()
    for name in connection.scalars(read):
        found.setdefault(name, set())
    said = select(e.key_result, e.kind).where(e.id > mark.entries, e.cycle == cycle).distinct()
    for name, kind in connection.execute(said):
        found.setdefault(name, set()).add(kind)
    revised = _last(connection, revisions, "id") > mark.revisions
    return News(revised, {name: frozenset(kinds) for name, kinds in found.items()})
