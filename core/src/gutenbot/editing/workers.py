"""Which worker says which generation of a bot's content: rows that each renews, so that those of the dead go stale."""

from collections.abc import Mapping

import sqlalchemy as sa

from gutenbot.editing.tables import WORKER
from gutenbot.storage.port import Storage

ALIVE_MS = 15_000
"""A worker that has said nothing for so long counts no more."""
_FORGOTTEN_MS = 600_000


async def beat(storage: Storage, worker: str, generations: Mapping[str, int], now_ms: int) -> None:
    """This worker runs, and says these generations."""

    def work(db: sa.Connection) -> None:
        for bot, generation in generations.items():
            values = {"generation": generation, "seen_ms": now_ms}
            mine = sa.and_(WORKER.c.worker == worker, WORKER.c.bot_id == bot)
            if not db.execute(WORKER.update().where(mine).values(**values)).rowcount:
                db.execute(WORKER.insert().values(worker=worker, bot_id=bot, **values))
        db.execute(WORKER.delete().where(WORKER.c.seen_ms < now_ms - _FORGOTTEN_MS))

    await storage.write(work, place=f"core.content.worker.{worker}")


async def leave(storage: Storage, worker: str) -> None:
    """This worker ends."""
    await storage.write(
        lambda db: db.execute(WORKER.delete().where(WORKER.c.worker == worker)).rowcount,
        place=f"core.content.worker.{worker}",
    )


async def is_oldest(storage: Storage, worker: str, now_ms: int) -> bool:
    """Whether no worker that runs was started before this one: those of the deploy before are gone."""
    older = sa.and_(WORKER.c.worker < worker, WORKER.c.seen_ms > now_ms - ALIVE_MS)
    query = sa.select(WORKER.c.worker).where(older).limit(1)
    return await storage.read(lambda db: db.execute(query).first() is None)


async def live_on(storage: Storage, bot: str, generation: int, now_ms: int) -> tuple[int, int]:
    """On how many workers a generation is live, and how many there are."""
    alive = sa.and_(WORKER.c.bot_id == bot, WORKER.c.seen_ms > now_ms - ALIVE_MS)
    query = sa.select(WORKER.c.generation).where(alive)
    found = await storage.read(lambda db: [int(value) for value in db.execute(query).scalars()])
    return sum(one >= generation for one in found), len(found)
