"""Signing in and out: the first owner's set-up, the session, and seeing the console as another role."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from gutenbot.accounts import roles, sessions
from gutenbot.accounts.desk import Db, Pending
from gutenbot.accounts.lines import Line
from gutenbot.accounts.tables import SESSION
from gutenbot.http.auth import Actor, Gate, from_this_machine
from gutenbot.http.permission import Anybody, Desk, Door, by, needs
from gutenbot.http.signing import (
    Email,
    Locale,
    Methods,
    Name,
    Password,
    Service,
    Session,
    SignedOut,
    Token,
    console_of,
    give,
    refuse_plain,
    session_of,
    shown,
    take,
    welcome,
)
from gutenbot.modules.load import CORE_VERSION

router = APIRouter(tags=["session"])


class SetupState(BaseModel):
    """Whether this server waits for its first owner."""

    needed: bool


class SetupIn(BaseModel):
    """The first owner, with the token of the link that the terminal shows."""

    token: Token
    name: Name
    email: Email
    password: Password
    locale: Locale = ""


class SignInIn(BaseModel):
    """Who signs in."""

    email: Email
    password: Password


class SecondFactorWanted(BaseModel):
    """The password was right; one of these is wanted as well."""

    second_factor: list[str]
    challenge: str


class SecondFactorIn(BaseModel):
    """A code of the authenticator app, or a recovery code."""

    challenge: Token
    kind: Literal["totp", "recovery"]
    code: Token


class ViewAs(BaseModel):
    """A role, or null for one's own."""

    role: str | None


@router.get("/setup")
async def setup_state(desk: Desk, visitor: Anybody) -> SetupState:
    """Whether the first owner is still to come."""
    return SetupState(needed=await desk.setup_needed())


@router.post("/setup")
async def set_up(body: SetupIn, request: Request, response: Response, desk: Desk, visitor: Anybody) -> Session:
    """Makes the first owner, and signs them in."""
    refuse_plain(request)
    signed = await desk.set_up(body.token, body.name, body.email, body.password, body.locale, visitor)
    return await welcome(request, response, signed)


@router.get("/session")
async def show(request: Request, response: Response, desk: Desk, gate: Door, visitor: Anybody) -> Session | SignedOut:
    """Who is signed in. In development a browser on this very machine is signed in by asking."""
    opened = await gate.session(request.scope)
    if opened is not None:
        if not opened.session["renew"]:
            return shown(request, opened)
        session_id = opened.session["id"]
        secret = await desk.write(lambda db: sessions.renew(db, session_id, desk.now_ms()))
        give(request, response, secret)
        return await session_of(request, secret)
    if gate.dev and from_this_machine(request.scope) and _asks_here(request):
        return await welcome(request, response, await desk.developer(visitor))
    console = console_of(request)
    services = [Service(id=name, name=one.name or name) for name, one in console.oidc.items()]
    return SignedOut(
        setup_needed=await desk.setup_needed(),
        methods=Methods(passkey=bool(console.origin(request.scope)), oidc=services),
        environment=console.environment,
        version=CORE_VERSION,
    )


def _asks_here(request: Request) -> bool:
    """Not for a page of another site: it would get a cookie, though it could not read the answer."""
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


@router.post("/session")
async def sign_in(
    body: SignInIn, request: Request, response: Response, desk: Desk, visitor: Anybody
) -> Session | SecondFactorWanted:
    """By password. When a second factor is wanted too, the answer says which."""
    refuse_plain(request)
    result = await desk.sign_in(body.email, body.password, visitor)
    if isinstance(result, Pending):
        return SecondFactorWanted(second_factor=list(result.second_factor), challenge=result.challenge)
    return await welcome(request, response, result)


@router.post("/session/second-factor")
async def second_factor(
    body: SecondFactorIn, request: Request, response: Response, desk: Desk, visitor: Anybody
) -> Session:
    """What follows the password."""
    refuse_plain(request)
    return await welcome(request, response, await desk.second_factor(body.challenge, body.kind, body.code, visitor))


@router.delete("/session", status_code=204)
async def sign_out(
    request: Request,
    response: Response,
    desk: Desk,
    gate: Door,
    actor: Annotated[Actor, needs("account:self", also_viewing=True)],
) -> None:
    """Ends this session."""

    def work(db: Db) -> tuple[None, Line]:
        sessions.end(db, actor.account_id, actor.session_id)
        what = f"{actor.name} signed out"
        return None, Line(verb="session.ended", object="account", object_id=actor.account_id, what=what)

    await desk.change(by(actor), work)
    gate.forget()
    take(request, response)


@router.put("/session/view-as")
async def view_as(
    body: ViewAs,
    request: Request,
    desk: Desk,
    gate: Door,
    actor: Annotated[Actor, needs("account:self", also_viewing=True)],
) -> Session:
    """Shows the console as a role sees it; nothing can be changed until it is one's own again."""
    wanted = body.role or ""
    if wanted and "accounts:view-as" not in actor.own:
        actor.need("accounts:view-as")

    def work(db: Db) -> tuple[None, Line]:
        if wanted:
            roles.must_exist(db, wanted)
        db.execute(SESSION.update().where(SESSION.c.id == actor.session_id).values(view_as=wanted))
        what = (
            f"{actor.name} sees the console as {wanted}" if wanted else f"{actor.name} sees the console as themselves"
        )
        return None, Line(verb="session.view-as", object="role", object_id=wanted, what=what)

    await desk.change(by(actor), work)
    return await _again(request, gate)


async def _again(request: Request, gate: Gate) -> Session:
    gate.forget()
    opened = await gate.session(request.scope)
    assert opened is not None, "the session was valid a moment ago"
    return shown(request, opened)
