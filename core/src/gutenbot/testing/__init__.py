"""What authors test their bots and modules with."""

from gutenbot.testing.bot import TestBot
from gutenbot.testing.channel import PlainChannel
from gutenbot.testing.clock import FakeClock
from gutenbot.testing.contracts.channel import ChannelContract
from gutenbot.testing.fake_channel import FakeChannel
from gutenbot.testing.transcript import TranscriptBroken, TranscriptDiffers, run_transcript
from gutenbot.testing.user import TestUser

__all__ = [
    "ChannelContract",
    "FakeChannel",
    "FakeClock",
    "PlainChannel",
    "TestBot",
    "TestUser",
    "TranscriptBroken",
    "TranscriptDiffers",
    "run_transcript",
]
