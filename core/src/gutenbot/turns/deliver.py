"""Outbox → channel: the messages of a conversation in order, with retries, a stable key and an end."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from gutenbot.kernel import crashpoints
from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.ending import end_all
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.ids import ConversationId
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.signals import Signals
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import OutgoingRow
from gutenbot.turns.channel import Channel, Sent
from gutenbot.turns.measures import Measures
from gutenbot.turns.signals import SendFailed

log = get_logger("deliver")

SEND_LIMIT_S = 15.0
NO_CHANNEL = "its channel does not run here"
OTHERS_TRY = timedelta(seconds=30)
LEASE_MARGIN_S = 2.0
"""A send that could last beyond the lease of this process, less so much, does not begin: another one may take it over."""
EXPIRY = timedelta(minutes=15)
"""A reply that could not be sent for so long is of no use any more."""
MAX_PAUSE_S = 10.0
_BASE_S = 1.0
_CAP_S = 300.0
MAX_CUT_OFF = 5
"""A send that the end of the process cut off so often may be what ends it: its outcome stays unclear. Up to then it is
sent again, for a repeated answer is better than none."""
LONGEST_PAUSE = timedelta(hours=1)
LOCK_LOOK_S = 1.0
"""How often is looked whether this copy of the bot may send again."""


class Deliverer:
    """Sends what turns have put into the outbox, for channels that do not read the thread themselves."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        channels: Mapping[str, Channel],
        signals: Signals,
        chance: Random,
        *,
        pace: bool = True,
        measures: Measures | None = None,
    ) -> None:
        self.storage = storage
        self.clock = clock
        self.channels = channels
        self.away: set[str] = set()
        """Channels of modules that are switched off: what is for them waits until they are back."""
        self.signals = signals
        self.pace = pace
        self.measures = measures or Measures()
        self._chance = chance
        self.tasks: set[asyncio.Task[None]] = set()
        self._active: set[ConversationId] = set()
        self._sleeping: set[asyncio.Task[Any]] = set()
        self._again: set[ConversationId] = set()
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._stopping = False
        self._held: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether anything is being sent."""
        return bool(self.tasks)

    async def start(self) -> None:
        """Goes on with what was queued or in flight when the process ended."""
        for conversation_id in await self.storage.undelivered(100_000):
            self.wake(conversation_id)

    async def stop(self, limit_s: float) -> None:
        """Lets sends in flight finish within the limit; the rest stays queued."""
        self._stopping = True
        for task in (*self._sleeping, *((self._held,) if self._held else ())):
            task.cancel()
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=limit_s)
        await end_all(self.tasks)

    def wake(self, conversation_id: ConversationId) -> None:
        """There is something to send in this conversation."""
        if conversation_id in self._active:
            self._again.add(conversation_id)
            return
        self._active.add(conversation_id)
        task = asyncio.create_task(self._drain(conversation_id), name=f"delivery {conversation_id}")
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _drain(self, conversation_id: ConversationId) -> None:
        try:
            while not self._stopping:
                self._again.discard(conversation_id)
                if self.storage.sending_lock:
                    self._hold_back()
                    return
                ours_until = self.clock.monotonic() + self.storage.lease_left_s
                row = await self.storage.claim_send(conversation_id, to_ms(self.clock.now()))
                if row is not None:
                    await self._send(row, ours_until)
                elif conversation_id not in self._again:
                    return
        except Temporary as error:
            log.error("delivery.waits", conversation=conversation_id, error=str(error))
            await asyncio.sleep(1.0)
            self._again.add(conversation_id)
        finally:
            self._active.discard(conversation_id)
            if conversation_id in self._again and not self._stopping:
                self.wake(conversation_id)

    def _hold_back(self) -> None:
        """This copy of the bot may not send (BAK-03): what waits stays, and is taken up once it may."""
        if self._held is None or self._held.done():
            log.warning("delivery.locked", why=self.storage.sending_lock)
            self._held = asyncio.create_task(self._until_unlocked(), name="delivery waits to be unlocked")

    async def _until_unlocked(self) -> None:
        while not self._stopping:
            await self._sleep(LOCK_LOOK_S)
            if self.storage.sending_lock:
                continue
            try:
                await self.start()
            except Temporary as error:
                log.error("delivery.waits", error=str(error))
            else:
                return

    async def _send(self, row: OutgoingRow, ours_until: float) -> None:
        """Sends a claimed message. The lease of its claim lasts until a monotonic moment; one that was taken anew since then
        says nothing of who sends it now."""
        channel = self.channels.get(row.channel_id)
        if channel is None and (self.storage.shared or row.channel_id in self.away):
            # Another process may know it, one of a newer release, say; or its module comes back.
            later = to_ms(self.clock.now() + OTHERS_TRY)
            await self._keep(row, "queued", now_ms=row.created_ms, error=NO_CHANNEL, retry_at_ms=later)
            return
        if channel is None:
            await self._finish(row, Sent("failed", error=NO_CHANNEL))
            return
        if row.state == "unknown" and not channel.idempotent and row.tries > MAX_CUT_OFF:
            await self._finish(row, Sent("unknown", error="it may have been sent before the process ended"))
            return
        crashpoints.reach("send.claimed")
        await self._pause(row)
        async with self._slot(channel):
            if min(self.storage.lease_left_s, ours_until - self.clock.monotonic()) < LEASE_MARGIN_S:
                await self._put_back(row)
                return
            started = self.clock.monotonic()
            result = await self._try(channel, row)
            self.measures.sent(row, result.outcome, self.clock.monotonic() - started, result.error)
        crashpoints.reach("send.answered")
        await self._finish(row, result)

    async def _put_back(self, row: OutgoingRow) -> None:
        """The lease of this process runs out (NET-04): waits until it is renewed, then has the message claimed anew."""
        log.warning("send.lease_runs_out", key=row.key)
        while self.storage.lease_left_s < LEASE_MARGIN_S and not self._stopping:
            await self.clock.sleep(0.5)
        await self._keep(row, "queued", now_ms=to_ms(self.clock.now()))

    async def _keep(
        self, row: OutgoingRow, state: str, *, now_ms: int, error: str = "", provider_id: str = "", retry_at_ms: int = 0
    ) -> None:
        """Records what became of a send, as soon as the database takes it: else nobody would go on with the next one."""
        while True:
            try:
                await self.storage.finish_send(
                    row, state, now_ms=now_ms, error=error, provider_id=provider_id, retry_at_ms=retry_at_ms
                )
            except Temporary as trouble:
                if self._stopping:
                    raise
                log.error("send.record_waits", key=row.key, state=state, error=str(trouble))
                await self.clock.sleep(1.0)
            else:
                return

    async def _pause(self, row: OutgoingRow) -> None:
        """The typing and waits of the message, so that answers come as a person would write them."""
        pause = (row.message.wait_ms + row.message.typing_ms) / 1000
        if self.pace and pause > 0:
            await self.clock.sleep(min(pause, MAX_PAUSE_S))

    def _slot(self, channel: Channel) -> asyncio.Semaphore:
        return self._slots.setdefault(channel.id, asyncio.Semaphore(channel.concurrency))

    async def _try(self, channel: Channel, row: OutgoingRow) -> Sent:
        limit_s = min(SEND_LIMIT_S, self.storage.lease_left_s - LEASE_MARGIN_S / 2)
        try:
            async with asyncio.timeout(limit_s):
                return await channel.send(row)
        except TimeoutError:
            return Sent("unknown", error=f"no answer within {limit_s:.0f} s")
        except Exception as error:
            return Sent("retry", error=f"{type(error).__name__}: {error}")

    async def _finish(self, row: OutgoingRow, result: Sent) -> None:
        now = self.clock.now()
        expired = to_ms(now) - row.created_ms > EXPIRY.total_seconds() * 1000
        unclear = result.outcome == "unknown" and (not self._idempotent(row) and row.tries > 1)
        if result.outcome in ("sent", "failed") or unclear or expired:
            state = "failed" if expired and result.outcome == "retry" else result.outcome
            await self._keep(row, state, now_ms=to_ms(now), error=result.error, provider_id=result.provider_id)
            crashpoints.reach("send.finished")
            if state != "sent":
                self.measures.given_up(row, state)
                log.error("send.failed", key=row.key, state=state, error=result.error)
                await self.signals.send(SendFailed(row, result.error))
            return
        pause = self._back_off(row, result)
        retry_at = to_ms(now + pause)
        await self._keep(row, "queued", now_ms=to_ms(now), error=result.error, retry_at_ms=retry_at)
        log.warning("send.retries", key=row.key, tries=row.tries, seconds=pause.total_seconds(), error=result.error)
        await self._sleep(pause.total_seconds())

    async def _sleep(self, seconds: float) -> None:
        """Waits before the next try; the end of the process need not wait for it."""
        task = asyncio.current_task()
        assert task is not None
        self._sleeping.add(task)
        try:
            await self.clock.sleep(seconds)
        finally:
            self._sleeping.discard(task)

    def _idempotent(self, row: OutgoingRow) -> bool:
        channel = self.channels.get(row.channel_id)
        return channel is not None and channel.idempotent

    def _back_off(self, row: OutgoingRow, result: Sent) -> timedelta:
        if result.retry_after is not None:
            return max(timedelta(), min(result.retry_after, LONGEST_PAUSE))
        longest = min(_CAP_S, _BASE_S * 2**row.tries)
        return timedelta(seconds=self._chance.uniform(0, longest) if self.pace else longest)
