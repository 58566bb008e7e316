"""People who write, and the servers of their network, which hand a message in until they get a 2xx."""

import asyncio
from typing import TYPE_CHECKING

from gutenbot.events.incoming import MessageEvent
from gutenbot.kernel.ids import ChannelId, conversation_id
from gutenbot.storage.rows import Accepted, Arrival
from tests.simulation.bot import BOT
from tests.simulation.plan import Talk

if TYPE_CHECKING:
    from tests.simulation.world import World

_ANSWER_S = 10.0
"""So long a network waits for a 2xx."""


class User:
    """One person on one channel."""

    def __init__(self, world: "World", talk: Talk) -> None:
        self.world = world
        self.name = talk.name
        self.channel = ChannelId(talk.channel)
        self.conversation_id = conversation_id(BOT, talk.channel, talk.name)
        self.accepted: dict[str, int] = {}
        """External id → the seq that the 2xx told."""
        self.known = False
        self.done = False
        self._talk = talk

    async def talk(self) -> None:
        """Says everything, one message after the other: the next one comes when the one before is in."""
        late: list[asyncio.Task[None]] = []
        for number, (pause, text, mishap) in enumerate(self._talk.messages):
            await asyncio.sleep(pause)
            arrival = self._arrival(f"{self.name}-{number}", text)
            if mishap == "twice at once":
                await asyncio.gather(self._hand_in(arrival), self._hand_in(arrival))
            else:
                await self._hand_in(arrival)
            if mishap == "again":
                late.append(asyncio.create_task(self._late(arrival)))
        self.done = True
        await asyncio.gather(*late)

    async def _late(self, arrival: Arrival) -> None:
        """The network hands in again what was taken long ago."""
        await asyncio.sleep(self.world.chance.uniform(0.0, 20.0))
        await self._hand_in(arrival)

    async def _hand_in(self, arrival: Arrival) -> None:
        world = self.world
        while True:
            accepted = await self._try(arrival)
            if accepted is not None:
                break
            await asyncio.sleep(world.chance.uniform(0.1, 3.0))
        seq = accepted[0].seq
        world.checks.acknowledged(arrival.external_id, seq, self.accepted.get(arrival.external_id))
        self.accepted[arrival.external_id] = seq
        self.known = True

    async def _try(self, arrival: Arrival) -> list[Accepted] | None:
        """One request; None when it was refused, or when nobody answers in time."""
        world = self.world
        worker = world.up()
        if worker is None:
            return None
        await asyncio.sleep(world.chance.expovariate(100.0))
        answer: asyncio.Future[list[Accepted] | None] = world.loop.create_future()
        worker.process.run(worker.take([arrival], answer))
        done, _ = await asyncio.wait([answer], timeout=_ANSWER_S)
        return answer.result() if done else None

    def _arrival(self, external_id: str, text: str) -> Arrival:
        return Arrival(
            bot_id=BOT,
            channel_id=self.channel,
            conversation_id=self.conversation_id,
            thread=self.name,
            sender=self.name,
            external_id=external_id,
            event=MessageEvent(body=text),
            received_ms=self.world.now_ms(),
        )
