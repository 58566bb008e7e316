"""Identifiers: new ones that sort by time, derived ones that are the same for the same parts."""

import base64
import os
import time
from hashlib import blake2b
from typing import NewType

BotId = NewType("BotId", str)
ChannelId = NewType("ChannelId", str)
ConversationId = NewType("ConversationId", str)
UserId = NewType("UserId", str)
FrameId = NewType("FrameId", str)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
"""Ten bits → two characters."""


def new_id() -> str:
    """A fresh id of 26 characters: 48 bits of milliseconds, then 80 random bits; sorts by the time it was made."""
    stamp = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    return _text(stamp + os.urandom(10))


def new_key(prefix: str) -> str:
    """A fresh secret key: 256 random bits after a prefix that says what it is for."""
    return prefix + base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")


def derive_id(*parts: str) -> str:
    """The id of 26 characters that these parts always give (128 bits of BLAKE2b): no look-up is needed to find it."""
    digest = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return _text(digest)


def _text(number: bytes) -> str:
    """16 bytes as 26 characters that sort as the bytes do. Unrolled: several are made in each turn."""
    bits, pairs = int.from_bytes(number, "big") << 2, _PAIRS
    a, b, c = bits >> 80, bits >> 40 & 0xFFFFFFFFFF, bits & 0xFFFFFFFFFF
    return (
        f"{pairs[a >> 40]}{pairs[a >> 30 & 1023]}{pairs[a >> 20 & 1023]}{pairs[a >> 10 & 1023]}{pairs[a & 1023]}"
        f"{pairs[b >> 30]}{pairs[b >> 20 & 1023]}{pairs[b >> 10 & 1023]}{pairs[b & 1023]}"
        f"{pairs[c >> 30]}{pairs[c >> 20 & 1023]}{pairs[c >> 10 & 1023]}{pairs[c & 1023]}"
    )


def conversation_id(bot: str, channel: str, thread: str) -> ConversationId:
    """The id of the conversation that a channel knows as `thread`."""
    return ConversationId(derive_id("conversation", bot, channel, thread))


def user_id(bot: str, channel: str, sender: str) -> UserId:
    """The id that a person gets on the first message from this address of this channel."""
    return UserId(derive_id("user", bot, channel, sender))
