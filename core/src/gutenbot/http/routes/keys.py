"""Keys of programs. A key is shown once, when it is made; it may no more than whoever made it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from gutenbot.accounts.errors import UnknownPermissions
from gutenbot.accounts.lines import Line
from gutenbot.accounts.permissions import FORMER
from gutenbot.accounts.roles import must_exist, refuse_more
from gutenbot.http.auth import Actor, key_hash
from gutenbot.http.errors import HttpMistake
from gutenbot.http.permission import App, Desk, Door, by, needs
from gutenbot.http.routes.models import Page
from gutenbot.kernel.clock import from_ms, to_ms
from gutenbot.kernel.ids import new_key
from gutenbot.storage.rows import KeyRow

router = APIRouter(tags=["keys"])
SHOWN = 9
"""Characters of a key that are kept, so that a leaked one can be found: `gb_` and six more."""


class NoKey(HttpMistake):
    """There is no key named {name}."""

    code = "keys.unknown"
    status = 404


class NameTaken(HttpMistake):
    """There is a key named {name} already. Revoke it first, or choose another name."""

    code = "keys.name-taken"
    status = 409


class KeyIn(BaseModel):
    """Who shall have a key, and what for."""

    name: str = Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f/]+$")
    role: str = Field("agent", max_length=40, pattern=r"^[a-z][a-z0-9-]*$")
    scopes: list[str] = Field(default_factory=list, max_length=100, description="Permissions; none: all of the role's.")
    expires: AwareDatetime | None = Field(None, description="When it stops working; null: never.")


class KeyOut(BaseModel):
    """Who has a key."""

    name: str
    role: str
    made_by: str
    prefix: str
    scopes: list[str]
    created: datetime
    expires: datetime | None
    last_used: datetime | None

    @classmethod
    def of(cls, row: KeyRow) -> "KeyOut":
        """From the stored row."""
        return cls(
            name=row.name, role=row.role, made_by=row.actor, prefix=row.prefix, scopes=list(row.scopes),
            created=from_ms(row.created_ms), expires=from_ms(row.ends_ms) if row.ends_ms else None,
            last_used=from_ms(row.used_ms) if row.used_ms else None,
        )  # fmt: skip


class NewKey(BaseModel):
    """A new key: the only time that it is shown."""

    name: str
    role: str
    key: str


@router.get("/keys")
async def list_keys(
    app: App,
    actor: Annotated[Actor, needs("keys:read")],
    q: Annotated[str, Query(max_length=100, description="Part of the name, or how the key begins.")] = "",
) -> Page[KeyOut]:
    """All keys, without the keys themselves."""
    rows = await app.storage.keys()
    wanted = q.lower()
    found = [row for row in rows if wanted in row.name.lower() or (row.prefix and q.startswith(row.prefix)) or
             row.prefix.lower().startswith(wanted)]  # fmt: skip
    return Page(items=[KeyOut.of(row) for row in found])


@router.post("/keys", status_code=201)
async def add_key(body: KeyIn, app: App, desk: Desk, actor: Annotated[Actor, needs("keys:write")]) -> NewKey:
    """Makes a key."""
    unknown = sorted(set(body.scopes) - desk.catalogue().all)
    if unknown:
        raise UnknownPermissions(names=", ".join(unknown)[:200])
    role = await desk.read(lambda db: must_exist(db, FORMER.get(body.role, body.role)))
    refuse_more(actor.own, (role.permissions & set(body.scopes)) if body.scopes else role.permissions, "this key")
    if any(row.name == body.name for row in await app.storage.keys()):
        raise NameTaken(name=body.name)
    key = new_key("gb_")
    await app.storage.add_key(
        key_hash(key.encode()), body.name, role.name, actor.name, to_ms(app.clock.now()),
        account_id=actor.account_id, scopes=sorted(set(body.scopes)), prefix=key[:SHOWN],
        ends_ms=to_ms(body.expires) if body.expires else 0,
    )  # fmt: skip
    after = {"role": role.name, "scopes": body.scopes, "expires": str(body.expires or "never")}
    line = Line(verb="key.added", object="key", object_id=body.name, what=f"made the key {body.name}", after=after)
    await desk.note(by(actor), line)
    return NewKey(name=body.name, role=role.name, key=key)


@router.delete("/keys/{name}", status_code=204)
async def revoke_key(name: str, app: App, desk: Desk, gate: Door, actor: Annotated[Actor, needs("keys:write")]) -> None:
    """Takes a key back; it stops working within 5 seconds."""
    if not await app.storage.revoke_key(name):
        raise NoKey(name=name[:100])
    gate.forget()
    line = Line(verb="key.revoked", object="key", object_id=name, what=f"revoked the key {name}")
    await desk.note(by(actor), line)
