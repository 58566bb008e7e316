"""Changed code and content in a running app: conversations go on, mistakes are shown, nothing stops."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from gutenbot.app.compose import Composed, compose
from gutenbot.app.project import find_project
from gutenbot.app.reload import Reloader
from gutenbot.http import make_asgi
from gutenbot.kernel.clock import SystemClock

BOT = """
from gutenbot import Bot, Chat, Text

bot = Bot("shop")

@bot.hear("order")
async def order(chat: Chat) -> None:
    size = await chat.ask("Which size?", Text())
    await chat.say(f"WORD {size}")

@bot.fallback
async def rest(chat: Chat) -> None:
    await chat.say("#rest")
"""


class Running:
    """A project in a folder, served in this process."""

    def __init__(self, folder: Path, composed: Composed) -> None:
        self.folder = folder
        self.composed = composed
        self.reloader = Reloader(composed.app, composed.loaded, SystemClock().monotonic)
        server = make_asgi(composed.app, composed.settings.server)
        transport = httpx2.ASGITransport(app=server)
        self.client = httpx2.AsyncClient(transport=transport, base_url="http://localhost")

    async def says(self, text: str) -> str:
        """The last words of the answer."""
        answer = await self.client.post("/api/v1/converse/ann", json={"text": text})
        return str(answer.json()["messages"][-1]["text"])

    def write(self, name: str, text: str) -> Path:
        """Changes a file."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


@pytest_asyncio.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    """The shop."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "bot.yaml").write_text("rest: What?\n", encoding="utf-8")
    (tmp_path / "bot.py").write_text(BOT, encoding="utf-8")
    composed = compose(find_project("bot.py", tmp_path), {}, dev=True, safe=True)
    one = Running(tmp_path, composed)
    await composed.app.start()
    try:
        yield one
    finally:
        await one.client.aclose()
        await composed.app.stop()


async def test_a_conversation_that_waits_goes_on_with_the_new_code(running: Running) -> None:
    assert await running.says("order") == "Which size?"
    done = running.reloader.changed([running.write("bot.py", BOT.replace("WORD", "Done:"))])
    assert done is not None
    assert done.trouble is None
    assert done.took_ms < 1000
    assert await running.says("M") == "Done: M"


async def test_a_broken_file_keeps_the_server_up_and_the_chat_says_where(running: Running) -> None:
    await running.says("order")
    path = running.write("bot.py", BOT + "\nx = = 1\n")
    done = running.reloader.changed([path])
    assert done is not None
    assert done.trouble is not None
    said = await running.says("hello")
    assert "SyntaxError" in said
    assert f"bot.py:{len(BOT.splitlines()) + 2}" in said
    assert "x = = 1" in said
    running.reloader.changed([running.write("bot.py", BOT)])
    assert await running.says("M") == "WORD M"


async def test_changed_content_is_said_at_once(running: Running) -> None:
    assert await running.says("x") == "What?"
    done = running.reloader.changed([running.write("content/bot.yaml", "rest: Pardon?\n")])
    assert done is not None
    assert await running.says("x") == "Pardon?"


async def test_a_file_that_the_bot_imports_counts_too(running: Running) -> None:
    running.write("more_here.py", "WORD = 'first'\n")
    source = BOT.replace("from gutenbot import", "from more_here import WORD\nfrom gutenbot import", 1)
    running.reloader.changed([running.write("bot.py", source.replace('"#rest"', "WORD"))])
    assert await running.says("x") == "first"
    running.reloader.changed([running.write("more_here.py", "WORD = 'other'\n")])
    assert await running.says("x") == "other"


@pytest.mark.parametrize("name", ["tests/test_bot.py", ".gutenbot/dev.db", "__pycache__/bot.pyc", "notes.txt"])
async def test_files_that_do_not_matter_are_left_alone(running: Running, name: str) -> None:
    assert running.reloader.changed([running.folder / name]) is None


async def test_two_handlers_for_one_name_keep_the_old_code_and_say_so(running: Running) -> None:
    twice = BOT + '\n@bot.fallback\nasync def again(chat: Chat) -> None:\n    await chat.say("x")\n'
    done = running.reloader.changed([running.write("bot.py", twice)])
    assert done is not None
    assert done.trouble is not None
    assert "two fallbacks" in done.trouble.what


async def test_a_bot_that_is_broken_from_the_start_says_so_and_comes_alive(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text("x = = 1\n" + BOT, encoding="utf-8")
    composed = compose(find_project("bot.py", tmp_path), {}, dev=True, safe=True)
    one = Running(tmp_path, composed)
    await composed.app.start()
    assert "SyntaxError" in await one.says("hello")
    one.reloader.changed([one.write("bot.py", BOT)])
    assert await one.says("order") == "Which size?"
    await one.client.aclose()
    await composed.app.stop()
