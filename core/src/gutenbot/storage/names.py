"""The words by which people are found: those of their names, written alike however somebody types them."""

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gutenbot.storage.codec import decode_object

if TYPE_CHECKING:
    import sqlalchemy as sa

NAMED = ("name", "first_name", "last_name", "username", "email")
"""Where names stand, in what a channel tells of a person and in what a bot keeps of them."""
MOST, LONGEST = 12, 40
"""Words of one person, and characters of a word."""
_BETWEEN = re.compile(r"[\W_]+")
LAST = "\U0010ffff"
"""Comes after every character: `word >= start AND word < start + LAST` is every word that begins so."""


def words_in(text: str) -> list[str]:
    """The words of a text, in their order: small letters, without accents."""
    plain = unicodedata.normalize("NFKD", text[:1_000].encode("utf-8", "replace").decode()).casefold()
    kept = "".join(one for one in plain if unicodedata.category(one) != "Mn")
    return list(dict.fromkeys(word[:LONGEST] for word in _BETWEEN.split(kept) if word))[:MOST]


def words_of(profile: Mapping[str, Any], attributes: Mapping[str, Any]) -> list[str]:
    """The words of a person's names."""
    found = [value for kept in (profile, attributes) for key in NAMED if isinstance(value := kept.get(key), str)]
    return words_in(" ".join(found)) if found else []


def concerns_names(profile: Mapping[str, Any] | None, attributes: Mapping[str, Any], unset: tuple[str, ...]) -> bool:
    """Whether such a change may change by which words somebody is found."""
    return any(key in attributes or key in unset or (profile is not None and key in profile) for key in NAMED)


def fill(db: "sa.Connection", after: tuple[str, str], limit: int) -> tuple[str, str] | None:
    """Writes down the words of the next people after (bot, user); returns the last of them, None when there are no more."""
    import sqlalchemy as sa

    user = sa.table("bot_user", *(sa.column(name, sa.Text) for name in ("bot_id", "user_id", "profile", "attributes")))
    word = sa.table("user_word", *(sa.column(name, sa.Text) for name in ("bot_id", "user_id", "word")))
    key = sa.tuple_(user.c.bot_id, user.c.user_id)
    query = sa.select(user).where(key > sa.tuple_(sa.literal(after[0]), sa.literal(after[1])))
    rows = db.execute(query.order_by(user.c.bot_id, user.c.user_id).limit(limit).with_for_update()).all()
    for row in rows:
        words = words_of(decode_object(row.profile), decode_object(row.attributes))
        mine = sa.and_(word.c.bot_id == row.bot_id, word.c.user_id == row.user_id)
        known = set(db.execute(sa.select(word.c.word).where(mine)).scalars())
        if known.difference(words):
            db.execute(word.delete().where(mine, word.c.word.not_in(words)))
        fresh = [{"bot_id": row.bot_id, "user_id": row.user_id, "word": one} for one in words if one not in known]
        if fresh:
            db.execute(word.insert(), fresh)
    return (rows[-1].bot_id, rows[-1].user_id) if rows else None
