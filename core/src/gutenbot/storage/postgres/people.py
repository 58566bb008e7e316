"""Users, the addresses that they have on channels, and their tags."""

from collections.abc import Sequence
from typing import Any

from gutenbot.kernel.ids import BotId, ChannelId, UserId
from gutenbot.storage.codec import decode_object, encode_any, tag_name
from gutenbot.storage.columns import user_row
from gutenbot.storage.errors import NoUser
from gutenbot.storage.names import LAST, words_of
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.engine import Engine
from gutenbot.storage.postgres.people_rows import USER, patch_user, select_user, set_words
from gutenbot.storage.rows import UserPatch, UserRow

_BY_ADDRESS = f"""{USER} WHERE (bot_id, user_id) IN
(SELECT bot_id, user_id FROM identity WHERE bot_id = %s AND channel_id = %s AND sender = %s)"""
_IDENTITIES = "SELECT channel_id, sender FROM identity WHERE bot_id = %s AND user_id = %s ORDER BY channel_id, sender"
_TAGS = "SELECT name, value, set_ms FROM tag WHERE bot_id = %s AND user_id = %s ORDER BY name"
_TAGS_OF_MANY = "SELECT user_id, name, value FROM tag WHERE bot_id = %s AND user_id = ANY(%s::text[]) ORDER BY name"
_HAS_TAG = "user_id IN (SELECT user_id FROM tag WHERE bot_id = %s AND name = %s)"
_HAS_WORD = "user_id IN (SELECT user_id FROM user_word WHERE bot_id = %s AND word >= %s AND word < %s)"

_OWNER = "SELECT user_id FROM identity WHERE bot_id = %s AND channel_id = %s AND sender = %s FOR UPDATE"
_NEW_USER = "INSERT INTO bot_user (bot_id, user_id, created_ms) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_LINK = """INSERT INTO identity (bot_id, channel_id, sender, user_id) VALUES (%s, %s, %s, %s)
ON CONFLICT (bot_id, channel_id, sender) DO UPDATE SET user_id = excluded.user_id"""
_PLACES = """SELECT FROM conversation WHERE bot_id = %s AND channel_id = %s AND sender = %s
ORDER BY conversation_id FOR UPDATE"""
_MOVE = "UPDATE conversation SET user_id = %s WHERE bot_id = %s AND channel_id = %s AND sender = %s"
_STILL_USED = """SELECT 1 FROM identity WHERE bot_id = %(bot)s AND user_id = %(user)s
UNION ALL SELECT 1 FROM conversation WHERE bot_id = %(bot)s AND user_id = %(user)s LIMIT 1"""
_DATA = """SELECT attributes, profile, profile_ms, created_ms FROM bot_user WHERE bot_id = %s AND user_id = %s
FOR UPDATE"""
_SET_DATA = """UPDATE bot_user SET rev = rev + 1, attributes = %s, profile = %s, profile_ms = %s, created_ms = %s
WHERE bot_id = %s AND user_id = %s"""
_COPY_TAGS = """INSERT INTO tag (bot_id, user_id, name, value, set_ms)
SELECT bot_id, %s, name, value, set_ms FROM tag WHERE bot_id = %s AND user_id = %s ON CONFLICT DO NOTHING"""
_DROP_TAGS = "DELETE FROM tag WHERE bot_id = %s AND user_id = %s"
_DROP_USER = "DELETE FROM bot_user WHERE bot_id = %s AND user_id = %s"


class PostgresPeople(Engine):
    """Users by id, by address and by tags."""

    async def user(self, bot_id: BotId, user_id: UserId) -> UserRow | None:
        return await self._read(lambda db: select_user(db, bot_id, user_id))

    async def find_user(self, bot_id: BotId, channel_id: ChannelId, sender: str) -> UserRow | None:
        row = await self._read(lambda db: db.execute(_BY_ADDRESS, (bot_id, channel_id, sender)).fetchone())
        return user_row(row) if row else None

    async def patch_user(self, bot_id: BotId, user_id: UserId, patch: UserPatch, now_ms: int) -> UserRow:
        def unit(db: Connection) -> UserRow:
            patch_user(db, bot_id, user_id, patch, now_ms)
            patched = select_user(db, bot_id, user_id)
            if patched is None:
                raise NoUser(user_id=user_id)
            return patched

        return await self._write(unit, f"~user {bot_id} {user_id}")

    async def link_identity(self, bot_id: BotId, channel_id: ChannelId, sender: str, user_id: UserId) -> None:
        now_ms = self._now_ms()
        await self._write(lambda db: _link(db, bot_id, channel_id, sender, user_id, now_ms))

    async def identities(self, bot_id: BotId, user_id: UserId) -> list[tuple[ChannelId, str]]:
        rows = await self._read(lambda db: db.execute(_IDENTITIES, (bot_id, user_id)).fetchall())
        return [(ChannelId(channel), sender) for channel, sender in rows]

    async def tags(self, bot_id: BotId, user_id: UserId) -> dict[str, tuple[str, int]]:
        rows = await self._read(lambda db: db.execute(_TAGS, (bot_id, user_id)).fetchall())
        return {name: (value, set_ms) for name, value, set_ms in rows}

    async def list_users(
        self, bot_id: BotId, *, tags: Sequence[str] = (), words: Sequence[str] = (), limit: int = 50, after: str = ""
    ) -> list[tuple[UserRow, dict[str, str]]]:
        where, values = _with_tags(bot_id, tags, words)
        sql = f"{USER} {where} AND user_id > %s ORDER BY user_id LIMIT %s"
        return await self._read(lambda db: _page(db, bot_id, sql.encode(), (*values, after, limit)))

    async def count_users(self, bot_id: BotId, *, tags: Sequence[str] = (), words: Sequence[str] = ()) -> int:
        where, values = _with_tags(bot_id, tags, words)
        sql = f"SELECT count(*) FROM bot_user u {where}".encode()
        row = await self._read(lambda db: db.execute(sql, values).fetchone())
        return int(row[0]) if row else 0


def _with_tags(bot_id: BotId, tags: Sequence[str], words: Sequence[str]) -> tuple[str, list[str]]:
    """The condition "has all of these tags, and a word for each of these beginnings" and its values."""
    where, values = "WHERE bot_id = %s", [str(bot_id)]
    for tag in sorted({tag_name(tag) for tag in tags}):
        where += f" AND {_HAS_TAG}"
        values += [bot_id, tag]
    for word in words:
        where += f" AND {_HAS_WORD}"
        values += [bot_id, word, word + LAST]
    return where, values


def _page(db: Connection, bot_id: BotId, sql: bytes, values: Sequence[Any]) -> list[tuple[UserRow, dict[str, str]]]:
    users = [user_row(row) for row in db.execute(sql, values).fetchall()]
    tags: dict[str, dict[str, str]] = {user.user_id: {} for user in users}
    for user_id, name, value in db.execute(_TAGS_OF_MANY, (bot_id, list(tags))).fetchall():
        tags[user_id][name] = value
    return [(user, tags[user.user_id]) for user in users]


def _link(db: Connection, bot_id: BotId, channel_id: ChannelId, sender: str, user_id: UserId, now_ms: int) -> None:
    """Moves the address with its conversations; an emptied user's data go to the new one where that has none."""
    db.execute(_PLACES, (bot_id, channel_id, sender))
    before = db.execute(_OWNER, (bot_id, channel_id, sender)).fetchone()
    db.execute(_NEW_USER, (bot_id, user_id, now_ms))
    db.execute(_LINK, (bot_id, channel_id, sender, user_id))
    db.execute(_MOVE, (user_id, bot_id, channel_id, sender))
    if before is None or before[0] == user_id:
        return
    if db.execute(_STILL_USED, {"bot": bot_id, "user": before[0]}).fetchone() is None:
        _absorb(db, bot_id, UserId(before[0]), user_id)


def _absorb(db: Connection, bot_id: BotId, old: UserId, new: UserId) -> None:
    lost = db.execute(_DATA, (bot_id, old)).fetchone()
    kept = db.execute(_DATA, (bot_id, new)).fetchone()
    assert lost is not None and kept is not None, "identities refer to users"
    attributes = decode_object(lost[0]) | decode_object(kept[0])
    profile = decode_object(lost[1]) | decode_object(kept[1])
    data = (encode_any(attributes), encode_any(profile), max(lost[2], kept[2]), min(lost[3], kept[3]))
    db.execute(_SET_DATA, (*data, bot_id, new))
    set_words(db, bot_id, old, ())
    set_words(db, bot_id, new, words_of(profile, attributes))
    db.execute(_COPY_TAGS, (new, bot_id, old))
    db.execute(_DROP_TAGS, (bot_id, old))
    db.execute(_DROP_USER, (bot_id, old))
