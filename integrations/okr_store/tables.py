"""Tables: what is stored where; `migrations/` creates them, a test keeps both the same.

What only one engine understands stands in the migrations alone: naming it here would load both
engines' dialects into every command.

Times are UTC text of one width, so that both engines store, sort and give back the same. Measured
values are decimal text. Every table but `people`, `texts` and `lease` is append-only; in the first
two a person can be erased (set to null), which leaves every hash of the chain as it was. Leases are
no record: they say who is at what this minute.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

from okr_core.basics.exact import decimal_text
from okr_store.failures import UnreadableError

RowNumber = BigInteger().with_variant(Integer(), "sqlite")
# The C collation sorts by code point on every server, as SQLite and Python do.
Word = String().with_variant(String(collation="C"), "postgresql")


class UtcTime(TypeDecorator[datetime]):
    """An aware time, stored as `2026-10-01T00:00:00.000000Z`."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeDecorator[str] | String:
        """The C collation where the engine has collations."""
        return String(collation="C") if dialect.name == "postgresql" else String()

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        """Refuse a time without a zone: it would be another time elsewhere."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"the time {value.isoformat()} has no zone. Give an aware time.")
        plain = value.astimezone(UTC).replace(tzinfo=None)
        return f"{plain.isoformat(timespec='microseconds')}Z"

    def process_result_value(self, value: str | None, _dialect: Dialect) -> datetime | None:
        """The time in UTC."""
        try:
            return None if value is None else datetime.fromisoformat(value)
        except (ValueError, TypeError) as error:  # SQLite takes bytes where text belongs
            raise UnreadableError(f"{value!r} is no time.") from error


class Exact(TypeDecorator[Decimal]):
    """A finite decimal, stored as text without an exponent."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: Dialect) -> str | None:
        """Refuse what is not a finite number."""
        return None if value is None else decimal_text(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Decimal | None:
        """The decimal as it was written."""
        try:
            found = None if value is None else Decimal(value)
        except (ArithmeticError, ValueError, TypeError) as error:
            raise UnreadableError(f"{value!r} is no number.") from error
        if found is not None and not found.is_finite():
            raise UnreadableError(f"{value!r} is no finite number.")
        return found


metadata = MetaData()

people = Table(
    "people",
    metadata,
    Column("subject", Word, primary_key=True),  # random; the only id of a person in other tables
    Column("person", Word, unique=True),  # id in the workspace; null once erased, as is the salt
    Column("salt", String),
    Column("digest", String),  # salted, of the person; what the chain holds beside the subject
)

texts = Table(
    "texts",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("digest", String, nullable=False),  # salted; what the chain holds
    Column("salt", String),  # null once erased, as is the text
    Column("text", String),
)

evidence = Table(
    "evidence",
    metadata,
    Column("digest", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),  # zlib
)

revisions = Table(
    "revisions",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("kind", Word, nullable=False),
    Column("scope", Word, nullable=False),
    Column("number", Integer, nullable=False),
    Column("base", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("document", ForeignKey("texts.id"), nullable=False),
    Column("text", ForeignKey("texts.id")),
    Column("added", String, nullable=False),
    Column("state", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by", ForeignKey("people.subject")),
    Column("via", String, nullable=False),
    Column("reason", ForeignKey("texts.id")),
    Column("reason_class", String, nullable=False),
    UniqueConstraint("kind", "scope", "number", name="uq_revisions_number"),
)

readings = Table(
    "readings",
    metadata,
    Column("sequence", RowNumber, primary_key=True),
    Column("cycle", Word, nullable=False),
    Column("key_result", Word, nullable=False),
    Column("part", Word, nullable=False),
    Column("source", Word, nullable=False),
    Column("as_of", UtcTime, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("observed_at", UtcTime, nullable=False),
    Column("until", UtcTime),
    Column("value", Exact, nullable=False),
    Column("state", String, nullable=False),
    Column("supersedes", ForeignKey("readings.sequence")),
    Column("decided_at", UtcTime),  # since when it supersedes; null for originals
    Column("reason", ForeignKey("texts.id")),
    Column("evidence", ForeignKey("evidence.digest")),
    Column("revision", Integer, nullable=False),
    Column("by", ForeignKey("people.subject")),
    Index("ix_readings_latest", "cycle", "key_result", "part", "at", "sequence"),
    # Of superseding readings only: each reading is superseded at most once.
    Index("uq_readings_supersedes", "supersedes", unique=True),
)
# Of originals only (supersedes is null): one live reading per slot.
Index(
    "uq_readings_slot",
    readings.c.cycle,
    readings.c.source,
    readings.c.as_of,
    readings.c.key_result,
    readings.c.part,
    unique=True,
)

entries = Table(
    "entries",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("cycle", Word, nullable=False),
    Column("kind", Word, nullable=False),
    Column("key_result", Word, nullable=False),
    Column("topic", Word, nullable=False),  # what `latest` tells apart within a kind
    Column("key", Word),
    Column("at", UtcTime, nullable=False),
    Column("by", ForeignKey("people.subject")),
    Column("via", String, nullable=False),
    Column("body", String, nullable=False),
    Column("words", ForeignKey("texts.id")),
    UniqueConstraint("cycle", "kind", "key", name="uq_entries_key"),
    Index("ix_entries_latest", "cycle", "kind", "key_result", "topic", "at", "id"),
)

seals = Table(
    "seals",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("scope", Word, nullable=False),
    Column("body", String, nullable=False),  # a `Seal`: what one transaction recorded
    Index("ix_seals_scope", "scope", "id"),
)

chain = Table(
    "chain",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("scope", Word, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("row_table", Word, nullable=False),
    Column("row_id", RowNumber, nullable=False),
    Column("payload", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
    UniqueConstraint("scope", "seq", name="uq_chain_seq"),
    UniqueConstraint("row_table", "row_id", name="uq_chain_row"),
)

lease = Table(
    "lease",
    metadata,
    Column("purpose", Word, primary_key=True),  # what one owner at a time may do
    Column("owner", String, nullable=False),  # for people
    Column("token", RowNumber, nullable=False),  # counts up with each owner, for ever
    Column("since", Double, nullable=False),  # seconds since 1970 by the database's clock, as
    Column("expires", Double, nullable=False),  # is this
)

PASSING = frozenset({"lease"})
"""Tables that record nothing: no part of the chain, the audit or an export."""
