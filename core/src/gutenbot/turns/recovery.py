"""What a process left open when it ended is taken up again; what may have ended it is tried with care."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.port import Turns
from gutenbot.storage.rows import Claim
from gutenbot.turns.attempt import is_suspect


class Recovery:
    """Sorts what is taken up: most begins at once, suspects are tried one after the other, so that the innocent are not
    counted guilty with the one that ends the process (POI-02)."""

    def __init__(self, storage: Turns, begin: Callable[[Claim], None], run: Callable[[Claim], Awaitable[None]]) -> None:
        self._storage = storage
        self._begin = begin
        self._run = run
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
                await self.sort(claim)

    async def sort(self, claim: Claim) -> None:
        """Begins a claim, or keeps it for later: its attempt does not count until its turn has come."""
        if not is_suspect(claim):
            self._begin(claim)
            return
        await self._storage.release([claim], keep=True)
        self._suspects.append(claim.conversation_id)

    def next_suspect(self) -> "asyncio.Task[None] | None":
        """The task that tries suspects, when it is to be started now."""
        if not self._suspects or (self._task is not None and not self._task.done()):
            return None
        self._task = asyncio.create_task(self._try_alone(), name="suspects")
        return self._task

    def stop(self) -> None:
        """No further suspect is tried."""
        self._suspects.clear()

    async def _try_alone(self) -> None:
        while self._suspects:
            claim = await self._storage.claim(self._suspects.popleft())
            if claim is not None:
                await self._run(claim)
