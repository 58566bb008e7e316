"""The turn loop's part of the port. What happens inside a transaction is in `accept`, `claims`, `commit` and `loads`."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any, TypeVar

from gutenbot.kernel.clock import Clock
from gutenbot.kernel.crashpoints import reach
from gutenbot.kernel.ids import BotId, ConversationId
from gutenbot.storage.columns import timer_arrival
from gutenbot.storage.errors import LeaseLost, StorageAway
from gutenbot.storage.port import Done, Then
from gutenbot.storage.postgres import claims as claiming
from gutenbot.storage.postgres import commit as committing
from gutenbot.storage.postgres import records as recording
from gutenbot.storage.postgres.accept import accept_all, columns, group
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.engine import Limits, alone
from gutenbot.storage.postgres.lanes import Job, Lane
from gutenbot.storage.postgres.loads import load_all
from gutenbot.storage.postgres.records import StepResult
from gutenbot.storage.postgres.session import Session, Transaction
from gutenbot.storage.postgres.shared import PostgresShared
from gutenbot.storage.prepared import Prepared, PreparedTurn, prepare, prepare_turn
from gutenbot.storage.rows import WHENEVER_MS, Accepted, Arrival, Claim, Committed, JournalRow, Loaded, TurnCommit

W = TypeVar("W")

_DUE = """SELECT t.conversation_id, t.name, t.generation, c.bot_id, c.channel_id, c.thread, c.sender
FROM timer t JOIN conversation c USING (conversation_id) WHERE t.due_ms <= %s ORDER BY t.due_ms, t.generation, t.name LIMIT %s"""
_LOCK = """SELECT FROM conversation WHERE conversation_id = ANY(%s::text[]) ORDER BY conversation_id FOR UPDATE"""
_FIRED = """DELETE FROM timer t USING unnest(%s::text[], %s::text[], %s::bigint[]) AS v (id, name, generation)
WHERE t.conversation_id = v.id AND t.name = v.name AND t.generation = v.generation AND t.due_ms <= %s
RETURNING t.conversation_id, t.name"""
_EARLIEST = "SELECT min(due_ms) FROM timer"


class PostgresTurns(PostgresShared):
    """Inbox, claims, state, commits and timers."""

    def __init__(self, url: str, clock: Clock, limits: Limits, boot: str, *, works: bool) -> None:
        super().__init__(url, clock, limits, boot)
        self._owner = self._boot if works else ""
        """Who gets idle conversations when an event comes in: this worker, or whoever claims them first."""
        self._accepts: Lane[list[Prepared]] = self._lane("accepts", self._run_accepts, limits.accepting)
        self._commits: Lane[PreparedTurn] = self._lane("commits", self._run_commits, limits.committing)
        self._records: Lane[StepResult] = self._lane("records", self._run_records, limits.recording)
        self._loads: Lane[ConversationId] = self._lane("loads", load_all, limits.loading)

    async def accept(self, arrivals: Sequence[Arrival], then: Then | None = None) -> list[Accepted]:
        if not arrivals:
            return []
        prepared = [prepare(arrival) for arrival in arrivals]
        reach("accept.before")
        accepted: list[Accepted] = await self._accepts.submit(prepared, then=then)
        reach("accept.after")
        if not self._owner:
            self.hint("work")
        return accepted

    async def recover(self, limit: int = 1000) -> list[ConversationId]:
        wanted = claiming.Wanted(self._boot, limit, None, None, self._inbox_mark.bounds)
        held = await self._write(lambda db: claiming.take_over(db, wanted))
        return [one.conversation_id for one in held]

    async def claim_ready(self, limit: int, bots: Collection[BotId], channels: Collection[str]) -> list[Claim]:
        now_ms = self._now_ms()
        wanted = claiming.Wanted(self._boot, limit, list(bots), list(channels), self._inbox_mark.bounds)
        return await self._write(lambda db: claiming.claim_ready(db, wanted, now_ms))

    async def claim(self, conversation_id: ConversationId, *, due: bool = False) -> Claim | None:
        now_ms = WHENEVER_MS if due else self._now_ms()
        return await self._write(
            lambda db: claiming.claim_held(db, conversation_id, self._boot, now_ms), conversation_id
        )

    async def claim_more(self, claim: Claim, limit: int) -> list[Claim]:
        now_ms = self._now_ms()
        return await self._write(
            lambda db: claiming.claim_burst(db, claim, limit, self._boot, now_ms), claim.conversation_id
        )

    async def load(self, conversation_id: ConversationId) -> Loaded:
        loaded: Loaded = await self._loads.submit(conversation_id, conversation_id)
        return loaded

    async def record(self, claim: Claim, row: JournalRow) -> None:
        if not await self._records.submit(StepResult(claim, row), claim.conversation_id):
            raise LeaseLost(conversation_id=claim.conversation_id)
        reach("record.after")

    async def commit(self, turn: TurnCommit, then: Done | None = None) -> Committed:
        prepared = prepare_turn(turn, self._limits.state_bytes)
        reach("commit.before")
        committed: Committed = await self._commits.submit(prepared, turn.claim.conversation_id, then)
        reach("commit.after")
        return committed

    async def release(self, claims: Sequence[Claim], *, keep: bool = False) -> None:
        await self._write(lambda db: claiming.release(db, claims, self._boot, keep=keep))
        if not keep:
            self.hint("work")

    async def fire_timers(self, now_ms: int, limit: int) -> list[Accepted]:
        return await self._write(lambda db: _fire(db, now_ms, limit, self._owner))

    async def next_timer(self) -> int | None:
        row = await self._read(lambda db: db.execute(_EARLIEST).fetchone())
        due: int | None = row[0] if row else None
        return due

    def _run_accepts(self, session: Session, jobs: Sequence[Job[list[Prepared]]]) -> None:
        """All arrivals of the group in one transaction; when that fails, call by call."""
        for some in _together_or_each(jobs):
            items = [item for job in some for item in job.work]
            try:
                accepted = iter(session.write(group(items, self._owner)))
            except BaseException as error:
                places = [item.arrival.conversation_id for item in items]
                if self._failed(error, some, places):
                    return
                continue
            for job in some:
                job.result = [next(accepted) for _ in job.work]
            if len(some) == len(jobs):
                return

    def _run_commits(self, session: Session, jobs: Sequence[Job[PreparedTurn]]) -> None:
        limit = self._limits.state_bytes
        self._run_group(session, jobs, lambda turns: committing.group(turns, self._boot, limit))

    def _run_records(self, session: Session, jobs: Sequence[Job[StepResult]]) -> None:
        limit = self._limits.state_bytes
        self._run_group(session, jobs, lambda results: recording.group(results, self._boot, limit))

    def _run_group(
        self, session: Session, jobs: Sequence[Job[W]], work: Callable[[list[W]], Callable[[Transaction], None]]
    ) -> None:
        """All work of the group in one transaction; when that fails, piece by piece."""
        for some in _together_or_each(jobs):
            try:
                answers = session.write(work([job.work for job in some]))
            except BaseException as error:
                if self._failed(error, some, [job.place for job in some]):
                    return
                continue
            for job, answer in zip(some, answers, strict=True):
                job.result = answer
            if len(some) == len(jobs):
                return

    def _failed(self, error: BaseException, jobs: Sequence[Job[Any]], places: Sequence[str]) -> bool:
        """Blames the only job; of several each comes on its own next, unless nothing can be asked now: then True."""
        away = isinstance(error, StorageAway)
        self._doubt(error, places)
        if away or len(jobs) == 1:
            for job in jobs:
                job.fail(error)
        return away and len(jobs) > 1

    def _settle_doubts(self, session: Session) -> None:
        """Gives back what we may hold without knowing it: then it is claimed anew, and a turn that still runs there
        commits nothing."""
        doubts = list(self._doubts)
        if doubts:
            session.write(alone(partial(claiming.give_up, self._boot, doubts)))
            self._doubts.difference_update(doubts)
            self.hint("work")


def _together_or_each(jobs: Sequence[Job[W]]) -> list[Sequence[Job[W]]]:
    each: list[Sequence[Job[W]]] = [[job] for job in jobs]
    return [jobs, *each] if len(jobs) > 1 else each


def _fire(db: Connection, now_ms: int, limit: int, owner: str) -> list[Accepted]:
    """Each due timer becomes an event of its conversation, in the order in which they were due; each fires once, however
    many workers look. A timer that was set anew or cancelled meanwhile stays what it is now."""
    due = db.execute(_DUE, (now_ms, limit)).fetchall()
    if not due:
        return []
    db.execute(_LOCK, (sorted({row[0] for row in due}),))
    fired = set(db.execute(_FIRED, (*columns([row[:3] for row in due]), now_ms)).fetchall())
    arrivals = [timer_arrival(*row, now_ms=now_ms) for row in due if (row[0], row[1]) in fired]
    return accept_all(db, [prepare(arrival) for arrival in arrivals], owner) if arrivals else []
