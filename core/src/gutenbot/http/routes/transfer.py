"""Content in and out: whole items, and texts for translators."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from gutenbot.editing import transfer
from gutenbot.editing.desk import locale_of
from gutenbot.editing.exporting import Format, Only, Wanted
from gutenbot.editing.importing import Change, Mode, Plan
from gutenbot.editing.transfer import Order
from gutenbot.http.auth import Actor
from gutenbot.http.errors import Invalid
from gutenbot.http.multipart import file_of
from gutenbot.http.permission import App, KnownBot, by, needs
from gutenbot.http.routes.content_text import may_in

router = APIRouter(tags=["content"], prefix="/bots/{bot}/content")
KINDS = {"json": "application/json", "yaml": "application/yaml", "csv": "text/csv", "xliff": "application/x-xliff+xml"}
ENDINGS = {"xliff": "xlf"}
MAX_CHANGES = 500
LONGEST_SHOWN = 4_000
_FILE = {
    "requestBody": {
        "required": True,
        "description": "The file, or a form with the file in it.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Language = Annotated[str, Query(max_length=20)]


class ChangeOut(BaseModel):
    """A text that becomes another one."""

    id: str
    locale: str
    kind: Literal["added", "changed", "removed"]
    before: str | None = Field(description="YAML; cut after some thousand characters.")
    after: str | None


class TroubleOut(BaseModel):
    """What is wrong with a text of the file."""

    id: str
    locale: str
    severity: Literal["error", "warning"]
    code: str
    message: str


class ImportOut(BaseModel):
    """What an import did, or would do."""

    added: int
    changed: int
    removed: int
    unchanged: int
    problems: list[TroubleOut]
    changes: list[ChangeOut] = Field(description=f"The first {MAX_CHANGES}.")
    more: int = Field(description="How many further changes there are.")
    release: int = Field(description="The release that went live; 0 for none.")
    dry_run: bool


@router.get(
    "/export",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in KINDS.values()}, "description": "The file."}},
)
async def export(
    bot: KnownBot,
    app: App,
    actor: Annotated[Actor, needs("content:read")],
    kind: Annotated[Format, Query(alias="format", description="`xliff` is XLIFF 1.2.")] = "json",
    source: Annotated[str, Query(alias="from", max_length=20, description="The source language.")] = "",
    target: Annotated[str, Query(alias="to", max_length=20, description="The language of the translation.")] = "",
    only: Annotated[Only, Query(description="`todo`: what is missing and what is stale.")] = "all",
    drafts: Annotated[bool, Query(description="What editors see, instead of what users get.")] = False,
) -> Response:
    """A bot's content as a file: whole items (`json`, `yaml`), or texts beside their translation (`csv`, `xliff`)."""
    shelf = app.content.desk.shelf(bot)
    source = locale_of(source) if source else shelf.locale
    target = locale_of(target) if target else ""
    if kind in ("csv", "xliff") and (not target or target == source):
        raise Invalid(reason=f"`to` must be another language than {source}")
    data = await transfer.export(app.content.desk, bot, Wanted(kind, source, target, only, drafts))
    name = "-".join(part for part in (bot, source if target else "", target, f"{app.clock.now():%Y-%m-%d}") if part)
    disposition = f"attachment; filename*=UTF-8''{quote(name)}.{ENDINGS.get(kind, kind)}"
    return Response(data, media_type=KINDS[kind], headers={"content-disposition": disposition})


@router.post("/import", openapi_extra=_FILE)
async def import_file(
    request: Request,
    bot: KnownBot,
    app: App,
    actor: Annotated[Actor, needs("content:write")],
    kind: Annotated[Format, Query(alias="format")],
    mode: Annotated[Mode, Query(description="`replace`: what the file has not goes; only with `publish`.")] = "merge",
    source: Annotated[str, Query(alias="from", max_length=20)] = "",
    target: Annotated[str, Query(alias="to", max_length=20, description="Only this language.")] = "",
    dry_run: Annotated[bool, Query(description="Only say what would change.")] = False,
    publish: Annotated[bool, Query(description="Live at once, as one release; else drafts.")] = False,
    reason: Annotated[str, Query(max_length=300)] = "",
) -> ImportOut:
    """Takes a file in, all of it in one transaction. Texts that cannot be said are left out and told.

    The same file again changes nothing. Languages that one may not change are refused as a whole.
    """
    _, data = file_of(request.headers.get("content-type", ""), await request.body())
    target = locale_of(target) if target else ""
    source = locale_of(source) if source else ""
    order = Order(kind, mode, source, target, publish, reason)
    desk = app.content.desk

    def allowed(plan: Plan) -> None:
        for locale in sorted(plan.locales):
            may_in(actor, bot, locale, "content:write")
            if publish:
                may_in(actor, bot, locale, "content:publish")

    if publish:
        actor.need("content:publish", bot=bot)
    if dry_run:
        plan, _, _ = await transfer.plan(desk, bot, data, order)
        allowed(plan)
        return told(plan, 0, dry_run=True)
    done = await transfer.run(desk, by(actor), bot, data, order, allowed=allowed)
    return told(done.plan, done.release)


def told(plan: Plan, release: int, *, dry_run: bool = False) -> ImportOut:
    """An import as the API answers it."""
    kinds = [change.kind for change in plan.changes]
    return ImportOut(
        added=kinds.count("added"), changed=kinds.count("changed"), removed=kinds.count("removed"),
        unchanged=plan.unchanged, release=release, dry_run=dry_run, more=max(0, len(kinds) - MAX_CHANGES),
        changes=[_change(change) for change in plan.changes[:MAX_CHANGES]],
        problems=[
            TroubleOut(id=one.item, locale=one.locale, severity=one.severity, code=one.code, message=one.message)
            for one in plan.problems[:MAX_CHANGES]
        ],
    )  # fmt: skip


def _change(change: Change) -> ChangeOut:
    before, after = (text[:LONGEST_SHOWN] if text is not None else None for text in (change.before, change.after))
    kind: Literal["added", "changed", "removed"] = (
        "added" if change.before is None else "removed" if change.after is None else "changed"
    )
    return ChangeOut(id=change.item, locale=change.locale, kind=kind, before=before, after=after)
