"""Opening: the store at an address, and bringing it to the newest version."""

from __future__ import annotations

from okr_store.address import address_of
from okr_store.database import Database
from okr_store.schema import check_schema, create_or_upgrade
from okr_store.store import Store


def open_store(url: str, *, create: bool = False, patience: float = 30) -> Store:
    """Open the store at a path or a SQLAlchemy URL; a context manager.

    Args:
        url: `okr.db`, `sqlite:///okr.db`, or `postgresql://USER:PASSWORD@HOST/DATABASE`.
        create: Create it where it is missing, bring an older one up to date.
        patience: Seconds that a write waits for another writer.

    Raises:
        ConfigError: The URL or its place is wrong, or there is no store and `create` is False.
        RefusalError: The store's version is not the one that this release works with.
        StoreUnreachableError: It does not answer.
    """
    database = Database(address_of(url), patience)
    try:
        if create:
            create_or_upgrade(database)
        else:
            check_schema(database)
    except BaseException:
        database.close()
        raise
    return Store(database)


def upgrade_store(url: str) -> None:
    """Create the store, or bring it to the newest version; several at once do it once.

    Raises:
        ConfigError: See `open_store`.
        RefusalError: The store is newer than this release.
        StoreUnreachableError: It does not answer.
    """
    open_store(url, create=True).close()
