"""What users say, and what the bot must answer: each message has a number, and the answers follow from it alone."""

from dataclasses import dataclass

ROUND = 10
"""Every ten messages: four plain ones, then a form of four, then two plain ones."""
FORM = 5
TICK = "tick"
"""The outside work of the schedule."""
WOKE = " woke"
"""How the words end that a timer brings."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a user."""

    user: str
    number: int
    """1, 2, 3 …: also how many messages of this user the bot has counted after it."""

    @property
    def text(self) -> str:
        """The words."""
        kind = "form" if self.number % ROUND == FORM else "say"
        return f"{kind} {self.user} {self.number}"

    @property
    def replies(self) -> list[str]:
        """All that the bot must answer, in order."""
        head = f"{self.user} {self.number}"
        step = self.number % ROUND - FORM
        if step in (0, 1, 2):
            return [f"{head}.1 #{self.number} question {step + 1}"]
        if step == 3:
            answers = " ".join(str(number) for number in range(self.number - 2, self.number + 1))
            return [f"{head}.1 #{self.number} answers {answers}"]
        return [f"{head}.{k} #{self.number}" for k in range(1, 2 + self.number % 3)]


@dataclass(frozen=True, slots=True)
class Nap(Line):
    """A message after which the bot says a line at once, and one more when a timer wakes it."""

    @property
    def text(self) -> str:
        """The words."""
        return f"nap {self.user} {self.number}"

    @property
    def replies(self) -> list[str]:
        """What comes at once."""
        return [f"{self.user} {self.number}.1 #{self.number}"]

    @property
    def waking(self) -> str:
        """What comes later, between whatever else is said."""
        return f"{self.user} {self.number}{WOKE}"


def all_replies(user: str, messages: int) -> list[str]:
    """What a user must have read after so many messages, in order."""
    return [reply for number in range(1, messages + 1) for reply in Line(user, number).replies]
