"""Roles: those that exist from the start, and one's own. Nobody makes a role that may more than they do (RBA-02)."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from gutenbot.accounts import roles
from gutenbot.accounts.desk import Db
from gutenbot.accounts.lines import Line
from gutenbot.accounts.permissions import Role
from gutenbot.http.auth import Actor
from gutenbot.http.permission import Desk, Door, by, needs

router = APIRouter(tags=["roles"])
RoleName = Annotated[str, Path(min_length=1, max_length=40, alias="name")]
Limits = dict[str, dict[str, list[str]]]


class RoleOut(BaseModel):
    """A role."""

    name: str
    title: str
    description: str
    permissions: list[str]
    scopes: Limits = Field(description="Permission → field → allowed values; what is not named is not limited.")
    builtin: bool
    members: int


class PermissionOut(BaseModel):
    """One thing that a role may allow."""

    name: str
    title: str
    group: str


class Roles(BaseModel):
    """All roles, and all that a role may allow."""

    items: list[RoleOut]
    permissions: list[PermissionOut]


class RoleIn(BaseModel):
    """What a role shall be."""

    title: str = Field(min_length=1, max_length=60)
    description: str = Field("", max_length=300)
    permissions: list[str] = Field(max_length=200)
    scopes: Limits = Field(default_factory=dict, max_length=50)


@router.get("/roles")
async def list_roles(desk: Desk, actor: Annotated[Actor, needs("accounts:read")]) -> Roles:
    """All roles, and what they may."""
    found, members = await desk.read(lambda db: (roles.all_roles(db), roles.members(db)))
    return Roles(
        items=[_out(role, members.get(role.name, 0)) for role in found.values()],
        permissions=[
            PermissionOut(name=one.name, title=one.title, group=one.group)
            for one in desk.catalogue().permissions.values()
        ],
    )


@router.put("/roles/{name}")
async def put_role(
    name: RoleName, body: RoleIn, desk: Desk, gate: Door, actor: Annotated[Actor, needs("roles:write")]
) -> RoleOut:
    """Makes a role, or changes one; those who have it feel it within 5 seconds."""
    scopes = {one: {key: tuple(values) for key, values in some.items()} for one, some in body.scopes.items()}
    role = Role(name, body.title, body.description, frozenset(body.permissions), scopes)

    def work(db: Db) -> tuple[RoleOut, Line]:
        before = roles.put(db, role, actor.own)
        line = Line(
            verb="role.put", object="role", object_id=name, what=f"{'changed' if before else 'made'} the role {body.title}",
            before=_told(before) if before else None, after=_told(role),
        )  # fmt: skip
        return _out(roles.must_exist(db, name), roles.members(db).get(name, 0)), line

    found = await desk.change(by(actor), work)
    gate.forget()
    return found


@router.delete("/roles/{name}", status_code=204)
async def remove_role(name: RoleName, desk: Desk, gate: Door, actor: Annotated[Actor, needs("roles:write")]) -> None:
    """Removes a role that nobody has; one that exists from the start becomes what it was."""

    def work(db: Db) -> tuple[None, Line]:
        before = roles.remove(db, name, actor.own)
        what = f"removed the role {before.title}"
        return None, Line(verb="role.removed", object="role", object_id=name, what=what, before=_told(before))

    await desk.change(by(actor), work)
    gate.forget()


def _out(role: Role, members: int) -> RoleOut:
    return RoleOut(
        name=role.name, title=role.title, description=role.description, permissions=sorted(role.permissions),
        scopes={one: {key: list(values) for key, values in some.items()} for one, some in role.scopes.items()},
        builtin=role.builtin, members=members,
    )  # fmt: skip


def _told(role: Role) -> dict[str, object]:
    return {"title": role.title, "permissions": sorted(role.permissions), "scopes": dict(role.scopes)}
