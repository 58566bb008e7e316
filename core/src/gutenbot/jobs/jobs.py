"""Runs jobs. A kind is one step (`kinds.py`); a job is started with

    await app.jobs.start("audit-export", title="Export of the audit log", by=who, params={...}, needs="audit:read")

and runs in one of the processes with the role `schedules`, two at a time in each. Every step ends with a transaction that
keeps how far it came, what came out, and the news for the topic `jobs`. A process that dies in between loses one step: another
one, or the next, goes on from there. A stale process finds that the job is not its own any more, and keeps nothing.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from gutenbot.feed.feed import Feed
from gutenbot.jobs.errors import UnknownKind
from gutenbot.jobs.kinds import At, JobKind, Stepped
from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.errors import GutenbotError, Temporary
from gutenbot.kernel.ids import new_id
from gutenbot.kernel.log import get_logger
from gutenbot.storage.port import Storage

if TYPE_CHECKING:
    import sqlalchemy as sa

log = get_logger("jobs")
HINT = "jobs"
PLACE = "core.jobs"
AT_ONCE = 2
LOOK_S = 2.0
ALONE_S = 60.0
"""The only process of a database knows when there is something to do."""
TELL_MS = 1_000
"""So often pages hear of a job that only goes on."""
TRIES = 8
_FIRST_MS, _MOST_MS = 1_000, 60_000
FORGET_S = 3_600.0
RESULT_DAYS, JOB_DAYS = 7, 90
_DAY_MS = 86_400_000
_WAITING = "SELECT count(*) FROM job WHERE state IN ('queued', 'running') AND lease_until_ms <= :now_ms"
_OVER = "SELECT count(*) FROM job WHERE state IN ('done', 'failed', 'cancelled') AND ended_ms < :before_ms"


class By(Protocol):
    """Who starts a job: `Who` of the audit log is one."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


class Jobs:
    """The jobs of one app. `context` is what steps are given: the app."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        feed: Feed,
        *,
        kinds: Callable[[], Mapping[str, JobKind]],
        context: Any,
        after_failure: Callable[[Mapping[str, Any]], Any] | None = None,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._feed = feed
        self._kinds = kinds
        self._context = context
        self._after_failure = after_failure
        self._me = new_id()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None
        self._ears: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._told: dict[str, int] = {}
        self._forgot = float("-inf")
        self._pause_s = LOOK_S
        self._stumbles = False
        """Whether a job waits for its next try."""

    # For those who start and steer them -----------------------------------------------------------------------------

    async def start(
        self, kind: str, *, title: str, by: By, params: Mapping[str, Any] | None = None, total: int = 0, needs: str = "",
        bot_id: str = "", with_it: "Callable[[sa.Connection, str], None] | None" = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Queues a job; returns it as the API tells it. `with_it(db, id)` runs in the same transaction (an audit line).

        Raises `UnknownKind`.
        """
        from gutenbot.jobs import rows

        found = self._kind(kind)
        now = self._now_ms()
        values = {
            "id": new_id(), "kind": kind, "title": title[:300], "bot_id": bot_id, "actor_kind": by.kind, "actor_id": by.id,
            "actor_name": by.name, "account_id": by.id if by.kind == "account" else "", "needs": needs, "state": "queued",
            "total": total, "unit": found.unit, "params": json.dumps(dict(params or {})), "created_ms": now, "changed_ms": now,
        }  # fmt: skip

        def work(db: "sa.Connection") -> dict[str, Any]:
            row = rows.add(db, values)
            told = self._tell(db, row)
            if with_it is not None:
                with_it(db, row["id"])
            return told

        return await self._write(work)

    async def ask(
        self, job_id: str, wanted: str, *, with_it: "Callable[[sa.Connection, str], None] | None" = None
    ) -> dict[str, Any]:
        """`pause`, `resume` or `cancel`. Raises `NoJob`, `WrongState`."""
        from gutenbot.jobs import rows

        def work(db: "sa.Connection") -> dict[str, Any]:
            kind = self._kinds().get(rows.get(db, job_id)["kind"])
            undone = kind is not None and kind.undo is not None
            told = self._tell(db, rows.ask(db, job_id, wanted, self._now_ms(), undone=undone))
            if with_it is not None:
                with_it(db, job_id)
            return told

        return await self._write(work)

    def _kind(self, name: str) -> JobKind:
        kinds = self._kinds()
        if name not in kinds:
            raise UnknownKind(kind=name, known=", ".join(sorted(kinds)) or "none")
        return kinds[name]

    async def _write(self, work: "Callable[[sa.Connection], dict[str, Any]]") -> dict[str, Any]:
        told = await self._storage.write(work, place=PLACE)
        self._feed.told()
        self._storage.hint(HINT)
        self.wake()
        return told

    def _tell(self, db: "sa.Connection", row: Mapping[str, Any]) -> dict[str, Any]:
        from gutenbot.jobs import rows

        told = rows.told(row)
        to = f"account:{row['account_id']} may:jobs:read" if row["account_id"] else "may:jobs:read"
        self._feed.append(db, "jobs", told, to=to)
        return told

    def wake(self) -> None:
        """There may be something to run. From any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._woken.set)

    # Running --------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Looks for jobs and runs them, on this event loop, until `stop`."""
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._task = asyncio.create_task(self._look_on(), name="jobs")
        if self._storage.shared:
            self._ears = asyncio.create_task(self._listen(), name="jobs hints")

    async def stop(self) -> None:
        """Ends after the steps that run; what is not finished goes on in another process, or the next time."""
        tasks = [task for task in (self._task, self._ears, *self._running.values()) if task is not None]
        self._loop = self._task = self._ears = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def settled(self) -> None:
        """Returns when nothing runs and nothing waits (tests)."""
        while self._running or await self._take():
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _listen(self) -> None:
        ears = self._storage.wakeups()
        try:
            while True:
                if HINT in await ears.wait():
                    self._woken.set()
        finally:
            ears.close()

    async def _look_on(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pause_s):
                    await self._woken.wait()
            self._woken.clear()
            try:
                await self._take()
                await self._forget_at_times()
                self._pause_s = LOOK_S if self._storage.shared or self._stumbles else ALONE_S
            except Temporary as error:
                log.warning("jobs.wait", error=str(error))
            except Exception:
                log.exception("jobs.failed")

    async def _take(self) -> int:
        """Begins what waits, as far as there is room; returns how many."""
        begun = 0
        room = AT_ONCE - len(self._running)
        now = self._now_ms()
        if room <= 0 or not await self._storage.peek(_WAITING, now_ms=now):
            return 0
        from gutenbot.jobs import rows

        found = await self._storage.read(lambda db: rows.waiting(db, now, 20))
        for row in found:
            if begun == room or row["id"] in self._running or row["kind"] not in self._kinds():
                continue
            if await self._storage.take_lease(f"job {row['id']}") == "":
                begun += 1
                task = asyncio.create_task(self._work(row["id"]), name=f"job {row['kind']}")
                self._running[row["id"]] = task
                task.add_done_callback(partial(self._ended, row["id"]))
        return begun

    def _ended(self, job_id: str, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("job.left", job=job_id, error=str(error))  # it stays as it was: somebody takes it over
        self._running.pop(job_id, None)
        self._told.pop(job_id, None)
        self._woken.set()

    async def _work(self, job_id: str) -> None:
        from gutenbot.jobs import rows

        try:
            row = await self._keep(lambda db: rows.begin(db, job_id, self._me, self._now_ms()), at_once=True)
            while row is not None and row["state"] == "running":
                row = await self._step(row)
        finally:
            with contextlib.suppress(Temporary):
                await self._storage.end_lease(f"job {job_id}")

    async def _step(self, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        from gutenbot.jobs import rows

        job_id: str = row["id"]
        at = At(job_id, json.loads(row["params"] or "{}"), rows.cursor_of(row), row["done"], row["total"])
        try:
            kind = self._kind(row["kind"])
            if row["wanted"]:
                if row["wanted"] == "cancel" and at.cursor is not None and kind.undo is not None:
                    await kind.undo(self._context, at)
                found = Stepped(cursor=at.cursor, done=at.done)
            else:
                found = await kind.step(self._context, at)
            first = kind.undo is not None and not row["wanted"]
            return await self._keep(lambda db: rows.step(db, job_id, self._me, found, self._now_ms(), undo_first=first))
        except Exception as error:
            return await self._stumbled(row, error)

    async def _stumbled(self, row: Mapping[str, Any], error: Exception) -> Mapping[str, Any] | None:
        from gutenbot.jobs import rows

        job_id, now = row["id"], self._now_ms()
        again = isinstance(error, Temporary) and row["failures"] < TRIES
        if not isinstance(error, GutenbotError):
            log.error("job.failed", job=job_id, kind=row["kind"], exc_info=error)
        self._stumbles = self._stumbles or again
        again_ms = now + min(_MOST_MS, _FIRST_MS * 2 ** row["failures"]) if again else 0
        text = str(error) if isinstance(error, GutenbotError) else f"{type(error).__name__}: {error}"
        kept = await self._keep(
            lambda db: rows.stumble(db, job_id, self._me, text, now, again_ms=again_ms), at_once=True
        )
        if kept is not None and kept["state"] == "failed" and self._after_failure is not None:
            await self._after_failure(rows.told(kept))
        return None

    async def _keep(
        self, work: "Callable[[sa.Connection], Mapping[str, Any] | None]", *, at_once: bool = False
    ) -> Mapping[str, Any] | None:
        """One transaction with the news of it; while a job only goes on, pages hear of it once a second."""

        def both(db: "sa.Connection") -> tuple[Mapping[str, Any] | None, bool]:
            row = work(db)
            tell = row is not None and (at_once or row["state"] != "running" or self._is_time(row))
            if row is not None and tell:
                self._tell(db, row)
            return row, tell

        row, tell = await self._storage.write(both, place=PLACE)
        if row is not None and tell:
            self._told[row["id"]] = row["changed_ms"]
            self._feed.told()
        return row

    def _is_time(self, row: Mapping[str, Any]) -> bool:
        return bool(row["changed_ms"] - self._told.get(row["id"], 0) >= TELL_MS)

    async def _forget_at_times(self) -> None:
        if self._clock.monotonic() - self._forgot >= FORGET_S:
            self._forgot = self._clock.monotonic()
            await self.forget()

    async def forget(self) -> None:
        """Lets old results and jobs go, a portion of them."""
        now = self._now_ms()
        if not await self._storage.peek(_OVER, before_ms=now - RESULT_DAYS * _DAY_MS):
            return
        from gutenbot.jobs import rows

        def work(db: "sa.Connection") -> int:
            return rows.forget(
                db, results_before_ms=now - RESULT_DAYS * _DAY_MS, jobs_before_ms=now - JOB_DAYS * _DAY_MS, limit=100
            )

        await self._storage.write(work, place=PLACE)

    def _now_ms(self) -> int:
        return to_ms(self._clock.now())
