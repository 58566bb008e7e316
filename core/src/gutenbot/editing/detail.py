"""Everything about one item, for its editor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.rows import Row
from gutenbot.content.uses import Pick, Use
from gutenbot.editing.catalogue import GONE, in_conflict, state_of
from gutenbot.editing.defaults import Default
from gutenbot.editing.errors import NoItem
from gutenbot.editing.publishing import Ground, live_hash
from gutenbot.editing.references import ContentUser, Reference, references
from gutenbot.editing.rows import Spot, item_row, revision, texts_of, where
from gutenbot.editing.tables import COMMENT
from gutenbot.editing.waiting import held
from gutenbot.editing.written import TROUBLE, hash_of, read_value


@dataclass(slots=True)
class TextDetail:
    """An item in one language."""

    row: Row
    default: Default | None
    live: Row | None
    draft: Row | None
    state: str
    held: str = ""
    """Why it did not go live at the moment that was planned."""

    @property
    def conflict(self) -> dict[str, str] | None:
        """The three texts, when the file was changed under that of the console."""
        if not in_conflict(self.row, self.default) or self.live is None:
            return None
        theirs = self.default.source if self.default else ""
        return {"base": self.row["base_source"], "theirs": theirs, "mine": self.live["source"]}


@dataclass(slots=True)
class ItemDetail:
    """An item in all its languages."""

    id: str
    row: Row
    texts: dict[str, TextDetail]
    references: list[Reference] = field(default_factory=list)
    comments_open: int = 0


def item_detail(
    db: sa.Connection, ground: Ground, item: str, locales: tuple[str, ...], users: Sequence[ContentUser] = ()
) -> ItemDetail:
    """The item. Raises `NoItem`."""
    row = item_row(db, ground.bot, item)
    defaults = ground.of_item(item)
    gone = row is None or row["source"] == GONE
    if gone and not defaults:
        raise NoItem(item=item[:120], bot=ground.bot)
    rows = {} if gone else {text["locale"]: text for text in texts_of(db, ground.bot, item)}
    source = live_hash(db, ground, item)
    texts: dict[str, TextDetail] = {}
    waits = held(db, ground.bot, item) if any(text["planned_n"] for text in rows.values()) else {}
    for tag in dict.fromkeys([*locales, *defaults, *rows]):
        spot = Spot(ground.bot, item, tag)
        text = rows.get(tag, {})
        live, draft = revision(db, spot, text.get("live_n", 0)), revision(db, spot, text.get("draft_n", 0))
        if live is not None:
            text["live_hash"] = hash_of(value_or_none(live["source"]))
        state = state_of(text, defaults.get(tag), "" if tag == ground.locale else source)
        texts[tag] = TextDetail(text, defaults.get(tag), live, draft, state, waits.get(tag, ""))
    key = {"bot_id": ground.bot, "item_id": item}
    others = references(db, users, ground.bot, item)
    count = sa.select(sa.func.count()).select_from(COMMENT).where(where(COMMENT, key | {"done_ms": 0}))
    return ItemDetail(item, {} if gone or row is None else row, texts, others, int(db.execute(count).scalar() or 0))


def value_or_none(source: str) -> Any:
    """The value of YAML, if it can be read."""
    try:
        return read_value(source)
    except TROUBLE:
        return None


def all_uses(
    code: Mapping[str, tuple[Use, ...]], detail: ItemDetail, picks: Sequence[Pick] = ()
) -> list[dict[str, str]]:
    """Where it is used: in code (file and line), and by what. `picks`: where code picks of its collection."""
    found = [
        {
            "kind": "code",
            "place": str(use.place),
            "words": "said" if use.certain else "asked for" if use.got else "named",
        }
        for use in code.get(detail.id, ())
    ]
    found += [{"kind": "collection", "place": str(one.place), "words": f"picks of {one.collection}"} for one in picks]
    return found + [{"kind": one.kind, "place": one.place, "words": one.words} for one in detail.references]
