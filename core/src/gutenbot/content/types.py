"""Types of content: what belongs to an item of a kind, how it is said, and how it is called in a list.

A type is a pydantic class. Its fields become the form of the console and the properties in the files. Two methods are
optional: `render(self)` gives what an item says, as entries are written in the files; `preview(self)` its name in lists.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gutenbot.kernel.errors import AuthorMistake

if TYPE_CHECKING:
    from pydantic import BaseModel

NAME = re.compile(r"[a-z][a-z0-9_\-]{0,59}")


class WrongTypeName(AuthorMistake):
    """`{name}` cannot be the name of a type of content: use lower-case letters, digits, `-` and `_`, a letter first."""

    code = "content.wrong-type-name"


class NoModel(AuthorMistake):
    """The type of content {name} must be a pydantic class (`class Question(BaseModel): …`), not {what}."""

    code = "content.no-model"


@dataclass(frozen=True, slots=True)
class ContentType:
    """A kind of item."""

    name: str
    own: "type[BaseModel] | None"
    """Its class; None for the built-in messages, whose classes are loaded when asked for."""
    title: str
    group: str = "Own"
    """Under which heading the console offers it."""
    description: str = ""
    collection: bool = False
    """Its items are a collection: code asks for them by what they are (`chat.content.pick`)."""
    natural: bool = False
    """Its items are written as entries, not as fields of the type: the built-in messages."""

    @property
    def model(self) -> "type[BaseModel]":
        """Its class."""
        if self.own is not None:
            return self.own
        from gutenbot.content.shape_models import MODELS

        return MODELS[self.name]

    @property
    def renders(self) -> bool:
        """Whether its items can be said."""
        return self.natural or hasattr(self.model, "render")

    def schema(self) -> dict[str, Any]:
        """What an item consists of, as JSON Schema; `x-widget` on a field says what it is edited with."""
        return self.model.model_json_schema(by_alias=True)

    def ui(self) -> dict[str, Any]:
        """How the form shows it: the order of its fields, and the field that names an item in lists."""
        names = [one.alias or name for name, one in self.model.model_fields.items()]
        return {"order": names, "preview": next((name for name in names if name in _NAMING), names[0] if names else "")}


Types = Mapping[str, ContentType]
_NAMING = ("title", "question", "name", "text", "label")


@dataclass(frozen=True, slots=True)
class Typed:
    """What an item of a type holds."""

    type: str
    value: dict[str, Any] = field(default_factory=dict)


def content_type(
    model: Any, name: str = "", *, title: str = "", group: str = "Own", description: str = "", collection: bool = True
) -> ContentType:
    """A type made of a pydantic class; its name is the class's unless one is given. Raises `WrongTypeName`, `NoModel`."""
    from pydantic import BaseModel

    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise NoModel(name=name or getattr(model, "__name__", "?"), what=f"a {type(model).__name__}")
    name = name or _dashed(model.__name__)
    if not NAME.fullmatch(name):
        raise WrongTypeName(name=name[:60])
    words = description or _first_line(model)
    shown = title or name.replace("-", " ").replace("_", " ").capitalize()
    return ContentType(name, model, shown, group, words, collection)


def _dashed(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def _first_line(model: "type[BaseModel]") -> str:
    own = model.__dict__.get("__doc__") or ""
    return str(own).strip().partition("\n")[0]
