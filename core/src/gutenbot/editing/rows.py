"""Single rows of edited content: how they are found, made and counted. Each function works inside somebody's transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, TypeVar

import sqlalchemy as sa

from gutenbot.accounts.lines import Who
from gutenbot.accounts.rows import Row
from gutenbot.editing.tables import ITEM, POSITION, REVISION, TEXT

T = TypeVar("T")
_NO_TEXT = {column.name: 0 if isinstance(column.type, sa.BigInteger) else "" for column in TEXT.c}
AUTOSAVES_MS = 600_000
"""Drafts that one author saved within so long are kept as one, in the end."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A text of a bot: which item in which language."""

    bot: str
    item: str
    locale: str

    @property
    def of_item(self) -> dict[str, str]:
        """The key of its item."""
        return {"bot_id": self.bot, "item_id": self.item}

    @property
    def key(self) -> dict[str, str]:
        """The key of its row."""
        return {"bot_id": self.bot, "item_id": self.item, "locale": self.locale}


@dataclass(frozen=True, slots=True)
class Moment:
    """Who does something, and when (ms)."""

    who: Who
    now_ms: int


def one(db: sa.Connection, query: sa.Executable) -> Row | None:
    """The first row."""
    found = db.execute(query).mappings().first()
    return None if found is None else {str(key): value for key, value in found.items()}


def many(db: sa.Connection, query: sa.Executable) -> list[Row]:
    """All rows."""
    return [{str(key): value for key, value in found.items()} for found in db.execute(query).mappings()]


def where(table: sa.Table, key: Mapping[str, Any]) -> "sa.ColumnElement[bool]":
    """The rows with these values."""
    return sa.and_(*(table.c[name] == value for name, value in key.items()))


@cache
def _found(table: sa.Table, names: tuple[str, ...]) -> sa.Executable:
    return sa.select(table).where(sa.and_(*(table.c[name] == sa.bindparam(f"key_{name}") for name in names)))


@cache
def _changed(table: sa.Table, names: tuple[str, ...], values: tuple[str, ...]) -> sa.Executable:
    key = sa.and_(*(table.c[name] == sa.bindparam(f"key_{name}") for name in names))
    return table.update().where(key).values({name: sa.bindparam(f"new_{name}") for name in values})


def by_key(db: sa.Connection, table: sa.Table, key: Mapping[str, Any]) -> Row | None:
    """The row with this key. The statement is built once: a release runs it for each of its texts."""
    found = db.execute(_found(table, tuple(key)), {f"key_{name}": value for name, value in key.items()})
    row = found.mappings().first()
    return None if row is None else {str(name): value for name, value in row.items()}


def change(db: sa.Connection, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Changes the row with this key; whether there is one."""
    given = {f"key_{name}": value for name, value in key.items()} | {
        f"new_{name}": value for name, value in values.items()
    }
    return bool(db.execute(_changed(table, tuple(key), tuple(values)), given).rowcount)


def change_all(db: sa.Connection, table: sa.Table, rows: Sequence[tuple[Row, Row]]) -> None:
    """Changes many rows: of each its key and its values, all of the same names."""
    if rows:
        key, values = rows[0]
        given = [
            {f"key_{name}": value for name, value in one.items()}
            | {f"new_{name}": value for name, value in new.items()}
            for one, new in rows
        ]
        db.execute(_changed(table, tuple(key), tuple(values)), given)


def add_all(db: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Adds many rows."""
    if rows:
        db.execute(table.insert(), list(rows))


def item_rows(db: sa.Connection, bot: str, items: Iterable[str]) -> dict[str, Row]:
    """Those of these items that were edited at some time."""
    found: dict[str, Row] = {}
    for some in _parts(items):
        rows = many(db, sa.select(ITEM).where(ITEM.c.bot_id == bot, ITEM.c.item_id.in_(some)))
        found |= {row["item_id"]: row for row in rows}
    return found


def text_rows(db: sa.Connection, bot: str, items: Iterable[str]) -> dict[tuple[str, str], Row]:
    """All texts of these items, by item and language."""
    found: dict[tuple[str, str], Row] = {}
    for some in _parts(items):
        rows = many(db, sa.select(TEXT).where(TEXT.c.bot_id == bot, TEXT.c.item_id.in_(some)))
        found |= {(row["item_id"], row["locale"]): row for row in rows}
    return found


def revisions(db: sa.Connection, bot: str, keys: Iterable[tuple[str, str, int]]) -> dict[tuple[str, str, int], Row]:
    """These states of texts, by item, language and number."""
    found: dict[tuple[str, str, int], Row] = {}
    names = sa.tuple_(REVISION.c.item_id, REVISION.c.locale, REVISION.c.n)
    for some in _parts(keys):
        for row in many(db, sa.select(REVISION).where(REVISION.c.bot_id == bot, names.in_(some))):
            found[row["item_id"], row["locale"], row["n"]] = row
    return found


def _parts(values: Iterable[T]) -> Iterator[list[T]]:
    """Some at a time: a statement takes only so many."""
    everything = list(dict.fromkeys(values))
    yield from (everything[start : start + 200] for start in range(0, len(everything), 200))


def no_text(spot: Spot) -> Row:
    """The row of a text that is nowhere yet: of zeros."""
    return {**_NO_TEXT, **spot.key}


def position(db: sa.Connection, bot: str) -> Row:
    """How often the bot's content was published and edited."""
    return by_key(db, POSITION, {"bot_id": bot}) or {"bot_id": bot, "generation": 0, "edit": 0, "last_release": 0}


def advance(db: sa.Connection, bot: str, *, live: bool = False, release: bool = False) -> Row:
    """The position after one more edit; with `live` also one more generation, with `release` one more release."""
    found = position(db, bot)
    fresh = found["edit"] == 0
    found |= {
        "edit": found["edit"] + 1,
        "generation": found["generation"] + live,
        "last_release": found["last_release"] + release,
    }
    if fresh:
        db.execute(POSITION.insert().values(**found))
    else:
        change(db, POSITION, {"bot_id": bot}, found)
    return found


def item_row(db: sa.Connection, bot: str, item: str) -> Row | None:
    """An item that was edited at some time."""
    return by_key(db, ITEM, {"bot_id": bot, "item_id": item})


def texts_of(db: sa.Connection, bot: str, item: str) -> list[Row]:
    """Its texts, by locale."""
    return many(db, sa.select(TEXT).where(where(TEXT, {"bot_id": bot, "item_id": item})).order_by(TEXT.c.locale))


def text_row(db: sa.Connection, spot: Spot) -> Row:
    """A text's row; one of zeros where there is none."""
    return by_key(db, TEXT, spot.key) or no_text(spot)


def put_text(db: sa.Connection, spot: Spot, **values: Any) -> None:
    """Changes a text's row, or makes it."""
    if not change(db, TEXT, spot.key, values):
        db.execute(TEXT.insert(), {**_NO_TEXT, **spot.key, **values})


def touch(db: sa.Connection, bot: str, item: str, by: Moment, edit: int, **values: Any) -> int:
    """Notes that an item was edited (and makes its row); returns its new version."""
    row = item_row(db, bot, item)
    version = int(row["version"]) + 1 if row else 1
    known = {"version": version, "edit": edit, "edited_ms": by.now_ms, "edited_by": by.who.name, **values}
    if row is None:
        fresh = {"created_ms": by.now_ms, "created_by": by.who.name, "source": "override", **known}
        db.execute(ITEM.insert().values(bot_id=bot, item_id=item, **fresh))
    else:
        change(db, ITEM, {"bot_id": bot, "item_id": item}, known)
    return version


def revision(db: sa.Connection, spot: Spot, n: int) -> Row | None:
    """One state of a text."""
    return by_key(db, REVISION, spot.key | {"n": n}) if n else None


def add_revision(
    db: sa.Connection, spot: Spot, by: Moment, *, version: int, n: int, source: str, kind: str, **more: Any
) -> None:
    """Writes a state of a text."""
    db.execute(
        REVISION.insert().values(
            **spot.key, n=n, version=version, source=source, kind=kind, author_id=by.who.id, author=by.who.name,
            at_ms=by.now_ms, **more,
        )
    )  # fmt: skip


def seen_at(db: sa.Connection, spot: Spot, version: int) -> Row | None:
    """The state that whoever saw this version of the item had before them; None: the file's."""
    query = sa.select(REVISION).where(where(REVISION, spot.key), REVISION.c.version <= version)
    return one(db, query.order_by(REVISION.c.n.desc()).limit(1))


def tidy_drafts(db: sa.Connection, spot: Spot, by: Moment, kept: int) -> None:
    """Of the drafts that one author saved within ten minutes the last stays, once they are ten minutes old."""
    query = sa.select(REVISION.c.n, REVISION.c.author_id, REVISION.c.at_ms).where(
        where(REVISION, spot.key | {"kind": "draft"}), REVISION.c.at_ms < by.now_ms - AUTOSAVES_MS, REVISION.c.n != kept
    )
    rows = many(db, query.order_by(REVISION.c.n))
    gone = [
        row["n"]
        for row, later in pairwise(rows)
        if row["author_id"] == later["author_id"] and later["at_ms"] - row["at_ms"] < AUTOSAVES_MS
    ]
    if gone:
        db.execute(REVISION.delete().where(where(REVISION, spot.key), REVISION.c.n.in_(gone)))
