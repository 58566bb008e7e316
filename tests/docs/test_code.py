"""The code on pages works: whole files are put together and run, in the order in which a reader meets them."""

import ast
import asyncio
import inspect
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from gutenbot.content import compile_text
from gutenbot.content.engine import Engine
from gutenbot.testing import TestBot
from gutenbot.testing.find import load_bot
from gutenbot.testing.transcript import run_transcript
from tests.docs.pages import Block, blocks, pages

RUNNABLE = sorted(path for path, page in pages().items() if any(block.title for block in page.blocks))


@pytest.mark.parametrize("path", RUNNABLE)
def test_the_files_of_a_page_make_a_bot_that_does_what_the_page_says(path: str, tmp_path: Path) -> None:
    steps = 0
    for block in pages()[path].blocks:
        if block.title:
            steps += 1
            _follow(block, tmp_path)
    assert steps


def _follow(block: Block, folder: Path) -> None:
    """Writes the file as the reader would; runs it when it is a test, starts the bot when it is one."""
    file = folder / block.title
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(block.text, "utf-8")
    load_bot.cache_clear()
    bot_file = folder / "bot.py"
    if file.name == "bot.py":
        asyncio.run(_start(bot_file))
    elif file.name.endswith(".chat.md"):
        run_transcript(load_bot(bot_file), file)
    elif file.name.startswith("test_"):
        asyncio.run(_run_tests(block, bot_file))


async def _start(bot_file: Path) -> None:
    async with TestBot(load_bot(bot_file)):
        pass


async def _run_tests(block: Block, bot_file: Path) -> None:
    names: dict[str, Any] = {"__name__": "test_of_page"}
    exec(compile(block.text, str(block), "exec"), names)
    tests = [value for name, value in names.items() if name.startswith("test_")]
    assert tests, f"{block} has no tests"
    for test in tests:
        load_bot.cache_clear()
        async with TestBot(load_bot(bot_file)) as testbot:
            given = {"testbot": testbot} if "testbot" in inspect.signature(test).parameters else {}
            await test(**given)


@pytest.mark.parametrize("block", [b for b in blocks("python") if not b.title], ids=str)
def test_python_compiles_and_what_is_complete_runs(block: Block) -> None:
    if block.fragment:
        body = textwrap.indent(block.text, "    ")
        compile(f"async def fragment(chat, bot, testbot):\n{body}", str(block), "exec")
    else:
        code = compile(block.text, str(block), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        exec(code, {"__name__": "page", "__file__": block.source})


@pytest.mark.parametrize("block", blocks("yaml"), ids=str)
def test_yaml_is_content_without_mistakes(block: Block) -> None:
    parsed = yaml.safe_load(block.text)
    if block.fragment:
        return
    assert isinstance(parsed, dict)
    _, problems = compile_text(block.text, block.title or "content/page.yaml", "en", Engine())
    own_types = "content.unknown-type"  # are declared in Python, which another test of the page runs
    assert [str(one) for one in problems if one.severity == "error" and one.code != own_types] == []


def test_pages_have_code() -> None:
    assert len(blocks("python")) > 20
