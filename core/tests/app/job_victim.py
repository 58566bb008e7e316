"""A process that is killed in the middle of a job: `python job_victim.py FOLDER LINES STEPS`."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from gutenbot import Bot
from gutenbot.accounts import audit
from gutenbot.accounts.lines import Line, Who
from gutenbot.app import core_jobs
from gutenbot.app.app import App, Mode
from gutenbot.jobs.kinds import At, JobKind, Stepped
from gutenbot.kernel.clock import SystemClock
from gutenbot.testing.database import NAME, open_storage

WHO = Who("system", "test", "test")


async def main(folder: Path, lines: int, steps: int) -> None:
    app = App([Bot("echo")], open_storage(folder / NAME, SystemClock()), mode=Mode(threaded=False))
    left = steps

    async def fatal(context: Any, at: At) -> Stepped:
        nonlocal left
        found = await core_jobs.export_audit(context, at)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return found

    app.registries["jobs"]._values[core_jobs.AUDIT_EXPORT] = JobKind(fatal, "lines")
    await app.start()

    def work(db: Any) -> None:
        for n in range(lines):
            audit.append(db, WHO, Line(verb="test.made", object="thing", what=f"thing {n}"), n + 1)

    await app.storage.write(work)
    await app.jobs.start(
        core_jobs.AUDIT_EXPORT, title="x", by=WHO, total=lines, params={"wanted": {}, "until_n": lines}
    )
    await asyncio.sleep(30)


asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
