"""Routes of modules: functions under `/api/v1/m/<module>/…`, each with one permission. Knows no web framework.

The arguments of such a function are taken from the request by their types: `call: Call` is the request itself, what the path
names comes from the path (a `bot: BotId` must be one that runs here), a pydantic model is the body, the rest is the query.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, Field

from gutenbot.kernel.errors import AuthorMistake

if TYPE_CHECKING:
    from gutenbot.modules.running import RunningApp
    from gutenbot.storage.tables import Work

T = TypeVar("T")
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PATH = re.compile(r"(/([a-z0-9][a-z0-9._-]*|\{[a-z_]+\}))*")

Limit = Annotated[int, Field(ge=1, le=200, description="Entries on a page.")]
After = Annotated[str, Field(max_length=200, description="`next` of the page before.")]


class WrongRoute(AuthorMistake):
    """The route {route} of module {module} cannot be: {reason}"""

    code = "module.wrong-route"


class Listed(BaseModel, Generic[T]):
    """Some of a list; `next` is the cursor of the following page (give it as `after`), null at the end."""

    items: list[T]
    next: str | None = None


class Actor(Protocol):
    """Who asks: somebody of the team, or a program with a key."""

    @property
    def name(self) -> str:
        """For people."""
        ...

    @property
    def kind(self) -> str:
        """`account`, `key` or `system`."""
        ...

    @property
    def id(self) -> str:
        """Of the account; the name of a key."""
        ...

    def may(self, permission: str, **what: str) -> bool:
        """Whether they may do it, for these values."""
        ...

    def need(self, permission: str, **what: str) -> None:
        """Raises `http.forbidden` when they may not."""
        ...


class Call(Protocol):
    """One request to a route of a module."""

    app: "RunningApp"
    actor: Actor

    async def read(self, work: "Work[T]") -> T:
        """What `work` finds in the tables: all its statements see one moment."""
        ...

    async def write(self, work: "Work[T]") -> T:
        """One transaction, together with the line that `work` tells the audit log with `tell`. `work` may run twice."""
        ...

    def tell(
        self,
        what: str,
        *,
        object: str = "",  # noqa: A002 - the word of the audit log
        object_id: str = "",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """What the audit log shall say of this change, in words. Without it, a line names the route only."""
        ...


@dataclass(frozen=True, slots=True)
class Route:
    """A route as it was declared."""

    method: Method
    path: str
    needs: str
    function: Callable[..., Any]
    status: int

    @property
    def label(self) -> str:
        """`GET /notes`."""
        return f"{self.method} {self.path}"

    @property
    def names(self) -> list[str]:
        """What the path names: `{bot}` and `{user}` of `/{bot}/{user}`."""
        return re.findall(r"\{([a-z_]+)\}", self.path)

    def check(self, module: str, permissions: frozenset[str]) -> None:
        """Raises `WrongRoute`."""
        reason = ""
        if self.method not in METHODS:
            reason = f"a method is one of {', '.join(METHODS)}."
        elif not _PATH.fullmatch(self.path):
            reason = "a path is like /notes/{note}: small letters, digits, hyphens, and names in braces."
        elif self.needs not in permissions:
            reason = (
                f"there is no permission {self.needs}; declare it: part.permission({self.needs!r}, 'What it allows')."
            )
        if reason:
            raise WrongRoute(route=self.label, module=module, reason=reason)
