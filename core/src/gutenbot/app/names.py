"""Writes down by which words the people are found whom an earlier release wrote down without: once a database, in one process,
in short transactions with a rest after each. Who comes or changes meanwhile is written down with the change itself."""

from functools import partial

from gutenbot.kernel.clock import Clock
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.log import get_logger
from gutenbot.storage.names import fill
from gutenbot.storage.port import Storage

log = get_logger("names")

LEASE = "names"
SCOPE, KEY = "gutenbot.names", "filled"
VERSION = 1
"""Of what counts as a word: another one fills anew."""
PORTION = 200
ANYBODY = "SELECT 1 FROM bot_user LIMIT 1"
REST = 4.0
"""For so many times as long as a portion took nothing is done."""
AGAIN_S = 30.0


async def fill_names(storage: Storage, clock: Clock, *, portion: int = PORTION) -> int:
    """Fills until there is nothing left; returns how many portions it took. Goes on where a process before ended."""
    done = 0
    while True:
        try:
            kept = await storage.kv_get(SCOPE, KEY) or {}
            if kept.get("done") == VERSION:
                return done
            if not await storage.peek(ANYBODY):
                await storage.kv_set(SCOPE, KEY, {"done": VERSION})
                return done
            if await storage.take_lease(LEASE) != "":
                await clock.sleep(AGAIN_S)
                continue
            after = (kept["after"][0], kept["after"][1]) if kept.get("version") == VERSION else ("", "")
            started = clock.monotonic()
            last = await storage.write(partial(fill, after=after, limit=portion), place=f"core.{LEASE}")
            done += 1
            if last is None:
                await storage.kv_set(SCOPE, KEY, {"done": VERSION})
                await storage.end_lease(LEASE)
                log.info("names.filled", portions=done)
                return done
            await storage.kv_set(SCOPE, KEY, {"version": VERSION, "after": list(last)})
            await clock.sleep((clock.monotonic() - started) * REST)
        except Temporary as error:
            log.warning("names.waits", error=str(error))
            await clock.sleep(AGAIN_S)
