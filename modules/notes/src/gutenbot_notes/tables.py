"""The tables of the module, as its migrations make them."""

import sqlalchemy as sa

META = sa.MetaData()


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False, default=None if key else "")


def _number(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(
        name, sa.BigInteger, primary_key=key, autoincrement=False, nullable=False, default=None if key else 0
    )


NOTE = sa.Table(
    "notes_note",
    META,
    _text("bot_id", key=True),
    _text("id", key=True),
    _text("user_id"),
    _text("text"),
    _text("folded"),
    _text("author"),
    _number("created_ms"),
    _text("edited_by"),
    _number("edited_ms"),
    _number("version"),
    _number("removed_ms"),
)
"""What is said of a person. `folded` is the text as it is searched; `edited_ms` and `removed_ms` are 0 when that never was."""

EDIT = sa.Table(
    "notes_edit",
    META,
    _text("bot_id", key=True),
    _text("note_id", key=True),
    _number("version", key=True),
    _text("text"),
    _text("by_whom"),
    _number("at_ms"),
)
"""Every version of every note, the first one too."""
