"""Samples for tests of the store: a cycle, a time, and short ways to say what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text

from okr_core.basics.exact import digest
from okr_core.record.entries import CheckIn, Correction, Entry, Reading, ScopeChange
from okr_store import NewRevision, Store
from okr_store.address import address_of
from okr_store.readings import Measured

CYCLE = "2026-q4"
MONDAY = datetime(2026, 10, 5, 8, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
PROOF = b'{"rows":["1","2"]}'


def reading(key_result: str = "kr", value: str = "31", *, week: int = 0, **more: Any) -> Reading:
    """A reading of a Jira connection, some weeks after the first Monday."""
    at = MONDAY + week * WEEK
    known: dict[str, Any] = {"at": at, "as_of": at, "observed_at": at, "source": "jira:acme"}
    return Reading(key_result=key_result, value=Decimal(value), **{**known, **more})


def measured(readings: Iterable[Reading]) -> Iterator[Measured]:
    """Readings without evidence, as `Store.record` takes them."""
    return ((each, None) for each in readings)


def proven(each: Reading) -> Measured:
    """A reading with evidence."""
    fields = {name: getattr(each, name) for name in Reading.__slots__}
    return Reading(**{**fields, "evidence": digest(PROOF)}), PROOF


def new_revision(**more: Any) -> NewRevision:
    """The first revision of the cycle's plan."""
    known: dict[str, Any] = {
        "kind": "plan",
        "scope": CYCLE,
        "document": '{"cycle":{"id":"2026-q4"}}',
        "digest": "sha256:01",
        "at": MONDAY,
        "by": "anna",
        "via": "cli",
        "reason": "the first plan",
        "text": "cycle: {id: 2026-q4}",
        "added": {"kr": date(2026, 10, 1)},
    }
    return NewRevision(**{**known, **more})


def check_in(key_result: str = "kr", confidence: int | None = 7, **more: Any) -> Entry:
    """A check-in of Bob."""
    body = CheckIn(confidence=confidence, note=more.pop("note", ""))
    known: dict[str, Any] = {"at": MONDAY, "key_result": key_result, "by": "bob", "via": "cli"}
    return Entry(body=body, **{**known, **more})


def scope_change(reason: str = "two teams merged", **more: Any) -> Entry:
    """A decision of Anna."""
    known: dict[str, Any] = {"at": MONDAY, "key_result": "kr", "by": "anna", "via": "cli"}
    return Entry(body=ScopeChange(reason=reason), **{**known, **more})


def correct(store: Store, old: Reading, value: str, *, at: datetime = MONDAY + DAY) -> Reading:
    """Bob replaces a value."""
    return store.supersede(
        CYCLE,
        old.id,
        Reading(at=old.at, value=Decimal(value), key_result=old.key_result, by="bob"),
        Correction(reading=old.id, value=Decimal(value), reason="counted twice"),
        by="bob",
        at=at,
        via="cli",
    )


def decided_store(store: Store) -> Store:
    """Fill a store with every kind of row that is chained, and some that are not."""
    store.add_revision(new_revision())
    store.add_revision(new_revision(base=1, digest="sha256:02", state="proposed", reason=""))
    store.decide_revision("plan", CYCLE, 2, "accepted", by="cleo", at=MONDAY, reason="agreed")
    store.record(CYCLE, [proven(reading("kr")), proven(reading("other"))], [check_in(note="hard")])
    correct(store, store.reading(CYCLE, "r1"), "30")
    store.add_entries(CYCLE, [scope_change()])
    store.add_revision(new_revision(kind="workspace", scope=""))
    return store


def raw_engine(url: str) -> Engine:
    """An engine past the store: without its guards, as someone with the file or password has."""
    engine = create_engine(address_of(url).url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys = OFF"))
    return engine


def drop_guards(connection: Connection) -> None:
    """Take away the triggers and constraints that keep tables append-only and whole."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        return
    names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for name in names.scalars().all():
        connection.execute(text(f"DROP TRIGGER {name}"))


Deed = Callable[[Connection], None]


def tamper(url: str, *how: str | Sequence[str] | Deed) -> None:
    """Change a store as someone does who has the file or the password, and leaves no traces.

    Args:
        url: The store.
        how: Statements, or what is done to the connection.
    """
    engine = raw_engine(url)
    with engine.begin() as connection:
        guards = _guards(connection)
        drop_guards(connection)
        for each in how:
            if callable(each):
                each(connection)
                continue
            for statement in [each] if isinstance(each, str) else each:
                connection.execute(text(statement))
        for guard in guards:
            connection.exec_driver_sql(guard)
    engine.dispose()


def _guards(connection: Connection) -> list[str]:
    """What puts the triggers back; PostgreSQL only lets them rest for a session."""
    if connection.dialect.name == "postgresql":
        return []
    return list(connection.scalars(text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")))


def row_counts(url: str) -> dict[str, int]:
    """Table → rows."""
    tables = (
        "revisions",
        "readings",
        "entries",
        "evidence",
        "people",
        "texts",
        "seals",
        "chain",
    )
    engine = raw_engine(url)
    with engine.connect() as connection:
        found = {
            table: int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
            for table in tables
        }
    engine.dispose()
    return found
