"""Servers as processes: killed, restarted, stopped, stuck. Each test starts its own and ends it by its id."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib import request

import pytest

pytestmark = pytest.mark.slow

BOT = """
import time
from gutenbot import Bot, Chat, Text

bot = Bot("shop")

@bot.hear("order")
async def order(chat: Chat) -> None:
    size = await chat.ask("Which size?", Text())
    await chat.say(f"Done: {size}")

@bot.hear("stick")
async def stick(chat: Chat) -> None:
    time.sleep(60)
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Process:
    """A `gutenbot` command that runs, with a client."""

    def __init__(self, folder: Path, *arguments: str, **environ: str) -> None:
        self.port = free_port()
        self.log = folder / "log.txt"
        command = [sys.executable, "-m", "gutenbot", *arguments, "--port", str(self.port)]
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env={**os.environ, **environ})

    def ready(self, limit_s: float = 100) -> None:
        """Returns when the server answers."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            try:
                with request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=5):
                    return
            except OSError:
                assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
                time.sleep(0.05)
        raise AssertionError(self.log.read_text(encoding="utf-8"))

    def say(self, text: str, wait_s: float = 20) -> list[str]:
        """The answer of the bot."""
        body = json.dumps({"text": text, "wait_s": wait_s}).encode()
        wanted = request.Request(f"http://127.0.0.1:{self.port}/api/v1/converse/ann", body)
        wanted.add_header("content-type", "application/json")
        with request.urlopen(wanted, timeout=30) as answer:
            data: dict[str, Any] = json.load(answer)
        return [message["text"] for message in data["messages"]]

    def child(self) -> int:
        """The process under the parent."""
        found = self.child_or_none()
        assert found is not None
        return found

    def child_or_none(self) -> int | None:
        """The process under the parent; None between two of them."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        found = path.read_text(encoding="utf-8").split()
        return int(found[0]) if found else None


@contextmanager
def running(folder: Path, *arguments: str, **environ: str) -> Generator[Process]:
    """Starts it, waits until it answers, and ends it."""
    (folder / "bot.py").write_text(BOT, encoding="utf-8")
    one = Process(folder, *arguments, **environ)
    try:
        one.ready()
        yield one
    finally:
        if one.process.poll() is None:
            one.process.send_signal(signal.SIGTERM)
            one.process.wait(100)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the child in /proc")
def test_a_server_that_is_killed_between_question_and_answer_goes_on_where_it_was(tmp_path: Path) -> None:
    with running(tmp_path, "serve", GUTENBOT_DEV="1") as one:
        assert one.say("order") == ["Which size?"]
        os.kill(one.child(), signal.SIGKILL)
        time.sleep(0.3)
        one.ready()
        assert one.say("M") == ["Done: M"]
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(100) == 0
    assert "starting it again in 0.5 s" in one.log.read_text(encoding="utf-8")
    assert not (tmp_path / ".gutenbot" / "server.json").exists()


def test_a_turn_that_stands_still_ends_the_process_and_the_attempt_is_counted(tmp_path: Path) -> None:
    with running(tmp_path, "serve", GUTENBOT_DEV="1", GUTENBOT_RECYCLE_AFTER_S="2") as one:
        assert one.say("stick", wait_s=0) == []
        end = time.monotonic() + 100
        while "Timeout" not in one.log.read_text(encoding="utf-8"):
            assert time.monotonic() < end, one.log.read_text(encoding="utf-8")
            time.sleep(0.1)
        text = one.log.read_text(encoding="utf-8")
        assert re.search(r'File ".*bot\.py", line \d+ in stick', text)
        one.process.send_signal(signal.SIGTERM)
        one.process.send_signal(signal.SIGTERM)
        one.process.wait(100)


def test_a_server_stops_when_it_is_told_and_exits_with_0(tmp_path: Path) -> None:
    with running(tmp_path, "serve", "--no-supervise") as one:
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(100) == 0


def test_dev_runs_a_file_without_any_configuration_and_takes_in_a_change(tmp_path: Path) -> None:
    with running(tmp_path, "dev", "bot.py") as one:
        assert one.say("order") == ["Which size?"]
        time.sleep(0.5)  # until the files are watched
        (tmp_path / "bot.py").write_text(BOT.replace("Done:", "Yours:"), encoding="utf-8")
        end = time.monotonic() + 100
        while "reloaded in" not in one.log.read_text(encoding="utf-8"):
            assert time.monotonic() < end, one.log.read_text(encoding="utf-8")
            time.sleep(0.05)
        assert one.say("M") == ["Yours: M"]
        screen = one.log.read_text(encoding="utf-8")
        assert "shop" in screen.splitlines()[0]
        assert "✓ 2 handlers" in screen
        assert (tmp_path / ".gutenbot" / "dev.db").exists()


def test_two_servers_of_one_project_are_one_too_many(tmp_path: Path) -> None:
    with running(tmp_path, "serve", "--no-supervise"):
        second = Process(tmp_path, "serve", "--no-supervise")
        assert second.process.wait(100) == 1
        assert "already works on" in second.log.read_text(encoding="utf-8")


def test_a_new_bot_passes_its_own_tests(tmp_path: Path) -> None:
    gutenbot = [sys.executable, "-m", "gutenbot"]
    subprocess.run([*gutenbot, "new", "bot", "my-shop"], cwd=tmp_path, check=True, capture_output=True)
    found = subprocess.run(
        [*gutenbot, "test"], cwd=tmp_path / "my-shop", check=False, capture_output=True, encoding="utf-8"
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "2 passed" in found.stdout


CLIENT = """
import json, sys, threading, urllib.request

def call(n):
    body = json.dumps({"text": "order", "id": "m-1", "wait_s": 20}).encode()
    wanted = urllib.request.Request(sys.argv[1] + "/api/v1/converse/ann", body, {"content-type": "application/json"})
    gate.wait()
    with urllib.request.urlopen(wanted, timeout=30) as answer:
        answers[n] = answer.read().decode()

answers = {}
gate = threading.Barrier(10)
threads = [threading.Thread(target=call, args=(n,)) for n in range(10)]
print("ready", flush=True)
sys.stdin.readline()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps([answers.get(n) for n in range(10)]))
"""


def test_dup_02_the_same_message_twenty_times_at_once_from_two_programs_is_one_turn(tmp_path: Path) -> None:
    with running(tmp_path, "serve", "--no-supervise", GUTENBOT_DEV="1") as one:
        command = [sys.executable, "-c", CLIENT, f"http://127.0.0.1:{one.port}"]
        clients = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") for _ in range(2)
        ]
        for client in clients:
            assert client.stdout is not None
            assert client.stdout.readline() == "ready\n"
        with ThreadPoolExecutor(2) as both:
            answers = list(both.map(lambda client: client.communicate("go\n", timeout=60)[0], clients))
        bodies = {body for text in answers for body in json.loads(text)}
        assert len(bodies) == 1, "all twenty got the same answer"
        assert [message["text"] for message in json.loads(bodies.pop())["messages"]] == ["Which size?"]
        url = f"http://127.0.0.1:{one.port}/api/v1/converse/ann?after=0"
        with request.urlopen(url, timeout=10) as answer:
            assert (data := json.load(answer))["n"] == 2, data
