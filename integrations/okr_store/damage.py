"""Damage: which row or table of a store cannot be read, found by reading all of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Inspector,
    Integer,
    LargeBinary,
    String,
    Table,
    inspect,
    select,
    type_coerce,
)
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator, TypeEngine

from okr_store.database import streamed
from okr_store.failures import UnreadableError
from okr_store.tables import metadata

_LETTERS = {"readings": "reading r", "entries": "entry e"}
"""How people write the rows of these tables; the others are named by table and key."""
_DIALECT = DefaultDialect()
_TYPE = " type"


def damage_in(engine: Engine) -> str:
    """What reading everything finds damaged first, such as a row; empty where it finds nothing."""
    # Asked apart: where the schema itself cannot be read, the tables still say which is damaged.
    with suppress(DBAPIError, sqlite3.Error, OSError), engine.connect() as connection:
        there = inspect(connection)
        gone = next(filter(None, (_gone(there, table) for table in metadata.sorted_tables)), "")
        if gone:
            return gone
    with suppress(DBAPIError, sqlite3.Error, OSError), engine.connect() as connection:
        for table in metadata.sorted_tables:
            found = _damage(table, _raw_rows(connection, table))
            if found:
                return found
    return ""


def _gone(there: Inspector, table: Table) -> str:
    """What a table should have and has not; empty where all is there."""
    if not (there.has_table(table.name) or table.name in there.get_view_names()):
        return f"table `{table.name}` is missing"
    known = {column["name"] for column in there.get_columns(table.name)}
    gone = next((column.name for column in table.columns if column.name not in known), None)
    return f"column `{gone}` of table `{table.name}` is missing" if gone else ""


def _damage(table: Table, rows: Iterable[Mapping[str, Any]]) -> str:
    (key,) = table.primary_key.columns
    last: object = None
    try:
        for row in rows:
            last = _text(row[key.name])
            for name, value in row.items():
                if name in table.columns and not _readable(table, row, name, value):
                    return f"the `{name}` of {_name(table, last)} cannot be read"
    except (DBAPIError, sqlite3.Error):
        after = f" after {_name(table, last)}" if last is not None else ""
        return f"table `{table.name}` cannot be read{after}"
    return ""


def _raw_rows(connection: Connection, table: Table) -> Iterator[Mapping[str, Any]]:
    """Rows as they are kept: text as bytes on SQLite, which may hold what is none.

    There each value's type comes with it, as `NAME` + `_TYPE`: SQLite takes any in any column.
    """
    names = [str(column.name) for column in table.columns]
    (key,) = table.primary_key.columns
    if connection.dialect.name != "sqlite":
        plain = (type_coerce(column, String()).label(column.name) for column in table.columns)
        for row in streamed(connection, select(*plain).order_by(key)):
            yield dict(zip(names, row, strict=True))
        return
    database = connection.connection.dbapi_connection
    assert isinstance(database, sqlite3.Connection)
    columns = ", ".join(f'"{name}"' for name in names)
    columns += "".join(f', typeof("{name}")' for name in names)
    names += [f"{name}{_TYPE}" for name in names]
    with closing(database.cursor()) as cursor:
        before, database.text_factory = database.text_factory, bytes
        try:
            for row in cursor.execute(f'SELECT {columns} FROM {table.name} ORDER BY "{key.name}"'):  # noqa: S608 - names of ours
                yield dict(zip(names, row, strict=True))
        finally:
            database.text_factory = before


def _readable(table: Table, row: Mapping[str, Any], name: str, value: object) -> bool:
    kind = table.columns[name].type
    held = _text(row.get(f"{name}{_TYPE}"))
    if held not in (None, "null", _held_by(kind)):
        return False
    if isinstance(kind, LargeBinary) or not isinstance(value, str | bytes):
        return True
    try:
        text = value if isinstance(value, str) else value.decode()
        if isinstance(kind, TypeDecorator):
            kind.process_result_value(text, _DIALECT)
    except (UnicodeDecodeError, UnreadableError):
        return False
    return True


def _held_by(kind: TypeEngine[Any]) -> str:
    """The type that SQLite tells of what belongs into a column."""
    if isinstance(kind, LargeBinary):
        return "blob"
    return "integer" if isinstance(kind, Integer) else "text"


def _text(value: object) -> object:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _name(table: Table, number: object) -> str:
    return f"{_LETTERS.get(table.name, f'{table.name} ')}{number}"
