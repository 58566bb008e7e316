"""Finds the bot that a test is about: the nearest `bot.py` (or what `gutenbot.toml` names) upwards of the test."""

import importlib.util
import sys
from functools import cache
from pathlib import Path

from gutenbot.kernel.errors import UserMistake
from gutenbot.modules.bot import Bot
from gutenbot.modules.module import Module


class NoBotFound(UserMistake):
    """No bot was found for {path}: there is no `bot.py` in its folder or above it. Set `gutenbot_bot = "path/to/bot.py"` in the
    settings of pytest, or write a fixture named `bot`."""

    code = "testing.no-bot"


class NoBotInside(UserMistake):
    """{path} declares no bot. Write `bot = Bot("name")` in it."""

    code = "testing.no-bot-inside"


def bot_file_for(path: Path) -> Path:
    """The file of the bot that a test (or transcript) at this path is about. Raises `NoBotFound`."""
    for folder in path.resolve().parents:
        if (folder / "bot.py").is_file():
            return folder / "bot.py"
        if (folder / "gutenbot.toml").is_file():
            break
    raise NoBotFound(path=path)


@cache
def load_bot(path: Path) -> Bot:
    """The bot that a file declares; the file runs once per process. Raises `NoBotInside`."""
    folder = str(path.parent)
    name = _name(path)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, folder)
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(folder)
    found = getattr(module, "bot", None)
    bots = [found] if isinstance(found, Bot) else [value for value in vars(module).values() if isinstance(value, Bot)]
    if not bots:
        raise NoBotInside(path=path)
    return bots[0]


def modules_of(path: Path) -> list[Module]:
    """The modules with which the bot of this file is tested: what it calls `modules`, if anything."""
    load_bot(path)
    found = getattr(sys.modules[_name(path)], "modules", ())
    return [one for one in found if isinstance(one, Module)]


def _name(path: Path) -> str:
    return f"gutenbot_bot_under_test_{abs(hash(path)):x}"
