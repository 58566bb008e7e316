"""The log of the worker that answers, and levels that are changed for a while."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, Desk, audit, needs
from gutenbot.http.routes.models import Limit
from gutenbot.kernel.clock import from_ms, to_ms
from gutenbot.kernel.logfile import told
from gutenbot.kernel.logring import Line, Wanted

router = APIRouter(tags=["logs"])
Reader = Annotated[Actor, needs("logs:read")]
LevelName = Literal["debug", "info", "warning", "error", "critical"]
LONGEST_MINUTES = 24 * 60


class LogLineOut(BaseModel):
    """One event. `data`: what was logged with it; one line each, without control characters."""

    seq: int
    at: datetime
    level: LevelName
    logger: str
    event: str
    data: dict[str, Any]
    traceback: str

    @classmethod
    def of(cls, line: Line) -> "LogLineOut":
        """From the kept line."""
        return cls(
            seq=line.seq, at=from_ms(line.at_ms), level=line.level, logger=line.logger, event=line.event,  # type: ignore[arg-type]
            data=dict(line.data), traceback=line.traceback,
        )  # fmt: skip


class LogPage(BaseModel):
    """The newest first. `worker`: which one has written them; `loggers`: those that have said something there."""

    items: list[LogLineOut]
    next: int | None
    worker: str
    loggers: list[str]


class WorkersOut(BaseModel):
    """The workers that answer now, by name; `this` is the one that was asked."""

    this: str
    items: list[str]


class LevelOut(BaseModel):
    """A level that holds until a moment."""

    logger: str
    level: LevelName
    until: datetime
    by: str


class LevelsOut(BaseModel):
    """`base` holds for all others."""

    base: str
    items: list[LevelOut]


class LevelIn(BaseModel):
    """Logs a logger from this level on, for so long."""

    level: LevelName
    minutes: int = Field(10, ge=1, le=LONGEST_MINUTES)


def _wanted(
    level: LevelName = "debug",
    logger: Annotated[str, Query(max_length=100)] = "",
    turn: Annotated[str, Query(max_length=200)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
) -> Wanted:
    return Wanted(level=level, logger=logger, turn=turn, words=q)


Filter = Annotated[Wanted, Depends(_wanted)]


@router.get("/logs")
async def list_lines(
    app: App, reader: Reader, wanted: Filter, limit: Limit = 100, before: Annotated[int, Query(ge=0, lt=2**62)] = 0,
    worker: Annotated[str, Query(max_length=300, description="Another one of `GET /logs/workers`.")] = "",
) -> LogPage:  # fmt: skip
    """Lines that a worker still has in memory: the one that answers, or another one."""
    logs = app.bridge.logs
    if worker not in ("", logs.worker):
        said, loggers = await logs.others.lines(worker, wanted, before=before, limit=limit)
        return LogPage(
            items=[LogLineOut.of(line) for line in said],
            next=said[-1].seq if len(said) == limit else None,
            worker=worker,
            loggers=list(loggers),
        )
    found = list(_first(logs.ring.lines(wanted, before=before), limit))
    return LogPage(
        items=[LogLineOut.of(line) for line in found],
        next=found[-1].seq if len(found) == limit else None,
        worker=logs.worker,
        loggers=sorted(logs.ring.loggers),
    )


def _first(lines: Iterator[Line], limit: int) -> Iterator[Line]:
    for _, line in zip(range(limit), lines, strict=False):
        yield line


@router.get("/logs/workers")
async def list_workers(app: App, reader: Reader) -> WorkersOut:
    """Whose log can be looked at."""
    logs = app.bridge.logs
    return WorkersOut(this=logs.worker, items=await logs.others.workers())


@router.get("/logs/download", response_class=StreamingResponse)
async def download(app: App, reader: Reader, wanted: Filter) -> StreamingResponse:
    """The same as a file, oldest first, one JSON object a line."""
    lines = list(app.bridge.logs.ring.lines(wanted))
    text = (f"{json.dumps(told(line), ensure_ascii=False, default=str)}\n" for line in reversed(lines))
    headers = {"content-disposition": 'attachment; filename="log.jsonl"'}
    return StreamingResponse(
        (one.encode("utf-8", "replace") for one in text), media_type="application/jsonl", headers=headers
    )


@router.get("/logs/levels")
async def list_levels(app: App, reader: Reader) -> LevelsOut:
    """Which loggers are logged otherwise for now."""
    levels = await app.bridge.logs.levels()
    items = [
        LevelOut(logger=name, level=one["level"], until=from_ms(one["until_ms"]), by=one["by"])
        for name, one in levels.items()
    ]
    return LevelsOut(base=app.bridge.logs.ring.levels.base, items=items)


@router.put("/logs/levels/{logger}")
async def set_level(
    logger: str, body: LevelIn, app: App, desk: Desk, actor: Annotated[Actor, needs("logs:write")]
) -> LevelOut:
    """Changes it in all workers, until the time is over."""
    until = app.clock.now() + timedelta(minutes=body.minutes)
    await app.bridge.logs.set_level(logger[:100], body.level, to_ms(until), actor.name)
    what = f"logs {logger} from {body.level} on for {body.minutes} minutes"
    await audit(
        desk, actor, "log-level.set", what, noun="logger", noun_id=logger, level=body.level, minutes=body.minutes
    )
    return LevelOut(logger=logger[:100], level=body.level, until=until, by=actor.name)


@router.delete("/logs/levels/{logger}", status_code=204)
async def end_level(logger: str, app: App, desk: Desk, actor: Annotated[Actor, needs("logs:write")]) -> None:
    """It is logged as before."""
    await app.bridge.logs.set_level(logger[:100], "", 0, actor.name)
    await audit(desk, actor, "log-level.ended", f"logs {logger} as before", noun="logger", noun_id=logger)
