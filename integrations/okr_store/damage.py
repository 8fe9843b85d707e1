"""Damage: which row or table of a store cannot be read, found by reading all of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from typing import Any

from sqlalchemy import Connection, Engine, LargeBinary, String, Table, select, type_coerce
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator

from okr_store.failures import UnreadableError
from okr_store.tables import metadata

_LETTERS = {"readings": "reading r", "entries": "entry e"}
"""How people write the rows of these tables; the others are named by table and key."""
_DIALECT = DefaultDialect()


def damage_in(engine: Engine) -> str:
    """What reading everything finds damaged first, such as a row; empty where it finds nothing."""
    with suppress(DBAPIError, sqlite3.Error, OSError), engine.connect() as connection:
        for table in metadata.sorted_tables:
            found = _damage(table, _raw_rows(connection, table))
            if found:
                return found
    return ""


def _damage(table: Table, rows: Iterable[Mapping[str, Any]]) -> str:
    (key,) = table.primary_key.columns
    last: object = None
    try:
        for row in rows:
            last = _text(row[key.name])
            for name, value in row.items():
                if not _readable(table, name, value):
                    return f"the `{name}` of {_name(table, last)} cannot be read"
    except (DBAPIError, sqlite3.Error):
        after = f" after {_name(table, last)}" if last is not None else ""
        return f"table `{table.name}` cannot be read{after}"
    return ""


def _raw_rows(connection: Connection, table: Table) -> Iterator[Mapping[str, Any]]:
    """Rows as they are kept: text as bytes on SQLite, which may hold what is none."""
    names = [str(column.name) for column in table.columns]
    (key,) = table.primary_key.columns
    if connection.dialect.name != "sqlite":
        plain = (type_coerce(column, String()).label(column.name) for column in table.columns)
        for row in connection.execute(select(*plain).order_by(key)):
            yield dict(zip(names, row, strict=True))
        return
    database = connection.connection.dbapi_connection
    assert isinstance(database, sqlite3.Connection)
    columns = ", ".join(f'"{name}"' for name in names)
    with closing(database.cursor()) as cursor:
        before, database.text_factory = database.text_factory, bytes
        try:
            for row in cursor.execute(f'SELECT {columns} FROM {table.name} ORDER BY "{key.name}"'):  # noqa: S608 - names of ours
                yield dict(zip(names, row, strict=True))
        finally:
            database.text_factory = before


def _readable(table: Table, name: str, value: object) -> bool:
    kind = table.columns[name].type
    if isinstance(kind, LargeBinary) or not isinstance(value, str | bytes):
        return True
    try:
        text = value if isinstance(value, str) else value.decode()
        if isinstance(kind, TypeDecorator):
            kind.process_result_value(text, _DIALECT)
    except (UnicodeDecodeError, UnreadableError):
        return False
    return True


def _text(value: object) -> object:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _name(table: Table, number: object) -> str:
    return f"{_LETTERS.get(table.name, f'{table.name} ')}{number}"
