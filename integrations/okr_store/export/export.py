"""Export: everything of a store, or of some of its cycles, as lines that restore it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    collate,
    func,
    or_,
    select,
    true,
)

from okr_core.basics.command import okr
from okr_core.errors import InputError, RefusalError
from okr_store.address import Address, address_of
from okr_store.database import PAGE, Database, names_in, streamed
from okr_store.export.lines import TABLES, End, Header, end_line, header_line, row_line
from okr_store.links import heads_of
from okr_store.schema import VERSIONS, check_schema
from okr_store.sealed import sealed_words
from okr_store.tables import metadata

_WORKSPACE = ""
_SCOPE = {
    "revisions": "scope",
    "readings": "cycle",
    "entries": "cycle",
    "seals": "scope",
    "chain": "scope",
}
"""Table → the column that says which cycle a row belongs to; the others are referred to."""
_PAGES = {"evidence": 20, "texts": 200}
"""Rows in memory at a time, where a single one can be large."""


def export_store(
    url: str, cycles: Collection[str] | None = None, *, sealed_too: bool = False
) -> Iterator[bytes]:
    """Everything of a store as JSON Lines, each with its line end; one state of it, streamed.

    The same rows give the same bytes on every engine. Memory holds one page of rows.

    Args:
        url: See `open_store`.
        cycles: Only these cycles, with the workspace and what both refer to; None: everything.
        sealed_too: With the answers of rounds that are not opened; else their digests alone, so
            that an audit of what is restored holds.

    Raises:
        InputError: The store has no plan of a cycle.
        RefusalError: It holds what no store writes, or see `open_store`.
        ConfigError: See `open_store`.
        StoreUnreachableError: It does not answer.
    """
    database = Database(address_of(url))
    try:
        check_schema(database)
        with database.reading() as connection:
            wanted = None if cycles is None else _known(connection, sorted(set(cycles)))
            yield from _whole(connection, wanted, database.address, sealed_too=sealed_too)
    finally:
        database.close()


def _whole(
    connection: Connection, cycles: Sequence[str] | None, address: Address, *, sealed_too: bool
) -> Iterator[bytes]:
    sealed: set[int] = set() if sealed_too else set(connection.scalars(sealed_words()))
    kept = {name: _kept(connection, table, cycles) for name, table in TABLES.items()}
    counts = {name: _count(connection, TABLES[name], kept[name]) for name in TABLES}
    header = Header(VERSIONS[-1], None if cycles is None else tuple(cycles), counts)
    seen, digest, lines = Counter[str](), hashlib.sha256(), 0

    def counted(line: bytes) -> bytes:
        nonlocal lines
        digest.update(line)
        lines += 1
        return line

    yield counted(header_line(header))
    for name, table in TABLES.items():
        for line in _rows(connection, table, kept[name], address, sealed):
            seen[name] += 1
            yield counted(line)
    rows = {name: seen[name] for name in TABLES}
    heads = heads_of(connection)
    if cycles is not None:
        heads = {scope: heads[scope] for scope in (_WORKSPACE, *cycles) if scope in heads}
    yield end_line(End(lines, rows, f"sha256:{digest.hexdigest()}", heads))


def _rows(
    connection: Connection,
    table: Table,
    kept: ColumnElement[bool],
    address: Address,
    sealed: Collection[int],
) -> Iterator[bytes]:
    (key,) = table.primary_key.columns
    statement = select(table).where(kept).order_by(_in_code_points(connection, key))
    for row in streamed(connection, statement, _PAGES.get(table.name, PAGE)):
        try:
            fields = row._asdict()
            if table.name == "texts" and fields["id"] in sealed:
                fields.update(text=None, salt=None)  # with its salt a short answer is guessed
            yield row_line(table.name, fields)
        except TypeError as error:
            raise RefusalError(
                f"store `{address}`: {table.name} `{row[0]}` holds what no store writes.",
                hint=f"{okr('audit', 'verify').code} lists what was altered; restore the last "
                "backup.",
            ) from error


def _known(connection: Connection, cycles: Sequence[str]) -> Sequence[str]:
    revisions = TABLES["revisions"]
    plans = select(revisions.c.scope).where(revisions.c.kind == "plan").distinct()
    known = sorted(connection.scalars(plans))
    for cycle in cycles:
        if cycle not in known:
            raise InputError(
                f"the store has no plan of cycle `{cycle}`.",
                hint=f"It has {', '.join(known)}." if known else f"Run {okr('apply').code} first.",
            )
    return cycles


def _kept(
    connection: Connection, table: Table, cycles: Sequence[str] | None
) -> ColumnElement[bool]:
    """Which rows of a table are wanted."""
    if cycles is None:
        return true()
    if table.name in _SCOPE:
        return names_in(connection, table.c[_SCOPE[table.name]], [*cycles, _WORKSPACE])
    (key,) = table.primary_key.columns
    return or_(*(key.in_(query) for query in _references(connection, table, cycles)))


def _references(
    connection: Connection, to: Table, cycles: Sequence[str]
) -> Iterator[Select[tuple[object]]]:
    """One query per column that refers to a table: what the wanted rows name in it."""
    for name in _SCOPE:
        for column in metadata.tables[name].columns:
            if any(key.column.table.name == to.name for key in column.foreign_keys):
                table = TABLES[name]
                yield select(table.c[column.name]).where(
                    _kept(connection, table, cycles), table.c[column.name].is_not(None)
                )


def _count(connection: Connection, table: Table, kept: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(kept)) or 0


def _in_code_points(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column to order by, the same on every engine whatever language its database is in."""
    if connection.dialect.name == "postgresql" and isinstance(column.type, String):
        return collate(column, "C")
    return column
