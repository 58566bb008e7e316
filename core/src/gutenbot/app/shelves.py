"""The shelves of an app's bots. One is made when the bot's edited content is first asked for: a bot whose texts are all in its
files starts without the room that edits."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gutenbot.content import Library
from gutenbot.kernel.ids import BotId

if TYPE_CHECKING:
    from gutenbot.editing.defaults import Default, Key
    from gutenbot.editing.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Ground:
    """What a bot brings: its files, the folder with its code, and what is said where the files say nothing."""

    files: Library
    folder: Path
    behind: "Callable[[], Mapping[Key, Default]]"


class Shelves(Mapping[BotId, "Shelf"]):
    """Bot → its shelf."""

    def __init__(self) -> None:
        self._grounds: dict[BotId, Ground] = {}
        self._made: dict[BotId, Shelf] = {}

    def __getitem__(self, bot_id: BotId) -> "Shelf":
        made = self._made.get(bot_id)
        if made is None:
            from gutenbot.editing.shelf import Shelf

            ground = self._grounds[bot_id]
            made = Shelf(bot_id, ground.files, ground.folder, ground.files, behind=ground.behind)
            made = self._made.setdefault(bot_id, made)
        return made

    def __contains__(self, bot_id: object) -> bool:
        return bot_id in self._grounds

    def __iter__(self) -> Iterator[BotId]:
        return iter(self._grounds)

    def __len__(self) -> int:
        return len(self._grounds)

    def put(self, bot_id: BotId, ground: Ground) -> Library:
        """A bot has come, or what it brings is different now. Returns the library that its turns get."""
        self._grounds[bot_id] = ground
        made = self._made.get(bot_id)
        return ground.files if made is None else made.put_files(ground.files, ground.folder, ground.behind)

    def drop(self, bot_id: BotId) -> None:
        """The bot is gone."""
        self._grounds.pop(bot_id, None)
        self._made.pop(bot_id, None)

    def files(self, bot_id: BotId) -> Library:
        """What its files say."""
        return self._grounds[bot_id].files

    def made(self) -> "list[Shelf]":
        """Those that somebody has asked for: no other bot has a text that is live here."""
        return list(self._made.values())

    def generations(self) -> dict[str, int]:
        """Bot → how far this process has followed what was published."""
        return {bot: self._made[bot].generation if bot in self._made else 0 for bot in self._grounds}
