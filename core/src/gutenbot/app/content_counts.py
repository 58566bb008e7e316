"""How often each content item is said, and its answers are chosen: counted in memory, written together now and then.

No turn waits for it. A process that is killed takes the last seconds of its counts with it.
"""

import asyncio
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gutenbot.events.incoming import MessageEvent, PayloadEvent
from gutenbot.events.messages import Outgoing
from gutenbot.kernel.errors import GutenbotError, Temporary
from gutenbot.kernel.ids import ConversationId
from gutenbot.kernel.log import get_logger
from gutenbot.turns.signals import TurnFinished

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("content")

EVERY_S = 10.0
REMEMBERED = 10_000
"""Conversations whose last offers are remembered; the taps of others are looked up."""
_LOOKED_AT = 30
"""Entries of a thread in which an offer is looked for."""
_WAITING = 1_000
"""Taps that may wait to be looked up; more are not counted."""

Counts = dict[tuple[str, ...], list[int]]
"""(bot, item), and (bot, item, variant) where it has some → shown, clicked."""
Offer = tuple[str, ...]
"""The item that offered something, and its variant where it has some."""


class ContentCounts:
    """The counts of one app."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._lock = threading.Lock()
        self._counts: Counts = defaultdict(lambda: [0, 0])
        self._offered: OrderedDict[ConversationId, dict[str, Offer]] = OrderedDict()
        self._taps: list[tuple[str, ConversationId, str]] = []
        self._task: asyncio.Task[None] | None = None

    def start(self, *, watch: bool) -> None:
        """Counts from now on; with `watch=False` somebody else calls `write` (tests)."""
        self._app.signals.subscribe(TurnFinished, self.heard, "core")
        if watch:
            self._task = asyncio.create_task(self._run(), name="content counts")

    async def stop(self) -> None:
        """Writes what is left."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        try:
            await self.write()
        except GutenbotError as error:
            log.info("content.counts_lost", reason=str(error))

    async def heard(self, turn: TurnFinished) -> None:
        """Takes in what a turn said, and what it answered to."""
        said = dict.fromkeys(key for row in turn.messages for key in keys_of(row.message))
        event = turn.event
        tapped = (
            event.payload if isinstance(event, PayloadEvent) else event.text if isinstance(event, MessageEvent) else ""
        )
        with self._lock:
            for key in said:
                self._counts[turn.bot_id, *key][0] += 1
            if tapped:
                self._tap(turn, str(tapped), is_payload=isinstance(event, PayloadEvent))
            offers = {label: offer for row in turn.messages for label, offer in offers_of(row.message).items()}
            if offers:
                self._offered[turn.conversation_id] = offers
                self._offered.move_to_end(turn.conversation_id)
                if len(self._offered) > REMEMBERED:
                    self._offered.popitem(last=False)

    def _tap(self, turn: TurnFinished, tapped: str, *, is_payload: bool) -> None:
        offers = self._offered.get(turn.conversation_id)
        if offers is not None and tapped in offers:
            _click(self._counts, turn.bot_id, offers[tapped])
        elif is_payload and len(self._taps) < _WAITING:
            self._taps.append((turn.bot_id, turn.conversation_id, tapped))

    async def flush(self) -> None:
        """Writes what was counted here so far, for whoever looks at it now; what cannot be written waits."""
        try:
            await self.write()
        except GutenbotError as error:
            log.info("content.counts_wait", reason=str(error))

    async def write(self) -> int:
        """Adds what was counted since to the day's rows; returns how many there were."""
        with self._lock:
            counts, self._counts = self._counts, defaultdict(lambda: [0, 0])
            taps, self._taps = self._taps, []
        for bot, conversation_id, tapped in taps:
            _click(counts, bot, await self._offer(conversation_id, tapped))
        if not counts:
            return 0
        from gutenbot.editing.counting import add

        day = self._app.content.now_ms() // 86_400_000
        kept = {key: (shown, clicked) for key, (shown, clicked) in counts.items()}
        try:
            await self._app.storage.write(lambda db: add(db, kept, day), place="core.content.counts")
        except GutenbotError:
            self._put_back(kept)
            raise
        return len(counts)

    def _put_back(self, counts: Mapping[tuple[str, ...], tuple[int, int]]) -> None:
        """They could not be written: they are with the next."""
        with self._lock:
            for key, (shown, clicked) in counts.items():
                self._counts[key][0] += shown
                self._counts[key][1] += clicked

    async def _offer(self, conversation_id: ConversationId, tapped: str) -> Offer:
        """Which item offered this, as the thread tells: another worker said it, or this one before it was restarted."""
        storage = self._app.storage
        last = (await storage.positions([conversation_id])).get(conversation_id, 0)
        for entry in reversed(await storage.thread(conversation_id, after=max(0, last - _LOOKED_AT))):
            if entry.direction == "out":
                found = offers_of(entry.body).get(tapped)  # type: ignore[arg-type]
                if found:
                    return found
        return ()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.write()
            except Temporary as error:
                log.warning("content.counts_wait", error=str(error))


def keys_of(message: Outgoing) -> list[Offer]:
    """What is counted when a message is said: its item, and the variant."""
    if not message.content_id:
        return []
    return [(message.content_id,), *([(message.content_id, message.variant)] if message.variant else [])]


def _click(counts: Counts, bot: str, offer: Offer) -> None:
    """Something was chosen of what an item offered."""
    for size in range(1, len(offer) + 1):
        counts[(bot, *offer[:size])][1] += 1


def offers_of(message: Outgoing) -> dict[str, Offer]:
    """What a message of a content item offers (payloads, and titles without one) → the item and its variant."""
    if not message.content_id:
        return {}
    cards = getattr(message, "cards", ())
    buttons = [*getattr(message, "buttons", ()), *(button for card in cards for button in card.buttons)]
    labels = [reply.payload or reply.title for reply in message.quick_replies]
    labels += [str(button.value or button.title) for button in buttons if button.kind not in ("link", "call")]
    return dict.fromkeys(labels, keys_of(message)[-1])
