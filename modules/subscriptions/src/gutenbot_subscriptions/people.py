"""Who is in which category: functions over a connection."""

import sqlalchemy as sa

from gutenbot_subscriptions.switching import SWITCH, switch_values
from gutenbot_subscriptions.tables import PERSON


def switch(db: sa.Connection, bot: str, category: str, user: str, *, subscribed: bool, now_ms: int, by: str) -> bool:
    """Puts a person in or takes them out; whether that changed something."""
    before = is_in(db, bot, category, user)
    if before != subscribed:
        values = switch_values(bot, category, user, subscribed=subscribed, now_ms=now_ms, by=by)
        db.execute(sa.text(SWITCH), values)
    return before != subscribed


def is_in(db: sa.Connection, bot: str, category: str, user: str) -> bool:
    """Whether a person is in a category."""
    query = sa.select(PERSON.c.subscribed).where(
        PERSON.c.bot_id == bot, PERSON.c.category == category, PERSON.c.user_id == user
    )
    return db.execute(query).scalar() == 1


def of_person(db: sa.Connection, bot: str, user: str) -> dict[str, tuple[bool, int, str]]:
    """Category → whether they are in it, since when (milliseconds), and by whom."""
    query = sa.select(PERSON).where(PERSON.c.bot_id == bot, PERSON.c.user_id == user)
    return {row.category: (row.subscribed == 1, row.since_ms, row.changed_by) for row in db.execute(query)}


def members(db: sa.Connection, bot: str, category: str, after: str, limit: int) -> list[tuple[str, int, str]]:
    """(id, since when, by whom) of people in a category, by id."""
    query = (
        sa.select(PERSON.c.user_id, PERSON.c.since_ms, PERSON.c.changed_by)
        .where(
            PERSON.c.bot_id == bot, PERSON.c.category == category, PERSON.c.subscribed == 1, PERSON.c.user_id > after
        )
        .order_by(PERSON.c.user_id)
        .limit(limit)
    )
    return [(row.user_id, row.since_ms, row.changed_by) for row in db.execute(query)]


def counts(db: sa.Connection, bot: str) -> dict[str, int]:
    """Category → how many people are in it."""
    query = (
        sa.select(PERSON.c.category, sa.func.count())
        .where(PERSON.c.bot_id == bot, PERSON.c.subscribed == 1)
        .group_by(PERSON.c.category)
    )
    return {str(row[0]): int(row[1]) for row in db.execute(query)}


def people(db: sa.Connection, bot: str, categories: list[str]) -> int:
    """How many people are in at least one of these categories."""
    query = sa.select(sa.func.count(sa.distinct(PERSON.c.user_id))).where(
        PERSON.c.bot_id == bot, PERSON.c.subscribed == 1, PERSON.c.category.in_(categories)
    )
    return int(db.execute(query).scalar_one())
