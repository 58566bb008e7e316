"""What a module brings to the API and to the console: permissions, routes, pages and panels. It writes down, and does nothing."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gutenbot.accounts.permissions import Permission
from gutenbot.modules.pages import Body, Group, Page, Place
from gutenbot.modules.routes import Method, Route

F = TypeVar("F", bound=Callable[..., Any])
PERMISSION_NAME = re.compile(r"[a-z][a-z0-9-]*:[a-z][a-z0-9-]*")


@dataclass(slots=True)
class Declared:
    """What was written down, by a part."""

    permissions: list[Permission] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)


class Surface:
    """The verbs of a part that concern the API and the console."""

    declared: Declared

    def permission(self, name: str, title: str, *, roles: Sequence[str] = ()) -> str:
        """Declares what a role may allow (`notes:read`), in words for the page of roles. Owners and admins have it;
        `roles` names others of those that exist from the start. A role that was changed in the console gets it there."""
        self.declared.permissions.append(Permission(name, title, "", frozenset(roles)))
        return name

    def api(self, method: Method, path: str, *, needs: str, status: int = 200) -> Callable[[F], F]:
        """Serves `async def f(call: Call, …)` at `/api/v1/m/<module>` and this path, to who has the permission `needs`.

        The docstring and the types describe it in the API's document. An answer of None is 204.
        """

        def register(function: F) -> F:
            self.declared.routes.append(Route(method, path, needs, function, status))
            return function

        return register

    def page(
        self,
        name: str,
        *,
        title: str,
        permission: str,
        body: Body,
        about: str = "",
        path: str = "",
        group: Group | None = None,
        icon: str = "",
        of_bot: bool = False,
    ) -> None:
        """Adds a page to the console, at `/console/m/<module>/<path>`; `of_bot`: at `/console/bots/<bot>/m/…`.

        `body` is a list of parts (`Table`, `Form`, `Stat`, `Chart`, `Words`), or `Script`, `Element` or `Sandbox`. `icon` is
        the name of a Lucide icon that the console has.
        """
        page = Page(
            name=name, title=title, permission=permission, body=body, about=about, path=path, group=group, icon=icon,
            of_bot=of_bot,
        )  # fmt: skip
        self.declared.pages.append(page)

    def panel(self, place: Place, name: str, *, title: str, permission: str, body: Body, about: str = "") -> None:
        """Adds a panel to a page of the console: on `person`, routes get `bot` and `user`."""
        self.declared.pages.append(
            Page(name=name, title=title, permission=permission, body=body, about=about, place=place)
        )
