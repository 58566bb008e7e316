"""The words that are watched for, and how often each was said."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "my_module_word",
        sa.Column("bot_id", sa.Text, primary_key=True),
        sa.Column("word", sa.Text, primary_key=True),
        sa.Column("heard", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("my_module_word")
