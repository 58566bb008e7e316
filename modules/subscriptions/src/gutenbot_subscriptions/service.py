"""What bots and other modules ask of subscriptions: `from gutenbot_subscriptions import Subscriptions`, and name it by its type."""

from typing import Protocol


class Subscriptions(Protocol):
    """Who gets what. In a dialog, use it inside `chat.step`. All of it raises `UnknownCategory`."""

    async def subscribe(self, bot: str, category: str, user: str, *, by: str = "bot") -> bool:
        """Puts a person into a category; False when they were in it. Raises `UnknownPerson`."""
        ...

    async def unsubscribe(self, bot: str, category: str, user: str, *, by: str = "bot") -> bool:
        """Takes a person out of a category; False when they were not in it."""
        ...

    async def is_subscribed(self, bot: str, category: str, user: str) -> bool:
        """Whether a person is in a category."""
        ...

    async def subscribers(self, bot: str, category: str, *, after: str = "", limit: int = 100) -> list[str]:
        """Ids of people in a category, in order; `after` is the last one of the page before. Empty at the end."""
        ...

    async def count(self, bot: str, category: str) -> int:
        """How many people are in a category."""
        ...

    async def subscriptions(self, bot: str, user: str) -> list[str]:
        """Ids of the categories that a person is in, in order."""
        ...
