"""Going live: one transaction sets which revisions users get, and counts the generation that workers compare with theirs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.rows import Row
from gutenbot.editing.defaults import Default, Key
from gutenbot.editing.errors import NoRelease, NothingToPublish, NotUndone
from gutenbot.editing.layers import Layers
from gutenbot.editing.rows import (
    Moment,
    Spot,
    add_all,
    add_revision,
    advance,
    change_all,
    item_rows,
    many,
    no_text,
    one,
    put_text,
    revision,
    revisions,
    text_row,
    text_rows,
    where,
)
from gutenbot.editing.tables import ITEM, RELEASE, REVISION, TEXT
from gutenbot.editing.waiting import drop
from gutenbot.editing.written import TROUBLE, hash_of, read_value
from gutenbot.kernel import crashpoints


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text that shall go live: which revision; 0 is the file's."""

    item: str
    locale: str
    n: int
    expires_ms: int = 0
    approved: bool = False
    """Another person had approved it when it was planned."""


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a release."""

    name: str = ""
    reason: str = ""
    zone: str = ""
    undoes: int = 0


@dataclass(frozen=True, slots=True)
class Ground:
    """What publishing stands on: the bot, its source language, and what its files say."""

    bot: str
    locale: str
    layers: Layers

    @property
    def defaults(self) -> Mapping[Key, Default]:
        """What is said where nobody has edited anything."""
        return self.layers.all

    def of_item(self, item: str) -> Mapping[str, Default]:
        """The same of one item, by language; empty where neither files nor modules have it."""
        return self.layers.of_item(item)

    def spot(self, item: str, locale: str) -> Spot:
        """A text of this bot."""
        return Spot(self.bot, item, locale)


def publish(
    db: sa.Connection, ground: Ground, wanted: Sequence[Wanted], by: Moment, about: About, *, seq: int = 0
) -> Row:
    """Makes these revisions live, all of them at once. With `seq` it is a release that was planned; returns the release.

    What was planned for these texts besides does not happen.
    """
    now = advance(db, ground.bot, live=True, release=not seq)
    if not seq:
        drop(db, ground.bot, [ground.spot(one.item, one.locale) for one in wanted])
    seq = seq or int(now["last_release"])
    order = sorted(wanted, key=lambda one: one.locale != ground.locale)  # translations are made of what is live by then
    going = _Going(db, ground, order, by, now, seq)
    items = [going.go(one) for one in order]
    going.write(db)
    crashpoints.reach("content.publishing")
    values = {
        "state": "live",
        "live_ms": by.now_ms,
        "generation": now["generation"],
        "items": json.dumps(items, ensure_ascii=False),
    }
    key = {"bot_id": ground.bot, "seq": seq}
    if not db.execute(RELEASE.update().where(where(RELEASE, key)).values(**values)).rowcount:
        db.execute(
            RELEASE.insert().values(
                **key, **values, name=about.name, reason=about.reason, zone=about.zone, undoes=about.undoes,
                made_ms=by.now_ms, author_id=by.who.id, author=by.who.name,
            )
        )  # fmt: skip
    return release_row(db, ground.bot, seq)


class _Going:
    """What a release changes, worked out from rows that were read together and written together: so many statements for one
    text as for five hundred."""

    def __init__(
        self, db: sa.Connection, ground: Ground, wanted: Sequence[Wanted], by: Moment, now: Row, seq: int
    ) -> None:
        self._ground, self._by, self._now, self._seq = ground, by, now, seq
        ids = [one.item for one in wanted]
        self._items = item_rows(db, ground.bot, ids)
        self._texts = text_rows(db, ground.bot, ids)
        sources = [(item, ground.locale, int(self._text(item, ground.locale)["live_n"])) for item in ids]
        self._revisions = revisions(db, ground.bot, [*sources, *((one.item, one.locale, one.n) for one in wanted)])
        self._hashes: dict[str, str] = {}
        self._versions = {item: int(row["version"]) for item, row in self._items.items()}
        self._changed: dict[tuple[str, str], Row] = {}
        self._left: list[tuple[Row, Row]] = []
        self._live: dict[str, list[tuple[Row, Row]]] = {}

    def go(self, wanted: Wanted) -> dict[str, Any]:
        """One text goes live; what is noted of it in the release. Raises `NothingToPublish`."""
        spot = self._ground.spot(wanted.item, wanted.locale)
        row = self._text(spot.item, spot.locale)
        found = self._revisions.get((spot.item, spot.locale, wanted.n)) if wanted.n else None
        if wanted.n and found is None:
            raise NothingToPublish(item=spot.item, locale=spot.locale)
        version = self._versions[spot.item] = self._versions.get(spot.item, 0) + 1
        values = {name: row[name] for name in _KEPT} | _base(self._ground, spot, row, wanted.n)
        values |= {"live_n": wanted.n, "generation": self._now["generation"], "version": version}
        if row["draft_n"] == wanted.n:
            values |= {"draft_n": 0, "review": "", "reviewer": "", "reviewed_by": "", "review_n": 0}
        values |= {"expire_ms": wanted.expires_ms, "go_live_ms": 0, "planned_n": 0, "planned_by": ""}
        values["stale_of"] = self._source_hash(spot.item) if spot.locale != self._ground.locale else ""
        if row["live_n"]:
            self._left.append((spot.key | {"n": row["live_n"]}, {"left_ms": self._by.now_ms}))
        if found is not None:
            kind = "published" if found["kind"] == "draft" else found["kind"]
            live = {"kind": kind, "live_ms": self._by.now_ms, "left_ms": 0, "release": self._seq}
            self._live.setdefault(kind, []).append((spot.key | {"n": wanted.n}, live))
        self._changed[spot.item, spot.locale] = values
        was = {"from": int(row["live_n"]), "to": wanted.n, "expires_ms": wanted.expires_ms}
        return {"id": spot.item, "locale": spot.locale, **was, "base": row["base_hash"]}

    def write(self, db: sa.Connection) -> None:
        """Writes all of it."""
        bot, by = self._ground.bot, self._by
        edited = {"edit": self._now["edit"], "edited_ms": by.now_ms, "edited_by": by.who.name}
        items = {item: {"version": self._versions[item], **edited} for item, _ in self._changed}
        known = [({"bot_id": bot, "item_id": item}, values) for item, values in items.items() if item in self._items]
        change_all(db, ITEM, known)
        made = {"bot_id": bot, "created_ms": by.now_ms, "created_by": by.who.name, "source": "override"}
        add_all(
            db, ITEM, [{"item_id": item, **made, **values} for item, values in items.items() if item not in self._items]
        )
        keyed = {key: self._ground.spot(*key) for key in self._changed}
        there = [(keyed[key].key, values) for key, values in self._changed.items() if key in self._texts]
        change_all(db, TEXT, there)
        fresh = [no_text(keyed[key]) | values for key, values in self._changed.items() if key not in self._texts]
        add_all(db, TEXT, fresh)
        change_all(db, REVISION, self._left)
        for rows in self._live.values():
            change_all(db, REVISION, rows)

    def _text(self, item: str, locale: str) -> Row:
        return self._texts.get((item, locale)) or no_text(self._ground.spot(item, locale))

    def _source_hash(self, item: str) -> str:
        """The hash of what is live in the source language by then; it is published first."""
        if item not in self._hashes:
            locale = self._ground.locale
            row = self._changed.get((item, locale)) or self._text(item, locale)
            found = self._revisions.get((item, locale, int(row["live_n"])))
            self._hashes[item] = hash_of_source(self._ground, item, found)
        return self._hashes[item]


_KEPT = ("draft_n", "review", "reviewer", "reviewed_by", "review_n", "base_hash", "base_source", "stale_of")


def _base(ground: Ground, spot: Spot, row: Row, n: int) -> dict[str, Any]:
    """The file's text that it lies on: that of the first publishing, so that a later change of the file is noticed."""
    default = ground.defaults.get((spot.item, spot.locale))
    if not n or default is None:
        return {"base_hash": "", "base_source": ""}
    if row["live_n"] and row["base_hash"]:
        return {}
    return {"base_hash": default.hash, "base_source": default.source}


def live_hash(db: sa.Connection, ground: Ground, item: str) -> str:
    """The hash of what is live in the source language."""
    spot = ground.spot(item, ground.locale)
    return hash_of_source(ground, item, revision(db, spot, text_row(db, spot)["live_n"]))


def hash_of_source(ground: Ground, item: str, found: Row | None) -> str:
    """The hash of a live revision of the source language; of the file's text where there is none."""
    if found is not None:
        try:
            return hash_of(read_value(found["source"]))
        except TROUBLE:
            return ""
    default = ground.defaults.get((item, ground.locale))
    return default.hash if default else ""


def release_row(db: sa.Connection, bot: str, seq: int) -> Row:
    """One release, `items` as a list. Raises `NoRelease`."""
    found = one(db, sa.select(RELEASE).where(where(RELEASE, {"bot_id": bot, "seq": seq})))
    if found is None:
        raise NoRelease(bot=bot, seq=seq)
    return found | {"items": json.loads(found["items"] or "[]")}


def releases(db: sa.Connection, bot: str, limit: int, before: int = 0) -> list[Row]:
    """Releases, the latest first."""
    query = sa.select(RELEASE).where(RELEASE.c.bot_id == bot)
    query = query.where(RELEASE.c.seq < before) if before else query
    return [
        row | {"items": json.loads(row["items"] or "[]")}
        for row in many(db, query.order_by(RELEASE.c.seq.desc()).limit(limit))
    ]


def undo(db: sa.Connection, ground: Ground, seq: int, by: Moment) -> Row:
    """Gives users what they got before a release; what it published becomes a draft again. Raises `NotUndone`."""
    release = release_row(db, ground.bot, seq)
    if release["state"] != "live":
        raise NotUndone(seq=seq, reason=f"it is {release['state']}")
    wanted: list[Wanted] = []
    for item in release["items"]:
        row = text_row(db, ground.spot(item["id"], item["locale"]))
        if row["live_n"] != item["to"]:
            raise NotUndone(seq=seq, reason=f"{item['id']} was published again since")
        wanted.append(Wanted(item["id"], item["locale"], item["from"]))
    drafts = {(item["id"], item["locale"]): item["to"] for item in release["items"]}
    found = publish(db, ground, wanted, by, About(name=release["name"], reason=f"undoes release {seq}", undoes=seq))
    for (item, locale), n in drafts.items():
        spot = ground.spot(item, locale)
        if n and not text_row(db, spot)["draft_n"]:
            put_text(db, spot, draft_n=n)
    db.execute(RELEASE.update().where(where(RELEASE, {"bot_id": ground.bot, "seq": seq})).values(state="undone"))
    return found


def revert(db: sa.Connection, ground: Ground, item: str, locales: Sequence[str], by: Moment, reason: str) -> Row:
    """Takes the console's text off the file's; the drafts stay."""
    for locale in locales:
        spot = ground.spot(item, locale)
        row, default = text_row(db, spot), ground.defaults.get((item, locale))
        source = default.source if default else "~"
        n = int(row["last_n"]) + 1
        add_revision(db, spot, by, version=0, n=n, source=source, kind="reverted", reason=reason)
        put_text(db, spot, last_n=n)
    return publish(
        db, ground, [Wanted(item, locale, 0) for locale in locales], by, About(reason=reason or "reverted to the files")
    )


def live_since(db: sa.Connection, bot: str, generation: int) -> list[Row]:
    """What changed after a generation: texts with the YAML that is live (None: the file's), archived ones without."""
    from gutenbot.editing.tables import ITEM

    same = sa.and_(
        *(REVISION.c[name] == TEXT.c[name] for name in ("bot_id", "item_id", "locale")), REVISION.c.n == TEXT.c.live_n
    )
    of = sa.and_(ITEM.c.bot_id == TEXT.c.bot_id, ITEM.c.item_id == TEXT.c.item_id)
    query = (
        sa.select(TEXT.c.item_id, TEXT.c.locale, TEXT.c.live_n, TEXT.c.generation, REVISION.c.source, ITEM.c.archived)
        .join(ITEM, of)
        .outerjoin(REVISION, same)
        .where(TEXT.c.bot_id == bot, TEXT.c.generation > generation)
    )
    return many(db, query)
