"""Statements over users and tags that other parts need too. Inside a unit, or for reading."""

import sqlite3

from gutenbot.kernel.ids import BotId, UserId
from gutenbot.storage.codec import clean, decode_object, encode_any, tag_name
from gutenbot.storage.columns import user_row
from gutenbot.storage.errors import NoUser
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


def select_user(db: sqlite3.Connection, bot_id: BotId, user_id: UserId) -> UserRow | None:
    row = db.execute(_BY_ID, (bot_id, user_id)).fetchone()
    return user_row(row) if row else None


def patch_user(db: sqlite3.Connection, bot_id: BotId, user_id: UserId, patch: UserPatch, now_ms: int) -> None:
    """Merges key by key into what is stored now, so that no other change is lost (CON-08)."""
    row = db.execute(_SELECT, (bot_id, user_id)).fetchone()
    if row is None:
        raise NoUser(user_id=user_id)
    attributes, profile, profile_ms = decode_object(row[0]), decode_object(row[1]), row[2]
    attributes.update(patch.set_attributes)
    for key in patch.unset_attributes:
        attributes.pop(key, None)
    if patch.profile is not None:
        profile.update(patch.profile)
        profile_ms = now_ms
    db.execute(_UPDATE, (encode_any(attributes), encode_any(profile), profile_ms, bot_id, user_id))
    for name in patch.untag:
        db.execute(_UNTAG, (bot_id, user_id, tag_name(name)))
    for name, value in patch.tags.items():
        db.execute(_TAG, (bot_id, user_id, tag_name(name), clean(value), now_ms))
