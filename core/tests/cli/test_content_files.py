"""Content between console and files, with real processes: pulled and pushed by commands, and killed in between (CRA-16)."""

import json
from pathlib import Path
from typing import Any
from urllib import error, request

import pytest
from core.tests.cli.test_copies import command
from core.tests.cli.test_served_process import Process, running

pytestmark = pytest.mark.slow
BOT = """
from gutenbot import Bot, Chat

bot = Bot("shop")

@bot.hear("both")
async def both(chat: Chat) -> None:
    await chat.say("#one")
    await chat.say("#two")
"""
FILE = "# Words.\none: Old one.   # the first\n\n# Stays here.\ntwo:\n  - text: Old two.\n"
AT = "/api/v1/bots/shop/content"


def project(folder: Path) -> Path:
    (folder / "content").mkdir()
    (folder / "content" / "words.yaml").write_text(FILE, encoding="utf-8")
    return folder


def call(server: Process, method: str, path: str, body: Any = None) -> Any:
    wanted = request.Request(
        f"http://127.0.0.1:{server.port}{AT}{path}", json.dumps(body or {}).encode(), method=method
    )
    wanted.add_header("content-type", "application/json")
    with request.urlopen(wanted, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def drafted(server: Process) -> dict[str, Any]:
    """Both texts are drafted; what would publish them together."""
    for item in ("one", "two"):
        call(server, "PUT", f"/items/{item}/locales/en/draft", {"yaml": f"- text: New {item}.\n"})
    return {"items": [{"id": item, "locale": "en"} for item in ("one", "two")]}


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("core.tests.cli.test_served_process.BOT", BOT)
    return project(tmp_path)


@pytest.mark.parametrize(("point", "said"), [("content.publishing", "Old"), ("content.published", "New")])
def test_cra_16_a_server_killed_while_publishing_says_all_old_or_all_new(
    served: Path, database: dict[str, str], point: str, said: str
) -> None:
    with running(served, "serve", GUTENBOT_DEV="1", GUTENBOT_CRASH_AT=f"{point}:1", **database) as server:
        release = drafted(server)
        with pytest.raises((OSError, error.URLError)):
            call(server, "POST", "/releases", release)
        server.ready()
        assert server.say("both") == [f"{said} one.", f"{said} two."]
        states = {line["state"] for line in call(server, "GET", "")["items"] if line["source"]["kind"] != "module"}
        assert states == ({"draft"} if said == "Old" else {"live"})


def test_pull_writes_what_is_live_and_push_loses_nothing_unasked(served: Path) -> None:
    with running(served, "serve", GUTENBOT_DEV="1") as server:
        call(server, "POST", "/releases", drafted(server))
        assert "+one:" in command(served, "content", "pull", "--dev", "--check", code=1)
        assert "2 texts of the console would be lost" in command(served, "content", "push", "--dev", code=1)
        assert (served / "content" / "words.yaml").read_text(encoding="utf-8") == FILE
    assert "1 files changed" in command(served, "content", "pull", "--dev")  # without a server
    text = (served / "content" / "words.yaml").read_text(encoding="utf-8")
    assert text == "# Words.\none:\n  - text: New one.\n\n# Stays here.\ntwo:\n  - text: New two.\n"
    assert "The files say what the console says" in command(served, "content", "pull", "--dev", "--check")
    assert "Nothing of the console would be lost" in command(served, "content", "push", "--dev")
    with running(served, "serve", GUTENBOT_DEV="1") as server:
        assert server.say("both") == ["New one.", "New two."]
        assert [one["id"] for one in call(server, "GET", "/overrides")["items"]] == []
        call(server, "POST", "/releases", drafted(server) | {"name": "Again"})
    (served / "content" / "words.yaml").write_text(FILE, encoding="utf-8")
    command(served, "content", "push", "--dev", "--drop")
    with running(served, "serve", GUTENBOT_DEV="1") as server:
        assert server.say("both") == ["Old one.", "Old two."]


@pytest.mark.parametrize("point", ["content.pulling", "content.pulled"])
def test_cra_16_a_pull_that_is_killed_leaves_each_file_old_or_new(served: Path, point: str) -> None:
    (served / "content" / "more.yaml").write_text("three: Old three.\n", encoding="utf-8")
    with running(served, "serve", GUTENBOT_DEV="1") as server:
        release = drafted(server)
        call(server, "PUT", "/items/three/locales/en/draft", {"value": "New three."})
        release["items"].append({"id": "three", "locale": "en"})
        call(server, "POST", "/releases", release)
    command(served, "content", "pull", "--dev", code=137, environ={"GUTENBOT_CRASH_AT": f"{point}:1"})
    texts = [(served / "content" / name).read_text(encoding="utf-8") for name in ("more.yaml", "words.yaml")]
    assert texts == (["three: Old three.\n", FILE] if point == "content.pulling" else ["three: New three.\n", FILE])
    command(served, "content", "pull", "--dev")
    assert "New two." in (served / "content" / "words.yaml").read_text(encoding="utf-8")
    assert "no errors" in command(served, "content", "check")
    assert "The files say what the console says" in command(served, "content", "pull", "--dev", "--check")
