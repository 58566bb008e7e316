"""The audit log: who changed what. It can be read, exported and checked, never changed."""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel

from gutenbot.accounts import audit
from gutenbot.accounts.audit import Wanted
from gutenbot.http.auth import Actor
from gutenbot.http.permission import Desk, needs
from gutenbot.http.routes.models import Limit, Page, Position, next_cursor
from gutenbot.kernel.clock import from_ms, to_ms

router = APIRouter(tags=["audit"])
Reader = Annotated[Actor, needs("audit:read")]
Word = Annotated[str, Query(max_length=200)]


class ActorOut(BaseModel):
    """Who did it."""

    kind: str
    id: str
    name: str


class LineOut(BaseModel):
    """One line: who did what to which object, and what it was before and after."""

    id: str
    at: datetime
    actor: ActorOut
    verb: str
    object: str
    object_id: str
    what: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    address: str


class Checked(BaseModel):
    """Whether the chain holds: `broken_at` is the number of the first line that was changed, or is missing."""

    ok: bool
    checked: int
    broken_at: int | None


def _wanted(
    actor: Word = "",
    verb: Word = "",
    object: Word = "",  # noqa: A002 - the name of the query
    object_id: Word = "",
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to")] = None,
    q: Word = "",
) -> Wanted:
    return Wanted(
        actor=actor, verb=verb, object=object, object_id=object_id, since_ms=to_ms(since) if since else 0,
        until_ms=to_ms(until) if until else 0, words=q,
    )  # fmt: skip


Filter = Annotated[Wanted, Depends(_wanted)]


@router.get("/audit")
async def list_lines(
    desk: Desk, reader: Reader, wanted: Filter, limit: Limit = 50, after: Position = 0
) -> Page[LineOut]:
    """The latest first."""
    rows = await desk.read(lambda db: audit.page(db, wanted, limit, after))
    cursor = str(rows[-1]["n"]) if rows else ""
    return Page(items=[LineOut(**told(row)) for row in rows], next=next_cursor(rows, limit, cursor))


@router.get("/audit/export", response_class=StreamingResponse)
async def export(desk: Desk, reader: Reader, wanted: Filter) -> StreamingResponse:
    """All lines, oldest first, one JSON object a line."""

    async def lines() -> AsyncIterator[bytes]:
        after = 0
        while rows := await desk.read(partial(audit.batch, wanted=wanted, after_n=after)):
            after = rows[-1]["n"]
            yield b"".join(audit.written(row) for row in rows)

    headers = {"content-disposition": 'attachment; filename="audit.jsonl"'}
    return StreamingResponse(lines(), media_type="application/jsonl", headers=headers)


@router.get("/audit/check")
async def check(desk: Desk, reader: Reader) -> Checked:
    """Goes through the whole chain."""
    return Checked(**await desk.check_audit())


def told(row: dict[str, Any]) -> dict[str, Any]:
    """A line as the API tells it."""
    return {**{key: value for key, value in row.items() if key != "n"}, "at": from_ms(row["at"])}
