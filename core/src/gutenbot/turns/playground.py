"""The playground: a channel on which people of the team try a bot. Its turns can be taken back, and tell more of themselves.

It shows what another channel would show (its skin), at a moment that people set. Nothing else is different: turns run and
commit as everywhere.
"""

import os
from datetime import timedelta
from typing import Any

import msgspec

from gutenbot.dialogs.frames import Frames
from gutenbot.dialogs.hear import Heard
from gutenbot.dialogs.why import Tried, explain
from gutenbot.kernel.ids import ChannelId, new_id
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import OutgoingRow, TimerRow
from gutenbot.turns.channel import EVERYTHING, Burst, Capabilities, Sent
from gutenbot.turns.record import state_of
from gutenbot.turns.turn import Turn

PLAYGROUND = ChannelId("playground")
SCOPE, KEY_SCOPE = "gutenbot.playground", "gutenbot.playground.key"
TAG = "PLAYGROUND"
"""Users of the playground bear it, so that lists and numbers can leave them out."""

SKINS: dict[str, Capabilities] = {
    "web": EVERYTHING,
    "messenger": Capabilities(
        text_limit=2000, title_limit=20, quick_replies=13, buttons=3, carousel=10, forms=False, location=False
    ),
    "telegram": Capabilities(
        text_limit=4096, caption_limit=1024, unit="utf16", quick_replies=12, buttons=8, cards=True, carousel=0
    ),
    "whatsapp": Capabilities(
        text_limit=4096, caption_limit=1024, title_limit=20, quick_replies=3, buttons=3, cards=True, carousel=0,
        typing=False,
    ),
    "sms": Capabilities(
        text_limit=1600, quick_replies=0, buttons=0, cards=False, carousel=0, media=frozenset(), location=False,
        typing=False,
    ),
}  # fmt: skip
"""What networks can show, by the name that `chat.channel` has on them."""


class Play(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one conversation of the playground is set."""

    owner: str
    """The account that made it."""
    bot: str
    made_ms: int
    skin: str = "web"
    ahead_ms: int = 0
    persona: str = ""
    notes: tuple[tuple[int, str], ...] = ()
    """What happened beside messages, by the position after which it did: for transcripts."""


class PlaygroundChannel:
    """Its clients read the thread, as those of the web chat."""

    id: str = PLAYGROUND
    capabilities = EVERYTHING
    reads = True
    idempotent = True
    fetches_profiles = False
    concurrency = 1
    burst: Burst = "queue"

    async def send(self, row: OutgoingRow) -> Sent:
        """It is in the thread, and that is where clients read it."""
        return Sent("sent")

    async def profile(self, sender: str) -> dict[str, Any] | None:
        """What is known of a persona is in its user's profile already."""
        return None


class _Worn(PlaygroundChannel):
    """The playground as another channel."""

    def __init__(self, skin: str) -> None:
        self.id = skin
        self.capabilities = SKINS.get(skin, EVERYTHING)


async def play_of(storage: Storage, session: str) -> Play | None:
    """How a session of the playground is set; None when there is none of this name."""
    kept = await storage.kv_get(SCOPE, session)
    return msgspec.convert(kept, Play) if kept else None


async def playground_secret(storage: Storage) -> str:
    """What the server signs with, to say who somebody of its team is in the playground; made once."""
    fresh = f"{new_id()}{os.urandom(24).hex()}"
    return str(await storage.kv_make(KEY_SCOPE, "secret", fresh))


async def rehearse(turn: Turn, storage: Storage) -> None:
    """Dresses a turn of the playground: its skin and its moment; what it starts from is kept with it."""
    from gutenbot.storage.rehearsal import Before, around, keep  # imports what only tables need

    session = turn.claim.sender.removeprefix("user:")
    play = await play_of(storage, session)
    if play is not None:
        turn.channel = _Worn(play.skin)
        turn.ahead_ms = play.ahead_ms
        turn.now += timedelta(milliseconds=play.ahead_ms)
    timers, tags = await storage.read(lambda db: around(db, turn.loaded))
    turn.trace.tried = []
    turn.trace.state = state_of(turn, Frames(turn.loaded, turn.bot.book.find))
    if turn.claim.n is not None:
        turn.record(keep(Before(turn.claim.n, turn.loaded, timers, tags), turn.claim.seq))


def note_tried(turn: Turn, heard: Heard, frames: Frames) -> None:
    """What will be tried to answer, and why it matches or not."""
    found: list[Tried] = explain(turn.bot.book, frames, heard)
    turn.trace.tried = [(one.name, one.condition, one.why, one.matched) for one in found]


def real_timers(turn: Turn, timers: tuple[TimerRow, ...]) -> tuple[TimerRow, ...]:
    """Timers by the server's clock."""
    return tuple(msgspec.structs.replace(one, due_ms=one.due_ms - turn.ahead_ms) for one in timers)
