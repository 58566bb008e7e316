"""Waits 50 ms, as for somebody else's service, then says what it heard."""

import asyncio

from gutenbot import Bot, Chat

bot = Bot("wait")


async def asked() -> str:
    """What another service would answer, a little later."""
    await asyncio.sleep(0.05)
    return "yes"


@bot.fallback
async def echo(chat: Chat) -> None:
    """Says the same, after a step that takes 50 ms and whose result is recorded."""
    await chat.step(asked)
    await chat.say(chat.message.text)
