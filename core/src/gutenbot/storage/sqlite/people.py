"""Users, the addresses that they have on channels, and their tags."""

import sqlite3
from collections.abc import Sequence

from gutenbot.kernel.ids import BotId, ChannelId, UserId
from gutenbot.storage.codec import clean, decode_object, encode_any, tag_name
from gutenbot.storage.columns import user_row
from gutenbot.storage.errors import NoUser
from gutenbot.storage.names import LAST, words_of
from gutenbot.storage.rows import UserPatch, UserRow
from gutenbot.storage.sqlite.engine import Engine
from gutenbot.storage.sqlite.people_rows import USER, patch_user, select_user, set_words

_BY_ADDRESS = f"""{USER} WHERE bot_id = ?1 AND user_id =
(SELECT user_id FROM identity WHERE bot_id = ?1 AND channel_id = ?2 AND sender = ?3)"""
_IDENTITIES = "SELECT channel_id, sender FROM identity WHERE bot_id = ? AND user_id = ? ORDER BY channel_id, sender"
_TAGS = "SELECT name, value, set_ms FROM tag WHERE bot_id = ? AND user_id = ? ORDER BY name"
_HAS_TAG = "user_id IN (SELECT user_id FROM tag WHERE bot_id = ? AND name = ?)"
_HAS_WORD = "user_id IN (SELECT user_id FROM user_word WHERE bot_id = ? AND word >= ? AND word < ?)"

_OWNER = "SELECT user_id FROM identity WHERE bot_id = ? AND channel_id = ? AND sender = ?"
_NEW_USER = """INSERT INTO bot_user (bot_id, user_id, created_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"""
_LINK = """INSERT INTO identity (bot_id, channel_id, sender, user_id) VALUES (?, ?, ?, ?)
ON CONFLICT (bot_id, channel_id, sender) DO UPDATE SET user_id = excluded.user_id"""
_MOVE = "UPDATE conversation SET user_id = ? WHERE bot_id = ? AND channel_id = ? AND sender = ?"
_STILL_USED = """SELECT 1 FROM identity WHERE bot_id = ?1 AND user_id = ?2
UNION ALL SELECT 1 FROM conversation WHERE bot_id = ?1 AND user_id = ?2 LIMIT 1"""
_DATA = "SELECT attributes, profile, profile_ms, created_ms FROM bot_user WHERE bot_id = ? AND user_id = ?"
_SET_DATA = """UPDATE bot_user SET rev = rev + 1, attributes = ?, profile = ?, profile_ms = ?, created_ms = ?
WHERE bot_id = ? AND user_id = ?"""
_MOVE_TAGS = "UPDATE OR IGNORE tag SET user_id = ? WHERE bot_id = ? AND user_id = ?"
_DROP_TAGS = "DELETE FROM tag WHERE bot_id = ? AND user_id = ?"
_DROP_USER = "DELETE FROM bot_user WHERE bot_id = ? AND user_id = ?"


class SqlitePeople(Engine):
    """Users by id, by address and by tags."""

    async def user(self, bot_id: BotId, user_id: UserId) -> UserRow | None:
        return select_user(self._readers.connection(), bot_id, user_id)

    async def find_user(self, bot_id: BotId, channel_id: ChannelId, sender: str) -> UserRow | None:
        values = (bot_id, channel_id, clean(sender))
        row = self._readers.connection().execute(_BY_ADDRESS, values).fetchone()
        return user_row(row) if row else None

    async def patch_user(self, bot_id: BotId, user_id: UserId, patch: UserPatch, now_ms: int) -> UserRow:
        def unit(db: sqlite3.Connection) -> UserRow:
            patch_user(db, bot_id, user_id, patch, now_ms)
            patched = select_user(db, bot_id, user_id)
            if patched is None:
                raise NoUser(user_id=user_id)
            return patched

        return await self._write(unit)

    async def link_identity(self, bot_id: BotId, channel_id: ChannelId, sender: str, user_id: UserId) -> None:
        now_ms = self._now_ms()
        await self._write(lambda db: _link(db, bot_id, channel_id, clean(sender), user_id, now_ms))

    async def identities(self, bot_id: BotId, user_id: UserId) -> list[tuple[ChannelId, str]]:
        rows = self._read(lambda db: db.execute(_IDENTITIES, (bot_id, user_id)).fetchall())
        return [(ChannelId(channel), sender) for channel, sender in rows]

    async def tags(self, bot_id: BotId, user_id: UserId) -> dict[str, tuple[str, int]]:
        return self._read(lambda db: _tags(db, bot_id, user_id))

    async def list_users(
        self, bot_id: BotId, *, tags: Sequence[str] = (), words: Sequence[str] = (), limit: int = 50, after: str = ""
    ) -> list[tuple[UserRow, dict[str, str]]]:
        where, values = _with_tags(bot_id, tags, words)

        def read(db: sqlite3.Connection) -> list[tuple[UserRow, dict[str, str]]]:
            rows = db.execute(f"{USER} {where} AND user_id > ? ORDER BY user_id LIMIT ?", (*values, after, limit))
            users = [user_row(row) for row in rows.fetchall()]
            return [(user, _words(_tags(db, bot_id, user.user_id))) for user in users]

        return await self._aside(read)

    async def count_users(self, bot_id: BotId, *, tags: Sequence[str] = (), words: Sequence[str] = ()) -> int:
        where, values = _with_tags(bot_id, tags, words)
        return int(
            await self._aside(lambda db: db.execute(f"SELECT count(*) FROM bot_user {where}", values).fetchone()[0])
        )


def _with_tags(bot_id: BotId, tags: Sequence[str], words: Sequence[str]) -> tuple[str, list[str]]:
    """The condition "has all of these tags, and a word for each of these beginnings" and its values."""
    where, values = "WHERE bot_id = ?", [str(bot_id)]
    for tag in sorted({tag_name(tag) for tag in tags}):
        where += f" AND {_HAS_TAG}"
        values += [bot_id, tag]
    for word in words:
        where += f" AND {_HAS_WORD}"
        values += [bot_id, word, word + LAST]
    return where, values


def _tags(db: sqlite3.Connection, bot_id: BotId, user_id: UserId) -> dict[str, tuple[str, int]]:
    rows = db.execute(_TAGS, (bot_id, user_id)).fetchall()
    return {name: (value, set_ms) for name, value, set_ms in rows}


def _words(tags: dict[str, tuple[str, int]]) -> dict[str, str]:
    return {name: value for name, (value, _) in tags.items()}


def _link(
    db: sqlite3.Connection, bot_id: BotId, channel_id: ChannelId, sender: str, user_id: UserId, now_ms: int
) -> None:
    """Moves the address with its conversations; an emptied user's data go to the new one where that has none."""
    before = db.execute(_OWNER, (bot_id, channel_id, sender)).fetchone()
    db.execute(_NEW_USER, (bot_id, user_id, now_ms))
    db.execute(_LINK, (bot_id, channel_id, sender, user_id))
    db.execute(_MOVE, (user_id, bot_id, channel_id, sender))
    if before is None or before[0] == user_id:
        return
    if db.execute(_STILL_USED, (bot_id, before[0])).fetchone() is None:
        _absorb(db, bot_id, UserId(before[0]), user_id)


def _absorb(db: sqlite3.Connection, bot_id: BotId, old: UserId, new: UserId) -> None:
    lost = db.execute(_DATA, (bot_id, old)).fetchone()
    kept = db.execute(_DATA, (bot_id, new)).fetchone()
    attributes = decode_object(lost[0]) | decode_object(kept[0])
    profile = decode_object(lost[1]) | decode_object(kept[1])
    data = (encode_any(attributes), encode_any(profile), max(lost[2], kept[2]), min(lost[3], kept[3]))
    db.execute(_SET_DATA, (*data, bot_id, new))
    set_words(db, bot_id, old, ())
    set_words(db, bot_id, new, words_of(profile, attributes))
    db.execute(_MOVE_TAGS, (new, bot_id, old))
    db.execute(_DROP_TAGS, (bot_id, old))
    db.execute(_DROP_USER, (bot_id, old))
