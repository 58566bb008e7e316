"""What a visitor does besides sending messages: writes, and ends a conversation."""

from gutenbot.sdk import CONVERSATION_ENDED, CustomEvent, Notice
from gutenbot_channel_web.arrivals import keep
from gutenbot_channel_web.chat import Chat, owner_of
from gutenbot_channel_web.conversations import Owned
from gutenbot_channel_web.errors import TooFast
from gutenbot_channel_web.rates import MESSAGES, MESSAGES_BY_ADDRESS, TYPING
from gutenbot_channel_web.signing import Visitor


def tell_typing(chat: Chat, owned: Owned) -> None:
    """Tells those who look at the conversation that the visitor writes; left out when nobody does, or when told just now."""
    live = chat.app.turns.live
    if not live.watched(owned.id):
        return
    try:
        chat.rates.take((TYPING, owned.id))
    except TooFast:
        return
    live.tell(Notice(owned.id, user_typing=True))


async def end(chat: Chat, visitor: Visitor, conversation: str, address: str) -> None:
    """Hands the end to the bot; once it is on disk, the dialogs will end. Twice at the same place is one end."""
    owned = await chat.conversations.get(visitor, conversation)
    chat.rates.take((MESSAGES, owner_of(visitor)), (MESSAGES_BY_ADDRESS, address))
    last_n, _ = await chat.conversations.positions(owned)
    await keep(chat, owned, f"end:{last_n}", CustomEvent(name=CONVERSATION_ENDED))
