"""What dialogs ask of the turn around them. The turn loop provides it; tests provide their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from gutenbot.dialogs.answers import Context
from gutenbot.dialogs.commands import Step
from gutenbot.dialogs.journal import Entry, Journal
from gutenbot.events.incoming import CustomEvent
from gutenbot.events.messages import Outgoing, QuickReply


class Subject(Protocol):
    """A person or a conversation as the dialog sees it: values to read, changes to be written with the turn."""

    def read(self, key: str) -> Any: ...
    def write(self, key: str, value: Any) -> None: ...
    def delete(self, key: str) -> None: ...


class Host(Protocol):
    """The turn, as far as a dialog may know it."""

    user: Subject
    conversation: Subject
    channel: str
    locale: str
    strict: bool
    """Raise what is else only logged (tests)."""

    def now(self) -> datetime: ...
    def seed(self) -> int:
        """64 fresh random bits."""
        ...

    def render(self, what: Any, data: Mapping[str, Any], where: str) -> list[Outgoing]: ...
    def say(self, messages: list[Outgoing]) -> None: ...
    def label(self, option: QuickReply) -> QuickReply:
        """An option whose title is a content id, with its words."""
        ...

    def context(self, options: tuple[QuickReply, ...]) -> Context: ...
    async def run_step(self, journal: Journal, command: Step[Any], key: str, occurrence: int) -> Entry:
        """Runs outside work, records its result or error on disk, and returns the entry."""
        ...

    def set_mode(self, mode: str) -> None: ...
    def service(self, kind: Any) -> Any: ...
    def keep_early(self, event: CustomEvent) -> None:
        """Keeps an outside event that nobody waits for yet."""
        ...

    def early_event(self, name: str, correlation: str) -> Any:
        """An outside event that came before anybody waited for it (taken out), or None."""
        ...

    def warn(self, event: str, **values: Any) -> None: ...
    def note(self, kind: str, key: str) -> None:
        """A line for the turn's record: what the dialog did."""
        ...
