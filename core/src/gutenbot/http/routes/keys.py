"""Keys of operators and programs. A key is shown once, when it is made."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from gutenbot.http.auth import Actor, key_hash
from gutenbot.http.errors import HttpMistake
from gutenbot.http.permission import App, audit, needs
from gutenbot.kernel.clock import from_ms, to_ms
from gutenbot.kernel.ids import new_key

router = APIRouter(tags=["keys"])


class NoKey(HttpMistake):
    """There is no key named {name}."""

    code = "keys.unknown"
    status = 404


class NameTaken(HttpMistake):
    """There is a key named {name} already. Revoke it first, or choose another name."""

    code = "keys.name-taken"
    status = 409


class KeyIn(BaseModel):
    """Who shall have a key."""

    name: str = Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f/]+$")
    role: Literal["admin", "operator", "viewer"] = "operator"


class KeyOut(BaseModel):
    """Who has a key."""

    name: str
    role: str
    made_by: str
    created: datetime


class NewKey(BaseModel):
    """A new key: the only time that it is shown."""

    name: str
    role: str
    key: str


@router.get("/keys")
async def list_keys(app: App, actor: Annotated[Actor, needs("keys.read")]) -> list[KeyOut]:
    """All keys, without the keys themselves."""
    return [
        KeyOut(name=name, role=role, made_by=by, created=from_ms(at)) for name, role, by, at in await app.storage.keys()
    ]


@router.post("/keys", status_code=201)
async def add_key(body: KeyIn, app: App, actor: Annotated[Actor, needs("keys.write")]) -> NewKey:
    """Makes a key."""
    if any(name == body.name for name, *_ in await app.storage.keys()):
        raise NameTaken(name=body.name)
    key = new_key("gb_")
    await app.storage.add_key(key_hash(key.encode()), body.name, body.role, actor.name, to_ms(app.clock.now()))
    audit("key.added", actor, name=body.name, granted=body.role)
    return NewKey(name=body.name, role=body.role, key=key)


@router.delete("/keys/{name}", status_code=204)
async def revoke_key(name: str, app: App, actor: Annotated[Actor, needs("keys.write")]) -> None:
    """Takes a key back; it stops working within 5 seconds."""
    if not await app.storage.revoke_key(name):
        raise NoKey(name=name[:100])
    audit("key.revoked", actor, name=name)
