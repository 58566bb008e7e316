"""All dialogs of a bot: by name for running frames, by order of declaration for new messages."""

from collections.abc import Iterable
from typing import Any

from gutenbot.dialogs.dialog import Dialog
from gutenbot.dialogs.errors import DuplicateDialog
from gutenbot.dialogs.hear import Handler


class Book:
    """The dialogs, handlers and fallback of one bot. Filled once, read by every turn."""

    def __init__(self) -> None:
        self.dialogs: dict[str, Dialog[..., Any]] = {}
        self.handlers: list[Handler] = []
        self.fallback: Dialog[..., Any] | None = None
        self.renamed: dict[str, str] = {}
        self.repair: frozenset[str] = frozenset({"cancel", "back", "repeat", "skip", "help"})
        """The repair words that work while a question is open; `person` joins them where people answer."""

    def add(self, dialog: Dialog[..., Any]) -> None:
        """Makes a dialog known by its name. Raises `DuplicateDialog`."""
        known = self.dialogs.get(dialog.name)
        if known is not None and known.function is not dialog.function:
            raise DuplicateDialog(name=dialog.name, first=known.where, second=dialog.where)
        self.dialogs[dialog.name] = dialog

    def find(self, name: str) -> Dialog[..., Any] | None:
        """The dialog of a running frame, also under the name that it had before."""
        base, _, part = name.partition(".on_")
        dialog = self.dialogs.get(name) or self.dialogs.get(self.renamed.get(name, ""))
        if dialog is None and part:
            owner = self.find(base)
            dialog = None if owner is None else owner.timeout_handler if part == "timeout" else owner.exit_handler
        return dialog

    def starters(self) -> Iterable[Dialog[..., Any]]:
        """The dialogs that events start: nobody gives these any arguments."""
        yield from (handler.dialog for handler in self.handlers)
        if self.fallback is not None:
            yield self.fallback

    def anywhere(self) -> Iterable[Handler]:
        """The handlers that come before an open question."""
        return (handler for handler in self.handlers if handler.anywhere)

    def elsewhere(self) -> Iterable[Handler]:
        """The handlers that come after an open question's own answer."""
        return (handler for handler in self.handlers if not handler.anywhere)
