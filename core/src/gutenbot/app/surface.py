"""Puts what modules bring to the API and to the console into the registries, once it is known to be whole."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gutenbot.accounts.permissions import PERMISSIONS, ROLES, Catalogue, Permission, catalogue_with
from gutenbot.kernel.errors import AuthorMistake
from gutenbot.kernel.registry import DuplicateName, Registry
from gutenbot.modules.module import Module
from gutenbot.modules.surface import PERMISSION_NAME

Registries = Mapping[str, Registry[Any]]


class WrongPermission(AuthorMistake):
    """The permission {name} of module {module} cannot be: {reason}"""

    code = "module.wrong-permission"


def contribute_surface(registries: Registries, module: Module) -> None:
    """Adds permissions, routes and pages. Raises `WrongPermission`, `WrongRoute`, `WrongPage` and `DuplicateName`."""
    own = [one for part in module.parts for one in part.declared.permissions]
    for permission in own:
        _check(permission, module.name)
        registries["permissions"].add(
            permission.name, replace(permission, group=module.name, module=module.name), module.name
        )
    known = frozenset(PERMISSIONS) | {one.name for one in own}
    routes = [route for part in module.parts for route in part.declared.routes]
    for route in routes:
        route.check(module.name, known)
        registries["routes"].add(f"{module.name} {route.label}", route, module.name)
    for part in module.parts:
        for page in part.declared.pages:
            page.check(module.name, known, routes)
            registries["pages"].add(f"{module.name} {page.name}", page, module.name)


def catalogue_of(registries: Registries) -> Catalogue:
    """Core's permissions and those of the modules that run."""
    return catalogue_with(value for _, value in registries["permissions"])


def _check(permission: Permission, module: str) -> None:
    if permission.name in PERMISSIONS:
        raise DuplicateName(kind="permission", name=permission.name, first="core", second=module)
    if not PERMISSION_NAME.fullmatch(permission.name):
        raise WrongPermission(name=permission.name, module=module, reason="it is like notes:read.")
    unknown = sorted(permission.roles - ROLES.keys())
    if unknown:
        reason = f"there is no role {', '.join(unknown)}; known: {', '.join(ROLES)}."
        raise WrongPermission(name=permission.name, module=module, reason=reason)
