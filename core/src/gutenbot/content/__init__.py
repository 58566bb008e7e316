"""What bots say, as items with ids and locales. Knows neither dialogs nor users."""

from gutenbot.content.check import check
from gutenbot.content.compile import compile_text
from gutenbot.content.errors import BrokenItem, MissingVariable, TemplateFailed, UnknownItem
from gutenbot.content.items import Item
from gutenbot.content.library import Library, Rendered, load_library, render_text
from gutenbot.content.problems import Place, Problem
from gutenbot.content.system import repair_words
from gutenbot.content.uses import Use, find_uses

__all__ = [
    "BrokenItem",
    "Item",
    "Library",
    "MissingVariable",
    "Place",
    "Problem",
    "Rendered",
    "TemplateFailed",
    "UnknownItem",
    "Use",
    "check",
    "compile_text",
    "find_uses",
    "load_library",
    "render_text",
    "repair_words",
]
