"""Jobs: how far long work is, pausing and cancelling it, and what came out of it."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from gutenbot.accounts import audit as log
from gutenbot.accounts.lines import Line
from gutenbot.accounts.questions import NEWEST_LINE
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, Desk, by, needs
from gutenbot.http.routes.audit import Filter
from gutenbot.http.routes.models import After, Limit, Page, next_cursor
from gutenbot.jobs import rows
from gutenbot.jobs.errors import NoJob, NoResult
from gutenbot.jobs.jobs import RESULT_DAYS
from gutenbot.kernel.clock import from_ms

router = APIRouter(tags=["jobs"])
Own = Annotated[Actor, needs("jobs:own")]
State = Literal["queued", "running", "paused", "done", "failed", "cancelled"]


class ByOut(BaseModel):
    """Who started it."""

    kind: str
    id: str
    name: str


class JobOut(BaseModel):
    """One job. `rate` is how many a second since it last began; `eta_s` how many seconds it will take still, by that rate.
    `file`: the name of what `GET /jobs/{id}/result` gives."""

    id: str
    kind: str
    title: str
    bot: str | None
    by: ByOut
    state: State
    wanted: Literal["pause", "cancel"] | None
    done: int
    total: int
    unit: str
    rate: float | None
    eta_s: int | None
    error: str | None
    words: str | None
    link: str | None
    file: str | None
    created: datetime
    started: datetime | None
    changed: datetime
    ended: datetime | None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "JobOut":
        """From what pages are told live."""
        moments = {
            name: from_ms(told[name]) if told[name] else None for name in ("created", "started", "changed", "ended")
        }
        return cls(**{**told, **moments})


@router.get("/jobs")
async def list_jobs(
    app: App, actor: Own, state: Annotated[list[State] | None, Query()] = None, limit: Limit = 50, after: After = ""
) -> Page[JobOut]:
    """The latest first: one's own, and those of others with `jobs:read`."""
    account = None if actor.may("jobs:read") else by(actor).id
    found = await app.storage.read(partial(rows.page, account=account, states=state or (), limit=limit, before=after))
    cursor = str(found[-1]["id"]) if found else ""
    return Page(items=[JobOut.of(rows.told(row)) for row in found], next=next_cursor(found, limit, cursor))


@router.get("/jobs/{job}")
async def get_job(job: str, app: App, actor: Own) -> JobOut:
    """One job."""
    return JobOut.of(rows.told(await _seen(app, actor, job)))


@router.post("/jobs/{job}/pause")
async def pause(job: str, app: App, desk: Desk, actor: Own) -> JobOut:
    """It stops after the step that runs, and can go on from there."""
    return await _ask(app, desk, actor, job, "pause", "paused")


@router.post("/jobs/{job}/resume")
async def resume(job: str, app: App, desk: Desk, actor: Own) -> JobOut:
    """Goes on with one that is paused, or tries one again that has failed: from where it was."""
    return await _ask(app, desk, actor, job, "resume", "resumed")


@router.post("/jobs/{job}/cancel")
async def cancel(job: str, app: App, desk: Desk, actor: Own) -> JobOut:
    """It ends after the step that runs; what is done stays done."""
    return await _ask(app, desk, actor, job, "cancel", "cancelled")


@router.get("/jobs/{job}/result", response_class=StreamingResponse)
async def result(job: str, app: App, actor: Own) -> StreamingResponse:
    """The file that came out; for who may see what is in it."""
    row = await _seen(app, actor, job)
    if row["needs"]:
        actor.need(row["needs"], **({"bot": row["bot_id"]} if row["bot_id"] else {}))
    found = json.loads(row["result"]) if row["state"] == "done" and row["result"] else {}
    first = await app.storage.read(partial(rows.piece, job_id=job, n=1)) if found.get("file") else None
    if first is None and not (found.get("file") and row["done"] == 0):
        raise NoResult(job=job, days=RESULT_DAYS)

    async def pieces() -> AsyncIterator[bytes]:
        n, data = 1, first
        while data is not None:
            yield data
            n += 1
            data = await app.storage.read(partial(rows.piece, job_id=job, n=n))

    headers = {"content-disposition": f'attachment; filename="{found["file"]}"'}
    return StreamingResponse(pieces(), media_type=found.get("type", "application/octet-stream"), headers=headers)


@router.post("/audit/exports", status_code=202)
async def export_audit(app: App, desk: Desk, actor: Annotated[Actor, needs("audit:read")], wanted: Filter) -> JobOut:
    """Begins to write the lines as they are now into a file."""
    until, total = await app.storage.peek(NEWEST_LINE), await desk.read(lambda db: log.count(db, wanted))
    filters = {name: getattr(wanted, name) for name in wanted.__slots__}
    line = Line(verb="audit.exported", object="audit", what=f"began to export {total} lines of the audit log",
                after={name: value for name, value in filters.items() if value} or None)  # fmt: skip
    told = await app.jobs.start(
        "audit-export", title="Export of the audit log", by=by(actor), total=total, needs="audit:read",
        params={"wanted": filters, "until_n": until}, with_it=_noted(desk, actor, line),
    )  # fmt: skip
    return JobOut.of(told)


async def _seen(app: Any, actor: Actor, job: str) -> Mapping[str, Any]:
    row: Mapping[str, Any] = await app.storage.read(partial(rows.get, job_id=job))
    if row["actor_id"] != by(actor).id and not actor.may("jobs:read"):
        raise NoJob(job=job[:100])
    return row


async def _ask(app: Any, desk: Desk, actor: Actor, job: str, wanted: str, past: str) -> JobOut:
    row = await _seen(app, actor, job)
    if row["actor_id"] != by(actor).id:
        actor.need("jobs:write")
    line = Line(verb=f"job.{past}", object="job", object_id=job, what=f"{past} the job {row['title']}")
    return JobOut.of(await app.jobs.ask(job, wanted, with_it=_noted(desk, actor, line)))


def _noted(desk: Desk, actor: Actor, line: Line) -> Any:
    """Writes the line of the audit log in the transaction of the change."""
    return lambda db, job_id: log.append(db, by(actor), line, desk.now_ms())
