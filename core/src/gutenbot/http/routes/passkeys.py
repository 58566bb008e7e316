"""Passkeys: one's own, and signing in with one."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from gutenbot.accounts import limits, passkeys
from gutenbot.accounts.desk import Db, SignedIn
from gutenbot.accounts.errors import SignInAgain, WrongPasskey
from gutenbot.accounts.lines import Line
from gutenbot.accounts.passkeys import Party
from gutenbot.accounts.secrets import network_of
from gutenbot.http.permission import Anybody, Desk, Door, by
from gutenbot.http.routes.account import Me
from gutenbot.http.routes.models import Page
from gutenbot.http.signing import Name, Session, console_of, refuse_plain, welcome
from gutenbot.kernel.clock import from_ms

router = APIRouter(tags=["passkeys"])


class PasskeyIn(BaseModel):
    """What the browser made, and a name to know it by."""

    name: Name
    credential: dict[str, Any]


class PasskeyUse(BaseModel):
    """What the browser answers."""

    credential: dict[str, Any]


class PasskeyOut(BaseModel):
    """A passkey."""

    id: str
    name: str
    created: datetime
    last_used: datetime | None


FRESH_MS = 15 * 60_000
"""How long after a sign-in a passkey may be added."""


async def _refuse_stale(request: Request, desk: Desk, gate: Door) -> None:
    """Raises `SignInAgain` where somebody may have found an open session: a passkey would be theirs for good."""
    opened = await gate.session(request.scope)
    if opened is None or opened.session["created_ms"] < desk.now_ms() - FRESH_MS:
        raise SignInAgain(minutes=FRESH_MS // 60_000)


async def party_of(request: Request) -> Party:
    """For whom passkeys are here. Raises `WrongPasskey` where there can be none."""
    origin = console_of(request).origin(request.scope)
    if not origin:
        raise WrongPasskey(reason="set `base_url` to the https address of this server first")
    await passkeys.prepare()
    return Party(origin)


@router.post("/account/passkeys/options")
async def options_to_add(request: Request, desk: Desk, gate: Door, actor: Me) -> dict[str, Any]:
    """What `navigator.credentials.create` takes."""
    await _refuse_stale(request, desk, gate)
    party = await party_of(request)
    return await desk.write(lambda db: passkeys.options_to_add(db, party, actor.account_id, desk.now_ms()))


@router.post("/account/passkeys", status_code=201)
async def add(body: PasskeyIn, request: Request, desk: Desk, gate: Door, actor: Me) -> PasskeyOut:
    """Keeps a passkey."""
    await _refuse_stale(request, desk, gate)
    party = await party_of(request)

    def work(db: Db) -> tuple[PasskeyOut, Line]:
        made = passkeys.add(db, party, actor.account_id, body.name, body.credential, desk.now_ms())
        line = Line(verb="passkey.added", object="account", object_id=actor.account_id,
                    what=f"{actor.name} added the passkey {body.name}")  # fmt: skip
        return _out({**made, "used_ms": 0}), line

    return await desk.change(by(actor), work)


@router.get("/account/passkeys")
async def list_passkeys(desk: Desk, actor: Me) -> Page[PasskeyOut]:
    """One's own passkeys, oldest first."""
    return Page(items=[_out(row) for row in await desk.read(lambda db: passkeys.listed(db, actor.account_id))])


@router.delete("/account/passkeys/{passkey}", status_code=204)
async def remove(passkey: Annotated[str, Path(min_length=1, max_length=1400)], desk: Desk, actor: Me) -> None:
    """Forgets a passkey."""

    def work(db: Db) -> tuple[None, Line]:
        gone = passkeys.remove(db, actor.account_id, passkey)
        line = Line(verb="passkey.removed", object="account", object_id=actor.account_id,
                    what=f"{actor.name} removed the passkey {gone['name']}")  # fmt: skip
        return None, line

    await desk.change(by(actor), work)


@router.post("/session/passkey/options")
async def options_to_sign_in(request: Request, desk: Desk, visitor: Anybody) -> dict[str, Any]:
    """What `navigator.credentials.get` takes."""
    party = await party_of(request)
    subject = f"passkeys {network_of(visitor.address)}"

    def work(db: Db) -> dict[str, Any]:
        limits.count(db, subject, desk.most.links, desk.now_ms())
        return passkeys.options_to_sign_in(db, party, desk.now_ms())

    return await desk.write(work)


@router.post("/session/passkey")
async def sign_in(body: PasskeyUse, request: Request, response: Response, desk: Desk, visitor: Anybody) -> Session:
    """Signs in with a passkey. It is two factors in one: the device, and who unlocks it."""
    refuse_plain(request)
    party = await party_of(request)

    def work(db: Db) -> SignedIn:
        account = passkeys.check(db, party, body.credential, desk.now_ms())
        return desk.open_for(db, account, visitor, "passkey")

    return await welcome(request, response, await desk.write(work))


def _out(row: Any) -> PasskeyOut:
    return PasskeyOut(
        id=row["id"], name=row["name"], created=from_ms(row["created_ms"]),
        last_used=from_ms(row["used_ms"]) if row["used_ms"] else None,
    )  # fmt: skip
