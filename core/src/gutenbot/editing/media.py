"""The media library of a bot: files by name, with words for those who do not see them, the point that matters in a picture,
and smaller copies. Functions over a connection; the bytes are put into `blob` before, and taken away with what named them."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.rows import Row, many, one
from gutenbot.editing.media_errors import MediaChanged, MediaNameTaken, NoMedia, WrongMediaName
from gutenbot.editing.media_files import Examined, fitting_name
from gutenbot.editing.media_tables import BLOB, MEDIA, RENDITION
from gutenbot.editing.tables import REVISION, TEXT
from gutenbot.kernel.ids import new_id

MAX_ALT = 1_000
MAX_RENDITIONS = 12
MAX_DRAFTS = 50
CENTRE = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """A file whose bytes are in the database already."""

    file: Examined
    blob: str
    sha256: str

    def columns(self) -> dict[str, Any]:
        """What of it a row holds."""
        file = self.file
        return {
            "mime": file.mime, "size": len(file.data), "width": file.width, "height": file.height, "sha256": self.sha256,
            "blob_id": self.blob,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes something, and when."""

    by: str
    now_ms: int


def add(db: sa.Connection, bot: str, kept: Kept, alt: Mapping[str, str], change: Change) -> Row:
    """Takes a file in. Raises `MediaNameTaken`."""
    _refuse_taken(db, bot, kept.file.name)
    row: Row = {
        "bot_id": bot, "id": new_id(), "name": kept.file.name, **kept.columns(), "alt": _alt({}, alt), "focus_x": CENTRE,
        "focus_y": CENTRE, "version": 1, "created_ms": change.now_ms, "created_by": change.by, "edited_ms": change.now_ms,
        "edited_by": change.by,
    }  # fmt: skip
    db.execute(MEDIA.insert().values(row))
    return row


def get(db: sa.Connection, bot: str, media: str) -> Row:
    """One file's row. Raises `NoMedia`."""
    found = one(db, sa.select(MEDIA).where(*_is(bot, media))) if media.isalnum() else None
    if found is None:
        raise NoMedia(media=media[:80])
    return found


def by_name(db: sa.Connection, bot: str, name: str) -> Row | None:
    """The file of a name, as content says it."""
    return one(db, sa.select(MEDIA).where(MEDIA.c.bot_id == bot, MEDIA.c.name == name))


def listing(db: sa.Connection, bot: str, *, q: str = "", kind: str = "", limit: int = 50, after: str = "") -> list[Row]:
    """Files by name: those whose name or words have all of `q`, of a kind such as `image`, behind the name `after`."""
    query = sa.select(MEDIA).where(MEDIA.c.bot_id == bot, MEDIA.c.name > after.replace("\0", ""))
    for word in q.replace("\0", "").split()[:10]:
        query = query.where(
            MEDIA.c.name.icontains(word, autoescape=True) | MEDIA.c.alt.icontains(word, autoescape=True)
        )
    if kind := kind.replace("\0", ""):
        query = query.where(MEDIA.c.mime.startswith(kind, autoescape=True))
    return many(db, query.order_by(MEDIA.c.name).limit(limit))


def sizes(db: sa.Connection, bot: str, *, drawn: Collection[str] = ()) -> dict[str, int]:
    """Name of each file → the bytes of its smallest copy; 0 for types of which copies are `drawn` when they are needed."""
    least = sa.func.coalesce(sa.func.min(RENDITION.c.size), MEDIA.c.size)
    same = sa.and_(RENDITION.c.bot_id == MEDIA.c.bot_id, RENDITION.c.media_id == MEDIA.c.id)
    query = sa.select(MEDIA.c.name, MEDIA.c.mime, least).outerjoin(RENDITION, same).where(MEDIA.c.bot_id == bot)
    found = db.execute(query.group_by(MEDIA.c.name, MEDIA.c.mime, MEDIA.c.size))
    return {name: 0 if mime in drawn else int(size) for name, mime, size in found}


def drafts_naming(db: sa.Connection, bot: str, name: str) -> list[tuple[str, str]]:
    """(item, language) of the drafts whose text has the name in it."""
    same = sa.and_(
        *(REVISION.c[key] == TEXT.c[key] for key in ("bot_id", "item_id", "locale")), REVISION.c.n == TEXT.c.draft_n
    )
    query = sa.select(TEXT.c.item_id, TEXT.c.locale).join(REVISION, same)
    query = query.where(TEXT.c.bot_id == bot, TEXT.c.draft_n > 0, REVISION.c.source.contains(name, autoescape=True))
    return [(row[0], row[1]) for row in db.execute(query.order_by(TEXT.c.item_id, TEXT.c.locale).limit(MAX_DRAFTS))]


def change(
    db: sa.Connection,
    bot: str,
    media: str,
    by: Change,
    *,
    name: str | None = None,
    alt: Mapping[str, str] | None = None,
    focus: tuple[float, float] | None = None,
    version: int | None = None,
) -> tuple[Row, Row]:
    """Changes what is said about a file; (before, after). Raises `NoMedia`, `MediaNameTaken`, `MediaChanged`."""
    before = get(db, bot, media)
    refuse_changed(before, version)
    values: Row = {}
    if name is not None and (name := fitting_name(name, before["mime"])) != before["name"]:
        _refuse_taken(db, bot, name)
        values["name"] = name
    if alt is not None:
        values["alt"] = _alt(alt_of(before), alt)
    if focus is not None:
        values |= {"focus_x": _thousandths(focus[0]), "focus_y": _thousandths(focus[1])}
    return before, _update(db, before, values, by)


def replace(
    db: sa.Connection, bot: str, media: str, kept: Kept, by: Change, version: int | None = None
) -> tuple[Row, Row]:
    """Puts another file in its place, under the same name; its smaller copies are gone. Raises `NoMedia`, `MediaChanged`."""
    before = get(db, bot, media)
    refuse_changed(before, version)
    fitting_name(before["name"], kept.file.mime)
    blobs = [before["blob_id"], *(row["blob_id"] for row in renditions(db, bot, [media]))]
    db.execute(RENDITION.delete().where(RENDITION.c.bot_id == bot, RENDITION.c.media_id == media))
    after = _update(db, before, kept.columns(), by)
    forget_blobs(db, bot, blobs)
    return before, after


def remove(db: sa.Connection, bot: str, media: str) -> Row:
    """Takes a file out, with its smaller copies. Raises `NoMedia`."""
    before = get(db, bot, media)
    blobs = [before["blob_id"], *(row["blob_id"] for row in renditions(db, bot, [media]))]
    db.execute(RENDITION.delete().where(RENDITION.c.bot_id == bot, RENDITION.c.media_id == media))
    db.execute(MEDIA.delete().where(*_is(bot, media)))
    forget_blobs(db, bot, blobs)
    return before


def put_rendition(db: sa.Connection, bot: str, media: str, kept: Kept, by: Change) -> Row:
    """Adds a smaller copy, or puts it in the place of the one of that width. Raises `NoMedia`, `WrongMediaName`."""
    original = get(db, bot, media)
    file = kept.file
    if not file.width or file.width >= original["width"]:
        raise WrongMediaName(name=original["name"], reason="a smaller copy must be a picture that is less wide")
    ratio = original["height"] * file.width / original["width"]
    if abs(ratio - file.height) > 2 + ratio / 50:
        raise WrongMediaName(name=original["name"], reason="a smaller copy must have the shape of its picture")
    same = [row for row in renditions(db, bot, [media]) if row["width"] == file.width]
    if not same and len(renditions(db, bot, [media])) >= MAX_RENDITIONS:
        raise WrongMediaName(name=original["name"], reason=f"a picture has {MAX_RENDITIONS} smaller copies at most")
    key = {"bot_id": bot, "media_id": media, "label": str(file.width)}
    db.execute(RENDITION.delete().where(*(RENDITION.c[name] == value for name, value in key.items())))
    db.execute(RENDITION.insert().values({**key, **kept.columns(), "created_ms": by.now_ms}))
    forget_blobs(db, bot, [row["blob_id"] for row in same])
    return original


def put_drawn(db: sa.Connection, row: Row, drawn: Sequence[Kept], by: Change) -> list[Row]:
    """Adds copies that were drawn of a row's bytes, unless these were replaced meanwhile; all copies, the smallest first."""
    bot, media = row["bot_id"], row["id"]
    if get(db, bot, media)["blob_id"] != row["blob_id"]:
        forget_blobs(db, bot, [kept.blob for kept in drawn])
        return renditions(db, bot, [media])
    for kept in drawn:
        put_rendition(db, bot, media, kept, by)
    return renditions(db, bot, [media])


def renditions(db: sa.Connection, bot: str, media: Sequence[str]) -> list[Row]:
    """The smaller copies of some files, the smallest first."""
    query = sa.select(RENDITION).where(RENDITION.c.bot_id == bot, RENDITION.c.media_id.in_(media))
    return many(db, query.order_by(RENDITION.c.width))


def chosen(original: Row, copies: Iterable[Row], *, width: int = 0, limit: int = 0) -> Row | None:
    """The one to show: the smallest that is wide enough, of those that have at most so many bytes; None when none has."""
    allowed = [row for row in (*copies, original) if not limit or row["size"] <= limit]
    if not allowed:
        return None
    enough = [row for row in allowed if width and row["width"] >= width]
    return min(enough, key=lambda row: row["width"]) if enough else max(allowed, key=lambda row: row["width"])


def alt_of(row: Row) -> dict[str, str]:
    """Language → what the file shows."""
    return dict(json.loads(row["alt"] or "{}"))


def focus_of(row: Row) -> dict[str, float]:
    """The point that matters: 0 is left and top, 1 is right and bottom."""
    return {"x": row["focus_x"] / 1000, "y": row["focus_y"] / 1000}


def forget_blobs(db: sa.Connection, bot: str, blobs: Sequence[str]) -> None:
    """Takes bytes away that nothing names any more."""
    for blob in blobs:
        db.execute(sa.delete(BLOB).where(BLOB.c.bot_id == bot, BLOB.c.blob_id == blob))


def refuse_changed(row: Row, version: int | None) -> None:
    """Raises `MediaChanged` when somebody was faster."""
    if version is not None and version != row["version"]:
        raise MediaChanged(name=row["name"], by=row["edited_by"] or "somebody")


def _update(db: sa.Connection, before: Row, values: Row, by: Change) -> Row:
    after = {**before, **values}
    if after == before:
        return after
    after |= {"version": before["version"] + 1, "edited_ms": by.now_ms, "edited_by": by.by}
    db.execute(MEDIA.update().where(*_is(before["bot_id"], before["id"])).values(after))
    return after


def _is(bot: str, media: str) -> tuple[Any, ...]:
    return MEDIA.c.bot_id == bot, MEDIA.c.id == media


def _refuse_taken(db: sa.Connection, bot: str, name: str) -> None:
    if by_name(db, bot, name) is not None:
        raise MediaNameTaken(name=name)


def _alt(known: Mapping[str, str], alt: Mapping[str, str]) -> str:
    """The words with some changed; empty ones are said to be decoration, and stay."""
    merged = {**known, **{locale: words.strip()[:MAX_ALT] for locale, words in alt.items()}}
    return json.dumps(dict(sorted(merged.items())), ensure_ascii=False)


def _thousandths(share: float) -> int:
    return round(max(0.0, min(1.0, share)) * 1000)
