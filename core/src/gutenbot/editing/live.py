"""Publishing: what goes live when, and back again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from gutenbot.accounts.lines import Line as AuditLine
from gutenbot.accounts.lines import Who
from gutenbot.accounts.rows import Row
from gutenbot.editing import planning, publishing
from gutenbot.editing.desk import ContentDesk, line_of
from gutenbot.editing.errors import ChangedMeanwhile, NothingToPublish, WrongMoment
from gutenbot.editing.publishing import About, Wanted
from gutenbot.editing.rows import Moment, Spot, revisions, text_rows
from gutenbot.editing.soundness import Gate, Looked, is_approved, look
from gutenbot.editing.text import all_must_be, must_be
from gutenbot.editing.waiting import WAITING
from gutenbot.kernel import crashpoints
from gutenbot.kernel.clock import to_ms


@dataclass(frozen=True, slots=True)
class When:
    """When texts go live and end; None: at once, never. `zone` is the one in which people chose the moments."""

    at: datetime | None = None
    expires: datetime | None = None
    zone: str = ""


async def publish(
    desk: ContentDesk,
    who: Who,
    spots: Sequence[Spot],
    about: About,
    when: When | None = None,
    *,
    seen: int | None = None,
) -> Row:
    """Publishes the drafts of these texts together, or plans that; returns the release. Raises `NotSound` and others."""
    desk.must_edit()
    bot, when = spots[0].bot, when or When()
    now_ms = desk.now_ms()
    go_ms, expires_ms = _moments(when, now_ms)
    ground = await desk.ground(bot)
    by = desk.moment(who)
    spots = list(dict.fromkeys(spots))
    looked_at = await _look(desk, bot, spots)

    def work(db: sa.Connection) -> tuple[Row, AuditLine]:
        all_must_be(db, ground, [spot.item for spot in spots])
        found = _drafts(db, bot, spots, or_live=bool(expires_ms))
        gate = Gate(db, desk, bot, looked_at)
        wanted = [_wanted(spot, found.get(spot), gate, by, seen) for spot in spots]
        wanted = [replace(one, expires_ms=expires_ms) for one in wanted]
        names = _names(spots)
        if go_ms:
            release = planning.plan(db, ground, wanted, by, about, go_ms, when.zone)
            return release, line_of(
                "planned", spots[0], f"planned to publish {names}", release=release["seq"], at=go_ms
            )
        release = publishing.publish(db, ground, wanted, by, about)
        line = line_of("published", spots[0], f"published {names}", release=release["seq"], reason=about.reason)
        return release, line

    release = await desk.change(bot, by, work, live=not go_ms)
    crashpoints.reach("content.published")
    if (go_ms or expires_ms) and desk.planned is not None:
        desk.planned()
    return release


async def undo(desk: ContentDesk, who: Who, bot: str, seq: int) -> Row:
    """Gives users what they got before a release. Raises `NotUndone`."""
    desk.must_edit()
    ground = await desk.ground(bot)
    by = desk.moment(who)

    def work(db: sa.Connection) -> tuple[Row, AuditLine]:
        planned = publishing.release_row(db, bot, seq)
        if planned["state"] in WAITING:
            found = planning.cancel(db, ground, seq, by)
        else:
            found = publishing.undo(db, ground, seq, by)
        return found, line_of("undone", Spot(bot, "", ""), f"took release {seq} back", release=seq)

    return await desk.change(bot, by, work, live=True)


async def revert(desk: ContentDesk, who: Who, bot: str, item: str, locale: str = "") -> Row:
    """Gives users what the files say again. Raises `NothingToPublish` where the console has put nothing over them."""
    desk.must_edit()
    ground = await desk.ground(bot)
    by = desk.moment(who)

    def work(db: sa.Connection) -> tuple[Row, AuditLine]:
        from gutenbot.editing.rows import texts_of

        must_be(db, ground, item)
        found = [row["locale"] for row in texts_of(db, bot, item) if row["live_n"] and locale in ("", row["locale"])]
        found = [tag for tag in found if (item, tag) in ground.defaults]
        if not found:
            raise NothingToPublish(item=item, locale=locale or "any language")
        release = publishing.revert(db, ground, item, found, by, "")
        return release, line_of(
            "reverted", Spot(bot, item, locale), f"reverted {item} to the files", release=release["seq"]
        )

    return await desk.change(bot, by, work, live=True)


async def unschedule(desk: ContentDesk, who: Who, spot: Spot) -> None:
    """What was planned for a text does not happen: neither going live nor ending. Raises `NoText`."""
    desk.must_edit()
    ground = await desk.ground(spot.bot)
    by = desk.moment(who)

    def work(db: sa.Connection) -> tuple[None, AuditLine]:
        planning.unplan(db, ground, spot, by)
        return None, line_of("unplanned", spot, f"called off what was planned for {spot.item} in {spot.locale}")

    await desk.change(spot.bot, by, work)
    if desk.planned is not None:
        desk.planned()


async def _look(desk: ContentDesk, bot: str, spots: Sequence[Spot]) -> Looked:
    """Looks at what is likely to be published."""
    found = await desk.read(lambda db: _drafts(db, bot, spots, or_live=False))
    return await look(desk.shelf(bot), [(spot, one) for spot, (_, one) in found.items()])


def _drafts(db: sa.Connection, bot: str, spots: Sequence[Spot], *, or_live: bool) -> dict[Spot, tuple[Row, Row]]:
    """Of each text its row and its draft (else what is live, where that may do); texts that have none are left out."""
    rows = text_rows(db, bot, [spot.item for spot in spots])
    numbers: dict[Spot, int] = {}
    for spot in spots:
        row = rows.get((spot.item, spot.locale))
        n = (int(row["draft_n"]) or (int(row["live_n"]) if or_live else 0)) if row else 0
        if n:
            numbers[spot] = n
    found = revisions(db, bot, [(spot.item, spot.locale, n) for spot, n in numbers.items()])
    return {
        spot: (rows[spot.item, spot.locale], found[spot.item, spot.locale, n])
        for spot, n in numbers.items()
        if (spot.item, spot.locale, n) in found
    }


def _wanted(spot: Spot, found: tuple[Row, Row] | None, gate: Gate, by: Moment, seen: int | None) -> Wanted:
    """What shall go live of a text, when it may. Raises `NothingToPublish`, `ChangedMeanwhile`, `NotSound`, `NeedsReview`."""
    if found is None:
        raise NothingToPublish(item=spot.item, locale=spot.locale)
    row, draft = found
    if seen is not None and row["version"] > seen and draft["author_id"] != by.who.id:
        details = {"version": row["version"], "by": draft["author"], "at": draft["at_ms"], "same_fields": ["*"],
                   "mine": {"yaml": "", "value": None}, "theirs": {"yaml": draft["source"], "value": None}}  # fmt: skip
        raise ChangedMeanwhile(
            item=spot.item, locale=spot.locale, by=draft["author"], fields="the text", details=details
        )
    gate.check(spot, row, draft)
    return Wanted(spot.item, spot.locale, draft["n"], approved=is_approved(row, draft["n"]))


def _moments(when: When, now_ms: int) -> tuple[int, int]:
    if when.zone:
        try:
            ZoneInfo(when.zone)
        except (OSError, ValueError, KeyError) as error:
            raise WrongMoment(what="The time") from error
    go_ms = to_ms(when.at) if when.at else 0
    expires_ms = to_ms(when.expires) if when.expires else 0
    if (go_ms and go_ms <= now_ms) or (expires_ms and expires_ms <= max(now_ms, go_ms)):
        raise WrongMoment(what="The time of publishing" if go_ms and go_ms <= now_ms else "The end")
    return go_ms, expires_ms


def _names(spots: Sequence[Spot]) -> str:
    named = [f"{spot.item} ({spot.locale})" for spot in spots[:3]]
    return ", ".join(named) + (f" and {len(spots) - 3} more" if len(spots) > 3 else "")
