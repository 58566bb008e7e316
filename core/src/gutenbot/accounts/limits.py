"""How often something may be tried, counted in the database, so that it holds for all workers together.

Nobody can lock somebody else out: what counts against an account from everywhere spares the networks where its owner
signed in before (AUT-03).
"""

from dataclasses import dataclass

import sqlalchemy as sa

from gutenbot.accounts.errors import TooManyTries
from gutenbot.accounts.secrets import network_of
from gutenbot.accounts.tables import ATTEMPT

WINDOW_MS = 15 * 60_000
KNOWN_MS = 90 * 24 * 3600_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Tries in 15 minutes."""

    pair: int = 10
    """For one account from one network."""
    network: int = 60
    """From one network."""
    account: int = 100
    """For one account from networks where nobody signed in to it before."""
    code: int = 10
    """Codes for one account from networks where nobody signed in to it before: who has its password must not come to guess one."""
    links: int = 60
    """Links and challenges from one network."""


def count(db: sa.Connection, subject: str, most: int, now_ms: int) -> None:
    """Counts a try before it is made, so that tries at the same time count too. Raises `TooManyTries`."""
    window = now_ms - now_ms % WINDOW_MS
    where = sa.and_(ATTEMPT.c.subject == subject, ATTEMPT.c.window_ms == window)
    if not db.execute(ATTEMPT.update().where(where).values(count=ATTEMPT.c["count"] + 1)).rowcount:
        db.execute(ATTEMPT.insert().values(subject=subject, window_ms=window, count=1))
    now = _recent(db, subject, now_ms)
    if now > most:
        raise TooManyTries(retry_after=max(1, (window + WINDOW_MS - now_ms) // 1000))


def _recent(db: sa.Connection, subject: str, now_ms: int) -> int:
    """Tries of about the last 15 minutes: this window's, and of the one before as much as still counts."""
    window = now_ms - now_ms % WINDOW_MS
    query = sa.select(ATTEMPT.c.window_ms, ATTEMPT.c["count"].label("tries")).where(
        ATTEMPT.c.subject == subject, ATTEMPT.c.window_ms >= window - WINDOW_MS
    )
    found = {row.window_ms: row.tries for row in db.execute(query)}
    left = 1 - (now_ms - window) / WINDOW_MS
    return int(found.get(window, 0) + found.get(window - WINDOW_MS, 0) * left)


def count_sign_in(db: sa.Connection, limits: Limits, email: str, address: str, now_ms: int) -> None:
    """Counts a try to sign in. Raises `TooManyTries`, the same for accounts that exist and that do not."""
    network = network_of(address)
    count(db, f"network {network}", limits.network, now_ms)
    count(db, f"pair {email} {network}", limits.pair, now_ms)
    if not _is_known(db, email, network):
        count(db, f"account {email}", limits.account, now_ms)


def count_code(db: sa.Connection, limits: Limits, account_id: str, email: str, address: str, now_ms: int) -> None:
    """Counts a try with a second factor. Raises `TooManyTries`; where its owner signed in before, others cannot bring it about."""
    network = network_of(address)
    if _is_known(db, email, network):
        count(db, f"code {account_id} {network}", limits.account, now_ms)
    else:
        count(db, f"code {account_id}", limits.code, now_ms)


def signed_in(db: sa.Connection, email: str, address: str, now_ms: int) -> None:
    """It went well: from here, tries count as the owner's."""
    network = network_of(address)
    db.execute(ATTEMPT.delete().where(ATTEMPT.c.subject == f"pair {email} {network}"))
    known = f"known {email} {network}"
    db.execute(ATTEMPT.delete().where(ATTEMPT.c.subject == known))
    db.execute(ATTEMPT.insert().values(subject=known, window_ms=now_ms, count=1))


def _is_known(db: sa.Connection, email: str, network: str) -> bool:
    query = sa.select(ATTEMPT.c["count"]).where(ATTEMPT.c.subject == f"known {email} {network}")
    return db.execute(query).first() is not None


def sweep(db: sa.Connection, now_ms: int) -> int:
    """Forgets what counts no more."""
    known = ATTEMPT.c.subject.startswith("known ", autoescape=True)
    old = sa.or_(ATTEMPT.c.window_ms < now_ms - KNOWN_MS, sa.and_(~known, ATTEMPT.c.window_ms < now_ms - 2 * WINDOW_MS))
    return db.execute(ATTEMPT.delete().where(old)).rowcount
