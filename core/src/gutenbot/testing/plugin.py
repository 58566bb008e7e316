"""Gutenbot's fixtures for pytest."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from gutenbot.modules.bot import Bot
from gutenbot.testing.bot import TestBot
from gutenbot.testing.clock import FakeClock
from gutenbot.testing.find import bot_file_for, load_bot


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the setting and the option."""
    parser.addini("gutenbot_bot", "the file of the bot that tests are about, relative to the root folder", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Declares the marker."""
    config.addinivalue_line("markers", "gutenbot_bot(path): the file of the bot that this test is about")


@pytest.fixture
def fake_clock() -> FakeClock:
    """A clock that only a test moves; that of `testbot`."""
    return FakeClock()


@pytest.fixture
def bot(request: pytest.FixtureRequest) -> Bot:
    """The bot under test: marker `gutenbot_bot`, setting `gutenbot_bot`, or the nearest `bot.py`. Override it freely."""
    marker = request.node.get_closest_marker("gutenbot_bot")
    if marker is not None:
        return load_bot((request.path.parent / str(marker.args[0])).resolve())
    return load_bot(configured_bot_file(request.config) or bot_file_for(request.path))


@pytest_asyncio.fixture
async def testbot(bot: Bot, fake_clock: FakeClock) -> AsyncIterator[TestBot]:
    """The bot under test, running."""
    async with TestBot(bot, clock=fake_clock) as running:
        yield running


def configured_bot_file(config: pytest.Config) -> Path | None:
    """What the setting `gutenbot_bot` names."""
    path = str(config.getini("gutenbot_bot"))
    return (config.rootpath / path).resolve() if path else None
