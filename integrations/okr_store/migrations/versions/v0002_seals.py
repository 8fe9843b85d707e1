"""Seals that bind every row into the chain, names that are bound to their ids, and more guards.

What older rows there are is bound by `okr_store.seals` once all migrations have run.
"""

import secrets

import sqlalchemy as sa
from alembic import op

from okr_core.record.chain import salted_digest

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
PERSON_KEPT = (
    "NEW.person IS NOT NULL OR NEW.salt IS NOT NULL OR OLD.subject <> NEW.subject "
    "OR COALESCE(OLD.digest, '') <> COALESCE(NEW.digest, '')"
)
"""When a change of a person is no erasure and is refused."""
A_DOCUMENT = "EXISTS (SELECT 1 FROM revisions r WHERE r.document = OLD.id OR r.text = OLD.id)"
KEYS = {
    "people": ("t.subject = NEW.subject", "t.person = NEW.person"),
    "texts": ("t.id = NEW.id",),
    "revisions": (
        "t.id = NEW.id",
        "t.kind = NEW.kind AND t.scope = NEW.scope AND t.number = NEW.number",
    ),
    "readings": (
        "t.sequence = NEW.sequence",
        "t.supersedes = NEW.supersedes",
        (
            "NEW.supersedes IS NULL AND t.supersedes IS NULL AND t.cycle = NEW.cycle "
            "AND t.source = NEW.source AND t.as_of = NEW.as_of "
            "AND t.key_result = NEW.key_result AND t.part = NEW.part"
        ),
    ),
    "entries": (
        "t.id = NEW.id",
        "t.cycle = NEW.cycle AND t.kind = NEW.kind AND t.key = NEW.key",
    ),
    "seals": ("t.id = NEW.id",),
    "chain": (
        "t.id = NEW.id",
        "t.scope = NEW.scope AND t.seq = NEW.seq",
        "t.row_table = NEW.row_table AND t.row_id = NEW.row_id",
    ),
}
"""Table → when a new row would take the place of one that is there, by each unique key."""


def upgrade() -> None:
    """Add the columns, the table and the guards."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    _unguard("people", sqlite=sqlite)
    _name_people()
    op.create_table(
        "seals",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("scope", WORD, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_seals_scope", "seals", ["scope", "id"])
    if sqlite:
        _guard_sqlite()
    else:
        _guard_postgres()


def _unguard(table: str, *, sqlite: bool) -> None:
    op.execute(f"DROP TRIGGER {table}_no_update" + ("" if sqlite else f" ON {table}"))


def _name_people() -> None:
    op.add_column("people", sa.Column("salt", sa.String))
    op.add_column("people", sa.Column("digest", sa.String))
    people = sa.table("people", *map(sa.column, ("subject", "person", "salt", "digest")))
    known = sa.select(people.c.subject, people.c.person).where(people.c.person.is_not(None))
    for subject, person in op.get_bind().execute(known).all():
        salt = secrets.token_hex(16)
        named = {"salt": salt, "digest": salted_digest(salt, person)}
        op.execute(people.update().where(people.c.subject == subject).values(named))


def _guard_sqlite() -> None:
    def guard(name: str, change: str, table: str, condition: str, deed: str) -> None:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} {condition} "
            f"BEGIN SELECT RAISE({deed}); END"
        )

    def refuse(table: str) -> str:
        return f"ABORT, '{table} is append-only'"

    guard("people_no_update", "UPDATE", "people", f"WHEN {PERSON_KEPT}", refuse("people"))
    guard("texts_no_erasure", "UPDATE", "texts", f"WHEN {A_DOCUMENT}", refuse("texts"))
    guard("seals_no_update", "UPDATE", "seals", "", refuse("seals"))
    guard("seals_no_delete", "DELETE", "seals", "", refuse("seals"))
    # INSERT OR REPLACE deletes what is there without asking the triggers of DELETE.
    for table, keys in KEYS.items():
        there = f"EXISTS (SELECT 1 FROM {table} t WHERE "  # noqa: S608 - names of ours
        taken = " OR ".join(f"{there}{key})" for key in keys)
        guard(f"{table}_no_replace", "INSERT", table, f"WHEN {taken}", refuse(table))
    # What is kept once by its digest may be offered again.
    same = "WHEN EXISTS (SELECT 1 FROM evidence t WHERE t.digest = NEW.digest)"
    guard("evidence_no_replace", "INSERT", "evidence", same, "IGNORE")


def _guard_postgres() -> None:
    def guard(name: str, change: str, table: str, each: str, does: str) -> None:
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH {each} {does}")

    refuse = "EXECUTE FUNCTION okr_append_only()"
    guard("people_no_update", "UPDATE", "people", "ROW", f"WHEN ({PERSON_KEPT}) {refuse}")
    guard("seals_no_update", "UPDATE", "seals", "ROW", refuse)
    guard("seals_no_delete", "DELETE", "seals", "ROW", refuse)
    guard("seals_no_truncate", "TRUNCATE", "seals", "STATEMENT", refuse)
    op.execute(
        "CREATE FUNCTION okr_keep_documents() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {A_DOCUMENT} THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; "
        "END IF; RETURN NEW; END $$"
    )
    guard("texts_no_erasure", "UPDATE", "texts", "ROW", "EXECUTE FUNCTION okr_keep_documents()")
