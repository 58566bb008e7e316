"""What the four stages do at their core; wraps of modules go around each."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

from gutenbot.dialogs.conversation import CONCLUDED, CONVERSATION_ENDED, Conversation
from gutenbot.dialogs.frames import Frames
from gutenbot.dialogs.hear import Heard
from gutenbot.dialogs.host import Host
from gutenbot.events.incoming import CustomEvent, TimerEvent
from gutenbot.kernel import pipeline
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.log import get_logger
from gutenbot.turns.degrade import degrade
from gutenbot.turns.host import TurnHost
from gutenbot.turns.playground import note_tried
from gutenbot.turns.subjects import UserSubject
from gutenbot.turns.turn import Turn

log = get_logger("turns")

Stage = Literal["receive", "understand", "decide", "render"]
STAGES: tuple[Stage, ...] = ("receive", "understand", "decide", "render")
Wraps = Mapping[Stage, Sequence[pipeline.Wrap[Turn]]]
"""Stage → wraps in running order."""
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
        self._understands = bool(recognisers or wraps.get("understand"))

    async def run(self, turn: Turn, host: TurnHost) -> Frames | None:
        """The changed frames, or None when the turn went no further than a wrap let it."""
        frames: Frames | None = None
        clock, spent = self._monotonic, turn.trace.stages_us
        started = clock()
        if await self._around("receive", turn, lambda: _receive(turn)):
            received = clock()
            spent["receive"] = round((received - started) * 1e6)
            if not self._understands or await self._around("understand", turn, lambda: self._understand(turn)):
                understood = clock()
                spent["understand"] = round((understood - received) * 1e6)
                frames = await self._decided(turn, host)
                spent["decide"] = round((clock() - understood) * 1e6)
        if turn.messages:
            rendering = clock()
            await self._around("render", turn, lambda: _render(turn))
            spent["render"] = round((clock() - rendering) * 1e6)
        return frames

    async def _decided(self, turn: Turn, host: TurnHost) -> Frames | None:
        wraps = self.wraps.get("decide")
        if not wraps:
            return await _decide(turn, host)
        frames: Frames | None = None

        async def decide() -> None:
            nonlocal frames
            frames = await _decide(turn, host)

        await pipeline.run(wraps, turn, decide)
        return frames

    async def _around(self, stage: Stage, turn: Turn, core: Callable[[], Awaitable[None]]) -> bool:
        """Runs one stage with its wraps; False when a wrap did not call on."""
        wraps = self.wraps.get(stage)
        if not wraps:
            await core()
            return True
        reached = False

        async def inner() -> None:
            nonlocal reached
            reached = True
            await core()

        await pipeline.run(wraps, turn, inner)
        return reached

    async def _understand(self, turn: Turn) -> None:
        for recognise in self.recognisers:
            for intent, sure in (await recognise(turn)).items():
                turn.intents[intent] = max(sure, turn.intents.get(intent, 0.0))


async def _receive(turn: Turn) -> None:
    """Refreshes a stale profile; lets the bot be silent while people answer."""
    if turn.loaded.conversation.mode != "bot" and not _for_handoff(turn.event):
        turn.silent = True
    if turn.channel.fetches_profiles and _is_stale(turn):
        turn.profile = await _profile(turn)
        turn.locale = turn.loaded.user.attributes.get("locale") or turn.profile.get("locale") or turn.locale


def _is_stale(turn: Turn) -> bool:
    fetched = turn.loaded.user.profile_ms
    age = timedelta(milliseconds=to_ms(turn.now) - fetched)
    return fetched == 0 or age > turn.bot.profile_age


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
    heard = Heard(turn.event, turn.channel.id, UserSubject(turn).view, turn.intents, slow=lambda p: _slow(host, p))
    if turn.trace.tried is not None:
        note_tried(turn, heard, frames)
    conversation = Conversation(book, frames, host, cause=str(turn.claim.seq), heard=heard)
    event = turn.event
    if isinstance(event, CustomEvent) and event.name in (SCHEDULED, START):
        dialog = book.dialogs[event.data["dialog"]]
        await conversation.start(dialog, list(event.data.get("args", [])), event)
        conversation.handled_by = dialog.name
    elif turn.answered_by:
        await conversation.remind()
        conversation.handled_by = turn.answered_by
    elif is_end(event):
        await conversation.end()
        if turn.loaded.conversation.mode != "bot":
            turn.mode = "bot"
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
    return (
        isinstance(event, TimerEvent) or is_end(event) or (isinstance(event, CustomEvent) and event.name == CONCLUDED)
    )


def is_end(event: Any) -> bool:
    """Whether the user ends the conversation by this event."""
    return isinstance(event, CustomEvent) and event.name == CONVERSATION_ENDED
