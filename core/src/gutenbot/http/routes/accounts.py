"""The team: people with an account, as those who look after it see them."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from gutenbot.accounts import links, people, sessions
from gutenbot.accounts.desk import Db
from gutenbot.accounts.lines import Line
from gutenbot.accounts.roles import refuse_more, role_of
from gutenbot.http.auth import Actor
from gutenbot.http.permission import Desk, Door, by, needs
from gutenbot.http.routes.models import After, Limit, Page, next_cursor
from gutenbot.http.signing import Name, console_of
from gutenbot.kernel.clock import from_ms

router = APIRouter(tags=["accounts"])
Id = Annotated[str, Path(min_length=1, max_length=100)]
Reader = Annotated[Actor, needs("accounts:read")]
Writer = Annotated[Actor, needs("accounts:write")]


class Person(BaseModel):
    """Somebody with an account."""

    id: str
    name: str
    email: str
    role: str
    locale: str
    two_factor: bool
    disabled: bool
    created: datetime
    seen: datetime | None

    @classmethod
    def of(cls, row: Any) -> "Person":
        """From the stored row."""
        return cls(
            id=row["id"], name=row["name"], email=row["email"], role=row["role"], locale=row["locale"],
            two_factor=bool(row["totp_secret"]), disabled=bool(row["disabled_ms"]), created=from_ms(row["created_ms"]),
            seen=from_ms(row["seen_ms"]) if row["seen_ms"] else None,
        )  # fmt: skip


class PersonPatch(BaseModel):
    """What shall be otherwise; what is not named stays."""

    role: str | None = Field(None, max_length=40)
    disabled: bool | None = None
    name: Name | None = None


class Link(BaseModel):
    """A link that works once: the only time that it is shown."""

    link: str
    expires: datetime


@router.get("/accounts")
async def list_accounts(desk: Desk, actor: Reader, limit: Limit = 50, after: After = "") -> Page[Person]:
    """Everybody, oldest account first."""
    rows = await desk.read(lambda db: people.listed(db, limit, after))
    return Page(items=[Person.of(row) for row in rows], next=next_cursor(rows, limit, rows[-1]["id"] if rows else ""))


@router.get("/accounts/{account}")
async def show(account: Id, desk: Desk, actor: Reader) -> Person:
    """One person."""
    return Person.of(await desk.read(lambda db: people.by_id(db, account)))


@router.patch("/accounts/{account}")
async def patch(account: Id, body: PersonPatch, desk: Desk, gate: Door, actor: Writer) -> Person:
    """Gives another role or name, or disables: then every session and key ends within 5 seconds."""

    def work(db: Db) -> tuple[Person, Line]:
        before = people.manage(
            db, account, actor.own, desk.now_ms(), role=body.role, disabled=body.disabled, name=body.name
        )
        after = people.by_id(db, account)
        was, now = _told(before), _told(after)
        changed = [name for name in now if was[name] != now[name]]
        line = Line(
            verb="account.managed", object="account", object_id=account,
            what=f"changed {before['name']}: {', '.join(changed) or 'nothing'}",
            before={name: was[name] for name in changed}, after={name: now[name] for name in changed},
        )  # fmt: skip
        return Person.of(after), line

    found = await desk.change(by(actor), work)
    gate.forget()
    return found


@router.delete("/accounts/{account}", status_code=204)
async def remove(account: Id, desk: Desk, gate: Door, actor: Writer) -> None:
    """Removes an account with its sessions and keys; what it did stays in the audit log."""

    def work(db: Db) -> tuple[None, Line]:
        before = people.remove(db, account, actor.own)
        what = f"removed the account of {before['name']}"
        return None, Line(verb="account.removed", object="account", object_id=account, what=what, before=_told(before))

    await desk.change(by(actor), work)
    gate.forget()


@router.delete("/accounts/{account}/sessions", status_code=204)
async def end_sessions(account: Id, desk: Desk, gate: Door, actor: Writer) -> None:
    """Signs a person out everywhere."""

    def work(db: Db) -> tuple[None, Line]:
        person = _manageable(db, account, actor)
        count = sessions.end_all(db, account)
        what = f"signed {person['name']} out everywhere ({count})"
        return None, Line(verb="session.ended", object="account", object_id=account, what=what)

    await desk.change(by(actor), work)
    gate.forget()


@router.post("/accounts/{account}/reset-link")
async def reset_link(account: Id, request: Request, desk: Desk, actor: Writer) -> Link:
    """A link by which a person sets another password: 30 minutes, once. An earlier one stops working."""

    def work(db: Db) -> tuple[tuple[str, Any], Line]:
        person = _manageable(db, account, actor)
        made = links.make(db, "reset", desk.now_ms(), account_id=account, made_by=actor.name)
        what = f"made a link for {person['name']} to set another password"
        return made, Line(verb="reset-link.made", object="account", object_id=account, what=what)

    secret, row = await desk.change(by(actor), work)
    return Link(link=console_of(request).link(links.PATHS["reset"] + secret), expires=from_ms(row["ends_ms"]))


def _manageable(db: Db, account: str, actor: Actor) -> people.Account:
    """The account, if it may not do more than who asks."""
    person = people.by_id(db, account)
    refuse_more(actor.own, role_of(db, person["role"]).permissions, "this account")
    return person


def _told(account: people.Account) -> dict[str, Any]:
    """What the log says of an account."""
    return {"name": account["name"], "email": account["email"], "role": account["role"],
            "disabled": bool(account["disabled_ms"])}  # fmt: skip
