"""After a start: what the process before left open is taken up again."""

from collections.abc import Callable

from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.port import Turns
from gutenbot.storage.rows import Claim
from gutenbot.turns.attempt import is_suspect


async def take_over(storage: Turns, begin: Callable[[Claim], None]) -> list[ConversationId]:
    """Begins whatever is open; returns the conversations whose event may have ended the process before, not begun."""
    left_open: list[ConversationId] = []
    while found := await storage.recover():
        left_open += found
    suspects: list[ConversationId] = []
    for conversation in left_open:
        claim = await storage.claim(conversation)
        if claim is not None and is_suspect(claim):
            await storage.release([claim])
            suspects.append(conversation)
        elif claim is not None:
            begin(claim)
    return suspects
