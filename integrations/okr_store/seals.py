"""Seals: what a transaction recorded, bound into the chain by one digest when it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select, union

from okr_core.record.chain import RowsDigest, Seal, SealedRows
from okr_store.database import Database, streamed
from okr_store.leases import Lease, refuse_lost
from okr_store.links import CHAINED, Chained, append_link, head_of, own_content
from okr_store.tables import chain, entries, people, readings, revisions, seals

_WRITTEN = "okr_written"
_WORKSPACE = ""
SEALED = ("readings", "entries")
"""Tables whose rows are bound by seals, unless they are links of their own."""


@dataclass(slots=True)
class _Written:
    """What a transaction recorded so far: runs of row numbers, which take no memory per row."""

    runs: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    judged: bool = False

    def add(self, table: str, numbers: Iterable[int]) -> None:
        runs = self.runs.setdefault(table, [])
        for number in sorted(numbers):
            if runs and runs[-1][1] + 1 == number:
                runs[-1] = (runs[-1][0], number)
            else:
                runs.append((number, number))


@contextmanager
def sealed_writing(
    database: Database, scope: str, lease: Lease | None = None
) -> Iterator[Connection]:
    """`Database.writing` of a cycle, or the workspace: what was recorded is sealed at its end.

    Raises:
        LeaseLostError: It is done under a lease, which was lost.
    """
    with database.writing(scope) as connection:
        if lease is not None:
            refuse_lost(connection, lease)
        connection.execution_options(**{_WRITTEN: _Written()})
        yield connection
        _append(connection, scope, _seal_of_written(connection))


def note_rows(connection: Connection, table: str, numbers: Iterable[int]) -> None:
    """Remember rows that this transaction recorded, which are no links of their own."""
    _written(connection).add(table, numbers)


def note_judgement(connection: Connection) -> None:
    """Remember that this transaction recorded a scoring or a closing."""
    _written(connection).judged = True


def _written(connection: Connection) -> _Written:
    found: _Written = connection.get_execution_options()[_WRITTEN]
    return found


def _seal_of_written(connection: Connection) -> Seal:
    written = _written(connection)
    return Seal(
        readings=_rows_of_runs(connection, "readings", written),
        entries=_rows_of_runs(connection, "entries", written),
        workspace=head_of(connection, _WORKSPACE).hash if written.judged else "",
    )


def _rows_of_runs(connection: Connection, table: str, written: _Written) -> SealedRows | None:
    digest = RowsDigest()
    number = CHAINED[table].number
    for first, last in written.runs.get(table, ()):
        for found in sealed_rows(connection, table, number.between(first, last)):
            digest.add(found.number, found.content)
    return digest.sealed


def _append(connection: Connection, scope: str, seal: Seal) -> None:
    if seal.empty:
        return
    row = {"scope": scope, "body": seal.body()}
    number = connection.execute(insert(seals).values(row).returning(seals.c.id)).scalar_one()
    append_link(connection, "seals", number)


@dataclass(frozen=True, slots=True)
class Bound:
    """A row as it is bound by a seal.

    Attributes:
        scope: The cycle that it is of.
        number: In its table.
        linked: Whether it is a link of its own.
        content: Its columns on one line: digests in the place of words and names.
    """

    scope: str
    number: int
    linked: bool
    content: bytes


def sealed_rows(
    connection: Connection,
    table: str,
    where: ColumnElement[bool] | None = None,
    *,
    with_links: bool = False,
) -> Iterator[Bound]:
    """Rows of a table by number, as seals bind them, streamed.

    Args:
        connection: Sees one state of the store, or the transaction that recorded them.
        table: One of `SEALED`.
        where: Which rows; None: all.
        with_links: Whether to look which are links of their own; else none is said to be.
    """
    chained = CHAINED[table]
    statement, names = _content(chained)
    place = names.index(str(chained.number.key)), names.index(str(chained.scope.key))
    if with_links:
        statement = statement.outerjoin(
            chain, (chain.c.row_table == table) & (chain.c.row_id == chained.number)
        ).add_columns(chain.c.id)
    if where is not None:
        statement = statement.where(where)
    for row in streamed(connection, statement.order_by(chained.number)):
        linked = with_links and row[-1] is not None
        yield Bound(row[place[1]], row[place[0]], linked, _line(names, row))


def _content(chained: Chained) -> tuple[Select[*tuple[Any, ...]], list[str]]:
    """The columns that a seal binds, by name: a column that a later version adds changes none."""
    columns, source = own_content(chained.table)
    columns.sort(key=lambda column: str(column.key))
    return select(*columns).select_from(source), [str(column.key) for column in columns]


def _line(names: list[str], row: Row[Any]) -> bytes:
    # What is null is left out, so that a column that a later version adds changes no older line.
    fields = {name: value for name, value in zip(names, row, strict=False) if value is not None}
    return orjson.dumps(fields, default=_strange)


def _strange(value: object) -> object:
    """Bytes where text belongs, which SQLite takes: another line than any that was sealed."""
    return {"bytes": value.hex() if isinstance(value, bytes) else str(value)}


def bind_older(connection: Connection, before: str) -> None:
    """Bind the rows of a store that was made before there were seals, as they are found now.

    Args:
        connection: Its locks must keep every other writer away; no row is sealed yet.
        before: The version that the store had.
    """
    at = _now(connection)
    found = {table: _digests(connection, table) for table in SEALED}
    scopes = sorted({*found["readings"], *found["entries"], *_scopes_of_links(connection)})
    for scope in scopes:
        seal = Seal(
            readings=_sealed(found["readings"], scope),
            entries=_sealed(found["entries"], scope),
            upgraded_from=before,
            at=at,
            people=_people_of(connection, scope),
        )
        _append(connection, scope, seal)


def _digests(connection: Connection, table: str) -> dict[str, RowsDigest]:
    """Cycle → its rows that are no links of their own."""
    digests: dict[str, RowsDigest] = {}
    for row in sealed_rows(connection, table, with_links=True):
        if not row.linked:
            digests.setdefault(row.scope, RowsDigest()).add(row.number, row.content)
    return digests


def _sealed(digests: Mapping[str, RowsDigest], scope: str) -> SealedRows | None:
    return digests[scope].sealed if scope in digests else None


def _scopes_of_links(connection: Connection) -> list[str]:
    return list(connection.scalars(select(chain.c.scope).distinct()))


def _people_of(connection: Connection, scope: str) -> dict[str, str]:
    """Subject id → digest of the name, of everyone in the rows of a scope."""
    named = (
        select(table.c.by).where(table.c[column] == scope, table.c.by.is_not(None))
        for table, column in ((revisions, "scope"), (readings, "cycle"), (entries, "cycle"))
    )
    subjects = union(*named).subquery()
    known = select(people.c.subject, people.c.digest).where(
        people.c.subject.in_(select(subjects.c.by))
    )
    return {row.subject: row.digest or "" for row in connection.execute(known)}


def _now(connection: Connection) -> datetime:
    """The database's clock: one for all who write."""
    found = connection.execute(select(func.current_timestamp())).scalar_one()
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)  # SQLite says none
