"""What can go wrong when an event is handed in."""

from gutenbot.kernel.errors import Temporary, UserMistake


class Overloaded(Temporary):
    """{backlog} events wait already. Try again in {retry_after} s."""

    code = "turns.overloaded"


class UnknownBot(UserMistake):
    """There is no bot {bot} here. Running bots: {known}."""

    code = "turns.unknown-bot"


class UnknownChannel(UserMistake):
    """There is no channel {channel} here. Running channels: {known}."""

    code = "turns.unknown-channel"


class UnknownConversation(UserMistake):
    """There is no conversation {conversation}."""

    code = "turns.unknown-conversation"
