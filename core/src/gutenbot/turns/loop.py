"""Inbox → turn → outbox. One task per active conversation, all on one event loop; `accept` may be called from any thread."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from gutenbot.events.incoming import MessageEvent
from gutenbot.kernel import crashpoints
from gutenbot.kernel.clock import Clock
from gutenbot.kernel.ending import end_all
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.ids import BotId, ConversationId
from gutenbot.kernel.letterbox import Letterbox
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.signals import Signals
from gutenbot.storage.errors import CorruptState, LeaseLost
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import Accepted, Arrival, Claim, Committed, Seq, TurnCommit
from gutenbot.turns.attempt import Attempt
from gutenbot.turns.bots import BotRuntime
from gutenbot.turns.bursts import Bursts
from gutenbot.turns.channel import Channel
from gutenbot.turns.deliver import Deliverer
from gutenbot.turns.errors import Overloaded
from gutenbot.turns.intake import Fresh, Intake
from gutenbot.turns.later import Later, rest_s
from gutenbot.turns.live import Live, Waiters
from gutenbot.turns.measures import Measures
from gutenbot.turns.news import News
from gutenbot.turns.outcomes import Outcomes
from gutenbot.turns.places import Again, Applicant, Places, read_later
from gutenbot.turns.recovery import Recovery
from gutenbot.turns.roles import ALL_ROLES, Role
from gutenbot.turns.sharing import SENDS, Room, Sharing
from gutenbot.turns.stages import Stages
from gutenbot.turns.timers import Timers
from gutenbot.turns.turn import Turn

log = get_logger("turns")
T = TypeVar("T")

FAIR_SHARE = 20
"""Events of one conversation in a row, before others get their turn."""
TURNS_SHARE = 0.8
"""So much of the time at the end is for turns; sends have the rest (DEP-07)."""
OVERLAP_TRIES = 20
"""With the policy `concurrent`, a turn whose conversation changed meanwhile is run again on what it is now, so often."""


class TurnLoop:
    """Runs the turns of all bots of this process."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        channels: Mapping[str, Channel],
        bots: Mapping[BotId, BotRuntime],
        stages: Stages,
        signals: Signals,
        *,
        strict: bool = False,
        pace: bool = True,
        backlog_limit: int = 20_000,
        chance: random.Random | None = None,
        roles: Collection[Role] = ALL_ROLES,
        measures: Measures | None = None,
    ) -> None:
        self.storage = storage
        self.clock = clock
        self.channels = channels
        self.bots = bots
        self.signals = signals
        self.roles = frozenset(roles)
        self.measures = measures or Measures()
        self.live = Live()
        self.waiters = Waiters()
        chance = chance or random.Random()  # noqa: S311
        self.deliverer = Deliverer(storage, clock, channels, signals, chance, pace=pace, measures=self.measures)
        self.attempt = Attempt(storage, clock, stages, chance, strict=strict)
        self.backlog_limit = backlog_limit
        self.current: dict[ConversationId, Claim] = {}
        """What runs now, for the watchdog."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._box: Letterbox | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = Places(bots)
        self._in_flight: set[Seq] = set()
        self._bursts = Bursts(storage, clock)
        self._later = Later(clock, self._begin_again, self._own)
        self._backlog = 0
        self._stopping = False
        self.timers = Timers(storage, clock, self._fired)
        self._news = News(self.live, self.waiters, signals, storage.hint if storage.shared else None)
        self.outcomes = Outcomes(
            storage, clock, self.attempt, bots, channels, signals, self.measures, self._news.answered
        )  # fmt: skip
        self._intake = Intake(storage, clock, bots, channels, self._news, self.measures)
        self._recovery = Recovery(storage, clock, self._begin, self._run_suspect)
        self.sharing = Sharing(
            storage, clock, self.live, room=self._room, take=self._take,
            deliver=self.deliverer.wake if "delivery" in self.roles else None,
            measured=self._measured, limit=backlog_limit, heard=self.measures.hints,
        )  # fmt: skip

    # Life -----------------------------------------------------------------------------------------------------------

    async def start(self, *, timers: bool = True) -> None:
        """Takes over what was left open, then runs; with `timers=False` somebody else calls `timers.fire` (tests)."""
        self._loop = asyncio.get_running_loop()
        self._box = Letterbox(self._loop)
        crashpoints.reach("start")
        if self.storage.shared:
            await self.sharing.start()
        else:
            await self._recovery.take_over()
            self._try_suspects()
            await self.deliverer.start()
        if timers and "schedules" in self.roles:
            self.timers.start()

    async def stop(self, limit_s: float = 25.0) -> None:
        """Stops claiming, lets running turns and then sends finish, and gives the rest back, all within the limit."""
        end = self.clock.monotonic() + limit_s
        self._stopping = self.outcomes.stopping = True
        self._recovery.stop()
        self._later.stop()
        await self.sharing.stop()
        await self.timers.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=limit_s * TURNS_SHARE)
        await end_all(self._tasks)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s / 10):
                if waiting := self._places.give_up():
                    await self._give_back(waiting)
        await self.deliverer.stop(max(limit_s / 10, end - self.clock.monotonic()))

    async def take_up(self) -> None:
        """A channel has come back: goes on with what waited for it. On the loop that runs turns."""
        if self.storage.shared:
            await self.sharing.claim()
        else:
            await self._recovery.take_over()
            self._try_suspects()
            await self.deliverer.start()

    def timers_changed(self) -> None:
        """Timers are due earlier than they were; may be called from any thread."""
        self._call(lambda _: self.timers.changed(), None)

    def wake_delivery(self, conversation_id: ConversationId) -> None:
        """There is something to send; may be called from any thread."""
        self._call(self._deliver, conversation_id)

    async def idle(self) -> None:
        """Returns when nothing runs and nothing waits to run (tests)."""
        while self._tasks or self.deliverer.busy:
            await asyncio.gather(*self._tasks, *self.deliverer.tasks, return_exceptions=True)
            await asyncio.sleep(0)

    @property
    def tasks(self) -> set[asyncio.Task[None]]:
        """What runs now: conversations and deliveries (tests)."""
        return self._tasks | self.deliverer.tasks

    @property
    def running(self) -> int:
        """How many turns run now."""
        return len(self.current)

    @property
    def backlog(self) -> int:
        """Events that were accepted and not yet handled, by all processes, as far as this one knows."""
        return self._backlog

    # In -------------------------------------------------------------------------------------------------------------

    async def accept(self, arrivals: Sequence[Arrival], *, patient: bool = False) -> list[Accepted]:
        """Keeps events; they are on disk when this returns. Raises `Overloaded` (P7), `StorageFull`, `UnknownBot`.
        `patient`: who calls waits for the turns as well (`waiters`), and need not be woken before they end."""
        if self.backlog + len(arrivals) > self.backlog_limit:
            overloaded = Overloaded(backlog=self.backlog, retry_after=5)
            self.measures.refused(len(arrivals), overloaded)
            raise overloaded
        return await self._intake.accept(arrivals, self._fresh, patient=patient)

    def _fresh(self, pairs: list[Fresh]) -> None:
        """New events are on disk; called on a thread of the storage's."""
        self._call(self._begin_fresh, pairs)

    def _begin_fresh(self, pairs: list[Fresh]) -> None:
        self._arrived([self._intake.overlapping(arrival, kept, self.current) for arrival, kept in pairs])

    def _fired(self, accepted: list[Accepted]) -> None:
        """Timers became events."""
        self.measures.fired(accepted)
        self._hand_over(accepted)

    def take(self, accepted: Accepted) -> None:
        """Runs an event that the storage put back in the queue (a replayed dead letter)."""
        self._hand_over([accepted])

    def _hand_over(self, accepted: list[Accepted]) -> None:
        """Gives fresh work to the loop that runs turns."""
        if accepted and self._loop is not None and asyncio.get_running_loop() is self._loop:
            self._arrived(accepted)
        elif accepted:
            self._call(self._arrived, accepted)

    def _call(self, what: Callable[[T], None], about: T) -> None:
        """Has the loop that runs turns do something, from any thread. Once it has ended, the next start finds what is on disk."""
        if self._box is not None:
            self._box.hand(what, about)

    def _arrived(self, accepted: list[Accepted]) -> None:
        for kept in accepted:
            self._backlog += 1
            if kept.claim is not None:
                self._begin(kept.claim, counted=True)
            else:
                self._bursts.waits(kept.conversation_id, 1)

    # Turns ----------------------------------------------------------------------------------------------------------

    def _begin(self, claim: Claim, *, counted: bool = False) -> None:
        """Starts a conversation's task, or queues it when its bot has enough of them."""
        if not counted:
            self._backlog += 1
        if self._stopping:
            self._places.wait(claim)
        elif self._places.take(claim):
            self._run(claim)

    def _run(self, claim: Applicant) -> None:
        """Starts the task of a conversation that has a place."""
        self._own(asyncio.create_task(self._hold(claim), name=f"conversation {claim.conversation_id}"))

    def _measured(self, waiting: int) -> None:
        """How many events wait in all: what was counted here meanwhile is in it."""
        self._backlog = waiting

    def _room(self) -> Room:
        """What another worker's or nobody's conversations may be taken over for."""
        if self._stopping or "turns" not in self.roles:
            return Room((), (), 0)
        free = self._places.free()
        open_ = [bot for bot, places in free.items() if places > 0]
        return Room(open_, list(self.channels), sum(free[bot] for bot in open_))

    async def _take(self, claims: list[Claim]) -> None:
        """Begins what was taken over, now or, when it may have ended a process, with care: after all others are sorted."""
        if self._stopping:
            await self._give_back(claims)
            return
        await self._recovery.sort(claims)
        self._try_suspects()

    async def _give_back(self, claims: list[Claim]) -> None:
        """At the end; when the database does not answer, they are free as soon as the lease ends."""
        with contextlib.suppress(Temporary):
            await self.storage.release(claims)

    def _try_suspects(self) -> None:
        task = self._recovery.next_suspect()
        if task is not None:
            self._own(task)

    def _own(self, task: "asyncio.Task[None]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_suspect(self, claim: Claim) -> None:
        self._places.occupy(claim)
        self._backlog += 1
        await self._hold(claim)

    async def _hold(self, place: Applicant) -> None:
        """Runs a conversation in the place that it has; what failed before is claimed only now."""
        began = self.clock.monotonic()
        try:
            claim = await self._recovery.claim(place.conversation_id, due=True) if isinstance(place, Again) else place
            if claim is not None:
                await self._drain(claim)
            if isinstance(place, Again) and not self._stopping:
                await asyncio.sleep(rest_s(self.clock.monotonic() - began))
        finally:
            self._places.leave(place)
            self._next(place.bot_id)

    async def _drain(self, claim: Claim) -> None:
        """Runs the events of one conversation, one after the other, in order."""
        following: Claim | None = claim
        for count in range(FAIR_SHARE):
            assert following is not None
            following = await self._guarded(following, late=count > 0)
            if following is None or following.seq in self._in_flight:
                return
            self._bursts.waits(following.conversation_id, -1)
            if self._stopping:
                await self._give_back([following])
                return
        assert following is not None
        self._places.wait(following)

    async def _guarded(self, claim: Claim, *, late: bool) -> Claim | None:
        """One turn; when the database fails it, the event is claimed again a little later."""
        self._in_flight.add(claim.seq)
        try:
            one, tracing = self._one(claim, late=late), self.measures.tracing
            return await (tracing.turn(claim, one) if tracing.on else one)
        except CorruptState:
            return None  # it stays set aside until it is repaired (POI-06)
        except Exception:
            log.exception("turn.lost", conversation=claim.conversation_id, seq=claim.seq)
        finally:
            self._in_flight.discard(claim.seq)
        await self.clock.sleep(1.0)
        await self._recovery.uncount([claim])
        return await self._again(claim)

    async def _again(self, claim: Claim) -> Claim | None:
        """The event once more; it counts as waiting until it begins."""
        again = await self._recovery.claim(claim.conversation_id, due=True)
        if again is not None:
            self._bursts.waits(claim.conversation_id, 1)
        return again

    def _next(self, bot_id: BotId) -> None:
        """Starts what waited for a place of the bot."""
        while not self._stopping and (claim := self._places.next(bot_id)) is not None:
            self._run(claim)

    async def _one(self, claim: Claim, *, late: bool) -> Claim | None:
        """One turn with its commit; the next claim of the conversation, if there is one at once.

        `late`: the event came while another one was handled.
        """
        bot, channel = self.bots.get(claim.bot_id), self.channels.get(claim.channel_id)
        if bot is None or channel is None:
            log.error("turn.homeless", conversation=claim.conversation_id, bot=claim.bot_id, channel=claim.channel_id)
            await self.storage.release([claim])
            return None
        more = await self._bursts.collect(claim, channel)
        if more or channel.burst == "debounce":
            claim = read_later(claim)
        self.current[claim.conversation_id] = claim
        started = self.clock.monotonic()
        overlaps = OVERLAP_TRIES if channel.burst == "concurrent" else 1 + (claim.loaded is not None)
        try:
            if late and channel.burst == "drop" and isinstance(claim.event, MessageEvent) and not claim.failures:
                turn, commit = None, await self.attempt.give_up(claim, [], bot, channel, "", outcome="ignored")
            else:
                turn, commit = await self.outcomes.run(claim, more, bot, channel, self._news.typing(claim, channel))
            turn, commit, committed = await self.outcomes.commit(turn, commit, started)
            while not committed.applied and (overlaps := overlaps - 1):
                claim = read_later(claim)
                turn, commit = await self.outcomes.run(claim, more, bot, channel, self._news.typing(claim, channel))
                turn, commit, committed = await self.outcomes.commit(turn, commit, started)
        except LeaseLost:
            self.measures.dropped("lost")
            await self._recovery.uncount([claim])
            return None
        finally:
            self.current.pop(claim.conversation_id, None)
        return await self._finished(turn, commit, committed, (self.clock.monotonic() - started) * 1000)

    def _deliver(self, conversation_id: ConversationId) -> None:
        """On this process's loop, or by another process."""
        if "delivery" in self.roles:
            self.deliverer.wake(conversation_id)
        else:
            self.storage.hint(SENDS)

    async def _finished(self, turn: Turn | None, commit: TurnCommit, done: Committed, took_ms: float) -> Claim | None:
        """Tells who waits, then says what comes next."""
        claim = commit.claim
        if not done.applied:
            self.measures.dropped("stale")
            log.warning("turn.stale", conversation=claim.conversation_id, seq=claim.seq)
            await self._recovery.uncount([claim])
            return None
        if commit.outcome != "retry":
            self._backlog -= 1 + len(commit.also)
        if commit.timers:
            self.timers.changed()
        if done.messages and commit.deliver:
            self._deliver(claim.conversation_id)
        await self._news.finished(turn, commit, done, took_ms)
        if done.retry_at_ms is not None:
            self._later.add(Again(claim.bot_id, claim.conversation_id, claim.failures + 1), done.retry_at_ms)
            return None
        return done.next

    def _begin_again(self, again: Again) -> None:
        if not self._stopping and self._places.take(again):
            self._run(again)
