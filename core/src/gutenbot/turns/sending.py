"""Saying something from outside a turn: to a user's latest conversation, once per key."""

from collections.abc import Mapping
from typing import Any

from gutenbot.events.messages import Message, Outgoing, TextMessage
from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.ids import BotId, ConversationId, UserId, conversation_id, new_id
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import ThreadEntry
from gutenbot.turns.bots import BotRuntime
from gutenbot.turns.channel import Channel
from gutenbot.turns.degrade import degrade
from gutenbot.turns.errors import UnknownChannel, UnknownConversation
from gutenbot.turns.live import Notice
from gutenbot.turns.loop import TurnLoop
from gutenbot.turns.sharing import news_of
from gutenbot.turns.unbroken import Unbroken


class Sending:
    """Proactive messages."""

    def __init__(self, storage: Storage, clock: Clock, turns: TurnLoop, channels: Mapping[str, Channel]) -> None:
        self._storage = storage
        self._clock = clock
        self._turns = turns
        self._channels = channels
        self._unbroken = Unbroken()

    async def latest(self, bot_id: BotId, user_id: UserId) -> tuple[str, str, str] | None:
        """(channel, thread, sender) of a user's latest conversation."""
        best: tuple[int, str, str, str] | None = None
        for channel_id, sender in await self._storage.identities(bot_id, user_id):
            for summary in await self._storage.conversations(bot_id, channel_id, sender, limit=1):
                candidate = (summary.updated_ms, channel_id, summary.thread, sender)
                best = max(best, candidate) if best is not None else candidate
        return best[1:] if best is not None else None

    async def send(
        self, bot: BotRuntime, user_id: UserId, what: Any, data: Mapping[str, Any], key: str | None
    ) -> list[ConversationId]:
        """Says it in the latest conversation; the same key again says nothing. Raises `UnknownConversation`, and
        `UnknownChannel` when its channel does not run here."""
        target = await self.latest(bot.bot_id, user_id)
        if target is None:
            raise UnknownConversation(conversation=f"of user {user_id}")
        channel_id, thread, _ = target
        conversation = conversation_id(bot.bot_id, channel_id, thread)
        channel = self._channels.get(channel_id)
        if channel is None:
            raise UnknownChannel(channel=channel_id, known=", ".join(self._channels) or "none")
        messages = degrade(await self._messages(bot, user_id, channel, what, data), channel.capabilities)
        await self._unbroken.run(self._keep(conversation, channel, key or new_id(), messages))
        return [conversation]

    async def _keep(self, conversation: ConversationId, channel: Channel, key: str, messages: list[Outgoing]) -> None:
        """Puts the messages on disk and has them delivered, also when the caller goes away in between."""
        rows = await self._storage.send(
            conversation, key, messages, deliver=not channel.reads, now_ms=to_ms(self._clock.now())
        )
        entries = tuple(
            ThreadEntry(n=r.n, direction="out", body=r.message, at_ms=r.created_ms, cause=r.cause) for r in rows
        )
        self._turns.live.tell(Notice(conversation, entries))
        self._storage.hint(news_of(conversation))
        if not channel.reads:
            self._turns.wake_delivery(conversation)

    async def _messages(
        self, bot: BotRuntime, user_id: UserId, channel: Channel, what: Any, data: Mapping[str, Any]
    ) -> list[Outgoing]:
        if isinstance(what, Message):
            return [what]  # type: ignore[list-item]
        if not str(what).startswith("#"):
            return [TextMessage(str(what))]
        user = await self._storage.user(bot.bot_id, user_id)
        known = {**user.profile, **user.attributes} if user else {}
        locale = known.get("locale") or bot.default_locale
        scope = {"user": known, "bot": bot.bot_id, "channel": channel.id, "now": self._clock.now(), **data}
        rendered = bot.library.render(
            str(what)[1:],
            scope,
            locale=locale,
            channel=channel.id,
            random=self._turns.attempt.chance,
        )
        return list(rendered.messages)
