"""Categories in the database: read all, add, change, remove, bring back. Functions over a connection."""

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from gutenbot.sdk import BotId, Reference
from gutenbot_subscriptions.categories import Category, Words, folded
from gutenbot_subscriptions.errors import (
    CategoryExists,
    ChangedMeanwhile,
    FirstLanguageStays,
    UnknownCategory,
    UnknownLanguage,
    WordTaken,
)
from gutenbot_subscriptions.tables import CATEGORY, PERSON, WORD, WORDS

Taken = Mapping[str, str]
"""Folded words that are taken by code or by settings, and for what."""


def read_all(db: sa.Connection) -> list[Category]:
    """All categories of all bots, also those that were removed, in the order in which they were made."""
    words: dict[tuple[str, str], dict[str, Words]] = {}
    for row in db.execute(sa.select(WORDS).order_by(WORDS.c.language)):
        words.setdefault((row.bot_id, row.category), {})[row.language] = _words(row)
    rows = db.execute(sa.select(CATEGORY).order_by(CATEGORY.c.bot_id, CATEGORY.c.created_ms, CATEGORY.c.id))
    return [_category(row, words.get((row.bot_id, row.id), {})) for row in rows]


def find(db: sa.Connection, bot: str, category: str, *, removed: bool = False) -> Category:
    """One of them. Raises `UnknownCategory`, also when it is removed (or is not, when `removed` is asked for)."""
    row = db.execute(sa.select(CATEGORY).where(_is(CATEGORY, bot, category))).one_or_none()
    if row is None or (row.removed_ms > 0) != removed:
        raise UnknownCategory(category=category, bot=bot)
    words = db.execute(sa.select(WORDS).where(WORDS.c.bot_id == bot, WORDS.c.category == category))
    return _category(row, {one.language: _words(one) for one in words})


def add(db: sa.Connection, made: Category, taken: Taken, *, now_ms: int, by: str) -> Category:
    """Keeps a new one. Raises `CategoryExists` and `WordTaken`."""
    if db.execute(sa.select(CATEGORY.c.id).where(_is(CATEGORY, made.bot_id, made.id))).scalar() is not None:
        raise CategoryExists(category=made.id, bot=made.bot_id)
    db.execute(
        CATEGORY.insert().values(
            bot_id=made.bot_id, id=made.id, language=made.language, passes_on=int(made.passes_on), version=1,
            created_ms=now_ms, created_by=by, changed_ms=now_ms, changed_by=by, removed_ms=0,
        )
    )  # fmt: skip
    _put_words(db, made, made.language, taken)
    return find(db, made.bot_id, made.id)


def change(
    db: sa.Connection, made: Category, language: str, taken: Taken, *, version: int | None, now_ms: int, by: str
) -> Category:
    """Keeps other words of one language, and whether it passes on. Raises `ChangedMeanwhile` and `WordTaken`."""
    before = find(db, made.bot_id, made.id)
    if version is not None and version != before.version:
        raise ChangedMeanwhile(category=made.id)
    _touch(db, before, now_ms=now_ms, by=by, passes_on=int(made.passes_on))
    _put_words(db, made, language, taken)
    return find(db, made.bot_id, made.id)


def drop_language(db: sa.Connection, bot: str, category: str, language: str, *, now_ms: int, by: str) -> Category:
    """Forgets its words in a language. Raises `UnknownLanguage` and `FirstLanguageStays`."""
    before = find(db, bot, category)
    if language not in before.words:
        raise UnknownLanguage(category=category, language=language)
    if language == before.language:
        raise FirstLanguageStays(category=category, language=language)
    left = {tag: words for tag, words in before.words.items() if tag != language}
    db.execute(WORDS.delete().where(_is_word_of(bot, category), WORDS.c.language == language))
    _keep_words(db, bot, category, left.values(), {})
    _touch(db, before, now_ms=now_ms, by=by)
    return find(db, bot, category)


def remove(db: sa.Connection, bot: str, category: str, *, now_ms: int, by: str) -> Category:
    """Takes it out of use: its words mean nothing any more, and nobody gets it. The people stay for when it is brought back."""
    before = find(db, bot, category)
    db.execute(WORD.delete().where(WORD.c.bot_id == bot, WORD.c.category == category))
    _touch(db, before, now_ms=now_ms, by=by, removed_ms=now_ms)
    return before


def restore(db: sa.Connection, bot: str, category: str, taken: Taken, *, now_ms: int, by: str) -> Category:
    """Brings a removed one back, with its people. Raises `WordTaken` when another one has its words by now."""
    before = find(db, bot, category, removed=True)
    _keep_words(db, bot, category, before.words.values(), taken)
    _touch(db, before, now_ms=now_ms, by=by, removed_ms=0)
    return find(db, bot, category)


def purge(db: sa.Connection, before_ms: int) -> int:
    """Deletes for good what was removed before a moment; returns how many categories."""
    gone = db.execute(
        sa.select(CATEGORY.c.bot_id, CATEGORY.c.id).where(CATEGORY.c.removed_ms > 0, CATEGORY.c.removed_ms <= before_ms)
    ).all()
    for bot, category in gone:
        db.execute(PERSON.delete().where(PERSON.c.bot_id == bot, PERSON.c.category == category))
        db.execute(WORDS.delete().where(_is_word_of(bot, category)))
        db.execute(CATEGORY.delete().where(_is(CATEGORY, bot, category)))
    return len(gone)


def content_uses(db: sa.Connection, bot: str) -> list[Reference]:
    """The content items that categories in use say to whoever joins or leaves."""
    rows = db.execute(
        sa.select(WORDS)
        .join(CATEGORY, sa.and_(CATEGORY.c.bot_id == WORDS.c.bot_id, CATEGORY.c.id == WORDS.c.category))
        .where(WORDS.c.bot_id == bot, CATEGORY.c.removed_ms == 0)
    )
    return [
        Reference(text[1:], "subscription", row.category, row.name)
        for row in rows
        for text in (row.joined, row.gone)
        if text.startswith("#")
    ]


def rename_content(db: sa.Connection, bot: str, item: str, to: str) -> None:
    """A content item is called otherwise: those that were removed and may come back say it too."""
    for column in (WORDS.c.joined, WORDS.c.gone):
        mine = sa.and_(WORDS.c.bot_id == bot, column == f"#{item}")
        db.execute(WORDS.update().where(mine).values({column.name: f"#{to}"}))


def _touch(db: sa.Connection, before: Category, *, now_ms: int, by: str, **more: int) -> None:
    values = {"version": before.version + 1, "changed_ms": now_ms, "changed_by": by, **more}
    db.execute(CATEGORY.update().where(_is(CATEGORY, before.bot_id, before.id)).values(values))


def _put_words(db: sa.Connection, made: Category, language: str, taken: Taken) -> None:
    words = made.words[language]
    db.execute(WORDS.delete().where(_is_word_of(made.bot_id, made.id), WORDS.c.language == language))
    db.execute(
        WORDS.insert().values(
            bot_id=made.bot_id, category=made.id, language=language, name=words.name, about=words.about,
            join_words=json.dumps(words.join), leave_words=json.dumps(words.leave), joined=words.joined, gone=words.gone,
        )
    )  # fmt: skip
    _keep_words(db, made.bot_id, made.id, find(db, made.bot_id, made.id).words.values(), taken)


def _keep_words(db: sa.Connection, bot: str, category: str, words: Iterable[Words], taken: Taken) -> None:
    """Each word means one thing: that a word stands twice is found here, whoever else is writing (the key sees to it)."""
    db.execute(WORD.delete().where(WORD.c.bot_id == bot, WORD.c.category == category))
    uses: dict[str, str] = {}
    for some in words:
        for kind, list_ in (("join", some.join), ("leave", some.leave)):
            for word in list_:
                use = taken.get(folded(word)) or uses.setdefault(folded(word), kind)
                if use != kind:
                    raise WordTaken(word=word, use=taken.get(folded(word)) or f"both, to join and to leave {some.name}")
    for word in uses:
        other = db.execute(sa.select(WORD.c.category).where(WORD.c.bot_id == bot, WORD.c.word == word)).scalar()
        if other is not None:
            raise WordTaken(word=word, use=other)
        db.execute(WORD.insert().values(bot_id=bot, word=word, category=category))


def _is(table: sa.Table, bot: str, category: str) -> Any:
    return sa.and_(table.c.bot_id == bot, table.c.id == category)


def _is_word_of(bot: str, category: str) -> Any:
    return sa.and_(WORDS.c.bot_id == bot, WORDS.c.category == category)


def _category(row: Any, words: dict[str, Words]) -> Category:
    return Category(
        bot_id=BotId(row.bot_id), id=row.id, language=row.language,
        words=MappingProxyType(words or {row.language: Words(name=row.id)}), passes_on=row.passes_on == 1,
        version=row.version, changed_ms=row.changed_ms, removed_ms=row.removed_ms,
    )  # fmt: skip


def _words(row: Any) -> Words:
    return Words(
        name=row.name, about=row.about, join=tuple(json.loads(row.join_words)),
        leave=tuple(json.loads(row.leave_words)), joined=row.joined, gone=row.gone,
    )  # fmt: skip
