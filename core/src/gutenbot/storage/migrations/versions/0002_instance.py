"""Which copy of the bot this database is, and where it runs, so that a restored copy does not send on its own."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "instance",
        sa.Column("one", _BIG, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("instance_id", _TEXT, nullable=False),
        sa.Column("host", _TEXT, nullable=False),
        sa.Column("made_ms", _BIG, nullable=False),
        sa.Column("sending_lock", _TEXT, nullable=False, server_default=""),
        sa.CheckConstraint("one = 1", name="instance_one"),
        sqlite_strict=True,
    )
