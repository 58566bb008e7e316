"""Invites and new passwords by link. They need no mail server: whoever makes a link hands it on."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from gutenbot.accounts import limits, links
from gutenbot.accounts.desk import Db
from gutenbot.accounts.lines import Line
from gutenbot.accounts.roles import must_exist, refuse_more
from gutenbot.accounts.secrets import network_of
from gutenbot.http.auth import Actor
from gutenbot.http.permission import Anybody, Desk, by, needs
from gutenbot.http.routes.models import Page
from gutenbot.http.signing import Email, Locale, Name, Password, Session, console_of, refuse_plain, welcome
from gutenbot.kernel.clock import from_ms

router = APIRouter(tags=["invites"])
Secret = Annotated[str, Path(min_length=1, max_length=200)]


class InviteIn(BaseModel):
    """Whom to invite, and as what."""

    role: str = Field(max_length=40)
    name: Name | None = None
    email: Email | None = None


class Invited(BaseModel):
    """An open invite."""

    id: str
    role: str
    name: str
    email: str
    by: str
    created: datetime
    expires: datetime


class NewInvite(BaseModel):
    """A new invite: the only time that its link is shown."""

    id: str
    link: str
    expires: datetime


class InviteShown(BaseModel):
    """What somebody who was invited sees."""

    role: str
    name: str
    email: str
    by: str


class Accepting(BaseModel):
    """The new account."""

    name: Name
    email: Email
    password: Password
    locale: Locale = ""


class NewPassword(BaseModel):
    """The password that shall be."""

    password: Password


@router.get("/invites")
async def list_invites(desk: Desk, actor: Annotated[Actor, needs("accounts:read")]) -> Page[Invited]:
    """Invites that nobody accepted yet, latest first."""
    rows = await desk.read(lambda db: links.invites(db, desk.now_ms()))
    return Page(items=[
        Invited(
            id=row["id"], role=row["role"], name=row["name"], email=row["email"], by=row["made_by"],
            created=from_ms(row["created_ms"]), expires=from_ms(row["ends_ms"]),
        ) for row in rows
    ])  # fmt: skip


@router.post("/invites", status_code=201)
async def invite(
    body: InviteIn, request: Request, desk: Desk, actor: Annotated[Actor, needs("accounts:write")]
) -> NewInvite:
    """Makes a link for somebody new: 7 days, once."""

    def work(db: Db) -> tuple[tuple[str, Any], Line]:
        refuse_more(actor.own, must_exist(db, body.role).permissions, "this role")
        made = links.make(
            db,
            "invite",
            desk.now_ms(),
            role=body.role,
            name=body.name or "",
            email=body.email or "",
            made_by=actor.name,
        )
        what = f"invited {body.name or body.email or 'somebody'} as {body.role}"
        after = {"role": body.role, "name": body.name, "email": body.email}
        return made, Line(verb="invite.made", object="invite", object_id=made[1]["id"], what=what, after=after)

    secret, row = await desk.change(by(actor), work)
    link = console_of(request).link(links.PATHS["invite"] + secret)
    return NewInvite(id=row["id"], link=link, expires=from_ms(row["ends_ms"]))


@router.delete("/invites/{invite}", status_code=204)
async def take_back(
    invite: Annotated[str, Path(min_length=1, max_length=100)],
    desk: Desk,
    actor: Annotated[Actor, needs("accounts:write")],
) -> None:
    """Takes an invite back; its link stops working."""

    def work(db: Db) -> tuple[None, Line]:
        gone = links.take_back(db, invite)
        what = f"took the invite of {gone['name'] or gone['email'] or 'somebody'} back"
        return None, Line(verb="invite.taken-back", object="invite", object_id=invite, what=what)

    await desk.change(by(actor), work)


@router.get("/invites/by-token/{token}")
async def look(token: Secret, desk: Desk, visitor: Anybody) -> InviteShown:
    """What an invite is for."""

    def counted(db: Db) -> None:
        limits.count(db, f"links {network_of(visitor.address)}", desk.most.links, desk.now_ms())

    await desk.write(counted)
    row = await desk.read(lambda db: links.look(db, "invite", token, desk.now_ms()))
    return InviteShown(role=row["role"], name=row["name"], email=row["email"], by=row["made_by"])


@router.post("/invites/by-token/{token}")
async def accept(
    token: Secret, body: Accepting, request: Request, response: Response, desk: Desk, visitor: Anybody
) -> Session:
    """Makes the account, and signs it in."""
    refuse_plain(request)
    signed = await desk.accept_invite(token, body.name, body.email, body.password, body.locale, visitor)
    return await welcome(request, response, signed)


@router.post("/password-reset/{token}", status_code=204)
async def reset_password(token: Secret, body: NewPassword, request: Request, desk: Desk, visitor: Anybody) -> None:
    """Sets another password by link; all sessions of the account end."""
    refuse_plain(request)
    await desk.reset_password(token, body.password, visitor)
    request.app.state.gate.forget()
