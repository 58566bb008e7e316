"""What is live in the console and not in the files, and the two ways to have one truth: pull, or let go."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from gutenbot.accounts.lines import SYSTEM, Who
from gutenbot.accounts.lines import Line as AuditLine
from gutenbot.editing import publishing
from gutenbot.editing.desk import ContentDesk, line_of
from gutenbot.editing.publishing import Ground
from gutenbot.editing.pulling import Override, Pulled, pull
from gutenbot.editing.rows import Spot, many
from gutenbot.editing.tables import ITEM, REVISION, TEXT
from gutenbot.editing.written import TROUBLE, hash_of, read_value


def overrides(db: sa.Connection, bot: str) -> list[Override]:
    """All texts of the console that are live."""
    same = sa.and_(
        *(REVISION.c[name] == TEXT.c[name] for name in ("bot_id", "item_id", "locale")), REVISION.c.n == TEXT.c.live_n
    )
    of = sa.and_(ITEM.c.bot_id == TEXT.c.bot_id, ITEM.c.item_id == TEXT.c.item_id, ITEM.c.archived == 0)
    query = sa.select(
        TEXT.c.item_id,
        TEXT.c.locale,
        TEXT.c.base_hash,
        REVISION.c.source,
        REVISION.c.n,
        REVISION.c.at_ms,
        REVISION.c.author,
    )
    query = query.join(REVISION, same).join(ITEM, of).where(TEXT.c.bot_id == bot, TEXT.c.live_n > 0)
    return [
        Override(row["item_id"], row["locale"], row["source"], row["n"], row["at_ms"], row["author"], row["base_hash"])
        for row in many(db, query.order_by(TEXT.c.item_id, TEXT.c.locale))
    ]


async def live_texts(desk: ContentDesk, bot: str) -> list[Override]:
    """The same, with what users would get instead where the bot's files say nothing."""
    found = await desk.read(lambda db: overrides(db, bot))
    layers = (await desk.ground(bot)).layers
    behind = {one: layers.behind.get((one.item, one.locale)) for one in found}
    return [replace(one, behind=text.place, behind_hash=text.hash) if text else one for one, text in behind.items()]


async def sync(desk: ContentDesk, bot: str) -> Pulled:
    """What differs from this server's files."""
    found = await live_texts(desk, bot)
    shelf = desk.shelf(bot)
    return await asyncio.to_thread(pull, shelf.files.folder, shelf.locale, found)


async def let_go(desk: ContentDesk, who: Who, bot: str, spots: Sequence[Spot]) -> int:
    """The files win: takes the console's texts off them. Texts that no file has are archived nowhere and stay. Returns how many."""
    desk.must_edit()
    ground = await desk.ground(bot)
    wanted = {(spot.item, spot.locale) for spot in spots} & ground.defaults.keys()
    by = desk.moment(who)

    def work(db: sa.Connection) -> tuple[int, AuditLine | None]:
        live = {(one.item, one.locale) for one in overrides(db, bot)} & wanted
        for item in sorted({item for item, _ in live}):
            publishing.revert(
                db, ground, item, sorted(tag for name, tag in live if name == item), by, "the files were pushed"
            )
        line = line_of(
            "pushed", Spot(bot, "", ""), f"took {len(live)} texts of the console off the files", count=len(live)
        )
        return len(live), line if live else None

    return await desk.change(bot, by, work, live=True)


async def settle(desk: ContentDesk, bot: str) -> int:
    """Lets go of texts that the files say by now: they were pulled and deployed. Users notice nothing. Returns how many."""
    if not await desk.read(
        lambda db: db.execute(sa.select(TEXT.c.live_n).where(TEXT.c.bot_id == bot, TEXT.c.live_n > 0)).first()
    ):
        return 0
    ground = await desk.ground(bot)
    by = desk.moment(SYSTEM)

    def work(db: sa.Connection) -> tuple[int, AuditLine | None]:
        same = [one for one in overrides(db, bot) if _is_same(ground, one)]
        for one in same:
            publishing.revert(db, ground, one.item, [one.locale], by, "the file says the same")
        what = f"let go of {len(same)} texts that the files say"
        return len(same), line_of("settled", Spot(bot, "", ""), what, count=len(same)) if same else None

    return await desk.change(bot, by, work, live=True)


def _is_same(ground: Ground, one: Override) -> bool:
    default = ground.defaults.get((one.item, one.locale))
    try:
        return default is not None and default.hash == hash_of(read_value(one.source)) and default.hash != one.base_hash
    except TROUBLE:
        return False
