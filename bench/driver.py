"""A worker with its load in the same process, without HTTP: `python bench/driver.py FOLDER`, in a project on PostgreSQL.

Reads a line of JSON for each run, answers with one: so several of these can be told to start at the same moment.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import uvloop

from gutenbot.app.compose import compose
from gutenbot.app.default import API
from gutenbot.app.project import find_project
from gutenbot.events.incoming import MessageEvent
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.ids import BotId, ChannelId, conversation_id, new_id
from gutenbot.kernel.log import configure
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.storage.rows import Arrival

TEXT = "Good morning! Could you tell me when my parcel will be there, please? The number is 4711-0815. " * 2
SPREAD = 8
"""Conversations that each of those who speak has."""
_counted: Counter[str] = Counter()


def count_statements() -> None:
    """Every statement that is sent from now on is counted."""
    execute = psycopg.Connection.execute

    def counted(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        _counted["statements"] += 1
        return execute(self, query, *args, **kwargs)

    psycopg.Connection.execute = counted  # type: ignore[method-assign]


class Driver:
    """Speaks to the bot of an app as many people at once would, each waiting for the answer."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._bot: BotId = next(iter(app.bots))
        self._latencies: list[float] = []

    async def run(self, part: str, seconds: float, speakers: int) -> dict[str, Any]:
        """So many people speak for so long."""
        self._latencies = []
        groups = self._groups()
        statements = _counted["statements"]
        started, used = time.perf_counter(), time.process_time()
        end = started + seconds
        await asyncio.gather(*(self._speaks(f"{part}-{os.getpid()}-{one}", end) for one in range(speakers)))
        wall, ranked = time.perf_counter() - started, sorted(self._latencies)
        return {
            "turns": len(ranked),
            "wall_s": wall,
            "cpu_s": time.process_time() - used,
            "statements": _counted["statements"] - statements,
            "p50_ms": ranked[len(ranked) // 2] * 1000,
            "p99_ms": ranked[int(len(ranked) * 0.99)] * 1000,
            "groups": {name: count - groups[name] for name, count in self._groups().items()},
        }

    def _groups(self) -> dict[str, int]:
        storage = self._app.storage
        assert isinstance(storage, PostgresStorage)
        return {lane.name: lane.groups for lane in storage._lanes}

    async def _speaks(self, name: str, end: float) -> None:
        said = 0
        while (asked := time.perf_counter()) < end:
            await self._say(f"{name}-{said % SPREAD}")
            self._latencies.append(time.perf_counter() - asked)
            said += 1

    async def _say(self, thread: str) -> None:
        turns, clock = self._app.turns, self._app.clock
        arrival = Arrival(
            bot_id=self._bot,
            channel_id=ChannelId(API),
            conversation_id=conversation_id(self._bot, API, thread),
            thread=thread,
            sender=thread,
            external_id=new_id(),
            event=MessageEvent(body=TEXT),
            received_ms=to_ms(clock.now()),
        )
        future = turns.waiters.wait(API, arrival.external_id)
        await turns.accept([arrival])
        rows = await asyncio.wait_for(future, 30.0)
        if len(rows) != 1 or rows[0].message.text != TEXT:
            raise RuntimeError(f"a wrong answer: {rows!r}"[:500])


async def main(folder: Path) -> None:
    """Starts the app, then does what the lines say until there are no more."""
    configure(json=True, level="warning")
    count_statements()
    composed = compose(find_project(None, folder), os.environ)
    await composed.app.start()
    driver = Driver(composed.app)
    try:
        print(json.dumps({"ready": True}), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await driver.run(**json.loads(line))), flush=True)
    finally:
        await composed.app.stop()


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1])))
