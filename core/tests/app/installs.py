"""Installs packages as the console does, and waits until that has ended."""

import asyncio
from typing import Any

from core.tests.http.house import Someone

LIMIT_S = 30


async def job_ended(someone: Someone, job: str) -> Any:
    """The job, once it has ended."""
    async with asyncio.timeout(LIMIT_S):
        while (found := await someone.get(f"/jobs/{job}"))["state"] not in ("done", "failed", "cancelled"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return found


async def installed(someone: Someone, package: str) -> Any:
    """How it went: the outcome, with `lines` and `job`."""
    begun = await someone.do("POST", f"/packages/{package}/install")
    job = await job_ended(someone, begun["id"])
    work = await someone.get(f"/packages/work/{begun['id']}")
    assert work["ended"], work
    return {**work["outcome"], "lines": work["lines"], "job": job}
