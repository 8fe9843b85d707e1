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
    and_,
    func,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from okr_core.record.chain import GENESIS, link_hash, payload_of
from okr_store.database import streamed
from okr_store.tables import chain, entries, people, readings, revisions, seals, texts


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the chain.

    Attributes:
        scope: Cycle id, empty for the workspace.
        seq: 1-based place in its scope.
        table: `revisions`, `readings`, `entries` or `seals`.
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
        label: How messages name a row, by its number.
    """

    table: Table
    number: ColumnElement[int]
    scope: ColumnElement[str]
    label: str


CHAINED = {
    each.table.name: each
    for each in (
        Chained(revisions, revisions.c.id, revisions.c.scope, "revision (row {})"),
        Chained(readings, readings.c.sequence, readings.c.cycle, "reading r{}"),
        Chained(entries, entries.c.id, entries.c.cycle, "entry e{}"),
        Chained(seals, seals.c.id, seals.c.scope, "seal {}"),
    )
}
NAME = "_name"
"""Ends the column that binds a subject id to the person's name, by its digest."""


def content_of(chained: Chained) -> Select[*tuple[Any, ...]]:
    """The rows of a table as they are chained: plain columns, and digests in the place of words.

    A superseding reading also carries what it replaced, so that the old row is covered too.
    """
    columns, source = own_content(chained.table)
    if chained.table is readings:
        old = readings.alias("old")
        source = source.outerjoin(old, old.c.sequence == readings.c.supersedes)
        names = ("key_result", "part", "source", "as_of", "at", "value", "state", "evidence")
        columns += [_plain(old.c[name], f"replaced_{name}") for name in names]
    return select(*columns).select_from(source)


def own_content(table: Table) -> tuple[list[ColumnElement[object]], FromClause]:
    """A table's columns as they are chained, and what they are selected from.

    Beside the subject id of a person stands the digest of the name that it is for.
    """
    source: FromClause = table
    columns: list[ColumnElement[object]] = []
    for column in table.columns:
        if any(key.column.table is texts for key in column.foreign_keys):
            words = texts.alias(f"{column.name}_words")
            source = source.outerjoin(words, words.c.id == column)
            columns.append(words.c.digest.label(column.name))
            continue
        columns.append(_plain(column))
        if any(key.column.table is people for key in column.foreign_keys):
            person = people.alias(f"{column.name}_person")
            source = source.outerjoin(person, person.c.subject == column)
            columns.append(person.c.digest.label(f"{column.name}{NAME}"))
    return columns, source


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
    last = head_of(connection, scope)
    seq, previous = last.seq + 1, last.hash
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


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: place and hash of its last link, 0 and `GENESIS` of an empty one."""

    seq: int
    hash: str


def head_of(connection: Connection, scope: str) -> Head:
    """The head of a scope's chain."""
    statement = select(chain.c.seq, chain.c.hash).where(chain.c.scope == scope)
    last = connection.execute(statement.order_by(chain.c.seq.desc()).limit(1)).one_or_none()
    return Head(last.seq, last.hash) if last else Head(0, GENESIS)


def heads_of(connection: Connection) -> dict[str, str]:
    """Scope → hash of the last link of its chain."""
    ends = select(chain.c.scope, func.max(chain.c.seq).label("seq")).group_by(chain.c.scope)
    last = ends.subquery()
    statement = select(chain.c.scope, chain.c.hash).join(
        last, and_(last.c.scope == chain.c.scope, last.c.seq == chain.c.seq)
    )
    return {row.scope: row.hash for row in connection.execute(statement.order_by(chain.c.scope))}


def first_hash(connection: Connection, scope: str) -> str:
    """Hash of the first link of a scope's chain, which never changes; empty: it has none."""
    first = select(chain.c.hash).where(chain.c.scope == scope, chain.c.seq == 1)
    return connection.scalar(first) or ""


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
