"""Topics about conversations: the thread of one, and which ones of a bot changed."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from gutenbot.http.live.connection import Connection, encoded
from gutenbot.http.live.sources import CAUGHT_UP, Source
from gutenbot.kernel.clock import from_ms
from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.looks import changed
from gutenbot.storage.rows import ThreadEntry
from gutenbot.turns.live import Notice

if TYPE_CHECKING:
    from gutenbot.app.app import App

_AT_ONCE = 200


class Thread(Source):
    """`conversation:<id>`: what is added to the thread, numbered by its positions; who is typing passes by."""

    def __init__(self, app: "App", topic: str) -> None:
        super().__init__(app, topic)
        self._id = ConversationId(topic.partition(":")[2])
        self._n = -1
        self._reading = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._stop = app.turns.live.watch(self._id, self._noticed)

    async def attach(self, connection: Connection, after: int | None) -> None:
        async with self._reading:
            await self._read_on()
            if after is not None and after < self._n:
                await self._catch_up(connection, after)
            elif after is not None and after > self._n:
                self.gap(connection, self._n)
            self.joined(connection, self._n)

    async def _catch_up(self, connection: Connection, after: int) -> None:
        if self._n - after > CAUGHT_UP:
            self.gap(connection, self._n)
            return
        for entry in await self.app.storage.thread(self._id, after=after, limit=CAUGHT_UP):
            if entry.n <= self._n:
                connection.put(_line(self.topic, entry))

    def _noticed(self, notice: Notice) -> None:
        if notice.typing is not None or notice.user_typing:
            who = "user" if notice.user_typing else "bot"
            self.passing({"typing": notice.user_typing or bool(notice.typing), "who": who})
        if notice.entries or notice.elsewhere:
            self._begin()

    def _begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._tell(), name=f"live {self.topic}")

    async def look(self) -> None:
        """A notice may have been lost, or have come while the thread was read."""
        positions = await self.app.storage.positions([self._id])
        if positions.get(self._id, self._n) != self._n:
            self._begin()

    async def _tell(self) -> None:
        async with self._reading:
            for entry in await self._read_on():
                text = _line(self.topic, entry)
                for connection in list(self.listeners):
                    connection.put(text)

    async def _read_on(self) -> list[ThreadEntry]:
        """What was added since; the first time only the position."""
        if self._n < 0:
            self._n = (await self.app.storage.positions([self._id])).get(self._id, 0)
            return []
        found: list[ThreadEntry] = []
        while page := await self.app.storage.thread(self._id, after=self._n):
            found += page
            self._n = page[-1].n
        return found

    def close(self) -> None:
        self._stop()
        if self._task is not None:
            self._task.cancel()


class Conversations(Source):
    """`conversations:<bot>`: which conversations changed, and how their rows in a list look now; at most once a second."""

    def __init__(self, app: "App", topic: str) -> None:
        super().__init__(app, topic)
        self._bot = topic.partition(":")[2]
        self._changed: dict[ConversationId, None] = {}
        self._stop = app.turns.live.watch_all(self._noticed)

    async def attach(self, connection: Connection, after: int | None) -> None:
        self.joined(connection, 0)
        if after is not None:
            self.gap(connection, 0)  # nobody keeps what changed while the page was away

    def _noticed(self, notice: Notice) -> None:
        if notice.entries or notice.elsewhere:
            self._changed[notice.conversation_id] = None

    async def look(self) -> None:
        if not self._changed:
            return
        some = list(self._changed)[:_AT_ONCE]
        for one in some:
            del self._changed[one]
        rows = await self.app.storage.read(partial(changed, bot_id=self._bot, conversation_ids=some))
        if rows:
            self.passing({"changed": [_row(row) for row in rows]})

    def close(self) -> None:
        self._stop()


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "updated": from_ms(row["updated"]).isoformat()}


def _line(topic: str, entry: ThreadEntry) -> str:
    return encoded(
        topic=topic,
        seq=entry.n,
        data={
            "n": entry.n,
            "dir": entry.direction,
            "at": from_ms(entry.at_ms).isoformat(),
            "author": entry.author,
            "id": entry.external_id,
            "body": msgspec.to_builtins(entry.body, enc_hook=str),
        },
    )
