"""Users and threads."""

import itertools
from collections.abc import Sequence
from typing import Any

from gutenbot.events.messages import plain_text
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, UserId
from gutenbot.storage.codec import clean, decode_object, encode_any, tag_name
from gutenbot.storage.errors import NoConversation, NoUser
from gutenbot.storage.names import words_of
from gutenbot.storage.rows import ConversationSummary, DeadLetter, Seq, ThreadEntry, UserPatch, UserRow
from tests.simulation.model.tables import Event, Place, Tables, User

# Users ------------------------------------------------------------------------------------------------------------------


def user_row(db: Tables, user: User) -> UserRow:
    """The user as readers see it."""
    seen = [place.seen_ms for place in db.places.values() if place.user_id == user.user_id]
    return UserRow(
        user_id=user.user_id, bot_id=user.bot_id, rev=user.rev, profile=decode_object(user.profile),
        profile_ms=user.profile_ms, attributes=decode_object(user.attributes), created_ms=user.created_ms,
        seen_ms=max([user.created_ms, *seen]),
    )  # fmt: skip


def find_user(db: Tables, bot_id: BotId, channel_id: ChannelId, sender: str) -> UserRow | None:
    """The user behind an address."""
    found = db.identities.get((bot_id, channel_id, clean(sender)))
    return user_row(db, db.users[bot_id, found]) if found is not None else None


def patch_user(db: Tables, bot_id: BotId, user_id: UserId, patch: UserPatch, now_ms: int) -> UserRow:
    """Merges key by key into what is stored now."""
    user = db.users.get((bot_id, user_id))
    if user is None:
        raise NoUser(user_id=user_id)
    attributes = decode_object(user.attributes) | patch.set_attributes
    for key in patch.unset_attributes:
        attributes.pop(key, None)
    user.attributes = encode_any(attributes)
    if patch.profile is not None:
        user.profile, user.profile_ms = encode_any(decode_object(user.profile) | patch.profile), now_ms
    for name in patch.untag:
        user.tags.pop(tag_name(name), None)
    for name, value in patch.tags.items():
        user.tags[tag_name(name)] = (clean(value), now_ms)
    user.rev += 1
    return user_row(db, user)


def link_identity(
    db: Tables, bot_id: BotId, channel_id: ChannelId, sender: str, user_id: UserId, now_ms: int
) -> None:  # fmt: skip
    """Moves the address with its conversations; an emptied user's data go to the new one where that has none."""
    sender = clean(sender)
    before = db.identities.get((bot_id, channel_id, sender))
    new = db.users.setdefault((bot_id, user_id), User(user_id, bot_id, now_ms))
    db.identities[bot_id, channel_id, sender] = user_id
    for place in db.places.values():
        if (place.bot_id, place.channel_id, place.sender) == (bot_id, channel_id, sender):
            place.user_id = user_id
    if before is None or before == user_id or before in db.identities.values():
        return
    if not any(place.user_id == before for place in db.places.values()):
        old = db.users.pop((bot_id, before))
        new.attributes = encode_any(decode_object(old.attributes) | decode_object(new.attributes))
        new.profile = encode_any(decode_object(old.profile) | decode_object(new.profile))
        new.tags = old.tags | new.tags
        new.rev += 1


def list_users(
    db: Tables, bot_id: BotId, tags: Sequence[str], words: Sequence[str], limit: int, after: str
) -> list[tuple[UserRow, dict[str, str]]]:  # fmt: skip
    """Users that have all of the tags and words, by id."""
    found = [user for user in with_tags(db, bot_id, tags, words) if user.user_id > after]
    return [(user_row(db, user), {name: tag[0] for name, tag in user.tags.items()}) for user in found[:limit]]


def with_tags(db: Tables, bot_id: BotId, tags: Sequence[str], words: Sequence[str]) -> list[User]:
    """Users that have all of the tags, and a word for each of the beginnings, by id."""
    wanted = {tag_name(tag) for tag in tags}
    users = [user for user in db.users.values() if user.bot_id == bot_id and wanted <= user.tags.keys()]
    return sorted((user for user in users if _is_called(user, words)), key=lambda user: user.user_id)


def _is_called(user: User, words: Sequence[str]) -> bool:
    named = words_of(decode_object(user.profile), decode_object(user.attributes)) if words else []
    return all(any(name.startswith(word) for name in named) for word in words)


# Threads ----------------------------------------------------------------------------------------------------------------


def thread(db: Tables, conversation_id: ConversationId, after: int, limit: int) -> list[ThreadEntry]:
    """Both directions by position."""
    place = db.places.get(conversation_id)
    lines = place.lines[after : after + limit] if place is not None else []
    return [_entry(line, n) for n, line in enumerate(lines, after + 1)]


def _entry(line: Any, n: int) -> ThreadEntry:
    if isinstance(line, Event):
        return ThreadEntry(
            n=n, direction="in", body=line.event, at_ms=line.received_ms, external_id=line.external_id, author="user"
        )
    return ThreadEntry(n=n, direction="out", body=line.row.message, at_ms=line.row.created_ms, cause=line.row.cause)


def conversations(
    db: Tables, bot_id: BotId, channel_id: ChannelId, sender: str, limit: int
) -> list[ConversationSummary]:  # fmt: skip
    """A person's conversations on a channel, latest first."""
    address = (bot_id, channel_id, clean(sender))
    found = [place for place in db.places.values() if (place.bot_id, place.channel_id, place.sender) == address]
    found.sort(key=lambda place: (-place.updated_ms, place.conversation_id))
    return [_summary(place) for place in found[:limit]]


def _summary(place: Place) -> ConversationSummary:
    last = place.lines[-1] if place.lines else None
    text = ""
    if last is not None:
        text = str(last.event.text) if isinstance(last, Event) else plain_text(last.row.message)
    return ConversationSummary(
        conversation_id=place.conversation_id, thread=place.thread, last_n=place.last_n, updated_ms=place.updated_ms,
        read_n=place.read_n, last_text=text, title=place.title,
    )  # fmt: skip


def mark_read(db: Tables, conversation_id: ConversationId, n: int) -> None:
    """The user has seen everything up to `n`."""
    place = db.places.get(conversation_id)
    if place is None:
        raise NoConversation(conversation_id=conversation_id)
    place.read_n = max(place.read_n, min(n, place.last_n))


def dead_letters(db: Tables, bot_id: BotId, limit: int, after: Seq) -> list[DeadLetter]:
    """Events that could not be handled."""
    dead = (row for row in db.events.values() if row.bot_id == bot_id and row.state == "dead" and row.seq > after)
    return [
        DeadLetter(
            seq=row.seq, conversation_id=row.conversation_id, bot_id=row.bot_id, channel_id=row.channel_id,
            event=row.event, error=row.error, attempts=row.attempts, died_ms=row.done_ms,
        )
        for row in itertools.islice(dead, limit)
    ]  # fmt: skip
