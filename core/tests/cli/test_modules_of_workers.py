"""Three workers and a server of another host, on one PostgreSQL: modules reach all of them, and SIGHUP replaces the three while
people go on talking."""

import http.client
import json
import signal
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from urllib import error, request

import pytest
from core.tests.app.wheels import CODE, wheel
from core.tests.cli.test_served_process import Process, running
from core.tests.storage.postgres.servers import Server

from gutenbot.modules.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(240)]
LOUDER = CODE.replace("message.text.upper()", "message.text.upper() + '!'")
NUMBERS = count()


def call(one: Process, method: str, path: str, body: Any = None, data: bytes | None = None) -> Any:
    """The JSON of an answer."""
    data = json.dumps(body).encode() if data is None else data
    kind = "application/json" if body is not None else "application/octet-stream"
    asked = request.Request(f"http://127.0.0.1:{one.port}/api/v1{path}", data, {"content-type": kind}, method=method)
    with request.urlopen(asked, timeout=30) as answer:
        return json.load(answer)


def order(one: Process) -> str:
    """What somebody new hears who orders. A worker that ends says early that there is no answer yet, or breaks the connection:
    then the same message, with its id, is sent again."""
    number = next(NUMBERS)
    body = {"text": "order", "id": f"m-{number}", "wait_s": 20}
    for tries in range(5):
        try:
            texts = [one["text"] for one in call(one, "POST", f"/converse/p{number}", body)["messages"]]
            assert len(texts) < 2, texts
            if texts:
                return str(texts[0])
        except (http.client.HTTPException, error.URLError, ConnectionError):
            if tries == 4:
                raise
    raise AssertionError(f"nobody has answered p{number}")


def until(holds: Callable[[], bool]) -> None:
    """Waits for a condition."""
    end = time.monotonic() + 100
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def all_say(one: Process, words: str) -> bool:
    """Whether every worker says so: who is asked is chance, so several are."""
    return all(order(one) == words for _ in range(6))


def install(one: Process, **options: Any) -> Any:
    name, data = wheel(**options)
    package = call(one, "POST", f"/packages?name={name}", data=data)
    job = call(one, "POST", f"/packages/{package['id']}/install")["id"]
    works: list[Any] = []

    def ended() -> bool:
        works.append(call(one, "GET", f"/packages/work/{job}"))
        return bool(works[-1]["ended"])

    until(ended)
    return works[-1]["outcome"]


def test_modules_reach_all_workers_and_other_hosts_and_hup_loses_nothing(postgres: Server, tmp_path: Path) -> None:
    url = postgres.new_database()
    environ = {"GUTENBOT_DATABASE_URL": url, "GUTENBOT_DEV": "1"}
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    with (
        running(here, "serve", "--workers", "3", **environ) as three,
        running(there, "serve", "--no-supervise", **environ) as other,
    ):
        assert install(three)["ok"]
        until(lambda: all_say(three, "WHICH SIZE?"))
        until(lambda: all_say(other, "WHICH SIZE?"))
        mine = Store(there / ".gutenbot")
        assert (mine.folder / mine.read()["shouter"].folder / "gb_shouter" / "__init__.py").is_file()
        call(three, "PUT", "/modules/shouter/state", {"on": False})
        until(lambda: all_say(three, "Which size?") and all_say(other, "Which size?"))
        call(other, "PUT", "/modules/shouter/state", {"on": True})
        until(lambda: all_say(three, "WHICH SIZE?"))
        _published_on_all_of_them(three, other)
        assert install(three, version="2.0", code=LOUDER)["pending"]
        _replaced_while_people_talk(three)
        assert all_say(three, "WHICH SIZE?!")
    postgres.drop(url)


def _published_on_all_of_them(three: Process, other: Process) -> None:
    """What goes live at one worker is live at the three of this host and that of the other: each says so itself."""
    call(three, "POST", "/bots/shop/content/items", {"id": "promo", "locale": "en", "value": "Now!"})
    release = call(three, "POST", "/bots/shop/content/items/promo/locales/en/publish", {})["release"]
    for one in (three, other):
        found: list[tuple[int, int]] = []

        def live(one: Process = one, found: list[tuple[int, int]] = found) -> bool:
            shown = call(one, "GET", f"/bots/shop/content/releases/{release}")
            found.append((shown["live_on"], shown["workers"]))
            return found[-1] == (4, 4)

        until(live)


def _replaced_while_people_talk(three: Process) -> None:
    heard: list[str] = []
    failed: list[BaseException] = []
    done = threading.Event()

    def talk() -> None:
        try:
            while not done.is_set():
                heard.append(order(three))
        except BaseException as error:
            failed.append(error)

    people = [threading.Thread(target=talk) for _ in range(2)]
    for one in people:
        one.start()
    three.process.send_signal(signal.SIGHUP)
    try:
        until(lambda: three.log.read_text("utf-8").count("is a new one") == 3)
    finally:
        done.set()
        for one in people:
            one.join(60)
    assert failed == []
    assert set(heard) == {"WHICH SIZE?", "WHICH SIZE?!"}, "old and new ones have answered, each once"
