"""What can be done with words, as functions over a connection: routes, jobs and tests call the same ones."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from gutenbot.sdk import BotId
from gutenbot_my_module.errors import NoWord, TooManyWords
from gutenbot_my_module.tables import WORD

Execute = Callable[..., Sequence[tuple[Any, ...]]]


def listed(db: sa.Connection, bot: BotId, limit: int, after: str = "") -> Sequence[sa.RowMapping]:
    """The words of a bot by the alphabet, after one of them."""
    query = sa.select(WORD).where(WORD.c.bot_id == bot, WORD.c.word > after).order_by(WORD.c.word).limit(limit)
    return db.execute(query).mappings().all()


def most_heard(db: sa.Connection, bot: BotId, limit: int) -> Sequence[sa.RowMapping]:
    """The words that were said most often."""
    query = sa.select(WORD).where(WORD.c.bot_id == bot).order_by(WORD.c.heard.desc(), WORD.c.word).limit(limit)
    return db.execute(query).mappings().all()


def total(db: sa.Connection, bot: BotId) -> int:
    """How often any of the words was said."""
    query = sa.select(sa.func.coalesce(sa.func.sum(WORD.c.heard), 0)).where(WORD.c.bot_id == bot)
    return int(db.execute(query).scalar_one())


def add(db: sa.Connection, bot: BotId, word: str, most: int) -> bool:
    """Watches for a word; False when the bot did already. Raises `TooManyWords`."""
    known = db.execute(sa.select(WORD.c.word).where(WORD.c.bot_id == bot)).scalars().all()
    if word in known:
        return False
    if len(known) >= most:
        raise TooManyWords(most=most)
    db.execute(WORD.insert().values(bot_id=bot, word=word, heard=0))
    return True


def remove(db: sa.Connection, bot: BotId, word: str) -> int:
    """Watches for a word no more; returns how often it was said. Raises `NoWord`."""
    where = sa.and_(WORD.c.bot_id == bot, WORD.c.word == word)
    heard = db.execute(sa.select(WORD.c.heard).where(where)).scalar()
    if heard is None:
        raise NoWord(word=word)
    db.execute(WORD.delete().where(where))
    return int(heard)


def count(execute: Execute, bot: BotId, text: str) -> None:
    """Counts the words of a message, in the transaction of its turn: `:name` stands for a value, on both engines."""
    said = set(re.findall(r"\w+", text.casefold()))
    for (word,) in execute("SELECT word FROM my_module_word WHERE bot_id = :bot", {"bot": bot}):
        if word in said:
            execute(
                "UPDATE my_module_word SET heard = heard + 1 WHERE bot_id = :bot AND word = :word",
                {"bot": bot, "word": word},
            )
