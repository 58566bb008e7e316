"""Takes the table of references to content away: who says an item is asked, not noted. No release from 0009 on reads or writes it."""

from alembic import op

revision = "0010"
down_revision = "0009"

needs = "0009"


def upgrade() -> None:
    op.drop_table("content_reference")
