"""Links: appending rows to their hash chain, and reading the chain back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    String,
    Table,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from okr_core.record.chain import GENESIS, link_hash, payload_of
from okr_core.record.entries import DECISIONS
from okr_store.database import streamed
from okr_store.tables import chain, entries, readings, revisions, texts


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the chain.

    Attributes:
        scope: Cycle id, empty for the workspace.
        seq: 1-based place in its scope.
        table: `revisions`, `readings` or `entries`.
        row: Number of the row in that table.
        payload: The row as canonical JSON, without words and names.
    """

    scope: str
    seq: int
    table: str
    row: int
    payload: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Chained:
    """A table whose rows, or some of them, are chained.

    Attributes:
        number: Its numbering column.
        scope: The column that names the chain.
        due: Which of its rows must be chained.
        label: How messages name a row, by its number.
    """

    table: Table
    number: ColumnElement[int]
    scope: ColumnElement[str]
    due: ColumnElement[bool]
    label: str


CHAINED = {
    each.table.name: each
    for each in (
        Chained(
            revisions,
            revisions.c.id,
            revisions.c.scope,
            revisions.c.id.is_not(None),
            "revision (row {})",
        ),
        Chained(
            readings,
            readings.c.sequence,
            readings.c.cycle,
            readings.c.supersedes.is_not(None),
            "reading r{}",
        ),
        Chained(entries, entries.c.id, entries.c.cycle, entries.c.kind.in_(DECISIONS), "entry e{}"),
    )
}


def content_of(chained: Chained) -> Select[Any]:
    """The rows of a table as they are chained: plain columns, and digests in the place of words.

    A superseding reading also carries what it replaced, so that the old row is covered too.
    """
    source: FromClause = chained.table
    columns: list[ColumnElement[object]] = []
    for column in chained.table.columns:
        if any(key.column.table is texts for key in column.foreign_keys):
            words = texts.alias(f"{column.name}_words")
            source = source.outerjoin(words, words.c.id == column)
            columns.append(words.c.digest.label(column.name))
        else:
            columns.append(_plain(column))
    if chained.table is readings:
        old = readings.alias("old")
        source = source.outerjoin(old, old.c.sequence == readings.c.supersedes)
        names = ("key_result", "part", "source", "as_of", "at", "value", "state", "evidence")
        columns += [_plain(old.c[name], f"replaced_{name}") for name in names]
    return select(*columns).select_from(source)


def payload_of_row(row: Mapping[str, str | int | None]) -> str:
    """What is chained of a row that `content_of` selected.

    Nulls are left out, so that a column that a later version adds changes no older payload.
    """
    return payload_of({name: value for name, value in row.items() if value is not None})


def append_link(connection: Connection, table: str, row: int) -> None:
    """Chain a row that this transaction inserted; the scope's write lock must be held."""
    chained = CHAINED[table]
    found = connection.execute(content_of(chained).where(chained.number == row)).mappings().one()
    scope = str(found[chained.scope.key or ""])
    last = connection.execute(
        select(chain.c.seq, chain.c.hash)
        .where(chain.c.scope == scope)
        .order_by(chain.c.seq.desc())
        .limit(1)
    ).one_or_none()
    seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
    payload = payload_of_row(dict(found))
    connection.execute(
        insert(chain).values(
            scope=scope,
            seq=seq,
            row_table=table,
            row_id=row,
            payload=payload,
            previous=previous,
            hash=link_hash(
                scope=scope, seq=seq, table=table, row=row, payload=payload, previous=previous
            ),
        )
    )


def links(connection: Connection, scope: str | None = None) -> Iterator[Link]:
    """The chain by scope and place, streamed."""
    statement = select(
        chain.c.scope,
        chain.c.seq,
        chain.c.row_table,
        chain.c.row_id,
        chain.c.payload,
        chain.c.previous,
        chain.c.hash,
    ).order_by(chain.c.scope, chain.c.seq)
    if scope is not None:
        statement = statement.where(chain.c.scope == scope)
    for row in streamed(connection, statement):
        yield Link(*row)


def _plain(column: ColumnElement[object], name: str | None = None) -> ColumnElement[object]:
    # As stored: the chain must not depend on how Python shows a time or a number.
    kind: TypeEngine[Any] = column.type
    if isinstance(kind, TypeDecorator):
        kind = String()
    return type_coerce(column, kind).label(name or str(column.key))
