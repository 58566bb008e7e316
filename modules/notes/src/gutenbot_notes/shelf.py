"""Notes in the database: write, change, remove, bring back, find. Functions over a connection."""

from typing import Any

import sqlalchemy as sa

from gutenbot_notes.errors import NoteChanged, UnknownNote
from gutenbot_notes.note import Edit, Note, folded
from gutenbot_notes.tables import EDIT, NOTE


def add(db: sa.Connection, bot: str, user: str, note: str, text: str, *, by: str, now_ms: int) -> Note:
    """Writes one; when there is one of this id, it stays as it is."""
    if db.execute(sa.select(NOTE.c.id).where(_is(bot, note))).scalar() is None:
        db.execute(
            NOTE.insert().values(
                bot_id=bot,
                id=note,
                user_id=user,
                text=text,
                folded=folded(text),
                author=by,
                created_ms=now_ms,
                version=1,
            )
        )
        db.execute(EDIT.insert().values(bot_id=bot, note_id=note, version=1, text=text, by_whom=by, at_ms=now_ms))
    return _note(db.execute(sa.select(NOTE).where(_is(bot, note))).one())


def find(db: sa.Connection, bot: str, note: str, *, removed: bool = False) -> Note:
    """One of them. Raises `UnknownNote`, also when it is removed (or is not, when `removed` is asked for)."""
    row = db.execute(sa.select(NOTE).where(_is(bot, note))).one_or_none() if note.isalnum() else None
    if row is None or (row.removed_ms > 0) != removed:
        raise UnknownNote(note=note, bot=bot)
    return _note(row)


def change(db: sa.Connection, bot: str, note: str, text: str, *, version: int | None, by: str, now_ms: int) -> Note:
    """Says something else; what it said stays among its edits. Raises `NoteChanged` when `version` is not the latest one."""
    before = find(db, bot, note)
    if version is not None and version != before.version:
        raise NoteChanged(by=before.edited_by or before.author)
    if text != before.text:
        following = before.version + 1
        values = {"text": text, "folded": folded(text), "edited_by": by, "edited_ms": now_ms, "version": following}
        db.execute(NOTE.update().where(_is(bot, note)).values(values))
        db.execute(
            EDIT.insert().values(bot_id=bot, note_id=note, version=following, text=text, by_whom=by, at_ms=now_ms)
        )
    return find(db, bot, note)


def remove(db: sa.Connection, bot: str, note: str, *, now_ms: int) -> Note:
    """Takes it away, until it is brought back or forgotten."""
    before = find(db, bot, note)
    db.execute(NOTE.update().where(_is(bot, note)).values(removed_ms=now_ms))
    return before


def restore(db: sa.Connection, bot: str, note: str) -> Note:
    """Brings a removed one back."""
    find(db, bot, note, removed=True)
    db.execute(NOTE.update().where(_is(bot, note)).values(removed_ms=0))
    return find(db, bot, note)


def purge(db: sa.Connection, before_ms: int, most: int = 500) -> int:
    """Forgets for good, with their edits, notes that were removed before a moment; returns how many, up to `most`."""
    query = sa.select(NOTE.c.bot_id, NOTE.c.id).where(NOTE.c.removed_ms > 0, NOTE.c.removed_ms <= before_ms).limit(most)
    gone = db.execute(query).all()
    for bot, note in gone:
        db.execute(EDIT.delete().where(EDIT.c.bot_id == bot, EDIT.c.note_id == note))
        db.execute(NOTE.delete().where(_is(bot, note)))
    return len(gone)


def listed(
    db: sa.Connection, bot: str, *, user: str = "", q: str = "", after: str = "", limit: int, removed: bool = False
) -> list[Note]:
    """The notes of a bot or on a person that have these words, the latest first, after a cursor."""
    query = sa.select(NOTE).where(NOTE.c.bot_id == bot, NOTE.c.removed_ms > 0 if removed else NOTE.c.removed_ms == 0)
    if user:
        query = query.where(NOTE.c.user_id == user)
    for word in folded(q).split()[:10]:
        query = query.where(NOTE.c.folded.contains(word, autoescape=True))
    at, _, last = after.partition(".")
    if at.isascii() and at.isdecimal() and len(at) < 16 and last.isalnum():
        earlier = NOTE.c.created_ms < int(at)
        query = query.where(sa.or_(earlier, sa.and_(NOTE.c.created_ms == int(at), NOTE.c.id < last)))
    rows = db.execute(query.order_by(NOTE.c.created_ms.desc(), NOTE.c.id.desc()).limit(limit))
    return [_note(row) for row in rows]


def history(db: sa.Connection, bot: str, note: str) -> list[Edit]:
    """All that a note has said, the latest first. Raises `UnknownNote`."""
    find(db, bot, note)
    query = sa.select(EDIT).where(EDIT.c.bot_id == bot, EDIT.c.note_id == note).order_by(EDIT.c.version.desc())
    return [Edit(row.version, row.text, row.by_whom, row.at_ms) for row in db.execute(query)]


def count(db: sa.Connection, bot: str) -> tuple[int, int]:
    """How many notes there are, and on how many people."""
    query = sa.select(sa.func.count(), sa.func.count(sa.distinct(NOTE.c.user_id))).where(
        NOTE.c.bot_id == bot, NOTE.c.removed_ms == 0
    )
    notes, people = db.execute(query).one()
    return int(notes), int(people)


def _is(bot: str, note: str) -> Any:
    return sa.and_(NOTE.c.bot_id == bot, NOTE.c.id == note)


def _note(row: Any) -> Note:
    return Note(
        bot_id=row.bot_id, id=row.id, user_id=row.user_id, text=row.text, author=row.author, created_ms=row.created_ms,
        edited_by=row.edited_by, edited_ms=row.edited_ms, version=row.version,
    )  # fmt: skip
