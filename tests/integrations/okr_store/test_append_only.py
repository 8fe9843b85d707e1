"""Append-only: the database itself refuses to change or delete a record."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from store_samples import CYCLE, decided_store, measured, raw_engine, reading, row_counts

from okr_store import Store

TABLES = {
    "seals": "body",
    "revisions": "digest",
    "readings": "value",
    "entries": "body",
    "evidence": "digest",
    "chain": "hash",
}


@pytest.mark.parametrize("table", TABLES)
def test_a_record_cannot_be_changed_or_deleted(store: Store, ready_url: str, table: str) -> None:
    decided_store(store)
    before = row_counts(ready_url)
    engine = raw_engine(ready_url)
    for change in (f"UPDATE {table} SET {TABLES[table]} = 'x'", f"DELETE FROM {table}"):
        with (
            engine.begin() as connection,
            pytest.raises(DBAPIError, match=f"{table} is append-only"),
        ):
            connection.execute(text(change))
    assert row_counts(ready_url) == before
    assert store.audit().ok


def test_a_postgresql_table_cannot_be_emptied(store: Store, ready_url: str) -> None:
    if not ready_url.startswith("postgresql"):
        pytest.skip("SQLite has no TRUNCATE")
    decided_store(store)
    with (
        raw_engine(ready_url).begin() as connection,
        pytest.raises(DBAPIError, match="is append-only"),
    ):
        connection.execute(text("TRUNCATE chain"))


TAKEN = r"(?i)unique|append-only"
COPY = (
    "INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} "
    "WHERE {number} = (SELECT min({number}) FROM {table} WHERE {where})"
)


@pytest.mark.parametrize(
    ("table", "number", "where"),
    [
        ("readings", "sequence", "supersedes IS NULL"),
        ("readings", "sequence", "supersedes IS NOT NULL"),
        ("revisions", "id", "1 = 1"),
        ("entries", "id", "key IS NOT NULL"),
        ("chain", "id", "1 = 1"),
    ],
)
def test_the_database_takes_no_second_row_of_the_same_kind(
    store: Store, ready_url: str, table: str, number: str, where: str
) -> None:
    decided_store(store)
    engine = raw_engine(ready_url)
    with engine.begin() as connection:
        first = connection.execute(text(f"SELECT * FROM {table}"))
        quote = connection.dialect.identifier_preparer.quote
        columns = ", ".join(quote(name) for name in first.keys() if name != number)  # noqa: SIM118
        first.close()
    statement = COPY.format(table=table, columns=columns, number=number, where=where)
    with engine.begin() as connection, pytest.raises(IntegrityError, match=TAKEN):
        connection.execute(text(statement))


def test_ids_are_never_given_twice(store: Store) -> None:
    store.record(CYCLE, measured([reading("a")]))
    store.record(CYCLE, measured([reading("a"), reading("b")]))
    ids = [each.id for each in store.readings(CYCLE, as_of=None)]
    assert len(set(ids)) == 2
