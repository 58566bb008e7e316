"""A form of three questions: four messages from the user, a journal that grows and goes."""

from gutenbot import Bot, Chat, Choice, Number, Text

bot = Bot("form")


@bot.hear("order")
async def order(chat: Chat) -> None:
    """Asks three things, and remembers the order."""
    size = await chat.ask("#order.size", Choice("S", "M", "L"))
    count = await chat.ask("#order.count", Number(minimum=1, maximum=20))
    name = await chat.ask("#order.name", Text(max_length=100), size=size)
    chat.user["last_order"] = size
    await chat.say("#order.done", size=size, count=count, name=name)


@bot.fallback
async def fallback(chat: Chat) -> None:
    """Nothing of the load should come here."""
    await chat.say("#lost")
