"""Content exported and imported by commands, beside a server and without one, and killed in the middle (CRA-15)."""

import json
from pathlib import Path
from urllib import error, request

import pytest
from core.tests.cli.test_copies import command
from core.tests.cli.test_served_process import Process, running

pytestmark = pytest.mark.slow
BOT = """
from gutenbot import Bot, Chat
from pydantic import BaseModel

bot = Bot("shop")

@bot.content_type()
class Fact(BaseModel):
    words: str

    def render(self):
        return [self.words]

@bot.hear("both")
async def both(chat: Chat) -> None:
    await chat.say("#one")
    await chat.say("#two")
"""
FILE = "one: Old one.\ntwo: {type: fact, words: Old two.}\n"
NEW = "one: New one.\ntwo: {type: fact, words: New two.}\nthree: New three.\n"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("core.tests.cli.test_served_process.BOT", BOT)
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "words.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path


def send(server: Process, text: str, query: str) -> dict[str, object]:
    url = f"http://127.0.0.1:{server.port}/api/v1/bots/shop/content/import?{query}"
    wanted = request.Request(url, text.encode(), {"content-type": "text/plain"}, method="POST")
    with request.urlopen(wanted, timeout=30) as answer:
        found: dict[str, object] = json.loads(answer.read())
    return found


@pytest.mark.parametrize(("point", "said"), [("content.importing", "Old"), ("content.imported", "New")])
def test_cra_15_a_server_killed_while_importing_says_all_old_or_all_new(
    served: Path, database: dict[str, str], point: str, said: str
) -> None:
    with running(served, "serve", GUTENBOT_DEV="1", GUTENBOT_CRASH_AT=f"{point}:1", **database) as server:
        with pytest.raises((OSError, error.URLError)):
            send(server, NEW, "format=yaml&publish=true")
        server.ready()
        assert server.say("both") == [f"{said} one.", f"{said} two."]
    with running(served, "serve", GUTENBOT_DEV="1", **database) as server:
        again = send(server, NEW, "format=yaml&publish=true")
        assert (again["added"], again["changed"]) == ((1, 2) if said == "Old" else (0, 0))
        assert server.say("both") == ["New one.", "New two."]


def test_commands_say_the_same_beside_a_server_and_without_one(served: Path) -> None:
    translation = served / "de.xlf"
    with running(served, "serve", GUTENBOT_DEV="1"):
        beside = command(served, "content", "export", "--dev", "--format", "xliff", "--to", "de")
        command(served, "content", "export", "--dev", "--to", "de", "--out", str(translation))
    assert command(served, "content", "export", "--dev", "--format", "xliff", "--to", "de") == beside
    assert translation.read_text(encoding="utf-8") == beside
    of_modules = beside.count("<target")  # their texts are German already
    text = beside
    for english, german in (("Old one.", "Eins."), ("Old two.", "Zwei.")):
        text = text.replace(f"<source>{english}</source>", f"<source>{english}</source><target>{german}</target>")
    translation.write_text(text, encoding="utf-8")
    dry = command(served, "content", "import", str(translation), "--dev", "--publish", "--dry-run")
    assert f"2 added, 0 changed, 0 removed, {of_modules} unchanged: nothing was written" in dry
    assert "live as release 1" in command(served, "content", "import", str(translation), "--dev", "--publish")
    with running(served, "serve", GUTENBOT_DEV="1"):
        assert f"0 added, 0 changed, 0 removed, {of_modules + 2} unchanged: nothing to do" in command(
            served, "content", "import", str(translation), "--dev", "--publish"
        )
        broken = served / "broken.yaml"
        broken.write_text("one: '{{ x'\nfour: Four\n", encoding="utf-8")
        told = command(served, "content", "import", str(broken), "--dev", code=1)
        assert "one (en)" in told
        assert "1 added" in told
        assert "drafts" in told
    assert "does not say what it is" in command(served, "content", "import", str(served / "bot.py"), "--dev", code=1)
