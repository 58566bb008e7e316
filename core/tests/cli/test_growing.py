"""A server that grows and grows is ended in good order and started anew; nobody loses an answer to it."""

import asyncio
import http.client
import json
from pathlib import Path
from typing import Any
from urllib import error, request

import pytest
from core.tests.cli import test_served_process
from core.tests.cli.test_served_process import Process, running

from gutenbot.app.memorywatch import MemoryWatch, resident_bytes

LEAKY = """
from gutenbot import Bot, Chat

bot = Bot("shop")
kept = []


@bot.fallback
async def leak(chat: Chat) -> None:
    kept.append(b"x" * (10 << 20))
    await chat.say(f"heard {chat.message.text}")
"""
LIMIT_MB = 260


def say(one: Process, number: int) -> list[str]:
    """The answer to one message, which is sent again with its id while nobody answers."""
    body = {"text": f"{number}", "id": f"m-{number}", "wait_s": 20}
    for _ in range(200):
        asked = request.Request(f"http://127.0.0.1:{one.port}/api/v1/converse/p{number}", json.dumps(body).encode())
        asked.add_header("content-type", "application/json")
        try:
            with request.urlopen(asked, timeout=30) as answer:
                data: dict[str, Any] = json.load(answer)
        except (http.client.HTTPException, error.URLError, ConnectionError):
            one.ready()
            continue
        if data["messages"]:
            return [message["text"] for message in data["messages"]]
    raise AssertionError(f"nobody has answered {number}")


@pytest.mark.slow
@pytest.mark.skipif(not resident_bytes(), reason="the system does not say how much memory a process has")
def test_mod_04_what_leaks_10_mb_a_message_is_started_anew_and_no_turn_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_served_process, "BOT", LEAKY)
    with running(tmp_path, "serve", GUTENBOT_DEV="1", GUTENBOT_RECYCLE_ABOVE_MB=str(LIMIT_MB)) as one:
        first, number = one.child(), 0
        while one.child_or_none() == first:
            assert say(one, number) == [f"heard {number}"]
            number += 1
            assert number < 200, "it grows past the limit"
        one.ready()
        assert say(one, number) == [f"heard {number}"]
    said = one.log.read_text("utf-8")
    assert "server.too_large" in said
    assert "ended unexpectedly (exit code 75); starting it again" in said


async def test_a_server_without_a_limit_or_a_known_size_is_left_alone() -> None:
    ended: list[int] = []

    def end() -> None:
        ended.append(1)

    async with asyncio.timeout(5):
        await MemoryWatch(0, end, lambda: 1 << 40).run()
        await MemoryWatch(100, end, lambda: 0).run()
    assert ended == []
    watch = MemoryWatch(100, end, lambda: 101 << 20)
    await watch.run()
    assert (ended, watch.grown) == ([1], True)
