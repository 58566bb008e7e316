"""The tables of the module, as its migrations make them."""

import sqlalchemy as sa

META = sa.MetaData()


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False, default=None if key else "")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, default=0)


CATEGORY = sa.Table(
    "subscriptions_category",
    META,
    _text("bot_id", key=True),
    _text("id", key=True),
    _text("language"),
    _number("passes_on"),
    _number("version"),
    _number("created_ms"),
    _text("created_by"),
    _number("changed_ms"),
    _text("changed_by"),
    _number("removed_ms"),
)
"""The categories that were made in the console. `language`: its first one. `removed_ms`: 0 while it is in use."""

WORDS = sa.Table(
    "subscriptions_words",
    META,
    _text("bot_id", key=True),
    _text("category", key=True),
    _text("language", key=True),
    _text("name"),
    _text("about"),
    _text("join_words"),
    _text("leave_words"),
    _text("joined"),
    _text("gone"),
)
"""What a category is called and answers, by language; the words are JSON lists."""

WORD = sa.Table(
    "subscriptions_word",
    META,
    _text("bot_id", key=True),
    _text("word", key=True),
    _text("category"),
)
"""Every word of a category in use, folded: each means one thing only."""

PERSON = sa.Table(
    "subscriptions_person",
    META,
    _text("bot_id", key=True),
    _text("category", key=True),
    _text("user_id", key=True),
    _number("subscribed"),
    _number("since_ms"),
    _text("changed_by"),
)
"""Who is in a category (1), or has left it (0), since when, and who has done it."""
