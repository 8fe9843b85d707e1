"""What a store that cannot be used says: what, where, what to do."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from store_samples import CYCLE, decided_store, measured, new_revision, raw_engine, reading

from okr_core.errors import ConfigError, OkrError, StoreUnreachableError
from okr_store import open_store, upgrade_store
from okr_store.database import advisory_lock


def told(url: str, *, create: bool = False) -> OkrError:
    with pytest.raises(OkrError) as raised:
        open_store(url, create=create)
    return raised.value


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://db/okr", "`mysql` is no kind of store"),
        ("https://example.org/okr", "`https` is no kind of store"),
        ("postgresql://db:port/okr", "the `postgresql` URL cannot be read"),
        ("sqlite://", "a store in memory is lost at once"),
        (":memory:", "a store in memory is lost at once"),
        ("sqlite:///file:okr.db?uri=true", "`file:` URLs are not taken"),
        ("", "a store in memory is lost at once"),
    ],
)
def test_a_url_that_names_no_store_is_said_so(url: str, message: str) -> None:
    error = told(url)
    assert isinstance(error, ConfigError)
    assert message in str(error)
    assert "okr.db, or postgresql://" in error.hint


def test_paths_and_urls_name_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    upgrade_store("okr.db")
    for url in ("okr.db", f"{tmp_path}/okr.db", f"sqlite:///{tmp_path}/okr.db", "sqlite:///okr.db"):
        with open_store(url) as store:
            assert store.location == f"{tmp_path}/okr.db"


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    error = told(str(tmp_path / "none" / "okr.db"), create=True)
    assert str(error).endswith(f"its folder does not exist. Create {tmp_path / 'none'}.")
    assert isinstance(error, ConfigError)


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    assert "that is a folder. Name a file in it" in str(told(str(tmp_path), create=True))


@pytest.mark.parametrize("create", [False, True])
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, *, create: bool) -> None:
    path = tmp_path / "okr.db"
    path.write_text("cycle: {id: 2026-q4}\n" * 100)
    error = told(str(path), create=create)
    assert isinstance(error, ConfigError)
    assert "it is no database. Name another file" in str(error)
    assert path.read_text().startswith("cycle")


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    path = tmp_path / "okr.db"
    with open_store(str(path), create=True) as store:
        decided_store(store)
        store.record(CYCLE, measured(reading(f"kr{n}") for n in range(500)))
    content = bytearray(path.read_bytes())
    for page in range(8 * 4096, len(content), 4096):
        content[page : page + 100] = b"\xff" * 100
    path.write_bytes(bytes(content))
    error = told(str(path))
    assert isinstance(error, ConfigError)
    assert "it is damaged: table `chain` cannot be read." in str(error)
    assert str(error).endswith("Keep a copy of it and restore the last backup.")


@contextmanager
def someone_else() -> Iterator[None]:
    """Lose root's right to open everything; without root nothing has to be lost."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder in which everyone may write; pytest's own lets only its user in."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def test_a_store_without_permission_is_told(open_folder: Path) -> None:
    path = open_folder / "okr.db"
    upgrade_store(str(path))
    path.chmod(0)
    with someone_else():
        assert "access is refused. Grant this user access" in str(told(str(path)))


def test_a_store_that_can_only_be_read_is_told_when_writing(open_folder: Path) -> None:
    path = open_folder / "okr.db"
    upgrade_store(str(path))
    path.chmod(0o444)
    with someone_else(), open_store(str(path)) as store:
        assert store.cycles() == []
        with pytest.raises(ConfigError, match=r"can be read but not written\. Grant write"):
            store.add_revision(new_revision())


def test_a_folder_where_nothing_may_be_written_is_told(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    with someone_else():
        assert "access is refused" in str(told(str(open_folder / "okr.db"), create=True))


@contextmanager
def another_writer(url: str) -> Iterator[None]:
    with raw_engine(url).connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            advisory_lock(connection, f"scope:{CYCLE}")
        yield
        connection.rollback()


def test_a_store_that_is_busy_for_too_long_asks_to_try_again(ready_url: str) -> None:
    with open_store(ready_url, patience=0.1) as store:
        with (
            another_writer(ready_url),
            pytest.raises(StoreUnreachableError, match="writing to it for too long"),
        ):
            store.add_revision(new_revision())
        assert store.add_revision(new_revision()).number == 1


def test_readers_do_not_wait_for_a_writer(ready_url: str) -> None:
    with open_store(ready_url, patience=0.1) as store, another_writer(ready_url):
        assert list(store.readings(CYCLE, as_of=None)) == []


def test_a_server_that_does_not_answer_is_told() -> None:
    error = told("postgresql://okr:hunter2@127.0.0.1:1/okr")
    assert isinstance(error, StoreUnreachableError)
    assert str(error) == (
        "store `postgresql+psycopg://okr:***@127.0.0.1:1/okr`: it does not answer. "
        "Check that it runs and that its address is right, then try again."
    )
    assert error.exit_code == 3


def test_a_database_or_user_that_does_not_exist_is_told(postgres_url: str) -> None:
    url = make_url(postgres_url)
    for wrong in (url.set(database="none"), url.set(username="nobody")):
        error = told(wrong.render_as_string(hide_password=False))
        assert isinstance(error, ConfigError)
        assert "the database or the user does not exist on that server" in str(error)


def test_a_broken_connection_is_told_and_the_next_call_connects_again(postgres_url: str) -> None:
    with open_store(postgres_url, create=True) as store:
        store.add_revision(new_revision())
        with raw_engine(postgres_url).begin() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        with pytest.raises(StoreUnreachableError, match="it does not answer"):
            store.cycles()
        assert store.cycles() == [CYCLE]


def test_a_role_without_rights_is_told(postgres_url: str) -> None:
    upgrade_store(postgres_url)
    engine = raw_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS okr_reader"))
        connection.execute(text("CREATE ROLE okr_reader LOGIN"))
        connection.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO okr_reader"))
    reader = make_url(postgres_url).set(username="okr_reader").render_as_string(False)
    with open_store(reader) as store:
        assert store.cycles() == []
        with pytest.raises(ConfigError, match="access is refused"):
            store.add_revision(new_revision())
    with engine.begin() as connection:
        connection.execute(text("DROP OWNED BY okr_reader"))
        connection.execute(text("DROP ROLE okr_reader"))


def test_a_foreign_sqlite_file_is_told_apart_from_a_missing_one(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE things (id)")
    connection.close()
    assert "there is no store yet" in str(told(str(path)))
