"""Schema: which version a store has; creating one and bringing it up to date."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from okr_core.basics.command import okr
from okr_core.errors import ConfigError, RefusalError
from okr_store.address import Address, address_of
from okr_store.database import Database
from okr_store.failures import told
from okr_store.seals import bind_older
from okr_store.tables import metadata

VERSION_TABLE = "okr_version"
"""Not Alembic's default name: a store may share a database with Prefect, which uses that one."""
VERSIONS = ("0001", "0002", "0003")
"""Every version that this release knows, oldest first; the last is the one it works with."""
UNSEALED = frozenset({"0001"})
"""Versions in which only decisions were chained; an upgrade binds the rest as it finds it."""
_ADDED = {"0002": "seals", "0003": "lease"}
"""Version → the table that it added."""
MIGRATIONS = Path(__file__).parent / "migrations"
OWNER_ONLY = 0o600
"""Permissions of a new SQLite file: it holds names, and what people wrote."""
AGAIN_SECONDS = 0.05
"""Between two tries to switch a file that another process is switching."""
_version = Table(VERSION_TABLE, MetaData(), Column("version_num", String))


class NoStoreError(ConfigError):
    """There is no store at the address yet; `okr apply` creates it."""


def check_schema(database: Database) -> None:
    """Refuse a store that is missing, older or newer than this release works with.

    Raises:
        NoStoreError: There is no store.
        RefusalError: It has another version.
        StoreUnreachableError: It does not answer.
    """
    version = version_of(database)
    if version is None:
        raise _missing(database.address)
    _refuse_newer(version, database.address)
    if version != VERSIONS[-1]:
        raise RefusalError(
            f"store `{database.address}`: its version {version} is older than this release needs "
            f"({VERSIONS[-1]}).",
            hint=f"Back it up, then run {okr('store', 'upgrade').code}.",
        )


def version_of(database: Database) -> str | None:
    """The version of the store, None where there is none yet; nothing is created by asking."""
    path = database.address.path
    if path is not None:
        _check_place(path, database.address)
        if not path.exists():
            return None
    with database.reading() as connection:
        return _version_in(connection)


def upgrade(database: Database) -> str:
    """Bring a store that exists to the newest version; several processes at once do it once.

    Returns:
        The version that it had.

    Raises:
        NoStoreError: There is no store.
        RefusalError: It is newer than this release.
    """
    version = version_of(database)
    if version is None:
        raise _missing(database.address)
    create_or_upgrade(database)
    return version


def create_or_upgrade(database: Database) -> None:
    """Bring the store to the newest version; several processes at once do it once.

    Raises:
        ConfigError: Its tables exist without a version, or its place cannot be used.
        RefusalError: The store is newer than this release.
    """
    version = version_of(database)
    if version == VERSIONS[-1]:
        return
    if database.address.path is not None:
        _make_private(database.address.path, database.address)
        _use_wal(database)
    with database.writing("schema") as connection:
        version = _version_in(connection)
        if version is not None:
            _refuse_newer(version, database.address)
        if version == VERSIONS[-1]:
            return
        _refuse_strangers(connection, database.address, version)
        _migrate(connection)
        if version in UNSEALED:
            bind_older(connection, version)


def _version_in(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.scalar(select(_version.c.version_num))


def _missing(address: Address) -> NoStoreError:
    return NoStoreError(
        f"store `{address}`: there is no store yet.",
        hint=f"{okr('apply').code} creates it; or correct the store's URL.",
    )


def _refuse_newer(version: str, address: Address) -> None:
    if version not in VERSIONS:
        raise RefusalError(
            f"store `{address}`: its version {version} is newer than this release knows "
            f"({VERSIONS[-1]}).",
            hint="Upgrade `prefect-okr` here.",
        )


def _refuse_strangers(connection: Connection, address: Address, version: str | None) -> None:
    """Refuse a place in which a table that is to be made is there already."""
    later = {table for added, table in _ADDED.items() if version and added > version}
    made = later if version else set(metadata.tables)
    names = sorted(set(inspect(connection).get_table_names()) & made)
    if names:
        raise ConfigError(
            f"store `{address}`: tables of another program have the same names "
            f"({', '.join(names)}).",
            hint="Name a file or database of its own.",
        )


def _check_place(path: Path, address: Address) -> None:
    with told(address):
        folder, is_folder = path.parent.is_dir(), path.is_dir()
    if not folder:
        raise ConfigError(
            f"store `{path}`: its folder does not exist.", hint=f"Create {path.parent}."
        )
    if is_folder:
        raise ConfigError(
            f"store `{path}`: that is a folder.", hint="Name a file in it, such as okr.db."
        )


def _make_private(path: Path, address: Address) -> None:
    # SQLite gives the files beside it the same permissions.
    with told(address):
        path.touch(OWNER_ONLY, exist_ok=True)


def _use_wal(database: Database) -> None:
    # Kept in the file from then on; cannot be set inside a transaction. While another
    # process does the same, SQLite says at once that it is busy, whatever the patience.
    end = time.monotonic() + database.patience
    with told(database.address), database.engine.connect() as connection:
        raw = connection.connection.cursor()
        while True:
            try:
                raw.execute("PRAGMA journal_mode = WAL")
                break
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(AGAIN_SECONDS)
        raw.close()


def _migrate(connection: Connection) -> None:
    # Imported here: commands that read start without it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did.

    Attributes:
        location: The store, without its password.
        before: The version that it had.
        after: The version that it has.
    """

    location: str
    before: str
    after: str


def upgrade_existing(url: str) -> Upgraded:
    """Bring a store that exists to the newest version, in one transaction.

    Raises:
        NoStoreError: There is no store.
        RefusalError: The store is newer than this release.
        ConfigError: See `open_store`.
        StoreUnreachableError: It does not answer.
    """
    database = Database(address_of(url))
    try:
        return Upgraded(str(database.address), upgrade(database), VERSIONS[-1])
    finally:
        database.close()
