"""Small bots that several tests use."""

from gutenbot import Bot, Chat


def echo_bot() -> Bot:
    """Says what it hears."""
    bot = Bot("echo")

    @bot.fallback
    async def echo(chat: Chat) -> None:
        await chat.say(chat.message.text)

    return bot


def counting_bot() -> Bot:
    """Counts the messages of a conversation and says how many there were."""
    bot = Bot("counter")

    @bot.fallback
    async def count(chat: Chat) -> None:
        chat.conversation["count"] = chat.conversation.get("count", 0) + 1
        await chat.say(f"{chat.conversation['count']}: {chat.message.text}")

    return bot
