"""Jobs and the end of processes: what was done is done once, and the rest goes on elsewhere."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gutenbot import Bot
from gutenbot.accounts.lines import Who
from gutenbot.app.app import App, Mode
from gutenbot.jobs import rows
from gutenbot.jobs.kinds import At, JobKind, Stepped
from gutenbot.jobs.tables import JOB
from gutenbot.kernel.clock import SystemClock
from gutenbot.testing.database import NAME, fresh_database, open_storage

VICTIM = Path(__file__).with_name("job_victim.py")
WHO = Who("system", "test", "test")


@pytest.mark.parametrize("steps", [0, 2])
async def test_a_job_survives_kill_9_without_losing_or_doubling_a_line(tmp_path: Path, steps: int) -> None:
    fresh_database(tmp_path)
    command = [sys.executable, str(VICTIM), str(tmp_path), "4300", str(steps)]
    killed = await asyncio.to_thread(subprocess.run, command, check=False, timeout=60)
    assert killed.returncode == -9
    app = App([Bot("echo")], open_storage(tmp_path / NAME, SystemClock()), mode=Mode(threaded=False))
    await app.start()
    try:
        (row,) = await app.storage.read(lambda db: rows.page(db, account=None, states=(), limit=9))
        assert (row["state"], row["done"]) == ("running", steps * 1000)
        app.jobs.wake()
        async with asyncio.timeout(20):
            while (row := await app.storage.read(lambda db: rows.get(db, row["id"])))["state"] != "done":  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        pieces, n = [], 1
        while (data := await app.storage.read(lambda db, n=n: rows.piece(db, row["id"], n))) is not None:  # type: ignore[misc]
            pieces.append(data)
            n += 1
        lines = b"".join(pieces).decode().splitlines()
        assert [json.loads(line)["what"] for line in lines] == [f"thing {n}" for n in range(4300)]
        assert row["done"] == row["total"] == 4300
    finally:
        await app.stop()


async def test_a_process_that_lost_its_job_keeps_nothing_more_of_it(tmp_path: Path) -> None:
    app = App([Bot("echo")], open_storage(fresh_database(tmp_path), SystemClock()), mode=Mode(threaded=False))
    going = asyncio.Event()

    async def step(context: Any, at: At) -> Stepped:
        if at.done == 0:
            await going.wait()
        return Stepped(cursor=at.done, done=at.done + 1, pieces=(b"x",), finished=at.done == 2)

    app.registries["jobs"].add("slow", JobKind(step), "test")
    await app.start()
    try:
        job: str = (await app.jobs.start("slow", title="Slow", by=WHO))["id"]
        async with asyncio.timeout(30):
            while (await app.storage.read(lambda db: rows.get(db, job)))["state"] != "running":  # noqa: ASYNC110
                await asyncio.sleep(0.02)

        def taken_over(db: Any) -> None:
            rows.begin(db, job, "another process", 5)
            db.execute(JOB.update().values(lease_until_ms=2**50))  # and it is at work

        await app.storage.write(taken_over)
        going.set()
        await asyncio.sleep(0.2)
        row = await app.storage.read(lambda db: rows.get(db, job))
        assert (row["state"], row["owner"], row["done"]) == ("running", "another process", 0)
        assert await app.storage.read(lambda db: rows.piece(db, job, 1)) is None
    finally:
        await app.stop()
