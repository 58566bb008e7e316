"""Who hears of what, after the commit: those who look at the conversation, those who wait for the turn, subscribers."""

from collections.abc import Callable

from gutenbot.events.incoming import redacted
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.signals import Signals
from gutenbot.storage.rows import Accepted, Arrival, Claim, Committed, ThreadEntry, TurnCommit
from gutenbot.turns.channel import Channel
from gutenbot.turns.live import Live, Notice, Waiters
from gutenbot.turns.sharing import news_of, typing_in
from gutenbot.turns.signals import ConversationEnded, EventDied, HandoffRequested, TurnFinished
from gutenbot.turns.stages import is_end
from gutenbot.turns.turn import Turn

log = get_logger("turns")


class News:
    """Tells of what is on disk."""

    def __init__(self, live: Live, waiters: Waiters, signals: Signals, hint: Callable[[str], None] | None) -> None:
        self._live = live
        self._waiters = waiters
        self._signals = signals
        self._hint = hint
        """Tells other processes, where there may be some."""

    def arrived(self, arrival: Arrival, kept: Accepted) -> None:
        """An event was accepted."""
        if kept.n is not None and self._hint is not None:
            self._hint(news_of(kept.conversation_id))
        if kept.n is None or not self._live.watched(kept.conversation_id):
            return
        entry = ThreadEntry(
            n=kept.n,
            direction="in",
            body=arrival.event,
            at_ms=arrival.received_ms,
            external_id=arrival.external_id,
            author="user",
        )
        self._live.tell(Notice(kept.conversation_id, (entry,)))

    def typing(self, claim: Claim, channel: Channel) -> Callable[[bool], None]:
        """Tells that an answer is being prepared, or is not any more."""

        def tell(on: bool) -> None:
            if channel.capabilities.typing and on and self._hint is not None:
                self._hint(typing_in(claim.conversation_id))
            if channel.capabilities.typing and self._live.watched(claim.conversation_id):
                self._live.tell(Notice(claim.conversation_id, typing=on))

        return tell

    def answered(self, commit: TurnCommit, done: Committed) -> None:
        """A turn is on disk: those who look or wait get what was said. From any thread."""
        claim = commit.claim
        if self._live.watched(claim.conversation_id):
            entries = tuple(
                ThreadEntry(n=row.n, direction="out", body=row.message, at_ms=row.created_ms, cause=row.cause)
                for row in done.messages
            )
            self._live.tell(Notice(claim.conversation_id, entries, typing=False))
        if commit.outcome != "retry":
            self._waiters.done(claim.channel_id, claim.external_id, done.messages)

    async def finished(self, turn: Turn | None, commit: TurnCommit, done: Committed, took_ms: float) -> None:
        """The same for all others; `turn` is None for one that failed."""
        claim = commit.claim
        if self._hint is not None:
            self._hint(news_of(claim.conversation_id))
        if commit.outcome == "dead":
            log.error("event.died", conversation=claim.conversation_id, seq=claim.seq, error=commit.error)
            await self._signals.send(EventDied(claim.bot_id, claim.conversation_id, claim.seq, commit.error))
        if turn is not None:
            await self._signal(turn, commit, done, took_ms)

    async def _signal(self, turn: Turn, commit: TurnCommit, done: Committed, took_ms: float) -> None:
        claim = commit.claim
        if turn.mode == "human":
            reason = turn.handoff_reason or ""
            await self._signals.send(HandoffRequested(claim.bot_id, claim.conversation_id, claim.user_id, reason))
        if is_end(turn.event) and commit.outcome == "done":
            ended = ConversationEnded(claim.bot_id, claim.conversation_id, claim.user_id, claim.channel_id)
            await self._signals.send(ended)
        if self._signals.wanted(TurnFinished):
            finished = TurnFinished(
                bot_id=claim.bot_id,
                conversation_id=claim.conversation_id,
                user_id=claim.user_id,
                channel_id=claim.channel_id,
                seq=claim.seq,
                event=redacted(turn.event) if turn.secret else turn.event,
                messages=done.messages,
                handled_by=turn.trace.handled_by,
                outcome=commit.outcome,
                duration_ms=took_ms,
            )
            await self._signals.send(finished)
