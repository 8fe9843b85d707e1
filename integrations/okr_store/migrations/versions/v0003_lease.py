"""Leases: who is at what this minute, by the database's clock."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
STAYS = "a lease ends by itself and its row stays: the token must not start anew"


def upgrade() -> None:
    """Add the table, whose rows stay."""
    op.create_table(
        "lease",
        sa.Column("purpose", WORD, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("token", NUMBER, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
        sa.Column("expires", sa.Double, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER lease_no_delete BEFORE DELETE ON lease "
            f"BEGIN SELECT RAISE(ABORT, '{STAYS}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION okr_lease_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{STAYS}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER lease_no_delete BEFORE DELETE ON lease FOR EACH ROW "
        "EXECUTE FUNCTION okr_lease_stays()"
    )
