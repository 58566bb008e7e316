"""What of a bot's content waits for somebody, and what happens to it by itself: for pages that show everything at a glance."""

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from gutenbot.editing.tables import RELEASE, TEXT


@dataclass(frozen=True, slots=True)
class Planned:
    """Texts that go live, or leave, at a moment."""

    kind: Literal["publish", "expire"]
    name: str
    at_ms: int
    zone: str


def to_review(db: sa.Connection, bot: str, account: str) -> int:
    """How many texts wait for the review of this account, or of anybody."""
    mine = sa.or_(TEXT.c.reviewer == "", TEXT.c.reviewer == account)
    asked = sa.and_(TEXT.c.bot_id == bot, TEXT.c.review == "asked", TEXT.c.draft_n > 0, mine)
    return int(db.execute(sa.select(sa.func.count()).select_from(TEXT).where(asked)).scalar_one())


def coming(db: sa.Connection, bot: str, now_ms: int, limit: int) -> list[Planned]:
    """The next plans of a bot, the soonest first."""
    releases = sa.select(RELEASE.c.name, RELEASE.c.seq, RELEASE.c.go_ms, RELEASE.c.zone).where(
        RELEASE.c.bot_id == bot, RELEASE.c.state == "scheduled", RELEASE.c.go_ms > now_ms
    )
    ends = sa.select(TEXT.c.item_id, TEXT.c.locale, TEXT.c.expire_ms, TEXT.c.zone).where(
        TEXT.c.bot_id == bot, TEXT.c.expire_ms > now_ms, TEXT.c.go_live_ms == 0
    )
    found = [
        Planned("publish", row.name or f"{row.seq}", row.go_ms, row.zone)
        for row in db.execute(releases.order_by(RELEASE.c.go_ms).limit(limit))
    ]
    found += [
        Planned("expire", f"{row.item_id} ({row.locale})", row.expire_ms, row.zone)
        for row in db.execute(ends.order_by(TEXT.c.expire_ms).limit(limit))
    ]
    return sorted(found, key=lambda one: one.at_ms)[:limit]
