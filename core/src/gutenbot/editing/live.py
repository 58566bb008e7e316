"""Publishing: what goes live when, and back again."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from gutenbot.accounts.lines import Line as AuditLine
from gutenbot.accounts.lines import Who
from gutenbot.accounts.rows import Row
from gutenbot.content.wording import Wording
from gutenbot.editing import planning, publishing
from gutenbot.editing.desk import ContentDesk, line_of
from gutenbot.editing.errors import ChangedMeanwhile, NeedsReview, NothingToPublish, NotSound, WrongMoment
from gutenbot.editing.publishing import About, Wanted
from gutenbot.editing.rows import Moment, Spot, revisions, text_rows
from gutenbot.editing.shelf import Shelf
from gutenbot.editing.text import all_must_be, must_be
from gutenbot.editing.wording import forbidden_in, lists
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
        words = lists(db, bot)
        wanted = [_wanted(desk, spot, found.get(spot), looked_at, words, by, seen) for spot in spots]
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
        if planned["state"] == "scheduled":
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


Looked = dict[tuple[Spot, int], str]
"""A revision of a text → why it cannot be said; empty when it can. Revisions never change."""


async def _look(desk: ContentDesk, bot: str, spots: Sequence[Spot]) -> Looked:
    """Compiles what is likely to be published before the transaction, in which nobody else can write."""
    found = await desk.read(lambda db: _drafts(db, bot, spots, or_live=False))
    shelf = desk.shelf(bot)

    def look() -> Looked:
        return {(spot, one["n"]): trouble_of(shelf, spot, one["source"]) for spot, (_, one) in found.items()}

    return await asyncio.to_thread(look)


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


def trouble_of(shelf: Shelf, spot: Spot, source: str) -> str:
    """Why a text cannot be said; empty when it can."""
    item, problems = shelf.compile(spot.item, spot.locale, source)
    first = next((one for one in problems if one.severity == "error"), None)
    return (f"{first.message} (line {first.line})" if first else item.broken) if item.broken else ""


def _wanted(
    desk: ContentDesk,
    spot: Spot,
    found: tuple[Row, Row] | None,
    looked_at: Looked,
    words: Mapping[str, Wording],
    by: Moment,
    seen: int | None,
) -> Wanted:
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
    trouble = looked_at.get((spot, draft["n"]))
    if trouble is None:  # saved since
        trouble = trouble_of(desk.shelf(spot.bot), spot, draft["source"])
    if not trouble and (word := forbidden_in(draft["source"], words, spot.locale)):
        trouble = f"“{word}” is a word that this bot never uses."
    if trouble:
        raise NotSound(item=spot.item, locale=spot.locale, reason=trouble)
    approved = row["review"] == "approved" and row["review_n"] == draft["n"]
    if desk.overrides == "review" and not approved:
        raise NeedsReview(item=spot.item, locale=spot.locale)
    return Wanted(spot.item, spot.locale, draft["n"])


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


async def carry_out(desk: ContentDesk, who: Who, bot: str) -> int:
    """Does for a bot what was planned up to now; returns how much. Each is a transaction of its own, and done once."""
    ground = await desk.ground(bot)
    by = desk.moment(who)
    seqs, ends = await desk.read(lambda db: planning.due(db, bot, by.now_ms))
    done = 0
    for seq in seqs:

        def go(db: sa.Connection, seq: int = seq) -> tuple[Row | None, AuditLine | None]:
            found = planning.carry_out(db, ground, seq, by)
            line = line_of("published", Spot(bot, "", ""), f"published release {seq} as planned", release=seq)
            return found, line if found else None

        done += await desk.change(bot, by, go, live=True) is not None
    for spot in ends:

        def end(db: sa.Connection, spot: Spot = spot) -> tuple[Row | None, AuditLine | None]:
            found = planning.end(db, ground, spot, by)
            return found, line_of("ended", spot, f"took {spot.item} ({spot.locale}) back as planned") if found else None

        done += await desk.change(bot, by, end, live=True) is not None
    return done
