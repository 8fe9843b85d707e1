"""The schema: made once, told apart by version, the same as the tables that queries use."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from store_samples import measured, raw_engine, reading

from okr_core.errors import ConfigError, RefusalError
from okr_store import Store, open_store, upgrade_store
from okr_store.schema import MIGRATIONS, VERSION_TABLE, VERSIONS
from okr_store.tables import metadata

HEAVY = ("alembic", "psycopg", "prefect", "okr_sources", "sqlalchemy.dialects.postgresql")


def set_version(url: str, version: str) -> None:
    with raw_engine(url).begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '{version}'"))


def test_without_a_store_the_message_says_what_creates_one(store_url: str) -> None:
    with pytest.raises(ConfigError, match=r"there is no store yet\. `okr apply` creates it"):
        open_store(store_url)


def test_asking_for_a_store_does_not_create_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        open_store(str(tmp_path / "okr.db"))
    assert list(tmp_path.iterdir()) == []


def test_opening_with_create_twice_keeps_what_is_there(store_url: str) -> None:
    for _ in range(2):
        with open_store(store_url, create=True) as store:
            assert store.cycles() == []
    upgrade_store(store_url)
    with open_store(store_url) as store:
        assert store.audit().ok


def test_a_newer_store_is_refused_and_left_alone(store: Store, ready_url: str) -> None:
    set_version(ready_url, "9999")
    for create in (False, True):
        with pytest.raises(RefusalError, match=r"9999 is newer .* Upgrade `prefect-okr` here"):
            open_store(ready_url, create=create)


def test_an_older_store_says_how_it_is_brought_up_to_date(
    store: Store, ready_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("okr_store.schema.VERSIONS", (*VERSIONS, "next"))
    with pytest.raises(RefusalError, match=r"is older .* Back it up, then run `okr store upgrade`"):
        open_store(ready_url)


def test_tables_of_another_program_are_not_touched(store_url: str) -> None:
    with raw_engine(store_url).begin() as connection:
        connection.execute(text("CREATE TABLE people (name VARCHAR)"))
    with pytest.raises(ConfigError, match=r"another program have the same names \(people\)"):
        open_store(store_url, create=True)
    with raw_engine(store_url).connect() as connection:
        assert inspect(connection).get_table_names() == ["people"]


def test_a_store_may_share_a_database_with_other_tables(store_url: str) -> None:
    # Prefect's own tables and Alembic's default version table, for one.
    with raw_engine(store_url).begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('prefect')"))
    with open_store(store_url, create=True) as store:
        assert store.audit().ok


def test_migrations_make_the_tables_that_queries_use(store: Store, ready_url: str) -> None:
    with raw_engine(ready_url).connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        differences = compare_metadata(
            MigrationContext.configure(connection, opts=options), metadata
        )
    assert differences == []


def test_every_migration_is_a_version_that_this_release_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert tuple(reversed([each.revision for each in script.walk_revisions()])) == VERSIONS


def test_a_new_sqlite_store_lets_readers_and_a_writer_work_at_once(tmp_path: Path) -> None:
    upgrade_store(str(tmp_path / "okr.db"))
    with raw_engine(str(tmp_path / "okr.db")).connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_a_new_sqlite_store_and_the_files_beside_it_are_for_their_owner_alone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "okr.db"
    with open_store(str(path), create=True) as store:
        store.record("2026-q4", measured([reading()]))
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("okr.db", "okr.db-wal", "okr.db-shm"), 0o600)


def test_a_store_that_exists_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "okr.db"
    path.touch(0o660)
    path.chmod(0o660)
    upgrade_store(str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_opening_and_reading_load_neither_alembic_nor_another_engines_driver(
    tmp_path: Path,
) -> None:
    path = str(tmp_path / "okr.db")
    upgrade_store(path)
    script = (
        "import sys, okr_store\n"
        f"with okr_store.open_store({path!r}) as store: list(store.readings('c', as_of=None))\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
