"""Accounts: made, found, changed, disabled, removed. There is always an owner (RBA-07)."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.errors import EmailTaken, LastOwner, NoAccount, PreferencesTooLarge
from gutenbot.accounts.permissions import OWNER
from gutenbot.accounts.roles import must_exist, refuse_more, role_of
from gutenbot.accounts.rows import many, one
from gutenbot.accounts.secrets import email_of
from gutenbot.accounts.tables import ACCOUNT, CHALLENGE, KEY, LINK, SESSION
from gutenbot.kernel.ids import new_id

Account = Mapping[str, Any]
"""A row of the table."""
MOST_PREFERENCES = 16_384


def anybody(db: sa.Connection) -> bool:
    """Whether somebody can sign in as owner: then setting up is over."""
    return db.execute(sa.select(ACCOUNT.c.id).where(ACCOUNT.c.role == OWNER).limit(1)).first() is not None


def number(db: sa.Connection) -> int:
    """How many accounts there are, the developer's aside."""
    query = sa.select(sa.func.count()).select_from(ACCOUNT).where(ACCOUNT.c.email != "developer@localhost")
    return int(db.execute(query).scalar_one())


def by_id(db: sa.Connection, account_id: str) -> Account:
    """One account. Raises `NoAccount`."""
    row = one(db, sa.select(ACCOUNT).where(ACCOUNT.c.id == account_id))
    if row is None:
        raise NoAccount(account=account_id[:60])
    return row


def by_email(db: sa.Connection, email: str) -> Account | None:
    """The account of an address."""
    return one(db, sa.select(ACCOUNT).where(ACCOUNT.c.email == email_of(email)))


def listed(db: sa.Connection, limit: int, after: str) -> list[Account]:
    """Accounts by id, which is by age."""
    query = sa.select(ACCOUNT).where(ACCOUNT.c.id > after).order_by(ACCOUNT.c.id).limit(limit)
    return list(many(db, query))


def add(
    db: sa.Connection,
    now_ms: int,
    *,
    email: str,
    name: str,
    role: str,
    password: str,
    locale: str = "",
    as_id: str = "",
) -> Account:
    """Makes an account; `password` is a hash. Raises `EmailTaken`, `NoRole`."""
    must_exist(db, role)
    if by_email(db, email) is not None:
        raise EmailTaken
    values = {
        "id": as_id or new_id(),
        "email": email_of(email),
        "name": name,
        "role": role,
        "password": password,
        "locale": locale,
        "created_ms": now_ms,
    }
    db.execute(ACCOUNT.insert().values(values))
    return by_id(db, str(values["id"]))


def change(db: sa.Connection, account_id: str, **values: Any) -> Account:
    """Sets columns; returns the account as it was. Raises `NoAccount`."""
    before = by_id(db, account_id)
    if values:
        db.execute(ACCOUNT.update().where(ACCOUNT.c.id == account_id).values(values))
    return before


def manage(
    db: sa.Connection,
    account_id: str,
    own: frozenset[str],
    now_ms: int,
    *,
    role: str | None = None,
    disabled: bool | None = None,
    name: str | None = None,
) -> Account:
    """What the team's page changes; returns the account as it was. Its open sessions feel it within seconds (AUT-02).

    Raises `NoAccount`, `NoRole`, `MoreThanOwn` for those who can do more than the one who asks, `LastOwner`.
    """
    before = by_id(db, account_id)
    refuse_more(own, role_of(db, before["role"]).permissions, "this account")
    values: dict[str, Any] = {} if name is None else {"name": name}
    if role is not None and role != before["role"]:
        refuse_more(own, must_exist(db, role).permissions, "this role")
        values["role"] = role
        db.execute(SESSION.update().where(SESSION.c.account_id == account_id).values(renew=1, view_as=""))
    if disabled is not None and disabled != bool(before["disabled_ms"]):
        values["disabled_ms"] = now_ms if disabled else 0
        if disabled:
            db.execute(SESSION.delete().where(SESSION.c.account_id == account_id))
    change(db, account_id, **values)
    _keep_an_owner(db, before)
    return before


def remove(db: sa.Connection, account_id: str, own: frozenset[str]) -> Account:
    """Removes an account with its sessions, keys and links; what it did stays in the audit log. Returns what it was."""
    before = by_id(db, account_id)
    refuse_more(own, role_of(db, before["role"]).permissions, "this account")
    for table in (KEY, LINK, CHALLENGE):
        db.execute(table.delete().where(table.c.account_id == account_id))
    db.execute(ACCOUNT.delete().where(ACCOUNT.c.id == account_id))
    _keep_an_owner(db, before)
    return before


def set_preferences(db: sa.Connection, account_id: str, preferences: Mapping[str, Any]) -> None:
    """Keeps them as a whole. Raises `PreferencesTooLarge`."""
    text = json.dumps(preferences, ensure_ascii=False).encode("utf-8", "replace").decode().replace("\\u0000", "")
    size = len(text.encode())
    if size > MOST_PREFERENCES:
        raise PreferencesTooLarge(size=size, limit=MOST_PREFERENCES)
    change(db, account_id, preferences=text)


def preferences_of(account: Account) -> dict[str, Any]:
    """What the account's owner set; empty at first."""
    found: dict[str, Any] = json.loads(account["preferences"] or "{}")
    return found


def _keep_an_owner(db: sa.Connection, before: Account) -> None:
    if before["role"] != OWNER:
        return
    left = sa.select(ACCOUNT.c.id).where(ACCOUNT.c.role == OWNER, ACCOUNT.c.disabled_ms == 0).limit(1)
    if db.execute(left).first() is None:
        raise LastOwner
