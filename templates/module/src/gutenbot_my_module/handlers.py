"""What the module does with every message."""

from collections.abc import Awaitable, Callable

from gutenbot.sdk import Part, Turn
from gutenbot_my_module import service

counting = Part()


@counting.wrap("receive", name="count-words")
async def count_words(turn: Turn, call_next: Callable[[], Awaitable[None]]) -> None:
    """Counts the words that operators watch for; the message goes on as it is."""
    text, bot = turn.event.text, turn.bot_id
    if text:
        turn.record(lambda execute: service.count(execute, bot, text))
    await call_next()
