"""What the four stages do at their core; wraps of modules go around each."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

from gutenbot.dialogs.conversation import CONCLUDED, Conversation
from gutenbot.dialogs.frames import Frames
from gutenbot.dialogs.hear import Heard
from gutenbot.dialogs.host import Host
from gutenbot.events.incoming import CustomEvent, TimerEvent
from gutenbot.kernel import pipeline
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.log import get_logger
from gutenbot.turns.degrade import degrade
from gutenbot.turns.host import TurnHost
from gutenbot.turns.subjects import UserSubject
from gutenbot.turns.turn import Turn

log = get_logger("turns")

Stage = Literal["receive", "understand", "decide", "render"]
STAGES: tuple[Stage, ...] = ("receive", "understand", "decide", "render")
Wraps = Mapping[Stage, Sequence[pipeline.Wrap[Turn]]]
Recogniser = Callable[[Turn], Awaitable[Mapping[str, float]]]

SCHEDULED = "gutenbot.schedule"
START = "gutenbot.start"
PROFILE_LIMIT_S = 3.0


class Stages:
    """Runs a turn through RECEIVE, UNDERSTAND, DECIDE and RENDER."""

    def __init__(self, wraps: Wraps, recognisers: Sequence[Recogniser] = (), *, monotonic: Callable[[], float]) -> None:
        self.wraps = wraps
        self.recognisers = recognisers
        self._monotonic = monotonic

    async def run(self, turn: Turn, host: TurnHost) -> Frames | None:
        """The changed frames, or None when the turn went no further than a wrap let it."""
        frames: list[Frames] = []

        async def decide() -> None:
            frames.append(await _decide(turn, host))

        cores: dict[Stage, Callable[[], Awaitable[None]]] = {
            "receive": lambda: _receive(turn),
            "understand": lambda: self._understand(turn),
            "decide": decide,
        }
        for stage, core in cores.items():
            if not await self._stage(stage, turn, core):
                break
        await self._stage("render", turn, lambda: _render(turn))
        return frames[0] if frames else None

    async def _stage(self, stage: Stage, turn: Turn, core: Callable[[], Awaitable[None]]) -> bool:
        """Runs one stage; False when a wrap did not call on."""
        started = self._monotonic()
        wraps = self.wraps.get(stage, ())
        reached = not wraps

        async def inner() -> None:
            nonlocal reached
            reached = True
            await core()

        await (core() if not wraps else pipeline.run(wraps, turn, inner))
        turn.trace.stages_us[stage] = round((self._monotonic() - started) * 1e6)
        return reached

    async def _understand(self, turn: Turn) -> None:
        for recognise in self.recognisers:
            for intent, sure in (await recognise(turn)).items():
                turn.intents[intent] = max(sure, turn.intents.get(intent, 0.0))


async def _receive(turn: Turn) -> None:
    """Refreshes a stale profile; lets the bot be silent while people answer."""
    if turn.loaded.conversation.mode != "bot" and not _for_handoff(turn.event):
        turn.silent = True
    user = turn.loaded.user
    age = timedelta(milliseconds=to_ms(turn.now) - user.profile_ms)
    if turn.channel.fetches_profiles and (user.profile_ms == 0 or age > turn.bot.profile_age):
        turn.profile = await _profile(turn)


async def _profile(turn: Turn) -> dict[str, Any]:
    try:
        async with asyncio.timeout(PROFILE_LIMIT_S):
            return await turn.channel.profile(turn.claim.sender) or {}
    except Exception as error:
        log.warning("profile.failed", channel=turn.channel.id, error=f"{type(error).__name__}: {error}")
        return {}


async def _decide(turn: Turn, host: Host) -> Frames:
    """Lets the dialogs answer."""
    book = turn.bot.book
    frames = Frames(turn.loaded, book.find)
    if turn.silent:
        return frames
    heard = Heard(turn.event, turn.channel.id, UserSubject(turn).view(), turn.intents, slow=lambda p: _slow(host, p))
    conversation = Conversation(book, frames, host, cause=str(turn.claim.seq), heard=heard)
    event = turn.event
    if isinstance(event, CustomEvent) and event.name in (SCHEDULED, START):
        dialog = book.dialogs[event.data["dialog"]]
        await conversation.start(dialog, list(event.data.get("args", [])), event)
        conversation.handled_by = dialog.name
    else:
        await conversation.handle(event)
    turn.secret = conversation.secret
    turn.trace.handled_by = conversation.handled_by
    turn.trace.unused = [f"{e.kind} {e.key}" for f in frames.stack if f.changed for e in f.journal.unused()]
    return frames


async def _render(turn: Turn) -> None:
    """Fits what is said to what the channel can show."""
    if turn.messages:
        turn.messages = degrade(turn.messages, turn.channel.capabilities)


def _slow(host: Host, pattern: str) -> None:
    host.warn("pattern.slow", error=f"the pattern {pattern[:80]!r} took over 0.1 s and was taken as not matching")


def _for_handoff(event: Any) -> bool:
    return isinstance(event, TimerEvent) or (isinstance(event, CustomEvent) and event.name == CONCLUDED)
