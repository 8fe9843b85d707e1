"""Leases: what one owner at a time may do, for as long as it says that it is alive.

All times are the database's, so that machines with wrong clocks agree. A dead owner's lease ends by
itself. A lease alone excludes nobody who was stopped and woke up: what is recorded under a lease
looks in the same transaction whether it still holds (`Store.under`).
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, literal_column, select, update

from okr_core.errors import RefusalError
from okr_store.database import Database, insert_new, names_in
from okr_store.tables import lease as table

LONGEST = 3600.0
"""Seconds that a lease may last without being renewed. One that ends later than that was taken by
a clock that was put back since, or is damaged: it holds nobody up."""
_CLOCK = {
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
    # now() stands still inside a transaction.
    "postgresql": "CAST(extract(epoch FROM clock_timestamp()) AS double precision)",
}


class LeaseLostError(RefusalError):
    """The lease under which something was to be recorded has ended; nothing was recorded."""


@dataclass(frozen=True, slots=True)
class Lease:
    """What its owner holds.

    Attributes:
        purpose: What it may do; with its number from the second slot on.
        owner: Who it is, for people.
        token: Larger than those of all owners before.
        seconds: How long it lasts from when it was taken or renewed.
    """

    purpose: str
    owner: str
    token: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a slot.

    Attributes:
        since: When it took it, by the database's clock, in UTC.
    """

    owner: str
    since: datetime


class Leases:
    """The leases of a store.

    Raises (every method):
        StoreUnreachableError: The store does not answer, or another process writes for too long.
        ConfigError: It may not be used, or is damaged.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def acquire(
        self, purpose: str, *, slots: int = 1, seconds: float = 60, owner: str = ""
    ) -> Lease | None:
        """Take a free slot of a purpose; None: all are held.

        Args:
            purpose: What is to be done; the same text means the same for all who use the store.
            slots: How many owners there may be at once.
            seconds: How long it lasts unless it is renewed, up to an hour.
            owner: Who takes it, for people; empty: this process.

        Raises:
            ValueError: It would last too long, or there is no slot.
        """
        if not 0 < seconds <= LONGEST or slots < 1:
            raise ValueError(f"no lease of {seconds} s with {slots} slots.")
        names, who = _slots(purpose, slots), owner or this_process()
        with self._database.writing(f"lease {purpose}") as connection:
            held = set(connection.scalars(select(table.c.purpose).where(*_live(connection, names))))
            free = next((name for name in names if name not in held), None)
            if free is None:
                return None
            token = _taken(connection, free, who, seconds)
            return Lease(free, who, token, seconds) if token else None

    def renew(self, lease: Lease) -> bool:
        """Let it last from now; False: it is lost, whoever had it must stop."""
        with self._database.writing(f"lease {lease.purpose}") as connection:
            return _renewed(connection, lease)

    def release(self, lease: Lease) -> None:
        """Give it back; one that is lost is left to its new owner."""
        with self._database.writing(f"lease {lease.purpose}") as connection:
            ended = update(table).where(*_mine(lease)).values(expires=0.0)
            connection.execute(ended)

    def holders(self, purpose: str, *, slots: int = 1) -> list[Holder]:
        """Who holds the slots of a purpose, who took one first at the head."""
        with self._database.reading() as connection:
            return list(_holders(connection, _slots(purpose, slots)))


def refuse_lost(connection: Connection, lease: Lease) -> None:
    """Renew a lease in a transaction that records, which nobody else can take until it ends.

    Raises:
        LeaseLostError: It has ended; nothing is recorded.
    """
    if _renewed(connection, lease):
        return
    others = ", ".join(holder.owner for holder in _holders(connection, [lease.purpose]))
    raise LeaseLostError(
        f"lease `{lease.purpose}` of {lease.owner} has ended"
        f"{f', and {others} has it now' if others else ''}; nothing was recorded.",
        hint="It was stopped for too long; run it again.",
    )


def this_process() -> str:
    """Which process this is, for people: machine and number."""
    return f"{platform.node() or 'this machine'} (process {os.getpid()})"


def _slots(purpose: str, slots: int) -> list[str]:
    return [purpose, *(f"{purpose} #{number}" for number in range(2, slots + 1))]


def _clock(connection: Connection) -> ColumnElement[float]:
    return literal_column(_CLOCK[connection.dialect.name], table.c.expires.type)


def _live(connection: Connection, names: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    now = _clock(connection)
    ends = table.c.expires
    return names_in(connection, table.c.purpose, names), ends > now, ends <= now + LONGEST


def _mine(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    c = table.c
    return c.purpose == lease.purpose, c.owner == lease.owner, c.token == lease.token


def _taken(connection: Connection, name: str, owner: str, seconds: float) -> int | None:
    """The token of a free slot's new owner; None where its owner renewed it just now."""
    now, ends = _clock(connection), table.c.expires
    taken = {"owner": owner, "since": now, "expires": now + seconds}
    again = update(table).where(table.c.purpose == name, (ends <= now) | (ends > now + LONGEST))
    again = again.values(taken | {"token": table.c.token + 1})
    token = connection.execute(again.returning(table.c.token)).scalar()
    if token is None:
        first = insert_new(connection, table).values(taken | {"purpose": name, "token": 1})
        token = connection.execute(first.returning(table.c.token)).scalar()
    return token


def _renewed(connection: Connection, lease: Lease) -> bool:
    now = _clock(connection)
    held = update(table).where(*_mine(lease), table.c.expires > now)
    return connection.execute(held.values(expires=now + lease.seconds)).rowcount == 1


def _holders(connection: Connection, names: Sequence[str]) -> Iterator[Holder]:
    c = table.c
    live = select(c.owner, c.since).where(*_live(connection, names)).order_by(c.since)
    for row in connection.execute(live):
        yield Holder(row.owner, datetime.fromtimestamp(row.since, UTC))
