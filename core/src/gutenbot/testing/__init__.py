"""What authors test their bots and modules with."""

from gutenbot.testing.bot import TestBot
from gutenbot.testing.channel import PlainChannel
from gutenbot.testing.clock import FakeClock
from gutenbot.testing.console import Refused, TestConsole
from gutenbot.testing.contracts.channel import ChannelContract
from gutenbot.testing.fake_channel import FakeChannel
from gutenbot.testing.transcript import TranscriptBroken, TranscriptDiffers, run_transcript
from gutenbot.testing.user import TestUser

__all__ = [
    "ChannelContract",
    "FakeChannel",
    "FakeClock",
    "PlainChannel",
    "Refused",
    "TestBot",
    "TestConsole",
    "TestUser",
    "TranscriptBroken",
    "TranscriptDiffers",
    "run_transcript",
]
