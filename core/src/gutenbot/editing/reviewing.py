"""A second pair of eyes: asking for it, approving, sending back; and what people say to each other about a text."""

import sqlalchemy as sa

from gutenbot.accounts.rows import Row
from gutenbot.editing.errors import NoComment, NothingToPublish, OwnReview
from gutenbot.editing.rows import Moment, Spot, advance, many, one, put_text, revision, text_row, touch, where
from gutenbot.editing.tables import COMMENT
from gutenbot.kernel.ids import new_id

STATES = {"ask": "asked", "approve": "approved", "send-back": "sent-back"}


def review(db: sa.Connection, spot: Spot, by: Moment, do: str, reviewer: str = "") -> Row:
    """Notes how far the review of the draft is. Raises `NothingToPublish`, and `OwnReview` for one's own words."""
    row = text_row(db, spot)
    draft = revision(db, spot, row["draft_n"])
    if draft is None:
        raise NothingToPublish(item=spot.item, locale=spot.locale)
    if do == "approve" and draft["author_id"] == by.who.id:
        raise OwnReview
    now = advance(db, spot.bot)
    touch(db, spot.bot, spot.item, by, now["edit"])
    values = {"review": STATES[do], "review_n": draft["n"], "reviewed_by": by.who.name}
    put_text(db, spot, **values, **({"reviewer": reviewer} if do == "ask" else {}))
    return text_row(db, spot)


def comments(db: sa.Connection, bot: str, item: str) -> list[Row]:
    """What was said about an item, oldest first."""
    return many(db, sa.select(COMMENT).where(where(COMMENT, {"bot_id": bot, "item_id": item})).order_by(COMMENT.c.id))


def comment(db: sa.Connection, spot: Spot, by: Moment, words: str, field: str = "") -> Row:
    """Says something about a text, or one field of it."""
    row = {
        "bot_id": spot.bot, "id": new_id(), "item_id": spot.item, "locale": spot.locale, "field": field,
        "author_id": by.who.id, "author": by.who.name, "at_ms": by.now_ms, "words": words, "done_ms": 0, "done_by": "",
    }  # fmt: skip
    db.execute(COMMENT.insert().values(**row))
    return row


def settle(db: sa.Connection, bot: str, comment_id: str, by: Moment, *, done: bool) -> Row:
    """What a comment asked for was done, or not yet. Raises `NoComment`."""
    key = where(COMMENT, {"bot_id": bot, "id": comment_id})
    values = {"done_ms": by.now_ms if done else 0, "done_by": by.who.name if done else ""}
    if not db.execute(COMMENT.update().where(key).values(**values)).rowcount:
        raise NoComment(comment=comment_id[:60])
    found = one(db, sa.select(COMMENT).where(key))
    assert found is not None
    return found
