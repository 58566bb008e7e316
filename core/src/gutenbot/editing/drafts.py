"""Drafts: saved while somebody types, merged where two write different fields, refused where they write the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.rows import Row
from gutenbot.content.glance import tags_of, title_of, type_of
from gutenbot.editing.defaults import Default
from gutenbot.editing.errors import ChangedMeanwhile, NoText
from gutenbot.editing.merging import merged
from gutenbot.editing.rows import (
    Moment,
    Spot,
    add_revision,
    advance,
    item_row,
    put_text,
    revision,
    seen_at,
    text_row,
    tidy_drafts,
    touch,
)
from gutenbot.editing.written import TROUBLE, cleaned, read_value, rewritten


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft as it is kept."""

    version: int
    n: int
    source: str
    was_merged: bool = False
    """Somebody else's change of other fields is in it as well."""


def save(
    db: sa.Connection,
    spot: Spot,
    source: str,
    by: Moment,
    *,
    seen: int | None = None,
    default: Default | None = None,
    **more: Any,
) -> Saved:
    """Keeps a draft. `seen`: the item's version that the author had before them. Raises `ChangedMeanwhile`."""
    row = text_row(db, spot)
    was_merged = False
    if seen is not None and row["version"] > seen:
        source, was_merged = _both(db, spot, row, source, seen, default)
    current = revision(db, spot, row["draft_n"])
    if current is not None and current["source"] == source and not more:
        return Saved(int(row["version"]), int(row["draft_n"]), source, was_merged)
    value = _value(source)
    now = advance(db, spot.bot)
    about = {name: cleaned(words)[:200] for name, words in _about(value).items()} if value is not None else {}
    version = touch(db, spot.bot, spot.item, by, now["edit"], **about)
    n = int(row["last_n"]) + 1
    add_revision(db, spot, by, version=version, n=n, source=source, **{"kind": "draft", **more})
    put_text(db, spot, draft_n=n, last_n=n, version=version)
    tidy_drafts(db, spot, by, kept=int(row["planned_n"]))
    return Saved(version, n, source, was_merged)


def discard(db: sa.Connection, spot: Spot, by: Moment) -> int:
    """Throws the draft away (it stays in the history); returns the item's version."""
    row = text_row(db, spot)
    if not row["draft_n"]:
        raise NoText(item=spot.item, locale=spot.locale, what="draft")
    now = advance(db, spot.bot)
    version = touch(db, spot.bot, spot.item, by, now["edit"])
    put_text(db, spot, draft_n=0, version=version, review="", reviewer="", reviewed_by="", review_n=0)
    return version


def current_source(db: sa.Connection, spot: Spot, default: Default | None) -> str | None:
    """What an editor sees: the draft, else what is live, else the file's."""
    row = text_row(db, spot)
    found = revision(db, spot, row["draft_n"]) or revision(db, spot, row["live_n"])
    return str(found["source"]) if found else default.source if default else None


def _both(
    db: sa.Connection, spot: Spot, row: Mapping[str, Any], mine: str, seen: int, default: Default | None
) -> tuple[str, bool]:
    """My text on top of what others wrote since I looked."""
    base = seen_at(db, spot, seen)
    base_source = base["source"] if base else default.source if default else "~"
    theirs = current_source(db, spot, default) or "~"
    if theirs in (mine, base_source):
        return mine, False
    values = [_value(text) for text in (base_source, theirs, mine)]
    if any(value is None for value in values):
        raise _changed(db, spot, row, mine, theirs, ["*"])
    found, same = merged(*values)
    if same:
        raise _changed(db, spot, row, mine, theirs, same)
    return rewritten(theirs, found), True


def _changed(
    db: sa.Connection, spot: Spot, row: Mapping[str, Any], mine: str, theirs: str, same: list[str]
) -> ChangedMeanwhile:
    item: Row = item_row(db, spot.bot, spot.item) or {}
    last = revision(db, spot, row["draft_n"] or row["live_n"]) or item
    by = str(last.get("author") or item.get("edited_by", ""))
    details = {
        "version": int(row["version"]),
        "by": by,
        "at": int(last.get("at_ms") or item.get("edited_ms", 0)),
        "mine": _shown(mine),
        "theirs": _shown(theirs),
        "same_fields": same,
    }
    fields = "the whole text" if same == ["*"] else ", ".join(same)[:200]
    return ChangedMeanwhile(item=spot.item, locale=spot.locale, by=by or "Somebody", fields=fields, details=details)


def _shown(source: str) -> dict[str, Any]:
    return {"yaml": source, "value": _value(source)}


def _about(value: Any) -> dict[str, str]:
    return {"type": type_of(value), "title": title_of(value), "tags": "\n".join(tags_of(value))}


def _value(source: str) -> Any:
    try:
        return read_value(source)
    except TROUBLE:
        return None
