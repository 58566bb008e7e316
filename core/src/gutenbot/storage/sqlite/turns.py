"""The turn loop's part of the port. What happens inside a unit is in `accept`, `claims`, `commit` and `loads`."""

import sqlite3
from collections.abc import Collection, Sequence

from gutenbot.kernel.crashpoints import reach
from gutenbot.kernel.ids import BotId, ConversationId
from gutenbot.storage.columns import timer_arrival
from gutenbot.storage.port import Done, Then
from gutenbot.storage.prepared import prepare, prepare_turn
from gutenbot.storage.rows import WHENEVER_MS, Accepted, Arrival, Claim, Committed, JournalRow, Loaded, TurnCommit
from gutenbot.storage.sqlite import accept as accepting
from gutenbot.storage.sqlite import claims as claiming
from gutenbot.storage.sqlite import commit as committing
from gutenbot.storage.sqlite import loads
from gutenbot.storage.sqlite.engine import Engine

_DUE = """SELECT t.conversation_id, t.name, t.generation, c.bot_id, c.channel_id, c.thread, c.sender
FROM timer t JOIN conversation c USING (conversation_id) WHERE t.due_ms <= ? ORDER BY t.due_ms, t.generation, t.name LIMIT ?"""
_FIRED = "DELETE FROM timer WHERE conversation_id = ? AND name = ?"
_EARLIEST = "SELECT min(due_ms) FROM timer"


class SqliteTurns(Engine):
    """Inbox, claims, state, commits and timers."""

    _recovered = ""
    """The last conversation of the recovery that is going on; empty before one."""

    async def accept(self, arrivals: Sequence[Arrival], then: Then | None = None) -> list[Accepted]:
        prepared = [prepare(arrival) for arrival in arrivals]
        boot = self._boot

        def unit(db: sqlite3.Connection) -> list[Accepted]:
            accepted = [accepting.accept_one(db, item, boot) for item in prepared]
            reach("accept.inside")
            return accepted

        reach("accept.before")
        accepted = await self._write(unit, taking_in=True, then=then)
        reach("accept.after")
        return accepted

    async def recover(self, limit: int = 1000) -> list[ConversationId]:
        after = self._recovered
        found = await self._write(lambda db: claiming.recover(db, self._boot, after, limit))
        self._recovered = found[-1] if len(found) == limit else ""
        return found

    async def claim(self, conversation_id: ConversationId, *, due: bool = False) -> Claim | None:
        now_ms = WHENEVER_MS if due else self._now_ms()
        return await self._write(lambda db: claiming.claim_held(db, conversation_id, self._boot, now_ms))

    async def claim_ready(self, limit: int, bots: Collection[BotId], channels: Collection[str]) -> list[Claim]:
        """None, ever: nobody else works on this database, so that nothing becomes ready without a caller of ours."""
        return []

    async def claim_more(self, claim: Claim, limit: int) -> list[Claim]:
        now_ms = self._now_ms()
        return await self._write(lambda db: claiming.claim_burst(db, claim, limit, self._boot, now_ms))

    async def load(self, conversation_id: ConversationId) -> Loaded:
        return loads.load(self._readers.connection(), conversation_id)

    async def record(self, claim: Claim, row: JournalRow) -> None:
        limit = self._limits.state_bytes
        await self._write(lambda db: committing.record_step(db, claim, row, self._boot, limit))
        reach("record.after")

    async def commit(self, turn: TurnCommit, then: Done | None = None) -> Committed:
        limit = self._limits.state_bytes
        prepared = prepare_turn(turn, limit)
        reach("commit.before")
        committed = await self._write(lambda db: committing.commit_turn(db, prepared, self._boot, limit), then=then)
        reach("commit.after")
        return committed

    async def release(self, claims: Sequence[Claim], *, keep: bool = False) -> None:
        await self._write(lambda db: claiming.release(db, claims, self._boot, keep=keep))

    async def fire_timers(self, now_ms: int, limit: int) -> list[Accepted]:
        return await self._write(lambda db: _fire(db, now_ms, limit, self._boot))

    async def next_timer(self) -> int | None:
        due: int | None = self._readers.connection().execute(_EARLIEST).fetchone()[0]
        return due


def _fire(db: sqlite3.Connection, now_ms: int, limit: int, boot: str) -> list[Accepted]:
    """Each due timer becomes an event of its conversation, in the order in which they were due."""
    accepted: list[Accepted] = []
    for conversation_id, name, generation, *address in db.execute(_DUE, (now_ms, limit)).fetchall():
        arrival = timer_arrival(ConversationId(conversation_id), name, generation, *address, now_ms=now_ms)
        accepted.append(accepting.accept_one(db, prepare(arrival), boot))
        db.execute(_FIRED, (conversation_id, name))
    return accepted
