"""Restore: an export into an empty store of either engine, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from sqlalchemy import Connection, Integer, func, insert, select, text
from sqlalchemy.exc import DataError, IntegrityError

from okr_core.errors import InputError, RefusalError
from okr_store.address import Address, address_of
from okr_store.audit import AuditReport, audit
from okr_store.database import Database
from okr_store.export.export_file import ExportFile, Line
from okr_store.export.lines import TABLES
from okr_store.private import named
from okr_store.schema import UNSEALED, create_or_upgrade
from okr_store.seals import bind_older

_MOST_ROWS, _MOST_BYTES = 500, 4 * 2**20
"""Of one batch."""
_UNIQUE = (
    "23505",
    "SQLITE_CONSTRAINT_UNIQUE",
    "SQLITE_CONSTRAINT_PRIMARYKEY",
    "SQLITE_CONSTRAINT_TRIGGER",
)
_FOREIGN = ("23503", "SQLITE_CONSTRAINT_FOREIGNKEY")


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        location: The store, without its password.
        rows: Table → rows.
        sha256: Digest of the export.
        audit: What the audit of the restored store found.
    """

    location: str
    rows: Mapping[str, int]
    sha256: str
    audit: AuditReport


def restore_store(
    url: str, file: BinaryIO, name: str, *, verify: bool = True, patience: float = 30
) -> Restored:
    """Put an export into a store without rows, which is created where it is missing.

    Ids, order, chain and digests are those of the exported store. One transaction: where anything
    is wrong the store stays empty. An export of a release that chained decisions only is taken
    too: its other rows are bound as they are found, as an upgrade does.

    Args:
        url: See `open_store`.
        file: The export; can be read twice.
        name: How messages name it.
        verify: Refuse rows about which the audit finds problems.
        patience: Seconds that the restore waits for another writer.

    Raises:
        InputError: The file is cut, altered, or no export; the message names the line.
        RefusalError: The store is not empty, one of both was made by a newer release, or the audit
            finds problems.
        ConfigError: See `open_store`.
        StoreUnreachableError: The store does not answer.
    """
    export = ExportFile(file, name)
    end = export.check()
    database = Database(address_of(url), patience)
    try:
        create_or_upgrade(database)
        with database.writing("restore") as connection:
            _lock(connection)
            _refuse_filled(connection, database.address)
            version = export.header().store
            for batch in _batches(_with_names(export.rows(), version)):
                _insert(connection, batch, export)
            _continue_numbers(connection)
            if version in UNSEALED:
                bind_older(connection, version)
            report = audit(connection, end.heads)
            if verify:
                _refuse_problems(report, name)
        return Restored(str(database.address), end.rows, end.sha256, report)
    finally:
        database.close()


def _lock(connection: Connection) -> None:
    """Keep every other writer away; SQLite has one anyway."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(TABLES)
        connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


def _refuse_filled(connection: Connection, address: Address) -> None:
    for name, table in TABLES.items():
        count = connection.scalar(select(func.count()).select_from(table))
        if count:
            raise RefusalError(
                f"store `{address}`: it is not empty ({count} rows of {name}).",
                hint="Name a new store in OKR_STORE_URL, or move this one away.",
            )


def _with_names(lines: Iterator[Line], version: str) -> Iterator[Line]:
    """Lines whose people have the digest of their name, which older exports do not tell."""
    for line in lines:
        person = line.row.get("person")
        if version in UNSEALED and line.table == "people" and isinstance(person, str):
            yield replace(line, row={**line.row, **named(person)})
        else:
            yield line


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    size = 0
    for line in lines:
        full = len(batch) >= _MOST_ROWS or size + line.size > _MOST_BYTES
        if batch and (full or line.table != batch[0].table):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += line.size
    if batch:
        yield batch


def _insert(connection: Connection, batch: Sequence[Line], export: ExportFile) -> None:
    table = TABLES[batch[0].table]
    try:
        with connection.begin_nested():
            connection.execute(insert(table), [dict(line.row) for line in batch])
    except (IntegrityError, DataError) as error:
        if len(batch) == 1:
            raise _misfit(batch[0], error, export) from error
        for line in batch:
            _insert(connection, [line], export)


def _misfit(line: Line, error: IntegrityError | DataError, export: ExportFile) -> InputError:
    original = error.orig
    state = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", "")
    if any(isinstance(value, str) and "\0" in value for value in line.row.values()):
        what = f"{line.table} holds a NUL character, which PostgreSQL cannot keep."
        return export.wrong(line.number, what, "Restore it into SQLite.")
    if state in _UNIQUE:
        what = "says again what an earlier line says"
    elif state in _FOREIGN:
        what = "refers to a row that is not in the file"
    else:
        what = "cannot be stored"
    return export.wrong(
        line.number, f"this row of {line.table} {what}.", "Restore the file as it was exported."
    )


def _continue_numbers(connection: Connection) -> None:
    """Let new rows be numbered behind the restored ones; SQLite sees to it itself."""
    if connection.dialect.name != "postgresql":
        return
    for name, table in TABLES.items():
        (key,) = table.primary_key.columns
        if isinstance(key.type, Integer):
            sequence = func.pg_get_serial_sequence(name, key.name)
            last = select(func.max(key)).scalar_subquery()
            # Not called yet where there is no row: the first number is 1 then.
            connection.execute(
                select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None)))
            )


def _refuse_problems(report: AuditReport, name: str) -> None:
    if report.ok:
        return
    more = len(report.problems) - 1
    others = f" (and {more} more)" if more else ""
    raise RefusalError(
        f"{name}: what it holds was altered before or after the export: "
        f"{report.problems[0]}{others}",
        hint="Restore another export, or this one as it is with `--unverified`.",
    )
