"""Database: one engine, and the two ways to use it: reading a snapshot, writing under a lock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Engine,
    Insert,
    Row,
    Select,
    StaticPool,
    String,
    Table,
    cast,
    create_engine,
    event,
    func,
    select,
    text,
    type_coerce,
)
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from okr_core.errors import ConfigError
from okr_store.address import Address
from okr_store.failures import is_full, told

WRITING = "okr_writing"
CONNECT_SECONDS = 10
PAGE = 2000
"""Rows of a stream that are in memory at a time."""


class Database:
    """An engine for an address.

    Args:
        address: Where the store is.
        patience: Seconds that a write waits for another writer.
    """

    def __init__(self, address: Address, patience: float = 30) -> None:
        self.address = address
        self.patience = patience
        self.engine = _engine(address, patience)
        self._reader: Engine | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the store, however long it is used."""
        with told(self.address, self._damage), self._reading_engine().connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self, scope: str) -> Iterator[Connection]:
        """A transaction that is alone in its scope: all of it is kept, or nothing.

        Args:
            scope: Cycle id or another name; SQLite has one writer for all scopes.
        """
        self._let_others_in()
        with told(self.address, self._damage), self.engine.connect() as connection:
            connection.execution_options(**{WRITING: True})
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    wait = f"{max(1, round(self.patience * 1000))}ms"
                    connection.execute(select(func.set_config("lock_timeout", wait, True)))
                    advisory_lock(connection, f"scope:{scope}")
                yield connection

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        if self._reader is not None:
            self._reader.dispose()

    def _let_others_in(self) -> None:
        if self._reader is not None and self._reader is not self.engine:
            self._reader.dispose()
            self._reader = None

    def _reading_engine(self) -> Engine:
        """On a full disk one that reads alone: others share a file, for which there is no room."""
        if self._reader is None:
            self._reader = self.engine
            if self.address.path is not None and _no_room(self.engine):
                self._reader = _engine(self.address, self.patience, alone=True)
        return self._reader

    def _damage(self) -> str:
        from okr_store.damage import damage_in  # noqa: PLC0415 - for the day on which it is needed

        return damage_in(self._reader or self.engine)


def _no_room(engine: Engine) -> bool:
    """Whether a read fails for want of room; what else it fails for is told by the real one."""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1 FROM sqlite_master LIMIT 1"))
    except DBAPIError as error:
        engine.dispose()  # what stays open would keep out the one that reads alone
        return is_full(error)
    return False


def advisory_lock(connection: Connection, name: str) -> None:
    """Wait until no other transaction holds that name; SQLite's one writer needs none."""
    if connection.dialect.name != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(f"okr:{name}".encode()).digest()[:8], signed=True)
    connection.execute(select(func.pg_advisory_xact_lock(number)))


def insert_new(connection: Connection, table: Table) -> Insert:
    """An insert that leaves a row that is there already as it is."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - loads only where it is used

        return postgresql.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import sqlite  # noqa: PLC0415

    return sqlite.insert(table).on_conflict_do_nothing()


def streamed(
    connection: Connection, statement: Select[*tuple[Any, ...]], page: int = PAGE
) -> Iterator[Row[*tuple[Any, ...]]]:
    """The rows of a statement, one page in memory; gives its cursor back when it is left early."""
    with connection.execute(statement.execution_options(yield_per=page)) as rows:
        yield from rows


def names_in(
    connection: Connection, column: ColumnElement[str], names: Collection[str]
) -> ColumnElement[bool]:
    """Whether a column is one of the names, however many: they travel as one parameter."""
    listed = json.dumps(list(names))
    if connection.dialect.name == "postgresql":
        each = func.json_array_elements_text(cast(type_coerce(listed, String), JSON)).table_valued(
            "value"
        )
    else:
        each = func.json_each(listed).table_valued("value")
    return column.in_(select(each.c.value))


def _engine(address: Address, patience: float, *, alone: bool = False) -> Engine:
    # hide_parameters: statements in errors and logs must not show what people wrote.
    if address.path is not None:
        engine = create_engine(
            address.url,
            hide_parameters=True,
            connect_args={"timeout": patience},
            poolclass=StaticPool if alone else None,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        # Who is alone needs no transaction to see one state, and all share the one connection.
        event.listen(engine, *(("connect", _lock_sqlite) if alone else ("begin", _begin_sqlite)))
        return engine
    try:
        return create_engine(
            address.url, hide_parameters=True, connect_args=_postgres_arguments(address)
        )
    except (ImportError, NoSuchModuleError) as error:
        raise ConfigError(
            "store: the PostgreSQL driver is not installed.",
            hint="Install `prefect-okr[postgres]`.",
        ) from error


def _postgres_arguments(address: Address) -> dict[str, int | str]:
    defaults: dict[str, int | str] = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "prefect-okr",
    }
    return {name: value for name, value in defaults.items() if name not in address.url.query}


def _prepare_sqlite(connection: object, _record: ConnectionPoolEntry) -> None:
    # The driver's own transactions begin too late (at the first write) and end too early (at DDL):
    # with isolation_level None the "begin" event below opens each one.
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("foreign_keys = ON", "recursive_triggers = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _lock_sqlite(connection: object, _record: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # type: ignore[attr-defined]


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
