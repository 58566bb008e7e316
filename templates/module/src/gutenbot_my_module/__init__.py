"""Counts how often users say the words that operators care about. This page says what the module is made of."""

from gutenbot.sdk import Module
from gutenbot_my_module.handlers import counting
from gutenbot_my_module.http import routes
from gutenbot_my_module.pages import pages
from gutenbot_my_module.settings import Settings

module = Module(
    "my-module",
    parts=[counting, routes, pages],
    settings=Settings,
    summary="Counts how often users say the words that you care about.",
)

__all__ = ["module"]
