"""Planned releases when their moment has come: they go live if they still may, and are held if not."""

from collections.abc import Sequence

import sqlalchemy as sa

from gutenbot.accounts import people
from gutenbot.accounts.errors import NoAccount
from gutenbot.accounts.lines import Line as AuditLine
from gutenbot.accounts.lines import Who
from gutenbot.accounts.rows import Row
from gutenbot.editing import planning, publishing
from gutenbot.editing.desk import ContentDesk, line_of
from gutenbot.editing.errors import ContentMistake, Locked, NothingToPublish, NotPlanned, WrongMoment
from gutenbot.editing.planning import Planned
from gutenbot.editing.publishing import About, Ground
from gutenbot.editing.rows import Moment, Spot
from gutenbot.editing.soundness import Gate, Looked, look
from gutenbot.kernel import crashpoints


async def carry_out(desk: ContentDesk, who: Who, bot: str) -> int:
    """Does for a bot what was planned up to now; returns how much. Each is a transaction of its own, and done once."""
    ground = await desk.ground(bot)
    by = desk.moment(who)
    seqs, ends = await desk.read(lambda db: planning.due(db, bot, by.now_ms))
    return sum([await _go(desk, ground, seq, by) for seq in seqs]) + sum(
        [await _end(desk, ground, spot, by) for spot in ends]
    )


async def publish_now(desk: ContentDesk, who: Who, bot: str, seq: int) -> Row:
    """Makes a planned release live before its moment, or one that was held. Raises `NotPlanned`, and what publishing raises."""
    desk.must_edit()
    ground = await desk.ground(bot)
    by = desk.moment(who)
    looked_at = await _look(desk, ground, seq)

    def work(db: sa.Connection) -> tuple[Row, AuditLine]:
        texts = planning.planned(db, ground, seq)
        if texts is None:
            raise NotPlanned(seq=seq, state=publishing.release_row(db, bot, seq)["state"])
        if not texts:
            raise NothingToPublish(item=f"Release {seq}", locale="any language")
        if any(0 < one.wanted.expires_ms <= by.now_ms for one in texts):
            raise WrongMoment(what="The end")
        gate = Gate(db, desk, bot, looked_at)
        for one in texts:
            gate.check(_spot(ground, one), one.row, one.revision, approved=one.wanted.approved)
        release = publishing.publish(db, ground, [one.wanted for one in texts], by, About(), seq=seq)
        return release, line_of(
            "published", Spot(bot, "", ""), f"published release {seq}, which was planned", release=seq
        )

    release = await desk.change(bot, by, work, live=True)
    if desk.planned is not None:
        desk.planned()
    return release


async def _go(desk: ContentDesk, ground: Ground, seq: int, by: Moment) -> bool:
    """A release goes live, or is held; whether anything was done."""
    looked_at = await _look(desk, ground, seq)
    holds: list[bool] = []

    def work(db: sa.Connection) -> tuple[Row | None, AuditLine | None]:
        holds.clear()
        texts = planning.planned(db, ground, seq)
        if texts is None or publishing.release_row(db, ground.bot, seq)["state"] != "scheduled":
            return None, None  # somebody else did, or it was called off meanwhile
        nowhere = Spot(ground.bot, "", "")
        if not texts:
            planning.fail(db, ground.bot, seq)
            return None, line_of("failed", nowhere, f"nothing is left of release {seq}", release=seq)
        why = _why_not(db, desk, ground, texts, looked_at)
        if not why:
            found = publishing.publish(db, ground, [one.wanted for one in texts], by, About(), seq=seq)
            return found, line_of("published", nowhere, f"published release {seq} as planned", release=seq)
        holds.append(True)
        release = planning.hold(db, ground, seq, why, by)
        first = next(iter(why.values()))
        _ring(db, desk, release, first)
        crashpoints.reach("content.holding")
        return release, line_of("held", nowhere, f"held release {seq}, which was planned: {first}", release=seq)

    done = await desk.change(ground.bot, by, work, live=True) is not None
    if holds:
        await desk.rang(ground.bot)
    return done


async def _end(desk: ContentDesk, ground: Ground, spot: Spot, by: Moment) -> bool:
    def work(db: sa.Connection) -> tuple[Row | None, AuditLine | None]:
        found = planning.end(db, ground, spot, by)
        return found, line_of("ended", spot, f"took {spot.item} ({spot.locale}) back as planned") if found else None

    return await desk.change(ground.bot, by, work, live=True) is not None


async def _look(desk: ContentDesk, ground: Ground, seq: int) -> Looked:
    texts = await desk.read(lambda db: planning.planned(db, ground, seq))
    return await look(desk.shelf(ground.bot), [(_spot(ground, one), one.revision) for one in texts or ()])


def _why_not(
    db: sa.Connection, desk: ContentDesk, ground: Ground, texts: Sequence[Planned], looked_at: Looked
) -> dict[Spot, str]:
    """Of each text that may not go live any more: why."""
    if desk.overrides == "locked":
        return {_spot(ground, one): str(Locked()) for one in texts}
    gate = Gate(db, desk, ground.bot, looked_at)
    found: dict[Spot, str] = {}
    for one in texts:
        spot = _spot(ground, one)
        try:
            gate.check(spot, one.row, one.revision, approved=one.wanted.approved)
        except ContentMistake as error:
            found[spot] = str(error)
    return found


def _ring(db: sa.Connection, desk: ContentDesk, release: Row, why: str) -> None:
    """Tells the person who planned it; whoever may publish where that is nobody who signs in."""
    if desk.bell is None:
        return
    bot, account = release["bot_id"], release["author_id"]
    try:
        known = not people.by_id(db, account)["disabled_ms"]
    except NoAccount:
        known = False
    to = f"account:{account}" if known else f"may:content:publish@{bot}"
    name = release["name"] or ", ".join(dict.fromkeys(one["id"] for one in release["items"][:3]))
    message = f"{name} did not go live as planned, and waits: {why}"
    desk.bell.append(db, message, "warning", f"/bots/{bot}/content/releases", bot_id=bot, to=to)


def _spot(ground: Ground, one: Planned) -> Spot:
    return ground.spot(one.wanted.item, one.wanted.locale)
