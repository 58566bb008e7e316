"""Gutenbot: bots in Python. Code first, on your own server, made of modules. These are the names for bot authors.

They are imported when they are first used: the command line and the parent of a server need none of them.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gutenbot.dialogs.answers import (
        Answer,
        Anything,
        Choice,
        Confirm,
        Date,
        Email,
        File,
        Form,
        Location,
        Number,
        Phone,
        Text,
        Time,
        Url,
    )
    from gutenbot.dialogs.chat import Chat
    from gutenbot.dialogs.hear import PASS, Intent, Payload
    from gutenbot.events.messages import Button, Card, Carousel, Image
    from gutenbot.modules.bot import Bot, Handlers

__all__ = [
    "PASS",
    "Answer",
    "Anything",
    "Bot",
    "Button",
    "Card",
    "Carousel",
    "Chat",
    "Choice",
    "Confirm",
    "Date",
    "Email",
    "File",
    "Form",
    "Handlers",
    "Image",
    "Intent",
    "Location",
    "Number",
    "Payload",
    "Phone",
    "Text",
    "Time",
    "Url",
]

_HOMES = {
    "gutenbot.dialogs.chat": ("Chat",),
    "gutenbot.dialogs.hear": ("PASS", "Intent", "Payload"),
    "gutenbot.events.messages": ("Button", "Card", "Carousel", "Image"),
    "gutenbot.modules.bot": ("Bot", "Handlers"),
}
"""Where names live that are not in `gutenbot.dialogs.answers`."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'gutenbot' has no attribute {name!r}")
    import importlib

    home = next((home for home, names in _HOMES.items() if name in names), "gutenbot.dialogs.answers")
    value = globals()[name] = getattr(importlib.import_module(home), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
