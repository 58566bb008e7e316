"""What tests of turns share."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from core.tests.dialogs.running import Run

from gutenbot import Bot
from gutenbot.testing import TestBot


@pytest.fixture
async def run() -> AsyncIterator[Run]:
    """Runs a bot until the test ends: `testbot = await run(bot)`."""
    async with AsyncExitStack() as stack:

        async def start(bot: Bot) -> TestBot:
            return await stack.enter_async_context(TestBot(bot))

        yield start
