"""All items of a bot as a list shows them, kept in memory and brought up to date by what has changed: filters take no database."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.rows import Row
from gutenbot.content.glance import all_words, tags_of, title_of, type_of, variants_of, words_of
from gutenbot.editing.defaults import Default
from gutenbot.editing.layers import Layers
from gutenbot.editing.rows import many, position
from gutenbot.editing.tables import ITEM, REVISION, TEXT
from gutenbot.editing.written import TROUBLE, hash_of, read_value

GONE = "gone"
"""`source` of an item that was deleted: its row stays, so that its versions go on."""
_ORDER = ("conflict", "review", "scheduled", "draft", "stale", "missing", "live")
_SOME = 300
_TOLD = 50
"""So many lines that changed at once are told one by one; after more, lists are made anew."""
_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class Edited:
    """An item with its texts as the database has them: by locale, the row with `value` (draft, else live)."""

    row: Row
    texts: Mapping[str, Row]


@dataclass(slots=True)
class Line:
    """One line of the list."""

    id: str
    title: str
    words: str
    type: str
    locales: dict[str, str]
    """Locale → state."""
    source: str
    place: str
    variants: int
    tags: tuple[str, ...]
    edited_ms: int
    edited_by: str
    version: int
    archived: bool
    state: str
    """The most pressing state of its languages."""
    search: str = field(repr=False)


Replaced = tuple[Line | None, Line | None]
"""A line and what it has become; None: it was not there, or is not any more."""


class Catalogue:
    """The lines of a bot."""

    def __init__(self, bot: str) -> None:
        self.bot = bot
        self.edit = -1
        self.lines: dict[str, Line] = {}
        self.stamp = 0
        """Grows when a line changes."""
        self.locales: tuple[str, ...] = ()
        self._edited: dict[str, Edited] = {}
        self._in_texts: Counter[str] = Counter()
        """In how many edited items each language is."""
        self._layers: Layers | None = None
        self._told: deque[tuple[Replaced, ...]] = deque(maxlen=_REMEMBERED)
        """What the latest stamps changed, one entry for each."""

    def since(self, stamp: int) -> list[Replaced] | None:
        """What has changed since a stamp, in order; None where that was too much, or too long ago."""
        count = self.stamp - stamp
        if count > len(self._told):
            return None
        return [one for some in list(self._told)[len(self._told) - count :] for one in some]

    def changes(self, db: sa.Connection) -> tuple[int, list[Edited]]:
        """What was edited since the last look."""
        edit = int(position(db, self.bot)["edit"])
        if edit == self.edit:
            return edit, []
        query = sa.select(ITEM).where(ITEM.c.bot_id == self.bot, ITEM.c.edit > self.edit)
        rows = many(db, query)
        return edit, [
            one for start in range(0, len(rows), _SOME) for one in self._read(db, rows[start : start + _SOME])
        ]

    def _read(self, db: sa.Connection, rows: list[Row]) -> Iterable[Edited]:
        ids = [row["item_id"] for row in rows]
        shown = sa.case((TEXT.c.draft_n > 0, TEXT.c.draft_n), else_=TEXT.c.live_n)
        draft, live = REVISION.alias("draft"), REVISION.alias("live")
        query = sa.select(TEXT, draft.c.source.label("text"), live.c.source.label("live_text"))
        query = query.outerjoin(draft, _same(draft, shown)).outerjoin(live, _same(live, TEXT.c.live_n))
        texts: dict[str, dict[str, Row]] = {}
        for row in many(db, query.where(TEXT.c.bot_id == self.bot, TEXT.c.item_id.in_(ids))):
            live_text = row.pop("live_text")
            row["value"] = _value(row.pop("text"))
            row["live_hash"] = hash_of(_value(live_text)) if live_text is not None else ""
            texts.setdefault(row["item_id"], {})[row["locale"]] = row
        return [Edited(row, texts.get(row["item_id"], {})) for row in rows]

    def update(
        self,
        edit: int,
        changed: Iterable[Edited],
        layers: Layers,
        locale: str,
    ) -> None:
        """Makes the lines anew of what has changed; of all, where the files have."""
        whole = layers is not self._layers
        changed = list(changed) if edit >= self.edit else []  # somebody who looked later was here first
        if not (whole or changed):
            self.edit = max(edit, self.edit)
            return
        self._layers = layers
        touched = set()
        for one in changed:
            item = one.row["item_id"]
            touched.add(item)
            before = self._edited.get(item)
            if before is not None:
                self._in_texts.subtract(_languages(before))
            self._in_texts.update(_languages(one))
            self._edited[item] = one
        self.edit = max(edit, self.edit)
        in_texts = {tag for tag, count in self._in_texts.items() if count > 0}
        locales = tuple(sorted({locale, *layers.locales, *in_texts}, key=lambda tag: (tag != locale, tag)))
        whole, self.locales = whole or locales != self.locales, locales
        if whole or len(touched) > _TOLD:
            for item in {*layers.by_item, *self._edited, *self.lines} if whole else touched:
                self._put(item, layers, locale)
            self._told.clear()
        else:
            self._told.append(tuple(self._put(item, layers, locale) for item in sorted(touched)))
        self.stamp += 1

    def _put(self, item: str, layers: Layers, locale: str) -> Replaced:
        before = self.lines.get(item)
        line = self._line(item, layers, locale)
        if line is None:
            self.lines.pop(item, None)
        else:
            self.lines[item] = line
        return before, line

    def _line(self, item: str, layers: Layers, locale: str) -> Line | None:
        defaults, edited = layers.of_item(item), self._edited.get(item)
        row = edited.row if edited is not None and edited.row["source"] != GONE else {}
        texts = edited.texts if edited is not None and row else {}
        if not defaults and not row:
            return None
        own = {tag: one for tag, one in defaults.items() if (item, tag) in layers.own}
        values = {tag: one.value for tag, one in defaults.items()} | {
            tag: text["value"] for tag, text in texts.items() if text["value"] is not None
        }
        best = next((tag for tag in (locale, "en") if tag in values), next(iter(values), ""))
        value = values.get(best)
        wanted = (
            self.locales if own or not defaults else [tag for tag in self.locales if tag in defaults or tag in texts]
        )
        source = _hash(texts.get(locale), defaults.get(locale))
        states = {tag: state_of(texts.get(tag), defaults.get(tag), source if tag != locale else "") for tag in wanted}
        overridden = any(text["live_n"] or text["draft_n"] for text in texts.values())
        first = (own or defaults).get(best) or next(iter((own or defaults).values()), None)
        kind = ("override" if overridden else "code" if own else "module") if defaults else "console"
        title = str(row.get("title", "")) or title_of(value)
        tags = tags_of(value)
        archived = bool(row.get("archived", 0))
        return Line(
            id=item, title=title, words=words_of(value), type=type_of(value), locales=states, source=kind,
            place=first.place if first else "", variants=variants_of(value), tags=tuple(tags),
            edited_ms=int(row.get("edited_ms", 0)), edited_by=str(row.get("edited_by", "")),
            version=int(row.get("version", 0)), archived=archived,
            state="archived" if archived else pressing(states.values()),
            search="\n".join([item, title, *tags, *(all_words(one) for one in values.values())]).casefold(),
        )  # fmt: skip


def pressing(states: Iterable[str]) -> str:
    """The most pressing of some states."""
    found = set(states)
    return next((state for state in _ORDER if state in found), "live")


def state_of(text: Mapping[str, Any] | None, default: Default | None, source_hash: str = "") -> str:
    """The state of a text. `source_hash`: that of what is live in the source language; "" where it is the source."""
    text = text or {}
    if in_conflict(text, default):
        return "conflict"
    if text.get("draft_n") and text.get("review") in ("asked", "approved"):
        return "review"
    if text.get("go_live_ms"):
        return "scheduled"
    if text.get("draft_n"):
        return "draft"
    if not text.get("live_n") and default is None:
        return "missing"
    stale_of = text.get("stale_of", "") if text.get("live_n") else ""
    return "stale" if stale_of and source_hash and stale_of != source_hash else "live"


def in_conflict(text: Mapping[str, Any], default: Default | None) -> bool:
    """Whether the file was changed, or taken away, under a text of the console; not where it says the same by now."""
    if not (text.get("live_n") and text.get("base_hash")):
        return False
    return default is None or default.hash not in (text["base_hash"], text.get("live_hash"))


def _hash(text: Mapping[str, Any] | None, default: Default | None) -> str:
    """What is live in the source language. A draft there makes no translation stale before it is published."""
    if text is not None and text["live_n"]:
        return str(text["live_hash"])
    return default.hash if default else ""


def _languages(one: Edited) -> list[str]:
    return [tag for tag, row in one.texts.items() if row["live_n"] or row["draft_n"]]


def _same(revision: "sa.FromClause", n: Any) -> "sa.ColumnElement[bool]":
    columns = ("bot_id", "item_id", "locale")
    return sa.and_(*(revision.c[name] == TEXT.c[name] for name in columns), revision.c.n == n)


def _value(source: str | None) -> Any:
    try:
        return read_value(source) if source is not None else None
    except TROUBLE:
        return None
