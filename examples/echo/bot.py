# Run it:  gutenbot dev examples/echo      (web chat and terminal; SQLite; no configuration)
from gutenbot import Bot, Chat, Payload

bot = Bot("echo")


@bot.hear(Payload("GET_STARTED"))  # the web chat says it when somebody opens it
async def start(chat: Chat) -> None:
    await chat.say("Say something, and I say it too.")


@bot.fallback
async def echo(chat: Chat) -> None:
    await chat.say(chat.message.text)
