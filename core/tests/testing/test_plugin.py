"""The fixtures and the collection of transcripts, as a bot's author gets them: without any settings."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gutenbot import Bot, Chat
from gutenbot.kernel.log import configure
from gutenbot.testing import FakeClock, TestBot

_BOT = """
from gutenbot import Bot, Chat

bot = Bot("echo")

@bot.fallback
async def echo(chat: Chat) -> None:
    await chat.say(chat.message.text)
"""
_TEST = """
async def test_echo(testbot):
    ann = testbot.user("Ann")
    await ann.says("hello")
    ann.sees("hello")
"""


@pytest.fixture
def bot() -> Bot:
    bot = Bot("mine")

    @bot.fallback
    async def echo(chat: Chat) -> None:
        await chat.say(f"mine: {chat.message.text}")

    return bot


async def test_a_fixture_named_bot_is_the_bot_under_test(testbot: TestBot, fake_clock: FakeClock) -> None:
    ann = testbot.user("Ann")
    await ann.says("hello")
    ann.sees("mine: hello")
    assert testbot.clock is fake_clock


async def test_a_log_that_cannot_be_written_fails_no_turn(testbot: TestBot, bot: Bot) -> None:
    @bot.hear("bad")
    async def bad(chat: Chat) -> None:
        raise ZeroDivisionError

    closed = io.StringIO()
    closed.close()
    configure(json=True, stream=closed)
    ann = testbot.user("Ann")
    with testbot.expect_errors():
        await ann.says("bad")
    ann.sees("something went wrong")
    assert {type(error) for error in testbot.errors} == {ZeroDivisionError}


def pytest_in(folder: Path, *args: str) -> "subprocess.CompletedProcess[str]":
    """Runs pytest in a folder as its author would."""
    plugins = ["-p", "pytest_asyncio.plugin", "-p", "gutenbot.testing.plugin", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-q", *plugins, *args]
    quick = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=folder, env=quick, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.slow
def test_a_file_of_a_bot_may_name_the_modules_that_it_is_tested_with(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(
        f"""{_BOT}
from gutenbot.sdk import Module

manners = Module("manners")
modules = [manners]

@manners.wrap("receive")
async def polite(turn, call_next):
    if turn.event.text != "rude":
        await call_next()
""",
        "utf-8",
    )
    (tmp_path / "test_echo.py").write_text(_TEST + '    assert "manners" in testbot.app.installed\n', "utf-8")
    (tmp_path / "polite.chat.md").write_text("> rude\n> hello\nhello\n", "utf-8")
    result = pytest_in(tmp_path)
    assert "2 passed" in result.stdout, result.stdout + result.stderr


@pytest.mark.slow
def test_in_the_folder_of_a_bot_tests_and_transcripts_run_without_settings_and_can_be_approved(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(_BOT, "utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_echo.py").write_text(_TEST, "utf-8")
    transcript = tmp_path / "tests" / "echo.chat.md"
    transcript.write_text("## Greeting\n\n> hello\nhello\n\n## Wrong\n\n> one\ntwo\n", "utf-8")
    result = pytest_in(tmp_path)
    assert "1 failed, 2 passed" in result.stdout, result.stdout + result.stderr
    assert "-two\n+one" in result.stdout
    assert "echo.chat.md:8: the conversation goes otherwise than written" in result.stdout
    assert "3 passed" in pytest_in(tmp_path, "--approve").stdout
    assert transcript.read_text("utf-8") == "## Greeting\n\n> hello\nhello\n\n## Wrong\n\n> one\none\n"
