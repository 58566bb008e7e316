# Run it:  gutenbot dev examples/echo      (web chat and terminal; SQLite; no configuration)
from gutenbot import Bot, Chat

bot = Bot("echo")


@bot.fallback
async def echo(chat: Chat) -> None:
    await chat.say(chat.message.text)
