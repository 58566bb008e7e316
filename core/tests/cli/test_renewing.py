"""A server that becomes a new one because somebody asked at the console: the same process, the same address, nothing lost."""

import http.client
import json
from pathlib import Path
from typing import Any
from urllib import error, request

import pytest
from core.tests.cli.test_modules_of_workers import until
from core.tests.cli.test_served_process import Process, running

pytestmark = pytest.mark.slow
ANEW = (http.client.HTTPException, error.URLError, ConnectionError)
"""What somebody sees who comes just when the old process closes its connections."""


def asked(one: Process, method: str, path: str, body: Any = None) -> Any:
    """The JSON of an answer."""
    data = json.dumps(body).encode() if method == "POST" else None
    wanted = request.Request(f"http://127.0.0.1:{one.port}/api/v1{path}", data, method=method)
    wanted.add_header("content-type", "application/json")
    with request.urlopen(wanted, timeout=60) as answer:
        return json.load(answer)


def said(one: Process, text: str) -> list[str]:
    """What the bot answers, once: whoever is turned away says the same again."""
    found: list[str] = []

    def answered() -> bool:
        try:
            told = asked(one, "POST", "/converse/ann", {"text": text, "id": f"m-{text}", "wait_s": 20})
        except ANEW:
            return False
        found.extend(message["text"] for message in told["messages"])
        return True

    until(answered)
    return found


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the child in /proc")
def test_a_server_starts_anew_in_its_own_process_and_conversations_go_on(tmp_path: Path) -> None:
    with running(tmp_path, "serve", GUTENBOT_DEV="1") as one:
        assert said(one, "order") == ["Which size?"]
        before, process = asked(one, "GET", "/server"), one.child()
        assert (before["restart"], before["restarting"], before["waiting"]) == ("here", False, [])
        assert asked(one, "POST", "/server/restart")["restarting"]
        assert said(one, "M") == ["Done: M"]

        def is_new() -> bool:
            try:
                return bool(asked(one, "GET", "/server")["started"] > before["started"])
            except ANEW:
                return False

        until(is_new)
        assert one.child() == process
    log = one.log.read_text("utf-8")
    assert (log.count("server.ready"), "ended unexpectedly" in log) == (2, False)
