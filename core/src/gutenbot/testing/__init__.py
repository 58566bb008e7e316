"""What authors test their bots and modules with."""

from gutenbot.testing.bot import TestBot
from gutenbot.testing.channel import PlainChannel
from gutenbot.testing.clock import FakeClock
from gutenbot.testing.user import TestUser

__all__ = ["FakeClock", "PlainChannel", "TestBot", "TestUser"]
