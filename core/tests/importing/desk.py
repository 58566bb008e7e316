"""Imports what a test writes, and lets it speak."""

from pathlib import Path
from random import Random
from typing import Any

from gutenbot.content.library import Library, load_library
from gutenbot.events.messages import Outgoing, plain_text
from gutenbot.importing import Imported, Note, new_bot, read_botpress, write_folder


class Desk:
    """Files of an old bot, what was made of them, and what that says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.old = folder / "old"
        self.imported: Imported
        self._library: Library | None = None

    def write(self, name: str, text: str | bytes) -> "Desk":
        """Writes a file of the old bot; gives the desk, so that calls can be chained."""
        path = self.old / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return self

    def read(self, path: Path | None = None, **options: Any) -> Imported:
        """What the importer makes of it."""
        self.imported = read_botpress(path or self.old, **options)
        self._library = None
        return self.imported

    def bloc(self, text: str, **options: Any) -> "Desk":
        """Imports a `content.yml`."""
        self.write("content.yml", text).read(**options)
        return self

    def library(self) -> Library:
        """The content that was written, in which nothing is wrong that would keep it from being said."""
        if self._library is None:
            bot = self.folder / f"bot{sum(1 for _ in self.folder.iterdir())}"
            write_folder(bot, new_bot("old-bot", self.imported))
            self._library = load_library(bot / "content", default_locale=self.imported.locale)
            assert [problem for problem in self._library.problems if problem.severity == "error"] == []
        return self._library

    def says(
        self, item: str = "x", channel: str = "web", seed: int = 1, locale: str = "", **data: Any
    ) -> list[Outgoing]:
        """The messages of an item."""
        library = self.library()
        locale = locale or self.imported.locale
        return list(library.render(item, data, locale=locale, channel=channel, random=Random(seed)).messages)

    def words(self, item: str = "x", channel: str = "web", seed: int = 1, **data: Any) -> list[str]:
        """The words of an item's messages."""
        return [plain_text(message) for message in self.says(item, channel, seed, **data)]

    def lost(self) -> list[Note]:
        """What was not carried."""
        return self.imported.notes.of("lost")

    def changed(self) -> list[Note]:
        """What works in another way."""
        return self.imported.notes.of("changed")

    def where(self) -> list[str]:
        """The places and constructs of what was not carried."""
        return [f"{note.place} {note.construct}" for note in self.lost()]
