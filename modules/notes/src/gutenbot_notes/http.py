"""The routes of the module."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from gutenbot.sdk import After, BotId, Call, Limit, Listed, Part, UserId, from_ms, new_id, to_ms
from gutenbot_notes.desk import desk_of
from gutenbot_notes.note import LONGEST, Note, checked

if TYPE_CHECKING:
    import sqlalchemy as sa

READ, WRITE = "notes:read", "notes:write"

routes = Part()
routes.permission(READ, "See notes on people", roles=("agent", "marketer", "analyst", "back-office"))
routes.permission(WRITE, "Write, change and remove notes on people", roles=("agent", "back-office"))


class NoteIn(BaseModel):
    """A note to be."""

    text: str = Field(min_length=1, max_length=LONGEST, title="notes.field.text")


class NoteChange(NoteIn):
    """A note as it shall be. With `version`, only when nobody else has changed it since."""

    version: int | None = Field(None, ge=0, json_schema_extra={"x-hidden": True})


class NoteOut(BaseModel):
    """A note on a person."""

    note: str
    user: str
    name: str = Field("", description="Of the person, in lists of all notes.")
    text: str
    author: str
    created: datetime
    edited: datetime | None
    edited_by: str
    version: int

    @classmethod
    def of(cls, note: Note, name: str = "") -> "NoteOut":
        """From what is kept."""
        return cls(
            note=note.id, user=note.user_id, name=name, text=note.text, author=note.author,
            created=from_ms(note.created_ms), edited=from_ms(note.edited_ms) if note.edited_ms else None,
            edited_by=note.edited_by, version=note.version,
        )  # fmt: skip


class EditOut(BaseModel):
    """What a note said, from a moment on."""

    version: int
    text: str
    by: str
    at: datetime


class TotalsOut(BaseModel):
    """How much there is."""

    notes: int
    people: int


@routes.api("GET", "/{bot}/notes", needs=READ)
async def all_notes(call: Call, bot: BotId, q: str = "", limit: Limit = 50, after: After = "") -> Listed[NoteOut]:
    """All notes of a bot, or those that have all of these words, the latest first."""
    return await _page(call, bot, q=q[:200], limit=limit, after=after)


@routes.api("GET", "/{bot}/removed", needs=READ)
async def removed(call: Call, bot: BotId, limit: Limit = 50, after: After = "") -> Listed[NoteOut]:
    """Notes that were removed and can be brought back."""
    return await _page(call, bot, limit=limit, after=after, removed=True)


@routes.api("GET", "/{bot}/totals", needs=READ)
async def totals(call: Call, bot: BotId) -> TotalsOut:
    """How many notes there are, and on how many people."""
    from gutenbot_notes import shelf

    notes, people = await call.read(lambda db: shelf.count(db, bot))
    return TotalsOut(notes=notes, people=people)


@routes.api("GET", "/{bot}/people/{user}/notes", needs=READ)
async def of_person(call: Call, bot: BotId, user: str, limit: Limit = 50, after: After = "") -> Listed[NoteOut]:
    """The notes on a person, the latest first."""
    from gutenbot_notes import shelf

    await desk_of(call.app).know(bot, user)
    found = await call.read(lambda db: shelf.listed(db, bot, user=user, after=after, limit=limit))
    return Listed(items=[NoteOut.of(one) for one in found], next=found[-1].cursor if len(found) == limit else None)


@routes.api("POST", "/{bot}/people/{user}/notes", needs=WRITE, status=201)
async def add(call: Call, bot: BotId, user: str, body: NoteIn) -> NoteOut:
    """Writes a note on a person."""
    from gutenbot_notes import shelf

    await desk_of(call.app).know(bot, user)
    text, note, now_ms = checked(body.text), new_id(), _now_ms(call)

    def work(db: "sa.Connection") -> Note:
        call.tell("wrote a note on a person", object="person", object_id=user, after={"note": note})
        return shelf.add(db, bot, user, note, text, by=call.actor.name, now_ms=now_ms)

    return NoteOut.of(await call.write(work))


@routes.api("GET", "/{bot}/notes/{note}", needs=READ)
async def one_note(call: Call, bot: BotId, note: str) -> NoteOut:
    """One note."""
    from gutenbot_notes import shelf

    return NoteOut.of(await call.read(lambda db: shelf.find(db, bot, note)))


@routes.api("GET", "/{bot}/notes/{note}/history", needs=READ)
async def history(call: Call, bot: BotId, note: str) -> Listed[EditOut]:
    """All that a note has said, the latest first."""
    from gutenbot_notes import shelf

    found = await call.read(lambda db: shelf.history(db, bot, note))
    return Listed(items=[EditOut(version=e.version, text=e.text, by=e.by, at=from_ms(e.at_ms)) for e in found])


@routes.api("PUT", "/{bot}/notes/{note}", needs=WRITE)
async def change(call: Call, bot: BotId, note: str, body: NoteChange) -> NoteOut:
    """Changes a note; what it said before stays in its history."""
    from gutenbot_notes import shelf

    text, now_ms = checked(body.text), _now_ms(call)

    def work(db: "sa.Connection") -> Note:
        kept = shelf.change(db, bot, note, text, version=body.version, by=call.actor.name, now_ms=now_ms)
        after = {"note": note, "version": kept.version}
        call.tell("changed a note on a person", object="person", object_id=kept.user_id, after=after)
        return kept

    return NoteOut.of(await call.write(work))


@routes.api("DELETE", "/{bot}/notes/{note}", needs=WRITE)
async def remove(call: Call, bot: BotId, note: str) -> None:
    """Removes a note. For some days it can be brought back."""
    from gutenbot_notes import shelf

    now_ms = _now_ms(call)

    def work(db: "sa.Connection") -> None:
        gone = shelf.remove(db, bot, note, now_ms=now_ms)
        call.tell("removed a note on a person", object="person", object_id=gone.user_id, before={"note": note})

    await call.write(work)
    await desk_of(call.app).purge()


@routes.api("POST", "/{bot}/notes/{note}/restore", needs=WRITE)
async def restore(call: Call, bot: BotId, note: str) -> NoteOut:
    """Brings a removed note back."""
    from gutenbot_notes import shelf

    def work(db: "sa.Connection") -> Note:
        kept = shelf.restore(db, bot, note)
        call.tell("brought a note on a person back", object="person", object_id=kept.user_id, after={"note": note})
        return kept

    return NoteOut.of(await call.write(work))


async def _page(
    call: Call, bot: BotId, *, q: str = "", limit: int, after: str, removed: bool = False
) -> Listed[NoteOut]:
    from gutenbot_notes import shelf

    found = await call.read(lambda db: shelf.listed(db, bot, q=q, after=after, limit=limit, removed=removed))
    names = await _names(call, bot, {one.user_id for one in found})
    items = [NoteOut.of(one, names[one.user_id]) for one in found]
    return Listed(items=items, next=found[-1].cursor if len(found) == limit else None)


async def _names(call: Call, bot: BotId, users: set[str]) -> dict[str, str]:
    known = sorted(users)
    rows = await asyncio.gather(*(call.app.people(bot).get(UserId(user)) for user in known))
    profiles = [row.profile if row is not None else {} for row in rows]
    return {
        user: str(profile.get("full_name") or profile.get("name") or profile.get("first_name") or user[-4:].upper())
        for user, profile in zip(known, profiles, strict=True)
    }


def _now_ms(call: Call) -> int:
    return to_ms(call.app.clock.now())
