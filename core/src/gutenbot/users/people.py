"""People as bots and modules work with them: find, list, tag, link identities."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.ids import BotId, ChannelId, UserId
from gutenbot.storage.port import People as PeopleStorage
from gutenbot.storage.rows import UserPatch, UserRow


@dataclass(frozen=True, slots=True)
class Person:
    """A user with tags."""

    user: UserRow
    tags: dict[str, str]
    """Tag (upper case) → value."""


class People:
    """The users of one bot."""

    def __init__(self, storage: PeopleStorage, clock: Clock, bot_id: BotId) -> None:
        self._storage = storage
        self._clock = clock
        self._bot_id = bot_id

    async def get(self, user_id: UserId) -> UserRow | None:
        """A user by id."""
        return await self._storage.user(self._bot_id, user_id)

    async def find(self, channel: str, sender: str) -> UserRow | None:
        """The user behind an address of a channel."""
        return await self._storage.find_user(self._bot_id, ChannelId(channel), sender)

    async def list(self, *, tags: Sequence[str] = (), limit: int = 50, after: str = "") -> list[Person]:
        """Users that have all of `tags`, by id; `after` is the last id of the page before."""
        wanted = [tag.upper() for tag in tags]
        rows = await self._storage.list_users(self._bot_id, tags=wanted, limit=limit, after=after)
        return [Person(user, found) for user, found in rows]

    async def count(self, *, tags: Sequence[str] = ()) -> int:
        """How many users have all of `tags`."""
        return await self._storage.count_users(self._bot_id, tags=[tag.upper() for tag in tags])

    async def tag(self, user_id: UserId, name: str, value: str = "") -> None:
        """Sets a tag; one value per tag."""
        await self._patch(user_id, UserPatch(tags={name.upper(): value}))

    async def untag(self, user_id: UserId, name: str) -> None:
        """Takes a tag off."""
        await self._patch(user_id, UserPatch(untag=(name.upper(),)))

    async def tags(self, user_id: UserId) -> dict[str, str]:
        """Tag → value."""
        return {tag: value for tag, (value, _) in (await self._storage.tags(self._bot_id, user_id)).items()}

    async def has_tag(self, user_id: UserId, name: str) -> bool:
        """Whether the user has the tag."""
        return name.upper() in await self.tags(user_id)

    async def set(self, user_id: UserId, **attributes: Any) -> UserRow:
        """Writes attributes (what `chat.user["…"]` reads)."""
        return await self._patch(user_id, UserPatch(set_attributes=attributes))

    async def link(self, channel: str, sender: str, user_id: UserId) -> None:
        """Says that this address belongs to this user."""
        await self._storage.link_identity(self._bot_id, ChannelId(channel), sender, user_id)

    async def identities(self, user_id: UserId) -> Sequence[tuple[str, str]]:
        """(channel, address) of a user."""
        return await self._storage.identities(self._bot_id, user_id)

    async def _patch(self, user_id: UserId, patch: UserPatch) -> UserRow:
        return await self._storage.patch_user(self._bot_id, user_id, patch, to_ms(self._clock.now()))
