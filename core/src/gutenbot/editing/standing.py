"""What a bot's texts are at this moment: in the files, live, and as drafts. Read at one moment, all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.rows import Row, many
from gutenbot.editing.catalogue import GONE
from gutenbot.editing.defaults import Default, Key
from gutenbot.editing.rows import position, where
from gutenbot.editing.tables import ITEM, REVISION, TEXT
from gutenbot.editing.written import TROUBLE, hash_of, read_value

_NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Text:
    """One text: an item in a language."""

    default: Default | None = None
    row: Mapping[str, Any] = field(default_factory=dict)
    live: str | None = None
    draft: str | None = None

    def source(self, *, drafts: bool) -> str | None:
        """The YAML that counts: with `drafts` what an editor sees, else what users get; None where there is none."""
        edited = self._edited(drafts)
        return edited if edited is not None else self.default.source if self.default is not None else None

    def value(self, *, drafts: bool) -> Any:
        """The same as JSON; None where there is none, or none that can be read."""
        edited = self._edited(drafts)
        if edited is None:
            return self.default.value if self.default is not None else None
        try:
            return read_value(edited)
        except TROUBLE:
            return None

    def _edited(self, drafts: bool) -> str | None:
        """The YAML of the console that counts."""
        return self.draft if drafts and self.draft is not None else self.live

    @property
    def live_hash(self) -> str:
        """What a translation remembers of the source language."""
        if self.live is None:
            return self.default.hash if self.default is not None else ""
        value = self.value(drafts=False)
        return hash_of(value) if value is not None else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """All texts of a bot."""

    position: Row
    """Of how many edits, generations and releases this is the outcome."""
    items: Mapping[str, Row]
    texts: Mapping[Key, Text]

    def text(self, item: str, locale: str) -> Text:
        """One text; an empty one where there is none."""
        return self.texts.get((item, locale)) or Text()

    @property
    def archived(self) -> frozenset[str]:
        """Items that are not said any more."""
        return frozenset(item for item, row in self.items.items() if row["archived"])


def standing(db: sa.Connection, bot: str, defaults: Mapping[Key, Default]) -> Standing:
    """What is there now."""
    items = {row["item_id"]: row for row in many(db, sa.select(ITEM).where(where(ITEM, {"bot_id": bot})))}
    live, draft = REVISION.alias("live"), REVISION.alias("draft")
    query = sa.select(TEXT, live.c.source.label("live_text"), draft.c.source.label("draft_text"))
    query = query.outerjoin(live, _same(live, TEXT.c.live_n)).outerjoin(draft, _same(draft, TEXT.c.draft_n))
    texts = {key: Text(default) for key, default in defaults.items()}
    for row in many(db, query.where(TEXT.c.bot_id == bot)):
        key = (row["item_id"], row["locale"])
        live_text, draft_text = row.pop("live_text"), row.pop("draft_text")
        gone = items.get(key[0], _NONE).get("source") == GONE
        texts[key] = Text(defaults.get(key), row, *((None, None) if gone else (live_text, draft_text)))
    return Standing(position(db, bot), items, texts)


def _same(revision: "sa.FromClause", n: Any) -> "sa.ColumnElement[bool]":
    columns = ("bot_id", "item_id", "locale")
    return sa.and_(*(revision.c[name] == TEXT.c[name] for name in columns), revision.c.n == n)
