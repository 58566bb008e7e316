"""Which types of content the items of a bot may be of: the built-in ones, those of modules, and the bot's own."""

from collections.abc import Iterable

from gutenbot.content.shapes import BUILT_IN
from gutenbot.content.types import ContentType, Types
from gutenbot.kernel.registry import DuplicateName
from gutenbot.modules.bot import Bot
from gutenbot.modules.module import Module

REGISTRY = "content_types"


def types_of(bot: Bot, modules: Iterable[Module]) -> Types:
    """All of them by name. Raises `DuplicateName`; another bot's types are its own affair."""
    found: dict[str, ContentType] = dict(BUILT_IN)
    owners = dict.fromkeys(found, "core")
    for module in [*(one for one in modules if not isinstance(one, Bot)), bot]:
        for kind in declared(module):
            if found.get(kind.name, kind) is not kind:
                raise DuplicateName(kind="content type", name=kind.name, first=owners[kind.name], second=module.name)
            found[kind.name], owners[kind.name] = kind, module.name
    return found


def owners_of(bot: Bot, modules: Iterable[Module]) -> dict[str, str]:
    """Which module each of these types comes from; the built-in ones come from `core`."""
    found = dict.fromkeys(BUILT_IN, "core")
    for module in [*(one for one in modules if not isinstance(one, Bot)), bot]:
        found |= {kind.name: module.name for kind in declared(module)}
    return found


def declared(module: Module) -> list[ContentType]:
    """The types that a module declares."""
    contributed = (item for part in module.parts for item in part.notes.contributions)
    return [item.value for item in contributed if item.registry == REGISTRY]
