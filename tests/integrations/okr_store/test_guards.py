"""Guards: an audit compares what they do, whatever they are called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kept_stores import copy_rows, kept_versions, migrate, unpack
from sqlalchemy import text
from store_samples import decided_store, raw_engine

from okr_store import Store
from okr_store.guards import KEPT, Guards, guards_in
from okr_store.schema import upgrade_existing

SLOT = "uq_readings_slot"
READINGS = "readings (cycle, source, as_of, key_result, part)"
NO_FUNCTION = (
    "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
)
NOTHING = "FOR EACH ROW EXECUTE FUNCTION nothing()"
UPDATE = "CREATE TRIGGER readings_no_update BEFORE UPDATE ON readings"
PAST = "rows can be changed past it."
OTHER = f"the guard `readings_no_update` of the database does not do what okr's does: {PAST}"
FOREIGN = "of the database is none of okr's: it may keep out or change what is recorded."
TWICE = "of the database {}: rows may be there twice."

WAYS: dict[str, tuple[list[str], list[str], str]] = {
    "taken away": (
        ["DROP TRIGGER readings_no_update"],
        ["DROP TRIGGER readings_no_update ON readings"],
        f"the guard `readings_no_update` of the database is missing: {PAST}",
    ),
    "replaced by one that never fires": (
        [
            "DROP TRIGGER readings_no_update",
            f"{UPDATE} WHEN 0 BEGIN SELECT RAISE(ABORT, 'readings is append-only'); END",
        ],
        [
            "DROP TRIGGER readings_no_update ON readings",
            f"{UPDATE} FOR EACH ROW WHEN (false) EXECUTE FUNCTION okr_append_only()",
        ],
        OTHER,
    ),
    "replaced by one of another event": (
        [
            "DROP TRIGGER readings_no_update",
            "CREATE TRIGGER readings_no_update AFTER UPDATE ON readings BEGIN SELECT 1; END",
        ],
        [
            "DROP TRIGGER readings_no_update ON readings",
            f"{UPDATE} FOR EACH STATEMENT EXECUTE FUNCTION okr_append_only()",
        ],
        OTHER,
    ),
    "one that swallows what is recorded": (
        ["CREATE TRIGGER quiet BEFORE INSERT ON readings BEGIN SELECT RAISE(IGNORE); END"],
        [NO_FUNCTION, f"CREATE TRIGGER quiet BEFORE INSERT ON readings {NOTHING}"],
        f"the trigger `quiet` {FOREIGN}",
    ),
    "an index taken away": (
        [f"DROP INDEX {SLOT}"],
        [f"DROP INDEX {SLOT}"],
        f"the unique index `{SLOT}` {TWICE.format('is missing')}",
    ),
    "an index replaced by a narrower one": (
        [
            f"DROP INDEX {SLOT}",
            f"CREATE UNIQUE INDEX {SLOT} ON {READINGS} WHERE supersedes IS NULL AND part = '-'",
        ],
        [
            f"DROP INDEX {SLOT}",
            f"CREATE UNIQUE INDEX {SLOT} ON {READINGS} WHERE supersedes IS NULL AND part = '-'",
        ],
        f"the unique index `{SLOT}` " + TWICE.format("does not do what okr's does"),
    ),
    "an index that keeps rows out": (
        ["CREATE UNIQUE INDEX one_each ON readings (key_result, as_of, sequence)"],
        ["CREATE UNIQUE INDEX one_each ON readings (key_result, as_of, sequence)"],
        f"the unique index `one_each` {FOREIGN}",
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_guard_that_does_not_do_what_it_should_is_named(
    store: Store, ready_url: str, way: str
) -> None:
    decided_store(store)
    sqlite, postgres, problem = WAYS[way]
    with raw_engine(ready_url).begin() as connection:
        for statement in postgres if "://" in ready_url else sqlite:
            connection.execute(text(statement))
    assert store.audit().problems == (problem,)


def test_a_table_replaced_by_a_view_of_the_same_rows_is_named(store: Store, ready_url: str) -> None:
    decided_store(store)
    with raw_engine(ready_url).begin() as connection:
        connection.execute(text("ALTER TABLE readings RENAME TO elsewhere"))
        connection.execute(text("CREATE VIEW readings AS SELECT * FROM elsewhere"))
    assert (
        "`readings` of the database is a view, no table: it may show what was never recorded."
    ) in store.audit().problems


POSTGRES_WAYS = {
    "disabled": (
        ["ALTER TABLE readings DISABLE TRIGGER readings_no_update"],
        OTHER,
    ),
    "another function under the same name": (
        [
            NO_FUNCTION.replace("FUNCTION nothing", "OR REPLACE FUNCTION okr_append_only"),
        ],
        OTHER,
    ),
    "a rule": (
        ["CREATE RULE quiet AS ON INSERT TO readings DO INSTEAD NOTHING"],
        f"the trigger `quiet on readings` {FOREIGN}",
    ),
}


@pytest.mark.parametrize("way", POSTGRES_WAYS)
def test_a_guard_of_postgresql_that_does_nothing_any_more_is_named(
    store: Store, ready_url: str, way: str
) -> None:
    if "://" not in ready_url:
        pytest.skip("SQLite has no such thing")
    statements, problem = POSTGRES_WAYS[way]
    with raw_engine(ready_url).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    assert problem in store.audit().problems


def test_an_index_that_only_makes_reading_faster_is_anybodys(store: Store, ready_url: str) -> None:
    with raw_engine(ready_url).begin() as connection:
        connection.execute(text("CREATE INDEX quick ON readings (evidence)"))
    assert store.audit().ok


def kept(engine: str) -> Guards:
    found: dict[str, Guards] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found[engine]


def made(url: str) -> Guards:
    with raw_engine(url).connect() as connection:
        return guards_in(connection)


def test_the_kept_guards_are_those_of_a_new_store(ready_url: str) -> None:
    engine = "postgresql" if "://" in ready_url else "sqlite"
    assert made(ready_url) == kept(engine), "run tests/data/stores/guards.py"


@pytest.mark.parametrize("version", kept_versions())
def test_the_kept_guards_are_those_of_every_upgraded_store(version: str, tmp_path: Path) -> None:
    url = unpack(version, tmp_path)
    upgrade_existing(url)
    assert made(url) == kept("sqlite")


@pytest.mark.parametrize("version", kept_versions())
def test_the_kept_guards_are_those_of_every_store_upgraded_on_postgresql(
    version: str, tmp_path: Path, postgres_url: str
) -> None:
    with raw_engine(postgres_url).begin() as connection:
        migrate(connection, version)
        copy_rows(unpack(version, tmp_path), connection)
    upgrade_existing(postgres_url)
    assert made(postgres_url) == kept("postgresql")
