"""The type of the fixture `run`."""

from collections.abc import Awaitable, Callable

from gutenbot import Bot
from gutenbot.testing import TestBot

Run = Callable[[Bot], Awaitable[TestBot]]
