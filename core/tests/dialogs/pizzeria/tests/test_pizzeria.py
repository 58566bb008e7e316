"""The bot of the author's guide, as it stands there."""

from gutenbot.testing import TestBot


async def test_order(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("order")
    ann.sees("Which size?")
    await ann.says("XXL")
    ann.sees("Which size?")
    await testbot.restart()  # nothing lived in memory
    await ann.taps("Medium")
    ann.sees("Street?")
    await testbot.advance(hours=3)
    ann.sees("Are you still there?")
