"""T1: events are kept, once each, and handed over to whoever runs them."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from gutenbot.kernel.clock import Clock
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.ids import BotId, ConversationId
from gutenbot.kernel.letterbox import letterbox
from gutenbot.storage.port import Turns
from gutenbot.storage.rows import Accepted, Arrival, Claim
from gutenbot.turns.bots import BotRuntime
from gutenbot.turns.channel import Channel
from gutenbot.turns.errors import UnknownBot, UnknownChannel
from gutenbot.turns.measures import Measures
from gutenbot.turns.news import News

Fresh = tuple[Arrival, Accepted]
"""An event that is new, and what became of it."""


class Intake:
    """Takes events in for bots and channels that run here."""

    def __init__(
        self,
        storage: Turns,
        clock: Clock,
        bots: Mapping[BotId, BotRuntime],
        channels: Mapping[str, Channel],
        news: News,
        measures: Measures,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._measures = measures
        self._bots = bots
        self._channels = channels
        self._news = news

    async def accept(
        self, arrivals: Sequence[Arrival], begin: Callable[[list[Fresh]], None], *, patient: bool = False
    ) -> list[Accepted]:
        """Keeps events; `begin` gets the new ones on a thread of the storage's, also when the client has hung up in
        between: nobody else would run them. Raises `UnknownBot`, `UnknownChannel`, `StorageFull`."""
        for arrival in arrivals:
            if arrival.bot_id not in self._bots:
                raise UnknownBot(bot=arrival.bot_id, known=", ".join(self._bots) or "none")
            if arrival.channel_id not in self._channels:
                raise UnknownChannel(channel=arrival.channel_id, known=", ".join(self._channels) or "none")

        started = ended = self._clock.monotonic()
        patient = patient and not self._measures.tracing.on

        def on_disk(accepted: list[Accepted]) -> bool:
            nonlocal ended
            ended = self._clock.monotonic()
            fresh = [(arrival, kept) for arrival, kept in zip(arrivals, accepted, strict=True) if not kept.duplicate]
            for arrival, kept in fresh:
                self._news.arrived(arrival, kept)
            begin(fresh)
            return patient and all(kept.claim is not None for kept in accepted)

        if patient:
            letterbox().expect()
        try:
            accepted = await self._storage.accept(arrivals, on_disk)
        except Temporary as error:
            self._measures.refused(len(arrivals), error)
            raise
        self._measures.accepted(arrivals, accepted, ended - started)
        return accepted

    def overlapping(self, arrival: Arrival, kept: Accepted, current: Mapping[ConversationId, Claim]) -> Accepted:
        """With the policy `concurrent`, an event of a busy conversation gets a claim beside the one that runs here."""
        running = current.get(kept.conversation_id)
        if kept.claim is not None or running is None or self._channels[arrival.channel_id].burst != "concurrent":
            return kept
        claim = msgspec.structs.replace(
            running, seq=kept.seq, n=kept.n, external_id=arrival.external_id, event=arrival.event, lane=arrival.lane,
            attempts=1, failures=0, received_ms=arrival.received_ms, loaded=None,
        )  # fmt: skip
        return msgspec.structs.replace(kept, claim=claim)
