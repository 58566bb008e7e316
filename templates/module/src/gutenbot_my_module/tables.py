"""The tables of this module: each name begins with that of the module, and no other module reads them."""

import sqlalchemy as sa

_META = sa.MetaData()

WORD = sa.Table(
    "my_module_word",
    _META,
    sa.Column("bot_id", sa.Text, primary_key=True),
    sa.Column("word", sa.Text, primary_key=True),
    sa.Column("heard", sa.Integer, nullable=False),
)
