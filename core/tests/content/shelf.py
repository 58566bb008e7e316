"""A shelf of content files in a temporary folder, for the tests of content."""

from pathlib import Path
from random import Random
from typing import Any

from gutenbot.content.library import Library, load_library
from gutenbot.content.problems import Problem
from gutenbot.events.messages import Outgoing, plain_text


class Shelf:
    """Content files that a test writes, and what they say."""

    def __init__(self, folder: Path, default_locale: str = "en") -> None:
        self.folder, self.default_locale = folder, default_locale
        folder.mkdir(exist_ok=True)

    def write(self, text: str | bytes, name: str = "bot.yaml") -> "Shelf":
        """Writes a file; gives the shelf, so that calls can be chained."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def library(self) -> Library:
        """The library of the files as they are now."""
        return load_library(self.folder, default_locale=self.default_locale)

    def sound(self) -> Library:
        """The library, in which nothing is wrong."""
        library = self.library()
        assert library.problems == ()
        return library

    def says(
        self, item: str = "x", channel: str = "web", locale: str = "en", seed: int = 1, **data: Any
    ) -> list[Outgoing]:
        """The messages of an item of sound content."""
        return list(self.sound().render(item, data, locale=locale, channel=channel, random=Random(seed)).messages)

    def words(self, item: str = "x", channel: str = "web", locale: str = "en", seed: int = 1, **data: Any) -> list[str]:
        """The words of an item's messages."""
        return [plain_text(message) for message in self.says(item, channel, locale, seed, **data)]

    def problem(self, code: str = "") -> Problem:
        """The one problem of the files."""
        (problem,) = self.library().problems
        assert not code or problem.code == f"content.{code}", problem
        return problem
