"""Drift: a file was changed under a text of the console. Whose text users get is for a person to say."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.lines import Line as AuditLine
from gutenbot.accounts.lines import Who
from gutenbot.content.problems import Problem
from gutenbot.content.wording import Wording
from gutenbot.editing import drafts, publishing
from gutenbot.editing.catalogue import in_conflict
from gutenbot.editing.desk import ContentDesk, line_of
from gutenbot.editing.detail import value_or_none as read_or_none
from gutenbot.editing.errors import ChangedMeanwhile, NeedsReview, NoConflict, NotSound
from gutenbot.editing.publishing import About, Wanted
from gutenbot.editing.rows import Spot, advance, put_text, revision, text_row, touch
from gutenbot.editing.soundness import trouble_of
from gutenbot.editing.text import Given, must_be, problems_of
from gutenbot.editing.wording import forbidden_in, lists
from gutenbot.editing.written import hash_of

_MERGED = "merged with the file"
_WORDS = {"mine": "kept the console's text", "theirs": "took the file's text", "merged": "merged both texts"}


async def resolve(
    desk: ContentDesk, who: Who, spot: Spot, keep: str, merged: Given | None, *, seen: int | None = None
) -> tuple[int, tuple[Problem, ...]]:
    """Keeps `mine` (the console's), `theirs` (the file's) or a `merged` text, which goes live. Returns the version and problems.

    Raises `NoConflict`, `NotSound`, `NeedsReview`, `ChangedMeanwhile`.
    """
    desk.must_edit()
    ground = await desk.ground(spot.bot)
    default = ground.defaults.get((spot.item, spot.locale))
    by = desk.moment(who)

    def work(db: sa.Connection) -> tuple[tuple[int, str], AuditLine]:
        must_be(db, ground, spot.item)
        row = text_row(db, spot)
        live = revision(db, spot, row["live_n"]) or {}
        if live:
            row["live_hash"] = hash_of(read_or_none(live["source"]))
        if not in_conflict(row, default):
            raise NoConflict(item=spot.item, locale=spot.locale)
        if seen is not None and row["version"] > seen:
            raise _changed(spot, row["version"], live)
        source = str(live.get("source", ""))
        if keep == "theirs":
            publishing.revert(db, ground, spot.item, [spot.locale], by, "the file's text was taken")
        elif keep == "merged" and merged is not None:
            source = merged.source(source)
            _must_be_sound(desk, spot, source, lists(db, spot.bot))
            saved = drafts.save(db, spot, source, by, reason=_MERGED)
            publishing.publish(db, ground, [Wanted(spot.item, spot.locale, saved.n)], by, About(reason=_MERGED))
        on_top = default if keep != "theirs" else None
        put_text(db, spot, base_hash=on_top.hash if on_top else "", base_source=on_top.source if on_top else "")
        now = advance(db, spot.bot)
        version = touch(db, spot.bot, spot.item, by, now["edit"])
        put_text(db, spot, version=version)
        words = f"{_WORDS[keep]} of {spot.item} in {spot.locale}"
        return (version, source), line_of("resolved", spot, words, keep=keep)

    version, source = await desk.change(spot.bot, by, work, live=keep != "mine")
    return version, problems_of(desk, spot, source) if keep != "theirs" else ()


def _changed(spot: Spot, version: int, live: Mapping[str, Any]) -> ChangedMeanwhile:
    """Somebody else has published since it was looked at."""
    author = live.get("author", "")
    details = {"version": version, "by": author, "at": live.get("at_ms", 0), "mine": {"yaml": "", "value": None},
               "theirs": {"yaml": live.get("source", ""), "value": None}, "same_fields": ["*"]}  # fmt: skip
    return ChangedMeanwhile(item=spot.item, locale=spot.locale, by=author, fields="the text", details=details)


def _must_be_sound(desk: ContentDesk, spot: Spot, source: str, words: Mapping[str, Wording]) -> None:
    """Raises what publishing this text would: `NotSound`, `NeedsReview`."""
    if desk.overrides == "review":
        raise NeedsReview(item=spot.item, locale=spot.locale)
    trouble = trouble_of(desk.shelf(spot.bot), spot, source)
    if not trouble and (word := forbidden_in(source, words, spot.locale)):
        trouble = f"“{word}” is a word that this bot never uses."
    if trouble:
        raise NotSound(item=spot.item, locale=spot.locale, reason=trouble)
