"""What a browser is given when somebody signs in: the cookie, and what the console needs to know about them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Request, Response
from pydantic import BaseModel, Field, StringConstraints

from gutenbot.accounts import people
from gutenbot.accounts.desk import SignedIn
from gutenbot.accounts.permissions import allows
from gutenbot.accounts.sessions import Opened
from gutenbot.http.auth import PLAIN_COOKIE, SECURE_COOKIE, Gate, host_name, is_loopback
from gutenbot.http.errors import NeedsHttps, Unauthenticated
from gutenbot.modules.load import CORE_VERSION

if TYPE_CHECKING:
    from gutenbot.http.console import Console

Name = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True, pattern=r"^[^\x00-\x1f]+$")
]
Email = Annotated[
    str,
    StringConstraints(
        min_length=3, max_length=254, strip_whitespace=True, pattern=r"^[^\s@\x00-\x1f]+@[^\s@\x00-\x1f]+$"
    ),
]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Locale = Annotated[str, StringConstraints(max_length=35, pattern=r"^[A-Za-z0-9-]*$")]
Environment = Literal["dev", "staging", "prod"]


class AccountOut(BaseModel):
    """The person who is signed in."""

    id: str
    name: str
    email: str
    locale: str
    preferences: dict[str, Any]
    two_factor: bool


class BotName(BaseModel):
    """A bot that this person may see."""

    id: str
    name: str


class Session(BaseModel):
    """Who is signed in, and what they may."""

    signed_in: Literal[True] = True
    account: AccountOut
    role: str
    permissions: list[str]
    scopes: dict[str, dict[str, list[str]]] = Field(
        description="Permission → by what it is limited (`language`, `bot`) → to which; those without limits are not here."
    )
    viewing_as: str | None
    csrf: str
    """To be sent as `X-CSRF-Token` with every change."""
    bots: list[BotName]
    environment: Environment
    version: str


class Service(BaseModel):
    """Another service to sign in with."""

    id: str
    name: str


class Methods(BaseModel):
    """Ways to sign in here."""

    password: bool = True
    passkey: bool
    oidc: list[Service] = Field(default_factory=list)


class SignedOut(BaseModel):
    """Nobody is signed in."""

    signed_in: Literal[False] = False
    setup_needed: bool
    methods: Methods
    environment: Environment
    version: str


def is_secure(request: Request) -> bool:
    """Whether the browser reached us by https."""
    return request.scope["scheme"] in ("https", "wss")


def refuse_plain(request: Request) -> None:
    """Raises `NeedsHttps` where a cookie could be read on the way."""
    if not is_secure(request) and not is_loopback(host_name(request.scope)):
        raise NeedsHttps


def give(request: Request, response: Response, secret: str) -> None:
    """Puts the secret of a session in its cookie."""
    secure = is_secure(request)
    response.set_cookie(
        SECURE_COOKIE if secure else PLAIN_COOKIE, secret, path="/", secure=secure, httponly=True, samesite="lax"
    )


def take(request: Request, response: Response) -> None:
    """Takes the cookie back."""
    secure = is_secure(request)
    response.delete_cookie(
        SECURE_COOKIE if secure else PLAIN_COOKIE, path="/", secure=secure, httponly=True, samesite="lax"
    )


async def welcome(request: Request, response: Response, signed: SignedIn) -> Session:
    """Gives the cookie, and what the console begins with."""
    refuse_plain(request)
    give(request, response, signed.secret)
    return await session_of(request, signed.secret)


async def session_of(request: Request, secret: str) -> Session:
    """The session of a secret that was given just now."""
    from gutenbot.accounts import sessions

    gate: Gate = request.app.state.gate
    desk = gate.desk
    gate.forget()
    opened = await desk.read(lambda db: sessions.find(db, secret, desk.now_ms(), desk.span))
    if opened is None:
        raise Unauthenticated
    return shown(request, opened)


def shown(request: Request, opened: Opened) -> Session:
    """What the console needs to know."""
    app, console = request.app.state.app, console_of(request)
    permissions, scopes = opened.permissions, opened.scopes
    seen = [bot for bot in app.bots.values() if allows(permissions, scopes, "bots:read", {"bot": bot.id})]
    return Session(
        account=account_out(opened.account),
        role=opened.role.name,
        permissions=sorted(permissions),
        scopes={
            name: {key: list(values) for key, values in limits.items()} for name, limits in scopes.items() if limits
        },
        viewing_as=opened.session["view_as"] or None,
        csrf=opened.session["csrf"],
        bots=[BotName(id=bot.id, name=bot.title or bot.id) for bot in seen],
        environment=console.environment,
        version=CORE_VERSION,
    )


def account_out(account: Mapping[str, Any]) -> AccountOut:
    """A person, as they see themselves."""
    return AccountOut(
        id=account["id"], name=account["name"], email=account["email"], locale=account["locale"],
        preferences=people.preferences_of(account), two_factor=bool(account["totp_secret"]),
    )  # fmt: skip


def console_of(request: Request) -> "Console":
    """How the console of this server is set."""
    console: Console = request.app.state.console
    return console
