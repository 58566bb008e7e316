"""One's own account: profile, password, second factor, sessions. Only for people who are signed in."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from gutenbot.accounts import people, sessions, totp
from gutenbot.accounts.desk import Db
from gutenbot.accounts.lines import Line
from gutenbot.http.auth import Actor
from gutenbot.http.permission import Anybody, Desk, Door, by, needs
from gutenbot.http.routes.models import Page
from gutenbot.http.signing import AccountOut, Locale, Name, Password, Token, account_out, give
from gutenbot.kernel.clock import from_ms

router = APIRouter(tags=["account"])
Me = Annotated[Actor, needs("account:self")]
Id = Annotated[str, Path(min_length=1, max_length=100)]


class AccountPatch(BaseModel):
    """What shall be otherwise; what is not named stays."""

    name: Name | None = None
    locale: Locale | None = None
    preferences: dict[str, Any] | None = Field(None, description="As a whole; 16 KB at most.")


class PasswordIn(BaseModel):
    """The password that was, and the one that shall be."""

    current: Password
    new: Password


class PasswordAgain(BaseModel):
    """The password, for what matters."""

    password: Password


class TotpOffer(BaseModel):
    """A secret for an authenticator app; in use once a code confirms it."""

    secret: str
    uri: str


class CodeIn(BaseModel):
    """A code of the authenticator app."""

    code: Token


class RecoveryCodes(BaseModel):
    """Codes for when the app is lost: shown once, each good once."""

    recovery_codes: list[str]


class SessionOut(BaseModel):
    """One place where somebody is signed in."""

    id: str
    address: str
    agent: str
    means: str
    created: datetime
    seen: datetime
    current: bool


@router.patch("/account")
async def patch(body: AccountPatch, desk: Desk, gate: Door, actor: Me) -> AccountOut:
    """Changes name, language and preferences."""

    def work(db: Db) -> tuple[AccountOut, Line]:
        if body.preferences is not None:
            people.set_preferences(db, actor.account_id, body.preferences)
        values = {key: value for key, value in (("name", body.name), ("locale", body.locale)) if value is not None}
        before = people.change(db, actor.account_id, **values)
        line = Line(
            verb="account.changed", object="account", object_id=actor.account_id,
            what=f"{actor.name} changed their {_words(body)}", before={key: before[key] for key in values}, after=values,
        )  # fmt: skip
        return account_out(people.by_id(db, actor.account_id)), line

    found = await desk.change(by(actor), work)
    gate.forget()
    return found


def _words(body: AccountPatch) -> str:
    given = [name for name in ("name", "locale", "preferences") if getattr(body, name) is not None]
    return ", ".join(given) or "account (nothing)"


@router.put("/account/password", status_code=204)
async def set_password(
    body: PasswordIn, request: Request, response: Response, desk: Desk, gate: Door, visitor: Anybody, actor: Me
) -> None:
    """Sets another password; everywhere else they are signed out, and this session is renewed."""
    secret = await desk.set_password(actor.account_id, actor.session_id, body.current, body.new, visitor)
    gate.forget()
    give(request, response, secret)


@router.post("/account/totp")
async def offer_totp(desk: Desk, actor: Me) -> TotpOffer:
    """Offers a secret; it is not in use before a code confirms it."""

    def work(db: Db) -> tuple[tuple[str, str], Line]:
        what = f"{actor.name} began to set up an authenticator app"
        line = Line(verb="totp.offered", object="account", object_id=actor.account_id, what=what)
        return totp.offer(db, desk.keyring, actor.account_id, "Gutenbot"), line

    secret, uri = await desk.change(by(actor), work)
    return TotpOffer(secret=secret, uri=uri)


@router.post("/account/totp/confirm")
async def confirm_totp(
    body: CodeIn, request: Request, response: Response, desk: Desk, gate: Door, actor: Me
) -> RecoveryCodes:
    """Takes the offered secret into use. The other sessions end, this one is renewed."""
    await desk.count_code(actor.account_id)

    def work(db: Db) -> tuple[tuple[list[str], str], Line]:
        codes = totp.confirm(db, desk.keyring, actor.account_id, body.code, desk.now_ms())
        sessions.end_all(db, actor.account_id, but=actor.session_id)
        secret = sessions.renew(db, actor.session_id, desk.now_ms())
        what = f"{actor.name} protected their account with an authenticator app"
        return (codes, secret), Line(verb="totp.on", object="account", object_id=actor.account_id, what=what)

    codes, secret = await desk.change(by(actor), work)
    gate.forget()
    give(request, response, secret)
    return RecoveryCodes(recovery_codes=codes)


@router.delete("/account/totp", status_code=204)
async def totp_off(
    body: PasswordAgain, request: Request, response: Response, desk: Desk, gate: Door, visitor: Anybody, actor: Me
) -> None:
    """Switches the authenticator app off."""
    await desk.check_password(actor.account_id, body.password, visitor)

    def work(db: Db) -> tuple[str, Line]:
        totp.off(db, actor.account_id)
        what = f"{actor.name} does without an authenticator app"
        line = Line(verb="totp.off", object="account", object_id=actor.account_id, what=what)
        return sessions.renew(db, actor.session_id, desk.now_ms()), line

    secret = await desk.change(by(actor), work)
    gate.forget()
    give(request, response, secret)


@router.get("/account/sessions")
async def list_sessions(desk: Desk, actor: Me) -> Page[SessionOut]:
    """Where one is signed in, latest first."""
    rows = await desk.read(lambda db: sessions.listed(db, actor.account_id, desk.now_ms(), desk.span))
    return Page(items=[
        SessionOut(
            id=row["id"], address=row["address"], agent=row["agent"], means=row["means"], created=from_ms(row["created_ms"]),
            seen=from_ms(row["seen_ms"]), current=row["id"] == actor.session_id,
        ) for row in rows
    ])  # fmt: skip


@router.delete("/account/sessions/{session}", status_code=204)
async def end_session(session: Id, desk: Desk, gate: Door, actor: Me) -> None:
    """Signs one place out."""

    def work(db: Db) -> tuple[None, Line]:
        sessions.end(db, actor.account_id, session)
        what = f"{actor.name} signed out elsewhere"
        return None, Line(verb="session.ended", object="account", object_id=actor.account_id, what=what)

    await desk.change(by(actor), work)
    gate.forget()


@router.delete("/account/sessions", status_code=204)
async def end_other_sessions(desk: Desk, gate: Door, actor: Me) -> None:
    """Signs all other places out."""

    def work(db: Db) -> tuple[None, Line]:
        count = sessions.end_all(db, actor.account_id, but=actor.session_id)
        what = f"{actor.name} signed out everywhere else ({count})"
        return None, Line(verb="session.ended", object="account", object_id=actor.account_id, what=what)

    await desk.change(by(actor), work)
    gate.forget()
