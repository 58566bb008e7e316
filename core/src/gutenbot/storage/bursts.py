"""Which of the events behind a claimed one belong to the same burst of messages. For both engines."""

from collections.abc import Iterable
from typing import Any

import msgspec

from gutenbot.events.incoming import MessageEvent
from gutenbot.storage.columns import Held, as_claim
from gutenbot.storage.rows import Claim


def burst_of(claim: Claim, rows: Iterable[tuple[Any, ...]], now_ms: int) -> list[Claim]:
    """The live messages at the head of these rows, which follow the claimed event; one that waits for its time ends them."""
    held = Held(claim.conversation_id, claim.bot_id, claim.channel_id, claim.user_id, claim.thread, claim.fence)
    burst: list[Claim] = []
    for row in rows:
        try:
            following = as_claim(held, row)
        except (msgspec.DecodeError, UnicodeError):
            break
        if following.lane != "live" or not isinstance(following.event, MessageEvent) or row[8] > now_ms:
            break
        burst.append(following)
    return burst
