"""Events that could not be handled, as people look through them and put them aside. For `Storage.read` and `Storage.write`.

What is put aside is not run again and not counted any more. It can be brought back for as long as its row is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gutenbot.storage.columns import dead_letter
from gutenbot.storage.rows import DeadLetter, Seq

if TYPE_CHECKING:
    import sqlalchemy as sa

DEAD, ASIDE = "dead", "discarded"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ones: words in the error or in the event, and the channel; empty: whichever."""

    q: str = ""
    channel: str = ""


def page(db: "sa.Connection", bot_id: str, wanted: Wanted, *, limit: int, after: int = 0) -> list[DeadLetter]:
    """The next ones of a bot after a number, oldest first."""
    import sqlalchemy as sa

    box = _inbox()
    columns = (
        box.c.seq,
        box.c.conversation_id,
        box.c.bot_id,
        box.c.channel_id,
        box.c.event,
        box.c.error,
        box.c.attempts,
    )
    query = sa.select(*columns, box.c.done_ms).where(_fits(box, bot_id, wanted), box.c.seq > after)
    return [dead_letter(tuple(row)) for row in db.execute(query.order_by(box.c.seq).limit(limit))]


def number(db: "sa.Connection", bot_id: str, wanted: Wanted) -> tuple[int, int]:
    """How many there are, and the number of the last one."""
    import sqlalchemy as sa

    box = _inbox()
    row = db.execute(sa.select(sa.func.count(), sa.func.max(box.c.seq)).where(_fits(box, bot_id, wanted))).one()
    return int(row[0]), int(row[1] or 0)


def put_aside(db: "sa.Connection", bot_id: str, seqs: Sequence[int]) -> list[Seq]:
    """Those of them that were not run again or put aside before."""
    return _move(db, bot_id, seqs, DEAD, ASIDE)


def bring_back(db: "sa.Connection", bot_id: str, seqs: Sequence[int]) -> list[Seq]:
    """Those of them that were put aside and are still there."""
    return _move(db, bot_id, seqs, ASIDE, DEAD)


def _move(db: "sa.Connection", bot_id: str, seqs: Sequence[int], before: str, after: str) -> list[Seq]:
    box = _inbox()
    mine = (box.c.bot_id == bot_id, box.c.seq.in_(list(seqs)), box.c.state == before)
    moved = db.execute(box.update().where(*mine).values(state=after).returning(box.c.seq)).scalars()
    return sorted(Seq(seq) for seq in moved)


def _fits(box: "sa.TableClause", bot_id: str, wanted: Wanted) -> "sa.ColumnElement[bool]":
    import sqlalchemy as sa

    fits = [box.c.bot_id == bot_id, box.c.state == DEAD]
    if wanted.channel:
        fits.append(box.c.channel_id == wanted.channel)
    if wanted.q:
        words = wanted.q.lower()
        places = (sa.func.lower(place).contains(words, autoescape=True) for place in (box.c.error, box.c.event))
        fits.append(sa.or_(*places))
    return sa.and_(*fits)


def _inbox() -> "sa.TableClause":
    import sqlalchemy as sa

    texts = ("bot_id", "conversation_id", "channel_id", "event", "error", "state")
    numbers = ("seq", "attempts", "done_ms")
    return sa.table(
        "inbox", *(sa.column(name, sa.Text) for name in texts), *(sa.column(name, sa.BigInteger) for name in numbers)
    )
