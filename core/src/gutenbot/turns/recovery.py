"""What a process left open when it ended is taken up again; what may have ended it is tried with care."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from gutenbot.kernel.clock import Clock
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.ids import ConversationId
from gutenbot.kernel.log import get_logger
from gutenbot.storage.port import Turns
from gutenbot.storage.rows import Claim
from gutenbot.turns.attempt import is_suspect

log = get_logger("turns")
T = TypeVar("T")


class Recovery:
    """Sorts what is taken up: most begins at once, suspects are tried one after the other, so that the innocent are not
    counted guilty with the one that ends the process (POI-02)."""

    def __init__(
        self, storage: Turns, clock: Clock, begin: Callable[[Claim], None], run: Callable[[Claim], Awaitable[None]]
    ) -> None:
        self._storage = storage
        self._begin = begin
        self._run = run
        self._clock = clock
        self._stopping = False
        self._suspects: deque[ConversationId] = deque()
        self._task: asyncio.Task[None] | None = None

    async def take_over(self) -> None:
        """Takes up all that is open, at the start of the only process of a database."""
        left_open: list[ConversationId] = []
        while found := await self._storage.recover():
            left_open += found
        for conversation in left_open:
            claim = await self._storage.claim(conversation)
            if claim is not None:
                await self.sort([claim])

    async def sort(self, claims: Sequence[Claim]) -> None:
        """Begins claims, and keeps suspects for later: their attempts do not count until their turn has come.

        That is written at once for all of them, and before anything begins: the process may end here, too, and none of them
        would be guilty of it.
        """
        suspects = [claim for claim in claims if is_suspect(claim)]
        if suspects:
            await self.uncount(suspects)
            self._suspects.extend(claim.conversation_id for claim in suspects)
        for claim in claims:
            if not is_suspect(claim):
                self._begin(claim)

    def next_suspect(self) -> "asyncio.Task[None] | None":
        """The task that tries suspects, when it is to be started now."""
        if not self._suspects or (self._task is not None and not self._task.done()):
            return None
        self._task = asyncio.create_task(self._try_alone(), name="suspects")
        return self._task

    def stop(self) -> None:
        """Nothing further is taken up."""
        self._stopping = True
        self._suspects.clear()

    async def _try_alone(self) -> None:
        while self._suspects:
            claim = await self.claim(self._suspects.popleft())
            if claim is not None:
                await self._run(claim)

    async def uncount(self, claims: Sequence[Claim]) -> None:
        """Attempts that came to nothing, while the process lives, are no sign that the events end processes."""
        await self._patiently(lambda: self._storage.release(claims, keep=True))

    async def claim(self, conversation_id: ConversationId, *, due: bool = False) -> Claim | None:
        """Claims the next event of a conversation that this process holds, as `Storage.claim`; None also when it is stopping."""
        return await self._patiently(lambda: self._storage.claim(conversation_id, due=due))

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T | None:
        """Asks until the database answers: while this process lives, nobody else goes on with what it holds."""
        while not self._stopping:
            try:
                return await ask()
            except Temporary as error:
                log.error("recovery.waits", error=str(error))
                await self._clock.sleep(1.0)
        return None
