"""Gutenbot's fixtures for pytest, and transcripts (`*.chat.md`) as tests."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import structlog

from gutenbot.kernel.log import clean
from gutenbot.modules.bot import Bot
from gutenbot.modules.module import Module
from gutenbot.testing.bot import TestBot
from gutenbot.testing.clock import FakeClock
from gutenbot.testing.find import NoBotFound, bot_file_for, load_bot, modules_of
from gutenbot.testing.transcript import Scenario, check, play, read_transcript

_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
]
"""How logs look in tests: without colours, times and the values of variables, which take seconds to print."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the setting and the option."""
    parser.addini("gutenbot_bot", "the file of the bot that tests are about, relative to the root folder", default="")
    group = parser.getgroup("gutenbot")
    group.addoption("--approve", action="store_true", help="rewrite transcripts (*.chat.md) with what really happens")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Declares the marker. In the folder of a bot, `async def` tests need no settings."""
    if not structlog.is_configured():
        structlog.configure(processors=_PROCESSORS)
    config.addinivalue_line("markers", "gutenbot_bot(path): the file of the bot that this test is about")
    folders = {config.rootpath, config.invocation_params.dir}
    is_bot = any((folder / name).is_file() for folder in folders for name in ("gutenbot.toml", "bot.py"))
    if is_bot and config.getoption("asyncio_mode", None) is None:
        config.option.asyncio_mode = "auto"


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """A test that set up Gutenbot's logging (for a stream that is closed by now) leaves it to the next one as it was."""
    if clean in structlog.get_config()["processors"]:
        structlog.reset_defaults()
        structlog.configure(processors=_PROCESSORS)


# Fixtures -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def fake_clock() -> FakeClock:
    """A clock that only a test moves; that of `testbot`."""
    return FakeClock()


@pytest.fixture
def bot(request: pytest.FixtureRequest) -> Bot:
    """The bot under test: marker `gutenbot_bot`, setting `gutenbot_bot`, or the nearest `bot.py`. Override it freely."""
    marker = request.node.get_closest_marker("gutenbot_bot")
    if marker is not None:
        return load_bot((request.path.parent / str(marker.args[0])).resolve())
    return _bot_for(request.config, request.path)


@pytest.fixture
def modules(request: pytest.FixtureRequest) -> list[Module]:
    """The modules that run beside the bot: what its file calls `modules`. Override it freely."""
    try:
        return modules_of(_bot_file(request.config, request.path))
    except NoBotFound:
        return []


@pytest_asyncio.fixture
async def testbot(bot: Bot, modules: list[Module], fake_clock: FakeClock) -> AsyncIterator[TestBot]:
    """The bot under test, running."""
    async with TestBot(bot, modules=modules, clock=fake_clock) as running:
        yield running


def _bot_for(config: pytest.Config, path: Path) -> Bot:
    return load_bot(_bot_file(config, path))


def _bot_file(config: pytest.Config, path: Path) -> Path:
    named = str(config.getini("gutenbot_bot"))
    return (config.rootpath / named).resolve() if named else bot_file_for(path)


# Transcripts --------------------------------------------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "TranscriptFile | None":
    """A file that ends in `.chat.md` is a transcript."""
    if not file_path.name.endswith(".chat.md"):
        return None
    return TranscriptFile.from_parent(parent, path=file_path)


class TranscriptFile(pytest.File):
    """A transcript; each scenario is a test."""

    def collect(self) -> Iterator["TranscriptItem"]:
        """The scenarios that do something."""
        self.scenarios = read_transcript(self.path.read_text("utf-8"), self.path.name.removesuffix(".chat.md"))
        for index, scenario in enumerate(self.scenarios):
            if scenario.blocks:
                yield TranscriptItem.from_parent(self, name=scenario.name, index=index)

    def approve(self, index: int, real: Scenario) -> None:
        """Rewrites one scenario in the file."""
        self.scenarios[index] = real
        self.path.write_text("".join(scenario.text() for scenario in self.scenarios), "utf-8")


class TranscriptItem(pytest.Item):
    """One scenario of a transcript."""

    def __init__(self, *, index: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.index = index

    @property
    def file(self) -> TranscriptFile:
        """The transcript."""
        assert isinstance(self.parent, TranscriptFile)
        return self.parent

    def runtest(self) -> None:
        """Plays the scenario and compares, or approves."""
        wanted = self.file.scenarios[self.index]
        file = _bot_file(self.config, self.path)
        real = asyncio.run(play(load_bot(file), wanted, modules_of(file)))
        if self.config.getoption("approve"):
            self.file.approve(self.index, real)
        else:
            check(wanted, real, str(self.path.relative_to(self.config.rootpath)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A diff speaks for itself; anything else comes with its traceback."""
        return str(excinfo.value) if excinfo.errisinstance(AssertionError) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the scenario is."""
        return self.path, self.file.scenarios[self.index].line - 1, self.name
