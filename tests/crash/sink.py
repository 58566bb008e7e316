"""The messaging network behind the push channels: takes messages, and for `push-keyed` drops a key that it has seen."""

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


class Sink:
    """Everything that was posted, as users would see it."""

    def __init__(self, chance: random.Random, *, faults: float = 0.0) -> None:
        self.seen: dict[str, list[str]] = defaultdict(list)
        """Thread → what the person sees, in order."""
        self.keys: Counter[str] = Counter()
        """Key → how often it came."""
        self.texts: dict[str, str] = {}
        self.arrivals: list[tuple[float, str, str]] = []
        """When each came (seconds since 1970), from which process, and its key."""
        self.changed: list[str] = []
        """Keys that came with other words the second time: never right."""
        self.url = ""
        self.during: asyncio.Event | None = None
        """Set when a message arrives; the answer then waits for `go_on` (tests of a crash between the two)."""
        self.go_on = asyncio.Event()
        self._chance = chance
        self._faults = faults

    def repeats(self, channel: str) -> int:
        """How often a message of this channel came again."""
        return sum(count - 1 for key, count in self.keys.items() if key.startswith(channel))

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator["Sink"]:
        """Listens meanwhile."""
        app = web.Application()
        app.router.add_post("/", self._take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        assert site._server is not None
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{port}/"
        try:
            yield self
        finally:
            self.go_on.set()
            await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        body: dict[str, Any] = await request.json()
        channel, thread, text = body["channel"], body["thread"], body["text"]
        key = f"{channel} {body['key']}"
        self.arrivals.append((time.time(), body["worker"], key))
        again = key in self.texts
        if again and self.texts[key] != text:
            self.changed.append(key)
        self.keys[key] += 1
        self.texts[key] = text
        if not (again and channel == "push-keyed"):
            self.seen[thread].append(text)
        if self.during is not None:
            self.during.set()
            await self.go_on.wait()
        if channel == "push-keyed" and self._chance.random() < self._faults:
            return web.Response(status=503)  # accepted, yet the sender is told otherwise
        return web.json_response({"id": key})
