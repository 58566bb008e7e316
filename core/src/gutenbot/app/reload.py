"""Puts changed code and content of bots into a running app; conversations go on where they are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from gutenbot.app.app import App
from gutenbot.app.project import Loaded, guessed_name, load_file
from gutenbot.kernel.blame import Blame, blame
from gutenbot.kernel.ids import BotId
from gutenbot.modules.bot import Bot

CODE = {".py"}
CONTENT = {".yaml", ".yml", ".csv", ".json", ".md", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".mp3", ".mp4", ".pdf"}
_IGNORED = {
    ".git",
    ".venv",
    "venv",
    "node_modules",
    "__pycache__",
    ".gutenbot",
    ".pytest_cache",
    ".mypy_cache",
    "tests",
}


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What a change led to."""

    what: str
    """The file that changed (the first, where several did)."""
    took_ms: float
    trouble: Blame | None = None
    more: int = 0
    """How many further files changed."""


class Reloader:
    """Knows which file each bot came from."""

    def __init__(self, app: App, loaded: Iterable[Loaded], monotonic: Callable[[], float]) -> None:
        self._app = app
        self._monotonic = monotonic
        self._bots: dict[Path, tuple[BotId, ...]] = {}
        for one in loaded:
            self._bots[one.file.resolve()] = tuple(bot.id for bot in one.bots)
            if one.trouble is not None:
                self._bots[one.file.resolve()] = (self._mark(one),)

    @property
    def folders(self) -> list[Path]:
        """What to watch."""
        folders = sorted({file.parent for file in self._bots})
        return [one for one in folders if not any(other != one and one.is_relative_to(other) for other in folders)]

    def wanted(self, path: Path) -> bool:
        """Whether a change of this file matters."""
        inside = [path.relative_to(folder) for folder in self.folders if path.is_relative_to(folder)]
        return bool(inside) and not _IGNORED & set(inside[0].parts) and path.suffix in CODE | CONTENT

    def changed(self, paths: Iterable[Path]) -> Reloaded | None:
        """Takes in changed files; None when none of them matters."""
        relevant = sorted({path for path in paths if self.wanted(path)})
        if not relevant:
            return None
        started = self._monotonic()
        code = [path for path in relevant if path.suffix in CODE]
        trouble = self._code(code) if code else self._content(relevant)
        shown = (code or relevant)[0]
        return Reloaded(str(shown), (self._monotonic() - started) * 1000, trouble, len(relevant) - 1)

    def everything(self) -> Reloaded:
        """Takes in all bots anew, code and content, changed or not."""
        started = self._monotonic()
        files = list(self._bots)
        trouble = self._code(files)
        return Reloaded(str(files[0]), (self._monotonic() - started) * 1000, trouble, len(files) - 1)

    def _code(self, paths: list[Path]) -> Blame | None:
        trouble: Blame | None = None
        for file in list(self._bots):
            if any(path.is_relative_to(file.parent) for path in paths):
                trouble = self._reload(file) or trouble
        return trouble

    def _content(self, paths: list[Path]) -> Blame | None:
        for file, ids in self._bots.items():
            if any(path.is_relative_to(file.parent) for path in paths):
                for bot_id in ids:
                    self._app.reload_content(bot_id)
        return None

    def _reload(self, file: Path) -> Blame | None:
        if not file.exists():
            return self._broken(file, Blame(f"{file.name} is gone", str(file), 1, hint="Bring it back, or restart."))
        loaded = load_file(file)
        if loaded.trouble is not None:
            return self._broken(file, loaded.trouble)
        try:
            for bot in loaded.bots:
                self._app.replace_bot(bot)
        except Exception as error:
            return self._broken(file, blame(error))
        for gone in set(self._bots[file]) - {bot.id for bot in loaded.bots}:
            self._app.remove_bot(gone)
        self._bots[file] = tuple(bot.id for bot in loaded.bots)
        return None

    def _broken(self, file: Path, trouble: Blame) -> Blame:
        """The bots of the file say what is wrong with it until it is mended."""
        for bot_id in self._bots[file]:
            runtime = self._app.runtimes.get(bot_id)
            if runtime is not None:
                runtime.broken = said_when_broken(trouble)
        return trouble

    def _mark(self, loaded: Loaded) -> BotId:
        assert loaded.trouble is not None
        name = BotId(guessed_name(loaded.file))
        self._app.runtimes[name].broken = said_when_broken(loaded.trouble)
        return name


def stand_in(loaded: Loaded) -> Bot:
    """A bot without handlers, in place of one whose file cannot be loaded: says why, until it can."""
    bot = Bot(guessed_name(loaded.file))
    bot.folder = loaded.file.parent.resolve()
    return bot


def said_when_broken(trouble: Blame) -> str:
    """The answer of a bot whose code cannot be loaded."""
    return f"⚠ {trouble.text()}"
