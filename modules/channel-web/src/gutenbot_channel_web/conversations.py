"""Whose conversation is whose. A foreign one is answered like one that does not exist."""

import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from gutenbot.sdk import (
    App,
    BotId,
    ChannelId,
    ConversationId,
    ConversationSummary,
    UserPatch,
    conversation_id,
    new_id,
    to_ms,
    user_id,
)
from gutenbot_channel_web.errors import TooManyConversations, UnknownThread
from gutenbot_channel_web.signing import Visitor

CHANNEL = ChannelId("web")
LISTED = 50
MOST = 500
"""Conversations that one visitor may have."""
_CACHED = 100_000
_ID = re.compile(r"[0-9a-z]{26}")


@dataclass(frozen=True, slots=True)
class Owned:
    """A conversation that the visitor may use, with the addresses that it has in the channel."""

    id: ConversationId
    bot: BotId
    thread: str
    sender: str


class Conversations:
    """Finds, lists and opens the conversations of visitors; remembers what was found, since that never changes."""

    def __init__(self, app: App, channel: ChannelId = CHANNEL) -> None:
        self._app = app
        self.channel = channel
        self._storage = app.storage
        self._known: OrderedDict[tuple[str, str, str], Owned] = OrderedDict()

    async def get(self, visitor: Visitor, conversation: str) -> Owned:
        """A conversation of this visitor. Raises `UnknownThread`."""
        if visitor.bot not in self._app.bots:
            raise UnknownThread
        known = self._known.get((visitor.bot, visitor.sender, conversation))
        if known is not None:
            self._known.move_to_end((visitor.bot, visitor.sender, conversation))
            return known
        if _ID.fullmatch(conversation) is None:
            raise UnknownThread
        return await self._find(visitor, conversation)

    async def _find(self, visitor: Visitor, conversation: str) -> Owned:
        for sender in await self._senders(visitor):
            for summary in await self._storage.conversations(BotId(visitor.bot), self.channel, sender, MOST):
                if summary.conversation_id == conversation:
                    return self._keep(
                        visitor, Owned(summary.conversation_id, BotId(visitor.bot), summary.thread, sender)
                    )
        raise UnknownThread

    def _keep(self, visitor: Visitor, owned: Owned) -> Owned:
        self._known[visitor.bot, visitor.sender, owned.id] = owned
        while len(self._known) > _CACHED:
            self._known.popitem(last=False)
        return owned

    async def _senders(self, visitor: Visitor) -> list[str]:
        """The addresses of this person on the web. An anonymous one has one, also when a person is known behind it."""
        if not visitor.user:
            return [visitor.sender]
        bot = BotId(visitor.bot)
        user = await self._storage.find_user(bot, self.channel, visitor.sender)
        linked = await self._storage.identities(bot, user.user_id) if user is not None else []
        return [visitor.sender, *(s for channel, s in linked if channel == self.channel and s != visitor.sender)]

    async def latest(self, visitor: Visitor, limit: int = LISTED) -> list[ConversationSummary]:
        """The visitor's conversations, latest first."""
        found: list[ConversationSummary] = []
        for sender in await self._senders(visitor):
            found += await self._storage.conversations(BotId(visitor.bot), self.channel, sender, limit)
        return sorted(found, key=lambda summary: -summary.updated_ms)[:limit]

    async def positions(self, owned: Owned) -> tuple[int, int]:
        """(last, read) position of a conversation."""
        for limit in (LISTED, MOST):
            for summary in await self._storage.conversations(owned.bot, self.channel, owned.sender, limit):
                if summary.conversation_id == owned.id:
                    return summary.last_n, summary.read_n
        raise UnknownThread

    async def open(self, visitor: Visitor) -> Owned:
        """A new conversation. Raises `TooManyConversations`."""
        bot = BotId(visitor.bot)
        if len(await self._storage.conversations(bot, self.channel, visitor.sender, MOST)) >= MOST:
            raise TooManyConversations(limit=MOST)
        thread = new_id()
        owned = Owned(conversation_id(bot, self.channel, thread), bot, thread, visitor.sender)
        await self._storage.open_thread(bot, self.channel, thread, visitor.sender, to_ms(self._app.clock.now()))
        await self.remember(visitor, {})
        return self._keep(visitor, owned)

    # People ---------------------------------------------------------------------------------------------------------

    async def identify(self, anonymous: Visitor | None, visitor: Visitor, profile: dict[str, Any]) -> None:
        """The site said who this is: what was said before that, anonymously, becomes part of that person's story."""
        bot = BotId(visitor.bot)
        known = await self._storage.find_user(bot, self.channel, visitor.sender)
        person = known.user_id if known is not None else user_id(bot, self.channel, visitor.sender)
        if known is None:
            await self._storage.link_identity(bot, self.channel, visitor.sender, person)
        if anonymous is not None and await self._storage.conversations(bot, self.channel, anonymous.sender, 1):
            await self._storage.link_identity(bot, self.channel, anonymous.sender, person)
        await self.remember(visitor, profile)

    async def remember(self, visitor: Visitor, profile: dict[str, Any]) -> None:
        """Puts language, time zone and what the site told into the user's profile, if that is news."""
        bot = BotId(visitor.bot)
        user = await self._storage.find_user(bot, self.channel, visitor.sender)
        told = {"locale": visitor.locale, "time_zone": visitor.time_zone}
        wanted = {**{name: value for name, value in told.items() if value}, **profile}
        if user is None or all(user.profile.get(name) == value for name, value in wanted.items()):
            return
        patch = UserPatch(profile=wanted)
        await self._storage.patch_user(bot, user.user_id, patch, to_ms(self._app.clock.now()))
