"""Modules: how everything outside the turn loop is written down, found, ordered and installed. A bot is a module."""

from gutenbot.modules.bot import Bot
from gutenbot.modules.module import Module, Part

__all__ = ["Bot", "Module", "Part"]
