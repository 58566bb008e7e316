"""One attempt at one event: load, run the stages, and say what to commit. Nothing is written here."""

import random
from datetime import datetime, timedelta

import msgspec

from gutenbot.dialogs.frames import NO_CHANGES, Frames
from gutenbot.events.incoming import Incoming, MessageEvent
from gutenbot.events.messages import Outgoing, TextMessage
from gutenbot.kernel.blame import blame
from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.errors import AuthorMistake
from gutenbot.kernel.log import get_logger
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import Claim, Loaded, Outcome, TurnCommit
from gutenbot.turns import record
from gutenbot.turns.bots import BotRuntime
from gutenbot.turns.channel import Channel
from gutenbot.turns.host import TurnHost
from gutenbot.turns.playground import PLAYGROUND, real_timers, rehearse
from gutenbot.turns.record import encode
from gutenbot.turns.stages import Stages
from gutenbot.turns.turn import Turn

log = get_logger("turns")

MAX_FAILURES = 5
CRASHES_BESIDE_OTHERS = 2
"""After so many ends of the process while an event was in work beside others, it is tried alone."""
MAX_CRASHES = 4
"""After so many in all, the later ones alone, it is not tried again: the event ends processes, and no other one does."""
_FIRST_RETRY_S = 0.5


class Attempt:
    """Makes a `TurnCommit` of a claim."""

    def __init__(self, storage: Storage, clock: Clock, stages: Stages, chance: random.Random, *, strict: bool) -> None:
        self.storage = storage
        self.clock = clock
        self.stages = stages
        self.chance = chance
        self.strict = strict
        """Errors of authors are raised to whoever drives the loop (tests)."""

    async def run(
        self, claim: Claim, more: list[Claim], bot: BotRuntime, channel: Channel, host_typing: object = None
    ) -> tuple[TurnCommit, Turn]:
        """The commit of a turn that went well. Raises whatever the bot's code raised."""
        started = self.clock.monotonic()
        loaded = claim.loaded or await self.storage.load(claim.conversation_id)
        turn = self._turn(claim, more, loaded, bot, channel)
        if claim.channel_id == PLAYGROUND:
            await rehearse(turn, self.storage)
        turn.trace.stages_us["load"] = round((self.clock.monotonic() - started) * 1e6)
        host = TurnHost(turn, self.storage, self.clock, strict=self.strict, typing=host_typing)
        if bot.broken:
            turn.messages.append(TextMessage(bot.broken))
            return self._commit(turn, more, None), turn
        frames = await self.stages.run(turn, host)
        return self._commit(turn, more, frames), turn

    def _turn(self, claim: Claim, more: list[Claim], loaded: Loaded, bot: BotRuntime, channel: Channel) -> Turn:
        profile, attributes = loaded.user.profile, loaded.user.attributes
        return Turn(
            claim=claim,
            bot=bot,
            channel=channel,
            loaded=loaded,
            event=_joined(claim, more),
            now=self.clock.now(),
            locale=attributes.get("locale") or profile.get("locale") or bot.default_locale,
            random=self.chance,
        )

    def _commit(self, turn: Turn, more: list[Claim], frames: Frames | None) -> TurnCommit:
        changes = frames.changes() if frames is not None else NO_CHANGES
        silent = turn.silent
        return TurnCommit(
            claim=turn.claim,
            also=tuple(other.seq for other in more),
            rev=turn.loaded.conversation.rev,
            outcome="done" if frames is not None else "ignored",
            variables=turn.variables,
            set_mode=turn.mode,
            frames=changes.frames,
            ended=changes.ended,
            journal=changes.journal,
            drop_journal=changes.drop_journal,
            messages=() if silent else tuple(turn.messages),
            deliver=not turn.channel.reads,
            timers=real_timers(turn, changes.timers) if turn.ahead_ms else changes.timers,
            cancel_timers=changes.cancel_timers,
            user=turn.user_patch(),
            records=tuple(turn.records),
            trace=record.record_of(turn, frames),
            redact=(turn.claim, *more) if turn.secret else (),
            now_ms=to_ms(turn.now) - turn.ahead_ms,
        )

    async def failed(
        self, claim: Claim, more: list[Claim], bot: BotRuntime, channel: Channel, error: BaseException
    ) -> TurnCommit:
        """The commit of a turn that went wrong: try again later, or keep it as a dead letter and apologise."""
        failures = claim.failures + 1
        hopeless = isinstance(error, AuthorMistake) or bot.show_errors or failures >= MAX_FAILURES
        reason = blame(error).text() if bot.show_errors else f"{type(error).__name__}: {error}"
        if not hopeless:
            wait = timedelta(seconds=_FIRST_RETRY_S * 2 ** (failures - 1) * self.chance.uniform(0.5, 1.0))
            return await self.give_up(
                claim, more, bot, channel, reason, outcome="retry", retry_at=self.clock.now() + wait
            )
        return await self.give_up(claim, more, bot, channel, reason, where=blame(error).where)

    async def give_up(
        self,
        claim: Claim,
        more: list[Claim],
        bot: BotRuntime,
        channel: Channel,
        reason: str,
        *,
        outcome: Outcome = "dead",
        retry_at: datetime | None = None,
        where: str = "",
    ) -> TurnCommit:
        """A commit that changes nothing but the event's own state (and says sorry when it is dead)."""
        loaded = await self.storage.load(claim.conversation_id)
        dead = outcome == "dead"
        running = {frame.frame_id for frame in loaded.frames}
        orphans = {row.frame_id for row in loaded.journal} - running if dead else set()
        silent = loaded.conversation.mode != "bot" or claim.lane != "live"
        messages = tuple(self._apology(bot, channel, loaded, reason)) if dead and not silent else ()
        now_ms = to_ms(self.clock.now())
        return TurnCommit(
            claim=claim,
            also=tuple(other.seq for other in more),
            rev=loaded.conversation.rev,
            outcome=outcome,
            error=reason[:2000],
            not_before_ms=to_ms(retry_at) if retry_at is not None else 0,
            ended=tuple(orphans),
            messages=messages,
            deliver=not channel.reads,
            trace=encode({"error": reason[:2000], "at": now_ms, "said": len(messages), "where": where})
            if dead
            else b"",
            now_ms=now_ms,
        )

    def _apology(self, bot: BotRuntime, channel: Channel, loaded: Loaded, reason: str) -> list[Outgoing]:
        if bot.show_errors:
            return [TextMessage(f"⚠ {reason}"[:2000])]
        if not bot.apologise:
            return []
        locale = loaded.user.attributes.get("locale") or loaded.user.profile.get("locale") or bot.default_locale
        try:
            said = bot.library.render("gutenbot.error", {}, locale=locale, channel=channel.id, random=self.chance)
        except AuthorMistake as error:
            log.warning("apology.failed", error=str(error))
            return []
        return list(said.messages)


def is_suspect(claim: Claim) -> bool:
    """Whether the process ended so often while this event was in work that it is tried alone now."""
    return CRASHES_BESIDE_OTHERS < claim.attempts - claim.failures <= MAX_CRASHES


def crashed_too_often(claim: Claim) -> bool:
    """Whether this event ended the process so often that it must not be tried again (POI-02)."""
    return claim.attempts - claim.failures > MAX_CRASHES


def _joined(claim: Claim, more: list[Claim]) -> Incoming:
    """The event of a turn: of a burst, the words of all messages, a line each."""
    event = claim.event
    if not more or not isinstance(event, MessageEvent):
        return event
    events = [event, *(other.event for other in more if isinstance(other.event, MessageEvent))]
    body = "\n".join(e.body for e in events if e.body)
    return msgspec.structs.replace(event, body=body, attachments=tuple(a for e in events for a in e.attachments))
