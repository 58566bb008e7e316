"""my-bot: greets, asks a name, and remembers it. Run it with `gutenbot dev`."""

from gutenbot import Bot, Chat, Payload, Text

bot = Bot("my-bot")


@bot.hear("hi", "hello", Payload("GET_STARTED"))
async def greet(chat: Chat) -> None:
    if "name" in chat.user:
        await chat.say("#welcome_back")
    else:
        chat.user["name"] = await chat.ask("#ask_name", Text(max_length=40))
        await chat.say("#nice_to_meet_you")


@bot.fallback
async def not_understood(chat: Chat) -> None:
    await chat.say("#not_understood")
