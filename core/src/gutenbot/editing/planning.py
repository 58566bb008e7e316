"""What goes live, or ends, at a moment that people chose. The moment is kept in the database; any worker may carry it out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.rows import Row
from gutenbot.editing.errors import NoText, NotUndone
from gutenbot.editing.publishing import About, Ground, Wanted, publish, release_row
from gutenbot.editing.rows import (
    Moment,
    Spot,
    advance,
    many,
    no_text,
    put_text,
    revisions,
    text_row,
    text_rows,
    touch,
    where,
)
from gutenbot.editing.tables import RELEASE, TEXT
from gutenbot.editing.waiting import HELD, WAITING, drop

_LONGEST_WHY = 500


@dataclass(frozen=True, slots=True)
class Planned:
    """A text of a planned release: its row, and the revision that was to go live."""

    wanted: Wanted
    row: Row
    revision: Row


def plan(
    db: sa.Connection, ground: Ground, wanted: Sequence[Wanted], by: Moment, about: About, go_ms: int, zone: str
) -> Row:
    """Notes that these revisions go live at a moment; returns the release."""
    now = advance(db, ground.bot, release=True)
    seq = int(now["last_release"])
    drop(db, ground.bot, [ground.spot(one.item, one.locale) for one in wanted])
    for one in wanted:
        spot = ground.spot(one.item, one.locale)
        version = touch(db, ground.bot, one.item, by, now["edit"])
        plans = {
            "go_live_ms": go_ms,
            "expire_ms": one.expires_ms,
            "zone": zone,
            "planned_n": one.n,
            "planned_by": by.who.name,
        }
        put_text(db, spot, version=version, **plans)
    items = [
        {"id": one.item, "locale": one.locale, "to": one.n, "expires_ms": one.expires_ms, "approved": one.approved}
        for one in wanted
    ]
    db.execute(
        RELEASE.insert().values(
            bot_id=ground.bot, seq=seq, name=about.name, reason=about.reason, zone=zone, state="scheduled", go_ms=go_ms,
            made_ms=by.now_ms, author_id=by.who.id, author=by.who.name, items=json.dumps(items, ensure_ascii=False),
        )
    )  # fmt: skip
    return release_row(db, ground.bot, seq)


def cancel(db: sa.Connection, ground: Ground, seq: int, by: Moment) -> Row:
    """A planned release does not happen; its texts stay drafts. Raises `NotUndone`."""
    release = release_row(db, ground.bot, seq)
    if release["state"] not in WAITING:
        raise NotUndone(seq=seq, reason=f"it is {release['state']}")
    now = advance(db, ground.bot)
    for item in release["items"]:
        version = touch(db, ground.bot, item["id"], by, now["edit"])
        put_text(db, ground.spot(item["id"], item["locale"]), version=version, **_NO_PLAN)
    _set_state(db, ground.bot, seq, "cancelled")
    return release_row(db, ground.bot, seq)


def unplan(db: sa.Connection, ground: Ground, spot: Spot, by: Moment) -> None:
    """One text neither goes live nor ends at a moment. Raises `NoText`."""
    row = text_row(db, spot)
    if not (row["go_live_ms"] or row["expire_ms"]):
        raise NoText(item=spot.item, locale=spot.locale, what="plan")
    drop(db, ground.bot, [spot])
    now = advance(db, ground.bot)
    version = touch(db, spot.bot, spot.item, by, now["edit"])
    put_text(db, spot, version=version, **_NO_PLAN)


def next_ms(db: sa.Connection) -> int:
    """When something is to happen next; 0: nothing is planned."""
    planned = sa.select(sa.func.min(RELEASE.c.go_ms)).where(RELEASE.c.state == "scheduled")
    ends = sa.select(sa.func.min(TEXT.c.expire_ms)).where(TEXT.c.expire_ms > 0, TEXT.c.go_live_ms == 0)
    found = [int(value) for query in (planned, ends) if (value := db.execute(query).scalar())]
    return min(found, default=0)


def due(db: sa.Connection, bot: str, now_ms: int) -> tuple[list[int], list[Spot]]:
    """Planned releases whose moment has come, and texts whose end has."""
    planned = sa.select(RELEASE.c.seq).where(
        RELEASE.c.bot_id == bot, RELEASE.c.state == "scheduled", RELEASE.c.go_ms <= now_ms
    )
    ends = sa.select(TEXT.c.item_id, TEXT.c.locale).where(
        TEXT.c.bot_id == bot, TEXT.c.expire_ms > 0, TEXT.c.expire_ms <= now_ms, TEXT.c.go_live_ms == 0
    )
    seqs = [int(row["seq"]) for row in many(db, planned.order_by(RELEASE.c.go_ms, RELEASE.c.seq))]
    return seqs, [Spot(bot, row["item_id"], row["locale"]) for row in many(db, ends)]


def planned(db: sa.Connection, ground: Ground, seq: int) -> list[Planned] | None:
    """The texts of a planned release; None when it does not wait any more, and none where no text is left of it."""
    release = release_row(db, ground.bot, seq)
    if release["state"] not in WAITING:
        return None
    rows = text_rows(db, ground.bot, [item["id"] for item in release["items"]])
    keys = [(item["id"], item["locale"], item["to"]) for item in release["items"]]
    found = revisions(db, ground.bot, keys)
    return [
        Planned(
            Wanted(item["id"], item["locale"], item["to"], item["expires_ms"], item.get("approved", False)),
            rows.get((item["id"], item["locale"])) or no_text(ground.spot(item["id"], item["locale"])), found[key],
        )
        for item, key in zip(release["items"], keys, strict=True) if key in found
    ]  # fmt: skip


def fail(db: sa.Connection, bot: str, seq: int) -> None:
    """Nothing is left of a planned release."""
    _set_state(db, bot, seq, "failed")


def hold(db: sa.Connection, ground: Ground, seq: int, why: Mapping[Spot, str], by: Moment) -> Row:
    """A planned release whose moment has come does not go live; why not is kept with its texts. Returns it."""
    release = release_row(db, ground.bot, seq)
    items = [
        {**item, "held": why.get(ground.spot(item["id"], item["locale"]), "")[:_LONGEST_WHY]}
        for item in release["items"]
    ]
    now = advance(db, ground.bot)
    for item in items:
        version = touch(db, ground.bot, item["id"], by, now["edit"])
        put_text(db, ground.spot(item["id"], item["locale"]), version=version)
    values = {"state": HELD, "items": json.dumps(items, ensure_ascii=False)}
    db.execute(RELEASE.update().where(where(RELEASE, {"bot_id": ground.bot, "seq": seq})).values(**values))
    return release | {"state": HELD, "items": items}


def end(db: sa.Connection, ground: Ground, spot: Spot, by: Moment) -> Row | None:
    """A text whose time is over gives way to what was there before it; None when its end was called off."""
    row = text_row(db, spot)
    if not row["expire_ms"] or row["expire_ms"] > by.now_ms:
        return None
    before = _before(db, spot, int(row["live_n"]))
    about = About(reason="its time is over")
    return publish(db, ground, [Wanted(spot.item, spot.locale, before)], by, about)


def _before(db: sa.Connection, spot: Spot, live_n: int) -> int:
    """Which revision users got before this one; 0: the file's. That it was published again, to end at another moment, counts
    as one."""
    needle = json.dumps(spot.item, ensure_ascii=False)
    query = sa.select(RELEASE.c["items"]).where(
        RELEASE.c.bot_id == spot.bot, RELEASE.c.live_ms > 0, RELEASE.c["items"].contains(needle, autoescape=True)
    )
    for row in many(db, query.order_by(RELEASE.c.live_ms.desc(), RELEASE.c.seq.desc())):
        for one in json.loads(row["items"]):
            if (one["id"], one["locale"]) == (spot.item, spot.locale) and one["from"] != one["to"]:
                return int(one["from"]) if one["to"] == live_n else 0
    return 0


_NO_PLAN: dict[str, Any] = {"go_live_ms": 0, "expire_ms": 0, "planned_n": 0, "planned_by": "", "zone": ""}


def _set_state(db: sa.Connection, bot: str, seq: int, state: str) -> None:
    db.execute(RELEASE.update().where(where(RELEASE, {"bot_id": bot, "seq": seq})).values(state=state))
