"""Names: known, asked for, remembered, changed and forgotten."""

import pytest

from gutenbot.testing import TestBot


async def test_a_name_that_the_channel_knows_is_used(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("Hello")
    ann.sees("Ann")


async def test_a_name_is_asked_for_and_remembered(testbot: TestBot) -> None:
    guest = testbot.user("guest", first_name="")
    await guest.says("hi")
    guest.sees("What is your first name?")
    await testbot.restart()  # the question is still open: nothing lived in memory
    await guest.says("Zoë")
    guest.sees("Zoë")
    await guest.says("hey")
    guest.sees("Zoë")


@pytest.mark.parametrize("words", ["call me Bo", "Call me Bo"])
async def test_a_name_can_be_changed_and_forgotten(testbot: TestBot, words: str) -> None:
    ann = testbot.user("Ann")
    await ann.says(words)
    ann.sees("All right, Bo it is.")
    await ann.says("hi")
    ann.sees("Bo")
    await ann.says("forget me")
    await ann.says("hi")
    ann.sees("Ann")
