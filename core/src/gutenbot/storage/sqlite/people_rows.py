"""Statements over users and tags that other parts need too. Inside a unit, or for reading."""

import sqlite3
from collections.abc import Sequence

from gutenbot.kernel.ids import BotId, UserId
from gutenbot.storage.codec import clean, encode_any, tag_name
from gutenbot.storage.columns import user_row
from gutenbot.storage.errors import NoUser
from gutenbot.storage.names import concerns_names, words_of
from gutenbot.storage.patches import patched
from gutenbot.storage.rows import UserPatch, UserRow

SEEN = "(SELECT ifnull(max(seen_ms), 0) FROM conversation c WHERE c.bot_id = u.bot_id AND c.user_id = u.user_id)"
USER = f"SELECT user_id, bot_id, rev, profile, profile_ms, attributes, created_ms, {SEEN} FROM bot_user u"
_BY_ID = f"{USER} WHERE bot_id = ? AND user_id = ?"

_SELECT = "SELECT attributes, profile, profile_ms FROM bot_user WHERE bot_id = ? AND user_id = ?"
_UPDATE = """UPDATE bot_user SET rev = rev + 1, attributes = ?, profile = ?, profile_ms = ?
WHERE bot_id = ? AND user_id = ?"""
_TAG = """INSERT INTO tag (bot_id, user_id, name, value, set_ms) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (bot_id, user_id, name) DO UPDATE SET value = excluded.value, set_ms = excluded.set_ms"""
_UNTAG = "DELETE FROM tag WHERE bot_id = ? AND user_id = ? AND name = ?"
_WORDS = "SELECT word FROM user_word WHERE bot_id = ? AND user_id = ?"
_NO_WORD = "DELETE FROM user_word WHERE bot_id = ? AND user_id = ? AND word = ?"
_WORD = "INSERT INTO user_word (bot_id, user_id, word) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"


def select_user(db: sqlite3.Connection, bot_id: BotId, user_id: UserId) -> UserRow | None:
    row = db.execute(_BY_ID, (bot_id, user_id)).fetchone()
    return user_row(row) if row else None


def patch_user(db: sqlite3.Connection, bot_id: BotId, user_id: UserId, patch: UserPatch, now_ms: int) -> None:
    """See `patched`."""
    row = db.execute(_SELECT, (bot_id, user_id)).fetchone()
    if row is None:
        raise NoUser(user_id=user_id)
    attributes, profile, profile_ms = patched(row, patch, now_ms)
    db.execute(_UPDATE, (encode_any(attributes), encode_any(profile), profile_ms, bot_id, user_id))
    for name in patch.untag:
        db.execute(_UNTAG, (bot_id, user_id, tag_name(name)))
    for name, value in patch.tags.items():
        db.execute(_TAG, (bot_id, user_id, tag_name(name), clean(value), now_ms))
    if concerns_names(patch.profile, patch.set_attributes, patch.unset_attributes):
        set_words(db, bot_id, user_id, words_of(profile, attributes))


def set_words(db: sqlite3.Connection, bot_id: BotId, user_id: UserId, words: Sequence[str]) -> None:
    """The user is found by these words from now on, and by no others."""
    before = {row[0] for row in db.execute(_WORDS, (bot_id, user_id)).fetchall()}
    for word in before.difference(words):
        db.execute(_NO_WORD, (bot_id, user_id, word))
    for word in words:
        if word not in before:
            db.execute(_WORD, (bot_id, user_id, word))
