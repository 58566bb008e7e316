"""Says what it hears: the smallest turn that does everything."""

from gutenbot import Bot, Chat

bot = Bot("echo")


@bot.fallback
async def echo(chat: Chat) -> None:
    """Says the same."""
    await chat.say(chat.message.text)
