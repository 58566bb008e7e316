"""What visitors send becomes events of the bot: one path for POST, socket and files."""

from gutenbot.sdk import Accepted, Arrival, Incoming, to_ms
from gutenbot_channel_web.chat import Chat, owner_of
from gutenbot_channel_web.conversations import Owned
from gutenbot_channel_web.parsing import Posted, incoming, message_id
from gutenbot_channel_web.rates import MESSAGES, MESSAGES_BY_ADDRESS
from gutenbot_channel_web.signing import Visitor


async def take_in(chat: Chat, visitor: Visitor, conversation: str, posted: Posted, address: str) -> Accepted:
    """Keeps a message of a visitor: it is on disk when this returns; the same id again gives the first answer."""
    identifier = message_id(posted.id)
    event = incoming(posted.event)
    owned = await chat.conversations.get(visitor, conversation)
    chat.rates.take((MESSAGES, owner_of(visitor)), (MESSAGES_BY_ADDRESS, address))
    return await keep(chat, owned, identifier, event)


async def keep(chat: Chat, owned: Owned, identifier: str, event: Incoming) -> Accepted:
    """Hands an event to the turn loop. Raises `Overloaded` and `StorageFull`, which mean that nothing was kept."""
    arrival = Arrival(
        bot_id=owned.bot,
        channel_id=chat.conversations.channel,
        conversation_id=owned.id,
        thread=owned.thread,
        sender=owned.sender,
        external_id=f"{owned.id}:{identifier}",
        event=event,
        received_ms=to_ms(chat.app.clock.now()),
    )
    (accepted,) = await chat.app.turns.accept([arrival])
    return accepted
