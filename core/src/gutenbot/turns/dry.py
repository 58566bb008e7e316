"""Turns that leave nothing behind: the same messages through two orders of wraps, to see what would differ.

Every message runs on its conversation as it is now, twice from the same start. Nothing is committed, recorded or sent;
outside work (`chat.step`) is not done: the turn ends there. A wrap sees `turn.dry`.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gutenbot.dialogs.commands import Step
from gutenbot.dialogs.journal import Entry, Journal
from gutenbot.events.messages import plain_text
from gutenbot.kernel.clock import Clock
from gutenbot.kernel.errors import Temporary
from gutenbot.storage.errors import CorruptState, NoConversation
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import Claim, Loaded
from gutenbot.turns.bots import BotRuntime
from gutenbot.turns.channel import Burst, Capabilities, Channel, Sent
from gutenbot.turns.host import TurnHost
from gutenbot.turns.stages import Stages
from gutenbot.turns.turn import Turn

MESSAGE_S = 3.0
"""One message may take so long in one order."""
WHOLE_S = 25.0


@dataclass(frozen=True, slots=True)
class Tried:
    """What one order makes of a message."""

    outcome: str
    """`answered`, `silent`, `dropped` (a wrap did not call on), `step` (ended before outside work) or `failed`."""
    handled_by: str
    intent: str
    said: tuple[str, ...]
    dropped_by: str
    error: str
    took_ms: float

    def like(self, other: "Tried") -> bool:
        """The same, whatever it took."""
        return replace(self, took_ms=0) == replace(other, took_ms=0)


@dataclass(frozen=True, slots=True)
class Compared:
    """One message in both orders."""

    claim: Claim
    present: Tried
    chosen: Tried


class StepReached(Exception):
    """Outside work would begin here."""


class DryHost(TurnHost):
    """Says and remembers as a turn does, and does no outside work."""

    async def run_step(self, journal: Journal, command: Step[Any], key: str, occurrence: int) -> Entry:
        raise StepReached(command.name)


class _Mute:
    """A channel that shows what it can, and reaches nobody."""

    reads = True
    idempotent = True
    fetches_profiles = False
    concurrency = 1
    burst: Burst = "queue"

    def __init__(self, id_: str, capabilities: Capabilities) -> None:
        self.id = id_
        self.capabilities = capabilities

    async def send(self, row: object) -> Sent:
        raise AssertionError("nothing is sent in a trial")

    async def profile(self, sender: str) -> None:
        return None


class DryRun:
    """Compares two orders."""

    def __init__(
        self, storage: Storage, clock: Clock, bots: Mapping[Any, BotRuntime], channels: Mapping[str, Channel]
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._bots = bots
        self._channels = channels

    async def compare(self, claims: Sequence[Claim], present: Stages, chosen: Stages) -> list[Compared]:
        """Each message in both orders; those that there was no time for are left out."""
        ends = self._clock.monotonic() + WHOLE_S
        found: list[Compared] = []
        for claim in claims:
            bot, channel = self._bots.get(claim.bot_id), self._channels.get(claim.channel_id)
            if bot is None or channel is None or self._clock.monotonic() > ends:
                continue
            try:
                loaded = await self._storage.load(claim.conversation_id)
            except (NoConversation, CorruptState):
                continue
            mute = _Mute(channel.id, channel.capabilities)
            both = [await self._try(claim, loaded, bot, mute, stages) for stages in (present, chosen)]
            found.append(Compared(claim, *both))
        return found

    async def _try(self, claim: Claim, loaded: Loaded, bot: BotRuntime, channel: _Mute, stages: Stages) -> Tried:
        profile, attributes = loaded.user.profile, loaded.user.attributes
        turn = Turn(
            claim=claim, bot=bot, channel=channel, loaded=loaded, event=claim.event, now=self._clock.now(),
            locale=attributes.get("locale") or profile.get("locale") or bot.default_locale,
            random=random.Random(claim.seq), dry=True,  # noqa: S311
        )  # fmt: skip
        host = DryHost(turn, self._storage, self._clock)
        outcome, error = "answered", ""
        started = self._clock.monotonic()
        try:
            async with asyncio.timeout(MESSAGE_S):
                frames = await stages.run(turn, host)
            outcome = "dropped" if frames is None else "answered" if turn.messages and not turn.silent else "silent"
        except StepReached as step:
            outcome, error = "step", str(step)
        except Temporary:
            raise
        except Exception as raised:
            outcome, error = "failed", f"{type(raised).__name__}: {raised}"[:500]
        return Tried(
            outcome=outcome,
            handled_by=turn.trace.handled_by,
            intent=max(turn.intents, key=lambda name: turn.intents[name], default=""),
            said=() if turn.silent else tuple(plain_text(message) for message in turn.messages),
            dropped_by=_stopper(turn) if outcome == "dropped" else "",
            error=error,
            took_ms=round((self._clock.monotonic() - started) * 1000, 3),
        )


def _stopper(turn: Turn) -> str:
    """The wrap that did not call on."""
    return next((name for _, name, _, called in reversed(turn.trace.wraps) if not called), "")
