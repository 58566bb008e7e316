"""Servers as processes, as those see them who watch them: metrics of all workers, readiness, a database that goes away."""

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib import error, request

import pytest
from core.tests.cli.test_served_process import Process
from core.tests.storage.postgres.servers import PostgresDatabase, Server

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="for Linux")]

BOT = """
import asyncio
from gutenbot import Bot, Chat

bot = Bot("shop")

async def work() -> str:
    await asyncio.sleep(2)
    return "worked"

@bot.hear("slow")
async def slow(chat: Chat) -> None:
    await chat.say(await chat.step(work))

@bot.fallback
async def echo(chat: Chat) -> None:
    await chat.say(chat.message.text)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


class Watched(Process):
    """A server whose numbers are read."""

    def get(self, path: str) -> tuple[int, dict[str, str], str]:
        """Status, headers and body; status 0 when nobody answers. What was said is shown when the test fails."""
        found = self._got(path)
        print(f"{time.monotonic():.2f} {path} {found[0]} {found[2][:200] if path != '/metrics' else ''}")
        return found

    def _got(self, path: str) -> tuple[int, dict[str, str], str]:
        try:
            with request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except error.HTTPError as refused:
            return refused.code, {key.lower(): value for key, value in refused.headers.items()}, refused.read().decode()
        except OSError as nobody:
            return 0, {}, str(nobody)

    def metric(self, name: str) -> float:
        """The sum of all series whose name and labels begin so."""
        found = re.findall(rf"^{re.escape(name)}\S* (\S+)$", self.get("/metrics")[2], re.MULTILINE)
        return sum(map(float, found))

    def children(self) -> list[int]:
        """The workers under the parent."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text(encoding="utf-8").split()]

    def status(self, text: str) -> int:
        """The status of a message to the bot; 0 for a refusal that does not say when to try again."""
        body = json.dumps({"text": text, "wait_s": 0}).encode()
        wanted = request.Request(f"http://127.0.0.1:{self.port}/api/v1/converse/eve", body)
        wanted.add_header("content-type", "application/json")
        try:
            with request.urlopen(wanted, timeout=20) as answer:
                return int(answer.status)
        except error.HTTPError as refused:
            return refused.code if refused.headers["retry-after"] else 0

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    """Starts a server, waits until it is ready, and ends it after the test."""
    (tmp_path / "bot.py").write_text(BOT, encoding="utf-8")
    started: list[Watched] = []

    def starts(*arguments: str, **environ: str) -> Watched:
        one = Watched(tmp_path, "serve", *arguments, GUTENBOT_DEV="1", **environ)
        started.append(one)
        one.ready()
        return one

    yield starts
    for one in started:
        if one.process.poll() is None:
            one.end()


def until(found: Callable[[], Any], limit_s: float = 100) -> None:
    end = time.monotonic() + limit_s
    while not found():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_what_was_counted_outlives_a_killed_server(start: Callable[..., Watched]) -> None:
    one = start()
    for text in ("a", "b", "c"):
        assert one.say(text) == [text]
    assert one.metric("gutenbot_turns_total{") == 3
    (before,) = one.children()
    os.kill(before, signal.SIGKILL)
    until(lambda: one.children() not in ([], [before]))
    one.ready()
    assert one.say("d") == ["d"]
    assert one.metric("gutenbot_turns_total{") == 4
    assert one.metric('gutenbot_worker_up{worker="0"}') == 1


@pytest.mark.postgres
def test_metrics_answer_for_all_workers_whoever_is_asked(start: Callable[..., Watched], server: Server) -> None:
    url = server.new_database()
    one = start("--workers", "3", GUTENBOT_DATABASE_URL=url)
    until(lambda: one.metric("gutenbot_worker_up{") == 3)
    for number in range(20):
        assert one.say(f"m{number}") == [f"m{number}"]
    until(lambda: one.metric("gutenbot_turns_total{") == 20, 10)
    assert {one.metric("gutenbot_turns_total{") for _ in range(8)} == {20.0}, "the same by each of them"
    assert one.metric("gutenbot_lease_left_seconds{") > 3
    killed = one.children()[0]
    os.kill(killed, signal.SIGKILL)
    seen: list[float] = []

    def replaced() -> bool:
        seen.append(one.metric("gutenbot_turns_total{"))
        return killed not in one.children() and len(one.children()) == 3

    until(replaced)
    until(lambda: one.metric("gutenbot_worker_up{") == 3)
    assert set(seen) <= {20.0, 0.0}, "a count never goes down (0: nobody answered at that moment)"
    assert one.metric("gutenbot_turns_total{") == 20
    assert one.end() == 0


@pytest.mark.postgres
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_dep_07_a_server_that_is_told_to_stop_leaves_first_and_then_finishes_its_turns(
    start: Callable[..., Watched], request: pytest.FixtureRequest, engine: str, tmp_path: Path
) -> None:
    environ = {"GUTENBOT_LEAVE_S": "1.5"}
    url = ""
    if engine == "postgres":
        url = request.getfixturevalue("server").new_database()
        environ["GUTENBOT_DATABASE_URL"] = url
    one = start("--no-supervise", **environ)
    with ThreadPoolExecutor(1) as pool:
        assert one.status("slow") in (200, 202)
        one.process.send_signal(signal.SIGTERM)
        told = time.monotonic()
        until(lambda: one.get("/ready")[0] == 503, 1.0)
        status, headers, body = one.get("/ready")
        assert (status, headers["retry-after"], json.loads(body)["reasons"]) == (503, "5", ["stopping"])
        assert pool.submit(one.say, "hello", 5).result() == ["hello"], "who still comes is answered"
        assert one.process.wait(40) == 0
        assert 1.5 < time.monotonic() - told < 25
    if url:
        database = PostgresDatabase(url)
        assert database.run("SELECT count(*) FROM worker") == [(0,)], "the lease was given back"
        assert database.run("SELECT count(*) FROM inbox WHERE state = 'open'") == [(0,)]
        assert database.run("SELECT message FROM outbox WHERE message LIKE '%worked%'"), "the turn was finished"
    else:
        assert not (tmp_path / ".gutenbot" / "server.json").exists()
        again = start("--no-supervise")
        assert again.metric("gutenbot_open_events ") == 0


@pytest.mark.postgres
@pytest.mark.timeout(180)
def test_dbx_01_servers_that_start_while_postgresql_is_away_wait_for_it(server: Server, tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(BOT, encoding="utf-8")
    url = server.new_database()
    server.halt()
    try:
        one = Watched(tmp_path, "serve", "--workers", "2", GUTENBOT_DEV="1", GUTENBOT_DATABASE_URL=url)
        until(lambda: one.log.read_text(encoding="utf-8").count("cannot start yet") >= 2)
        assert one.process.poll() is None
    finally:
        server.resume()
    one.ready()
    assert one.say("after") == ["after"]
    assert one.end() == 0


@pytest.mark.postgres
@pytest.mark.timeout(180)
def test_dbx_01_while_postgresql_is_away_events_are_refused_and_nobody_dies(
    start: Callable[..., Watched], server: Server
) -> None:
    one = start("--workers", "2", GUTENBOT_DATABASE_URL=server.new_database())
    assert one.say("before") == ["before"]
    workers = sorted(one.children())
    server.halt()
    try:
        until(lambda: one.get("/ready")[0] == 503)
        assert one.status("lost") == 503
        assert json.loads(one.get("/health")[2])["components"]["database"]["status"] == "down"
        assert one.metric("gutenbot_database_up ") == 0
    finally:
        server.resume()
    until(lambda: all(one.get("/ready")[0] == 200 for _ in range(6)))
    assert one.say("after") == ["after"]
    assert sorted(one.children()) == workers, "no process ended"
    assert one.metric("gutenbot_database_away_seconds_total{") > 0.5
    assert one.metric('gutenbot_events_refused_total{reason="database"}') >= 1
