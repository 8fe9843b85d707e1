"""The first tables, and the triggers that keep them append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
KEPT = ("revisions", "readings", "entries", "evidence", "chain")
ERASABLE = {
    "people": ("NEW.person IS NOT NULL", "OLD.subject <> NEW.subject"),
    "texts": (
        "NEW.text IS NOT NULL",
        "NEW.salt IS NOT NULL",
        "OLD.id <> NEW.id",
        "OLD.digest <> NEW.digest",
    ),
}
"""Table → conditions under which a change is not an erasure and is refused."""


def upgrade() -> None:
    """Create everything."""
    _people_and_texts()
    _revisions()
    _readings()
    _entries()
    _chain()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgres()


def _people_and_texts() -> None:
    op.create_table(
        "people",
        sa.Column("subject", WORD, primary_key=True),
        sa.Column("person", WORD, unique=True),
    )
    op.create_table(
        "texts",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("salt", sa.String),
        sa.Column("text", sa.String),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "evidence",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("scope", WORD, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("document", NUMBER, sa.ForeignKey("texts.id"), nullable=False),
        sa.Column("text", NUMBER, sa.ForeignKey("texts.id")),
        sa.Column("added", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("at", WORD, nullable=False),
        sa.Column("by", WORD, sa.ForeignKey("people.subject")),
        sa.Column("via", sa.String, nullable=False),
        sa.Column("reason", NUMBER, sa.ForeignKey("texts.id")),
        sa.Column("reason_class", sa.String, nullable=False),
        sa.UniqueConstraint("kind", "scope", "number", name="uq_revisions_number"),
        sqlite_autoincrement=True,
    )


def _readings() -> None:
    op.create_table(
        "readings",
        sa.Column("sequence", NUMBER, primary_key=True),
        sa.Column("cycle", WORD, nullable=False),
        sa.Column("key_result", WORD, nullable=False),
        sa.Column("part", WORD, nullable=False),
        sa.Column("source", WORD, nullable=False),
        sa.Column("as_of", WORD, nullable=False),
        sa.Column("at", WORD, nullable=False),
        sa.Column("observed_at", WORD, nullable=False),
        sa.Column("until", WORD),
        sa.Column("value", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("supersedes", NUMBER, sa.ForeignKey("readings.sequence")),
        sa.Column("decided_at", WORD),
        sa.Column("reason", NUMBER, sa.ForeignKey("texts.id")),
        sa.Column("evidence", sa.String, sa.ForeignKey("evidence.digest")),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("by", WORD, sa.ForeignKey("people.subject")),
        sqlite_autoincrement=True,
    )
    latest = ["cycle", "key_result", "part", "at", "sequence"]
    op.create_index("ix_readings_latest", "readings", latest)
    # Both are partial for their meaning, and so that neither answers for the other's rows.
    op.create_index(
        "uq_readings_supersedes",
        "readings",
        ["supersedes"],
        unique=True,
        sqlite_where=sa.text("supersedes IS NOT NULL"),
        postgresql_where=sa.text("supersedes IS NOT NULL"),
    )
    op.create_index(
        "uq_readings_slot",
        "readings",
        ["cycle", "source", "as_of", "key_result", "part"],
        unique=True,
        sqlite_where=sa.text("supersedes IS NULL"),
        postgresql_where=sa.text("supersedes IS NULL"),
    )


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("cycle", WORD, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("key_result", WORD, nullable=False),
        sa.Column("topic", WORD, nullable=False),
        sa.Column("key", WORD),
        sa.Column("at", WORD, nullable=False),
        sa.Column("by", WORD, sa.ForeignKey("people.subject")),
        sa.Column("via", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("words", NUMBER, sa.ForeignKey("texts.id")),
        sa.UniqueConstraint("cycle", "kind", "key", name="uq_entries_key"),
        sqlite_autoincrement=True,
    )
    latest = ["cycle", "kind", "key_result", "topic", "at", "id"]
    op.create_index("ix_entries_latest", "entries", latest)


def _chain() -> None:
    op.create_table(
        "chain",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("scope", WORD, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("row_table", WORD, nullable=False),
        sa.Column("row_id", NUMBER, nullable=False),
        sa.Column("payload", sa.String, nullable=False),
        sa.Column("previous", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.UniqueConstraint("scope", "seq", name="uq_chain_seq"),
        sa.UniqueConstraint("row_table", "row_id", name="uq_chain_row"),
        sqlite_autoincrement=True,
    )


def _guard_sqlite() -> None:
    def guard(table: str, change: str, condition: str = "") -> None:
        when = f"WHEN {condition} " if condition else ""
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )

    for table in KEPT:
        guard(table, "UPDATE")
    for table, conditions in ERASABLE.items():
        guard(table, "UPDATE", " OR ".join(conditions))
    for table in (*KEPT, *ERASABLE):
        guard(table, "DELETE")


def _guard_postgres() -> None:
    op.execute(
        "CREATE FUNCTION okr_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )

    def guard(table: str, change: str, each: str, condition: str = "") -> None:
        when = f"WHEN ({condition}) " if condition else ""
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"FOR EACH {each} {when}EXECUTE FUNCTION okr_append_only()"
        )

    for table in KEPT:
        guard(table, "UPDATE", "ROW")
    for table, conditions in ERASABLE.items():
        guard(table, "UPDATE", "ROW", " OR ".join(conditions))
    for table in (*KEPT, *ERASABLE):
        guard(table, "DELETE", "ROW")
        guard(table, "TRUNCATE", "STATEMENT")
