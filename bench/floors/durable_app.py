"""Floor B, the durable floor: uvicorn and Starlette that keep every message, and nothing else.

Per message the conversation's state is read and upserted, and the incoming and the outgoing row are inserted, in a
transaction that is on disk (`synchronous=FULL`) before the answer goes out. One thread writes; what arrives while it
waits for the disk shares the next transaction.
"""

import asyncio
import json
import sqlite3
import sys
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from queue import SimpleQueue
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

MAX_GROUP = 50
_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversation (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS incoming (id INTEGER PRIMARY KEY, conversation TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS outgoing (id INTEGER PRIMARY KEY, conversation TEXT NOT NULL, body TEXT NOT NULL) STRICT;
"""
_STATE = "SELECT state FROM conversation WHERE id = ?"
_KEEP = "INSERT INTO conversation VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state"
_IN = "INSERT INTO incoming (conversation, body) VALUES (?, ?)"
_OUT = "INSERT INTO outgoing (conversation, body) VALUES (?, ?)"

Job = tuple[str, str, "asyncio.Future[dict[str, Any]]"]
Done = tuple["asyncio.Future[dict[str, Any]]", dict[str, Any]]


class Writer:
    """The one thread that writes."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="writer")
        self._thread.start()

    def submit(self, conversation: str, text: str) -> "asyncio.Future[dict[str, Any]]":
        """The answer, once it is on disk."""
        future: asyncio.Future[dict[str, Any]] = self._loop.create_future()
        self._queue.put((conversation, text, future))
        return future

    def stop(self) -> None:
        """Ends the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        db = sqlite3.connect(self._path, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.executescript(_SCHEMA)
        while (job := self._queue.get()) is not None:
            jobs = [job]
            while len(jobs) < MAX_GROUP and not self._queue.empty():
                following = self._queue.get()
                if following is None:
                    self._queue.put(None)
                    break
                jobs.append(following)
            db.execute("BEGIN IMMEDIATE")
            done = [(future, _keep(db, conversation, text)) for conversation, text, future in jobs]
            db.execute("COMMIT")
            self._loop.call_soon_threadsafe(_answer, done)
        db.close()


def _keep(db: sqlite3.Connection, conversation: str, text: str) -> dict[str, Any]:
    row = db.execute(_STATE, (conversation,)).fetchone()
    state = json.loads(row[0]) if row else {"turns": 0}
    state["turns"] += 1
    reply = {"messages": [{"type": "text", "text": text}]}
    db.execute(_KEEP, (conversation, json.dumps(state)))
    db.execute(_IN, (conversation, text))
    db.execute(_OUT, (conversation, json.dumps(reply)))
    return reply


def _answer(done: list[Done]) -> None:
    for future, reply in done:
        if not future.done():
            future.set_result(reply)


async def converse(request: Request) -> JSONResponse:
    """Keeps the message, then says the same."""
    message = await request.json()
    writer: Writer = request.app.state.writer
    return JSONResponse(await writer.submit(request.path_params["conversation"], message["text"]))


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncGenerator[None]:
    """Opens and closes the database."""
    app.state.writer = Writer(sys.argv[2])
    yield
    app.state.writer.stop()


app = Starlette(routes=[Route("/converse/{conversation}", converse, methods=["POST"])], lifespan=lifespan)

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False, log_level="warning")
