"""Exports and imports of a bot's content. An import is one transaction: all of it or nothing, also when the power goes (CRA-15)."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.lines import Line as AuditLine
from gutenbot.accounts.lines import Who
from gutenbot.content.glance import tags_of, title_of, type_of
from gutenbot.editing import exporting, importing
from gutenbot.editing.catalogue import GONE
from gutenbot.editing.desk import ContentDesk, line_of
from gutenbot.editing.errors import ContentMistake
from gutenbot.editing.exporting import Format, Wanted
from gutenbot.editing.importing import Change, Mode, Plan
from gutenbot.editing.publishing import Ground
from gutenbot.editing.rows import Moment, Spot, advance, position
from gutenbot.editing.standing import Standing, Text, standing
from gutenbot.editing.tables import ITEM, RELEASE, REVISION, TEXT
from gutenbot.editing.wording import lists
from gutenbot.editing.written import hash_of
from gutenbot.kernel import crashpoints

TRIES = 3


class ReplacingGoesLive(ContentMistake):
    """What an import in mode `replace` takes away is gone for users at once: it is only possible together with publishing."""

    code = "content.replacing-goes-live"


class ImportsNeedReview(ContentMistake):
    """What is imported here goes live after another person approved it: import it as drafts."""

    code = "content.imports-need-review"
    status = 409


class ChangedWhileImporting(ContentMistake):
    """The content was edited while the import was worked out. Try again."""

    code = "content.changed-while-importing"
    status = 409


@dataclass(frozen=True, slots=True)
class Order:
    """What shall be done with a file."""

    format: Format
    mode: Mode = "merge"
    source: str = ""
    target: str = ""
    publish: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What an import did, or would do: `release` is 0 when nothing went live."""

    plan: Plan
    release: int = 0


async def export(desk: ContentDesk, bot: str, wanted: Wanted) -> bytes:
    """The file."""
    shelf = await desk.refresh(bot)
    ground = await desk.ground(bot)
    found = await desk.read(lambda db: standing(db, bot, ground.defaults))
    return await asyncio.to_thread(lambda: "".join(exporting.exported(shelf, found, wanted)).encode())


async def plan(desk: ContentDesk, bot: str, data: bytes, order: Order) -> tuple[Plan, Standing, Ground]:
    """What an import would change. Raises `NotContent`, `NotXliff`, `NotTable`, `WrongLanguages`."""
    shelf, ground = desk.shelf(bot), await desk.ground(bot)
    found, words = await desk.read(lambda db: (standing(db, bot, ground.defaults), lists(db, bot)))
    made = await asyncio.to_thread(
        importing.planned, shelf, found, data, order.format, order.mode,
        drafts=not order.publish, source=order.source, target=order.target, words=words,
    )  # fmt: skip
    return made, found, ground


async def run(
    desk: ContentDesk, who: Who, bot: str, data: bytes, order: Order, *, allowed: Callable[[Plan], None] | None = None
) -> Done:
    """Imports a file: as drafts, or live with `publish`. `allowed` raises where it changes a language that may not be changed.

    Raises what `plan` raises, `Locked`, `ReplacingGoesLive`, `ImportsNeedReview`, `ChangedWhileImporting`.
    """
    desk.must_edit()
    if order.mode == "replace" and not order.publish:
        raise ReplacingGoesLive
    if order.publish and desk.overrides == "review":
        raise ImportsNeedReview
    for _ in range(TRIES):
        made, found, ground = await plan(desk, bot, data, order)
        if allowed is not None:
            allowed(made)
        if not made.changes:
            return Done(made)
        done = await _write(desk, who, made, found, ground, order)
        if done is not None:
            crashpoints.reach("content.imported")
            return done
    raise ChangedWhileImporting


async def _write(desk: ContentDesk, who: Who, made: Plan, found: Standing, ground: Ground, order: Order) -> Done | None:
    """Writes the changes; None when the content, or a list of words, was edited since they were worked out."""
    by, bot = desk.moment(who), ground.bot
    writing = _Writing(ground, found, by, order)
    await asyncio.to_thread(writing.prepare, made.changes)

    def work(db: sa.Connection) -> tuple[Done | None, AuditLine | None]:
        if int(position(db, bot)["edit"]) != made.edit or lists(db, bot) != made.words:
            return None, None
        release = writing.write(db)
        crashpoints.reach("content.importing")
        kinds = [change.kind for change in made.changes]
        told = {kind: kinds.count(kind) for kind in ("added", "changed", "removed")}
        what = f"imported content: {told['added']} added, {told['changed']} changed, {told['removed']} removed"
        line = line_of("imported", Spot(bot, "", ""), what, release=release, languages=sorted(made.locales), **told)
        return Done(made, release), line

    return await desk.change(bot, by, work, live=order.publish)


class _Writing:
    """Many texts at once: a statement for all of them instead of several for each, made ready before the transaction begins,
    for turns wait meanwhile on SQLite."""

    def __init__(self, ground: Ground, found: Standing, by: Moment, order: Order) -> None:
        self.ground, self.found, self.by, self.order = ground, found, by, order
        self.live = order.publish
        was = found.position
        self.now = {"edit": int(was["edit"]) + 1, "generation": int(was["generation"]) + self.live,
                    "last_release": int(was["last_release"]) + self.live}  # fmt: skip
        self._statements: list[tuple[Any, Any]] = []
        self.release = int(self.now["last_release"]) if self.live else 0
        self._versions: dict[str, int] = {}
        self._ending: set[str] = set()

    def write(self, db: sa.Connection) -> int:
        """Writes them, where the position is what it was; the number of the release, or 0."""
        advance(db, self.ground.bot, live=self.live, release=self.live)
        for statement, rows in self._statements:
            db.execute(statement, rows)
        return self.release

    def prepare(self, changes: Sequence[Change]) -> None:
        """Works out the rows."""
        self._ending = self._without_texts(changes)
        self._items(changes)
        self._revisions(changes)
        self._texts(changes)
        if self.live:
            self._leave(changes)
            self._release(changes)

    def _without_texts(self, changes: Sequence[Change]) -> set[str]:
        """Items that have no text in any language any more."""
        gone = {(change.item, change.locale) for change in changes if change.after is None}
        kept = {item for (item, locale), text in self.found.texts.items()
                if (item, locale) not in gone and text.source(drafts=True) is not None}  # fmt: skip
        kept |= {
            change.item for change in changes if change.after is not None or self._text(change).default is not None
        }
        return {item for item, _ in gone} - kept

    def _items(self, changes: Sequence[Change]) -> None:
        first = {change.item: change for change in reversed(changes)}
        known = {"edit": self.now["edit"], "edited_ms": self.by.now_ms, "edited_by": self.by.who.name}
        old, new = [], []
        for item, change in first.items():
            row = self.found.items.get(item)
            self._versions[item] = int(row["version"]) + 1 if row else 1
            values = {**self._about(change, row), **known, "version": self._versions[item]}
            if row is not None:
                old.append({"b_item_id": item, **values})
            else:
                new.append({"bot_id": self.ground.bot, "item_id": item, "archived": 0, "created_ms": self.by.now_ms,
                            "created_by": self.by.who.name, **values})  # fmt: skip
        if new:
            self._statements.append((ITEM.insert(), new))
        self._update(ITEM, old, ("item_id",))

    def _about(self, change: Change, row: Any) -> dict[str, Any]:
        own = any((change.item, locale) in self.ground.defaults for locale in (change.locale, self.ground.locale))
        value = change.value
        if value is None:
            kept = {name: row[name] if row else "" for name in ("type", "title", "tags", "source")}
            return kept | {"source": GONE} if change.item in self._ending else kept
        source = "override" if own else "console"
        return {"type": type_of(value), "title": title_of(value), "tags": "\n".join(tags_of(value)), "source": source}

    def _text(self, change: Change) -> Text:
        return self.found.text(change.item, change.locale)

    def _n(self, change: Change) -> int:
        return int(self._text(change).row.get("last_n", 0)) + 1

    def _revisions(self, changes: Sequence[Change]) -> None:
        by = {"author_id": self.by.who.id, "author": self.by.who.name, "at_ms": self.by.now_ms, "of_n": 0, "left_ms": 0}
        rows = []
        for change in changes:
            default = self._text(change).default
            source = change.after if change.after is not None else default.source if default is not None else "~"
            rows.append({
                "bot_id": self.ground.bot, "item_id": change.item, "locale": change.locale, "n": self._n(change),
                "version": self._versions[change.item], "source": source, "release": self.release, **by,
                "kind": "imported" if change.after is not None else "reverted", "reason": self.order.reason,
                "live_ms": self.by.now_ms if self.live and change.after is not None else 0,
            })  # fmt: skip
        self._statements.append((REVISION.insert(), rows))

    def _texts(self, changes: Sequence[Change]) -> None:
        hashes = {
            change.item: hash_of(change.value)
            for change in changes
            if change.locale == self.ground.locale and change.after is not None
        }
        old, new = [], []
        for change in changes:
            key = {"item_id": change.item, "locale": change.locale}
            values = self._values(change, hashes)
            if self._text(change).row:
                old.append({f"b_{name}": value for name, value in key.items()} | values)
            else:
                new.append({"bot_id": self.ground.bot, **key, **values})
        if new:
            self._statements.append((TEXT.insert(), new))
        self._update(TEXT, old, ("item_id", "locale"))

    def _values(self, change: Change, hashes: dict[str, str]) -> dict[str, Any]:
        row, default, n = self._text(change).row, self._text(change).default, self._n(change)
        values = {name: row.get(name, 0) for name in ("live_n", "draft_n", "generation")}
        values |= {name: row.get(name, "") for name in ("base_hash", "base_source", "stale_of")}
        values |= {"last_n": n, "version": self._versions[change.item]}
        if not self.live:
            return values | {"draft_n": n}
        values |= {"live_n": n if change.after is not None else 0, "draft_n": 0, "generation": self.now["generation"]}
        if change.after is None or default is None:
            values |= {"base_hash": "", "base_source": ""}
        elif not (row.get("live_n") and row.get("base_hash")):
            values |= {"base_hash": default.hash, "base_source": default.source}
        if change.locale != self.ground.locale:
            values["stale_of"] = hashes.get(change.item) or self.found.text(change.item, self.ground.locale).live_hash
        return values

    def _leave(self, changes: Sequence[Change]) -> None:
        """Those that users got until now were live until now."""
        rows = [
            {"b_item_id": change.item, "b_locale": change.locale, "b_n": row["live_n"], "left_ms": self.by.now_ms}
            for change in changes
            if (row := self._text(change).row) and row["live_n"]
        ]
        self._update(REVISION, rows, ("item_id", "locale", "n"))

    def _release(self, changes: Sequence[Change]) -> None:
        items = []
        for change in changes:
            row = self._text(change).row
            to = self._n(change) if change.after is not None else 0
            items.append({"id": change.item, "locale": change.locale, "from": int(row.get("live_n", 0)), "to": to,
                          "expires_ms": 0, "base": row.get("base_hash", "")})  # fmt: skip
        row = {
            "bot_id": self.ground.bot, "seq": self.release, "name": "Import", "state": "live", "made_ms": self.by.now_ms,
            "go_ms": 0, "live_ms": self.by.now_ms, "zone": "", "author_id": self.by.who.id, "author": self.by.who.name,
            "reason": self.order.reason, "generation": self.now["generation"], "undoes": 0,
            "items": json.dumps(items, ensure_ascii=False),
        }  # fmt: skip
        self._statements.append((RELEASE.insert(), [row]))

    def _update(self, table: sa.Table, rows: list[dict[str, Any]], key: Sequence[str]) -> None:
        if not rows:
            return
        wanted = [table.c.bot_id == self.ground.bot, *(table.c[name] == sa.bindparam(f"b_{name}") for name in key)]
        names = [name for name in rows[0] if not name.startswith("b_")]
        values: dict[str, Any] = {name: sa.bindparam(f"v_{name}") for name in names}
        given = [{name if name.startswith("b_") else f"v_{name}": value for name, value in row.items()} for row in rows]
        self._statements.append((table.update().where(*wanted).values(values), given))
