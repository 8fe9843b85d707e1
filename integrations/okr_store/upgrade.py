"""Upgrade: an older store brought to the version that this release works with."""

from __future__ import annotations

from dataclasses import dataclass

from okr_store.address import address_of
from okr_store.database import Database
from okr_store.schema import VERSIONS, upgrade


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
