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
    add_revision,
    advance,
    change,
    many,
    one,
    put_text,
    revision,
    text_row,
    touch,
    where,
)
from gutenbot.editing.tables import RELEASE, REVISION, TEXT
from gutenbot.editing.written import TROUBLE, hash_of, read_value
from gutenbot.kernel import crashpoints


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text that shall go live: which revision; 0 is the file's."""

    item: str
    locale: str
    n: int
    expires_ms: int = 0


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
    """Makes these revisions live, all of them at once. With `seq` it is a release that was planned; returns the release."""
    now = advance(db, ground.bot, live=True, release=not seq)
    seq = seq or int(now["last_release"])
    order = sorted(wanted, key=lambda one: one.locale != ground.locale)  # translations are made of what is live by then
    items = [_go_live(db, ground, one, by, now, seq) for one in order]
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


def _go_live(db: sa.Connection, ground: Ground, wanted: Wanted, by: Moment, now: Row, seq: int) -> dict[str, Any]:
    spot = ground.spot(wanted.item, wanted.locale)
    row = text_row(db, spot)
    found = revision(db, spot, wanted.n)
    if wanted.n and found is None:
        raise NothingToPublish(item=spot.item, locale=spot.locale)
    version = touch(db, spot.bot, spot.item, by, now["edit"])
    values: dict[str, Any] = {"live_n": wanted.n, "generation": now["generation"], "version": version}
    if row["draft_n"] == wanted.n:
        values |= {"draft_n": 0, "review": "", "reviewer": "", "reviewed_by": "", "review_n": 0}
    values |= _base(ground, spot, row, wanted.n) | {"stale_of": _stale_of(db, ground, spot)}
    values |= {"expire_ms": wanted.expires_ms, "go_live_ms": 0, "planned_n": 0, "planned_by": ""}
    put_text(db, spot, **values)
    if row["live_n"]:
        change(db, REVISION, spot.key | {"n": row["live_n"]}, {"left_ms": by.now_ms})
    if found is not None:
        kind = "published" if found["kind"] == "draft" else found["kind"]
        live = {"kind": kind, "live_ms": by.now_ms, "left_ms": 0, "release": seq}
        change(db, REVISION, spot.key | {"n": wanted.n}, live)
    was = {"from": int(row["live_n"]), "to": wanted.n, "expires_ms": wanted.expires_ms}
    return {"id": spot.item, "locale": spot.locale, **was, "base": row["base_hash"]}


def _base(ground: Ground, spot: Spot, row: Row, n: int) -> dict[str, Any]:
    """The file's text that it lies on: that of the first publishing, so that a later change of the file is noticed."""
    default = ground.defaults.get((spot.item, spot.locale))
    if not n or default is None:
        return {"base_hash": "", "base_source": ""}
    if row["live_n"] and row["base_hash"]:
        return {}
    return {"base_hash": default.hash, "base_source": default.source}


def _stale_of(db: sa.Connection, ground: Ground, spot: Spot) -> str:
    return "" if spot.locale == ground.locale else live_hash(db, ground, spot.item)


def live_hash(db: sa.Connection, ground: Ground, item: str) -> str:
    """The hash of what is live in the source language."""
    spot = ground.spot(item, ground.locale)
    found = revision(db, spot, text_row(db, spot)["live_n"])
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
