"""Roles as they are now: those that exist from the start, changed or joined by those of the console."""

import json
import re
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from gutenbot.accounts.errors import AccountMistake, MoreThanOwn, NoRole, RoleKept, UnknownLimit, UnknownPermissions
from gutenbot.accounts.permissions import CORE, FORMER, OWNER, Catalogue, Role, Scopes, limits_of
from gutenbot.accounts.tables import ACCOUNT, KEY, ROLE

CATALOGUE = "gutenbot_catalogue"
"""The option of a connection that says which permissions there are; without it, core's."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


class WrongRoleName(AccountMistake):
    """A role's name is lower-case letters, digits and hyphens, 40 at most; {name} is not."""

    code = "accounts.wrong-role-name"


def catalogue_of(db: sa.Connection) -> Catalogue:
    """Which permissions and roles there are on this server."""
    found = db.get_execution_options().get(CATALOGUE, CORE)
    assert isinstance(found, Catalogue)
    return found


def all_roles(db: sa.Connection) -> dict[str, Role]:
    """By name, those that exist from the start first."""
    known = catalogue_of(db)
    found = dict(known.roles)
    for row in db.execute(sa.select(ROLE).order_by(ROLE.c.name)):
        found[row.name] = Role(
            row.name,
            row.title,
            row.description,
            frozenset(json.loads(row.permissions)) & known.all,
            _scopes(json.loads(row.scopes or "{}")),
            row.name in known.roles,
        )
    return found


def role_of(db: sa.Connection, name: str) -> Role:
    """One role, also by a former name; one without permissions when it is gone."""
    wanted = FORMER.get(name, name)
    row = db.execute(sa.select(ROLE).where(ROLE.c.name == wanted)).first()
    if row is not None:
        return all_roles(db)[wanted]
    return catalogue_of(db).roles.get(wanted) or Role(name, name, "", frozenset())


def must_exist(db: sa.Connection, name: str) -> Role:
    """The role. Raises `NoRole`."""
    found = all_roles(db).get(name)
    if found is None:
        raise NoRole(role=name[:60])
    return found


def refuse_more(own: frozenset[str], wanted: Iterable[str], what: str) -> None:
    """Raises `MoreThanOwn` when there is a permission that the giver lacks (RBA-02)."""
    more = sorted(set(wanted) - own)
    if more:
        raise MoreThanOwn(what=f"{what} ({', '.join(more[:5])})")


def put(db: sa.Connection, role: Role, own: frozenset[str]) -> Role | None:
    """Makes or changes a role; returns what it was. The owner's cannot be changed."""
    if not _NAME.fullmatch(role.name):
        raise WrongRoleName(name=role.name[:60])
    known = catalogue_of(db)
    unknown = sorted(role.permissions - known.all)
    if unknown:
        raise UnknownPermissions(names=", ".join(unknown)[:200])
    _refuse_unknown_limits(role.scopes, known)
    if role.name == OWNER:
        raise RoleKept(role=role.name, reason="owners may do everything, always")
    before = all_roles(db).get(role.name)
    refuse_more(own, role.permissions | (before.permissions if before else frozenset()), "this role")
    values = {
        "title": role.title,
        "description": role.description,
        "permissions": json.dumps(sorted(role.permissions | _of_absent(db, role.name, known))),
        "scopes": json.dumps({name: {k: list(v) for k, v in one.items()} for name, one in role.scopes.items()}),
    }
    if not db.execute(ROLE.update().where(ROLE.c.name == role.name).values(values)).rowcount:
        db.execute(ROLE.insert().values(name=role.name, **values))
    return before


def _refuse_unknown_limits(scopes: Scopes, known: Catalogue) -> None:
    """A limit that nothing looks at would let through what it seems to keep out."""
    for name, limits in scopes.items():
        if name not in known.all:
            raise UnknownPermissions(names=name[:200])
        able = sorted(limits_of(known.permissions[name]))
        for field in limits:
            if field not in able:
                told = f"it can be by {' and '.join(able)}" if able else "it cannot be limited"
                raise UnknownLimit(permission=name, field=field[:60], known=told)


def _of_absent(db: sa.Connection, name: str, known: Catalogue) -> frozenset[str]:
    """What the role has of modules that do not run now: it is there again when they are."""
    kept = db.execute(sa.select(ROLE.c.permissions).where(ROLE.c.name == name)).scalar()
    return frozenset(json.loads(kept)) - known.all if kept else frozenset()


def remove(db: sa.Connection, name: str, own: frozenset[str]) -> Role:
    """Removes a role that nobody has; one that exists from the start becomes what it was. Returns what it was."""
    before = must_exist(db, name)
    refuse_more(own, before.permissions, "this role")
    changed = db.execute(sa.select(ROLE.c.name).where(ROLE.c.name == name)).first() is not None
    if not changed:
        raise RoleKept(role=name, reason="it exists from the start")
    if before.builtin:
        refuse_more(own, catalogue_of(db).roles[name].permissions, "this role")
    elif members(db).get(name):
        raise RoleKept(role=name, reason="somebody has it")
    db.execute(ROLE.delete().where(ROLE.c.name == name))
    return before


def members(db: sa.Connection) -> dict[str, int]:
    """Role → how many people and keys have it."""
    found: dict[str, int] = {}
    for table in (ACCOUNT, KEY):
        for name, count in db.execute(sa.select(table.c.role, sa.func.count()).group_by(table.c.role)):
            role = FORMER.get(str(name), str(name))
            found[role] = found.get(role, 0) + int(count or 0)
    return found


def _scopes(found: Mapping[str, Mapping[str, list[str]]]) -> Scopes:
    return {name: {key: tuple(values) for key, values in one.items()} for name, one in found.items()}
