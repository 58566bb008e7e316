"""A project: the folder with gutenbot.toml, the files of its bots, and how they are loaded, again and again."""

import hashlib
import importlib
import importlib.util
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from gutenbot.app.settings import FILE
from gutenbot.kernel.blame import Blame, blame, is_machinery
from gutenbot.kernel.errors import AuthorMistake, UserMistake
from gutenbot.modules.bot import Bot

_NAME = re.compile(r"""\bBot\(\s*(?:name\s*=\s*)?["']([^"']+)["']""")
_SKIP = {".venv", "venv", "node_modules", "__pycache__"}


class NoProject(UserMistake):
    """There is no bot in {folder}. Name its file (`gutenbot dev bot.py`), or make one with `gutenbot new bot NAME`."""

    code = "project.none"


class NoSuchFile(UserMistake):
    """{file} does not exist. It should be the Python file of a bot, or a folder with a bot.py or gutenbot.toml."""

    code = "project.no-file"


class NoBot(AuthorMistake):
    """{file} makes no bot. Write `bot = Bot("{name}")` in it."""

    code = "project.no-bot"


@dataclass(frozen=True, slots=True)
class Project:
    """Where things are."""

    folder: Path
    files: tuple[Path, ...]
    """The Python files that declare bots."""
    toml: Path | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came out of one file: its bots, or why it cannot be loaded."""

    file: Path
    bots: tuple[Bot, ...] = ()
    trouble: Blame | None = None


def find_project(target: str | None, here: Path) -> Project:
    """The project of a file or folder that was named, else of the working folder or one above it."""
    if target is not None:
        return _named(Path(target) if Path(target).is_absolute() else here / target, target)
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return Project(folder, (), folder / FILE)
    if (here / "bot.py").is_file():
        return Project(here, (here / "bot.py",))
    raise NoProject(folder=str(here))


def _named(path: Path, target: str) -> Project:
    if path.is_file() and path.suffix == ".toml":
        return Project(path.parent, (), path)
    if path.is_file():
        toml = path.parent / FILE
        return Project(path.parent, (path,), toml if toml.is_file() else None)
    if (path / FILE).is_file():
        return Project(path, (), path / FILE)
    if (path / "bot.py").is_file():
        return Project(path, (path / "bot.py",))
    if path.is_dir():
        raise NoProject(folder=target)
    raise NoSuchFile(file=target)


def with_bots(project: Project, bots: Sequence[str]) -> Project:
    """The project with the files that the settings name, unless a file was named already. Raises `NoSuchFile`."""
    if project.files:
        return project
    files = tuple((project.folder / name).resolve() for name in bots)
    for file in files:
        if not file.is_file():
            raise NoSuchFile(file=str(file))
    return Project(project.folder, files, project.toml)


def load_bots(files: Sequence[Path]) -> list[Loaded]:
    """Imports every file afresh; one that cannot be imported says why, and hurts no other."""
    return [load_file(file) for file in files]


def load_file(file: Path) -> Loaded:
    """Imports one file afresh, with whatever it imports from its own folder."""
    forget(file.parent)
    try:
        module = _import(file)
        bots = tuple(dict.fromkeys(value for value in vars(module).values() if isinstance(value, Bot)))
        if not bots:
            raise NoBot(file=file.name, name=file.stem)
    except (Exception, SystemExit) as error:
        return Loaded(file, trouble=_trouble(error, file))
    return Loaded(file, tuple(bot for bot in bots if bot.folder == file.parent.resolve()) or bots)


def _trouble(error: BaseException, file: Path) -> Blame:
    found = blame(error)
    return found if found.path else Blame(found.what, str(file), 1, hint=found.hint)


def guessed_name(file: Path) -> str:
    """The name of the bot in a file that cannot be imported."""
    found = _NAME.search(file.read_text(encoding="utf-8", errors="replace"))
    name = found[1] if found else file.stem
    return name if found or name != "bot" else file.parent.name


def forget(folder: Path) -> None:
    """Takes all modules that were imported from a folder out of Python's memory."""
    top = folder.resolve()
    own = {file.stem for file in top.glob("*.py")} | {inner.parent.name for inner in top.glob("*/__init__.py")}
    for name, path in list(_imported()):
        if path.is_relative_to(top) and not _SKIP & set(path.relative_to(top).parts):
            del sys.modules[name]
        elif name.partition(".")[0] in own and not is_machinery(str(path)):
            del sys.modules[name]  # another bot's file of the same name; that bot has it already
    importlib.invalidate_caches()


def _imported() -> Iterator[tuple[str, Path]]:
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and not name.startswith("gutenbot.") and name not in ("__main__", "gutenbot"):
            yield name, Path(file)


def _import(file: Path) -> ModuleType:
    """A file of a package is imported by its full name, so that its relative imports work; another one under its own name."""
    folder = file.parent.resolve()
    package = folder.name if (folder / "__init__.py").is_file() and folder.name.isidentifier() else ""
    root = str(folder.parent if package else folder)
    sys.path[:] = [root, *(path for path in sys.path if path != root)]
    if package:
        importlib.import_module(package)
    mark = hashlib.blake2b(str(file.resolve()).encode(), digest_size=4).hexdigest()
    name = f"{package}.{file.stem}" if package else f"{file.stem.replace('-', '_')}_{mark}"
    spec = importlib.util.spec_from_file_location(name, file.resolve())
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    source = file.read_bytes()
    exec(compile(source, str(file.resolve()), "exec", dont_inherit=True), vars(module))  # noqa: S102 - the author's own file
    return module
