"""Pages of the console that a module declares: tables, forms, numbers and charts in Python, or scripts and documents of its own.

Words are either ids in the module's `locales/<language>.json`, such as `notes.title`, or the words themselves.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from gutenbot.kernel.errors import AuthorMistake
from gutenbot.modules.routes import Route

Group = Literal["engage", "build", "improve", "data", "platform"]
GROUPS = ("engage", "build", "improve", "data", "platform")
Kind = Literal["text", "long", "number", "time", "yesno", "tag", "code"]
KINDS = ("text", "long", "number", "time", "yesno", "tag", "code")
Place = Literal["person"]
"""Where a panel may stand: beside a person, where the bot and the user are known."""
Function = Callable[..., Any]
SDK = 1
"""The major version of `@gutenbot/console` that this server has."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_PATH = re.compile(r"[a-z][a-z0-9-]*(/(:[a-z_]+|[a-z0-9-]+))*")
_FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class WrongPage(AuthorMistake):
    """The page {page} of module {module} cannot be: {reason}"""

    code = "module.wrong-page"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: the field of each row that it shows."""

    field: str
    title: str
    kind: Kind = "text"
    wide_only: bool = False
    """Left out on narrow screens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button that calls a route. In a table it stands in every row, and names in the path are fields of the row."""

    title: str
    route: Function
    confirm: str = ""
    """What is asked first; empty: nothing."""
    typed: str = ""
    """The field of the row (or the word) that must be typed before it is done, for what cannot be taken back."""
    done: str = ""
    """What is said afterwards."""
    undo: Function | None = None
    """The route that takes it back: offered for some seconds."""
    when: Mapping[str, str | bool | int] = field(default_factory=dict)
    """Fields of the row and the values that they must have; in other rows the button is left out."""
    form: bool = False
    """Asks for the body of the route in a form first; fields that the row has are filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows from a route that answers `Listed` or a list."""

    rows: Function
    columns: Sequence[Column]
    title: str = ""
    id: str = "id"
    """The field that tells rows apart."""
    link: str = ""
    """The page of a row, from the module's own (`people/{user}`) or the console's (`/bots/{bot}/people/{user}`)."""
    search: str = ""
    """The argument of the route that takes words to look for."""
    empty: str = ""
    """What is said when there is nothing yet."""
    actions: Sequence[Action] = ()
    export: str = ""
    """The name under which the whole list can be saved as CSV, all pages of it; empty: it cannot."""
    refresh_s: int = 0
    """Seconds after which it is asked for again; 0: only when something changes here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The body of a route as a form; what is wrong with a field is said beside it."""

    route: Function
    title: str = ""
    about: str = ""
    submit: str = ""
    values: Function | None = None
    """A route whose answer fills the fields: a form to change something."""
    done: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """A number with its name, from a field of what a route answers."""

    title: str
    source: Function
    field: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Numbers along something, from a route that answers a list: lines for time, bars for kinds."""

    title: str
    source: Function
    x: str
    y: Mapping[str, str]
    """Field → its name in the legend."""
    kind: Literal["bar", "line"] = "bar"


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str


PagePart = Table | Form | Stat | Chart | Words


@dataclass(frozen=True, slots=True)
class Script:
    """An ES module in the module's `ui` folder: it imports `react`, `react/jsx-runtime` and `@gutenbot/console` by these names.

    Its default export is `defineModule({name, sdk, pages: {<name of the page>: Component}})`.
    """

    file: str
    sdk: int = SDK


@dataclass(frozen=True, slots=True)
class Element:
    """A custom element that a script in the `ui` folder defines; the console sets its `context`."""

    tag: str
    file: str
    sdk: int = SDK


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A document in the `ui` folder, shown where it can reach nothing; it talks to the module's routes by messages."""

    file: str


Body = Sequence[PagePart] | Script | Element | Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page, or a panel on a page of the console."""

    name: str
    title: str
    permission: str
    body: Body
    about: str = ""
    path: str = ""
    """Below `/m/<module>/`; empty: the name."""
    group: Group | None = None
    """Where it stands in the navigation; None: links lead to it."""
    icon: str = ""
    of_bot: bool = False
    """It is about the bot that is chosen: routes get it as `bot`."""
    place: Place | None = None
    """It is a panel on that page of the console."""

    @property
    def at(self) -> str:
        """Its path."""
        return self.path or self.name

    def routes(self) -> list[Function]:
        """The functions that its parts call."""
        found: list[Function | None] = []
        if isinstance(self.body, Script | Element | Sandbox):
            return []
        for part in self.body:
            match part:
                case Table():
                    found.append(part.rows)
                    found += [one for action in part.actions for one in (action.route, action.undo)]
                case Form():
                    found += [part.route, part.values]
                case Stat() | Chart():
                    found.append(part.source)
        return [one for one in found if one is not None]

    def texts(self) -> list[str]:
        """All that it says: ids, or the words themselves."""
        found = [self.title, self.about]
        if not isinstance(self.body, Script | Element | Sandbox):
            for part in self.body:
                found += _texts(part)
        return [text for text in found if text]

    def check(self, module: str, permissions: frozenset[str], routes: Sequence[Route]) -> None:
        """Raises `WrongPage`."""
        for reason in self._mistakes(permissions, routes):
            raise WrongPage(page=self.name, module=module, reason=reason)

    def _mistakes(self, permissions: frozenset[str], routes: Sequence[Route]) -> list[str]:
        found = []
        if not _NAME.fullmatch(self.name):
            found.append("a name is small letters, digits and hyphens.")
        if not _PATH.fullmatch(self.at):
            found.append(f"its path {self.at!r} is not like orders or orders/:order.")
        if self.group is not None and self.group not in GROUPS:
            found.append(f"a group is one of {', '.join(GROUPS)}.")
        if self.permission not in permissions:
            found.append(f"there is no permission {self.permission}; declare it with part.permission(…).")
        known = {one.function for one in routes}
        found += [
            f"{getattr(one, '__name__', one)} is no route of the module; put @part.api(…) above it."
            for one in self.routes()
            if one not in known
        ]
        return found + self._body_mistakes()

    def _body_mistakes(self) -> list[str]:
        body = self.body
        if isinstance(body, Element) and not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", body.tag):
            return [f"{body.tag!r} is no name of a custom element: it has a hyphen."]
        if isinstance(body, Script | Element | Sandbox):
            return [] if _FILE.fullmatch(body.file) else [f"{body.file!r} is no file of the folder ui."]
        kinds = [column.kind for part in body if isinstance(part, Table) for column in part.columns]
        return [f"a column is one of {', '.join(KINDS)}." for kind in kinds if kind not in KINDS][:1]


def _texts(part: PagePart) -> list[str]:
    match part:
        case Table():
            columns = [column.title for column in part.columns]
            actions = [text for one in part.actions for text in (one.title, one.confirm, one.done)]
            return [part.title, part.empty, *columns, *actions]
        case Form():
            return [part.title, part.about, part.submit, part.done]
        case Stat():
            return [part.title, part.about]
        case Chart():
            return [part.title, *part.y.values()]
        case Words():
            return [part.text]
