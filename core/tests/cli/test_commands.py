"""What commands say: to people in words with a next step, to machines as JSON, with an exit code."""

import json
import subprocess
import sys
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from gutenbot.cli.chat import event_for, lines_of, offers_of
from gutenbot.cli.root import COMMANDS, run
from gutenbot.cli.server_file import announced


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    code = run(arguments)
    found = capsys.readouterr()
    return code, found.out, found.err


def test_the_help_lists_all_commands(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "--help")
    assert code == 0
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, out, _ = said(capsys, name, "--help")
    assert code == 0
    assert f"Usage: gutenbot {name}" in out


def test_the_help_needs_no_bot_and_no_server_to_be_imported() -> None:
    script = (
        "import sys; from gutenbot.cli.root import run; run(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True).stderr
    for heavy in ("pydantic", "fastapi", "uvicorn", "rich", "structlog", "sqlalchemy"):
        assert f"'{heavy}'" not in out


def test_an_unknown_command_suggests_one(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = said(capsys, "srve")
    assert code == 2
    assert "Did you mean `serve`?" in err


def test_a_new_bot_is_made_and_a_second_one_of_the_name_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "new", "bot", "my-shop")
    assert code == 0
    assert "cd my-shop && gutenbot dev" in out
    assert 'Bot("my-shop")' in Path("my-shop/bot.py").read_text(encoding="utf-8")
    assert {"gutenbot.toml", ".gitignore", "README.md", "content", "tests"} <= {
        p.name for p in Path("my-shop").iterdir()
    }
    code, _, err = said(capsys, "new", "bot", "my-shop")
    assert code == 1
    assert "Choose another name" in err


def test_a_bad_name_is_refused_with_a_good_one(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = said(capsys, "new", "bot", "My Shop")
    assert code == 1
    assert err.startswith("✗ `My Shop` cannot be the name of a bot: use small letters, digits and hyphens")
    assert err.endswith("such as `my-shop`.\n")


def test_no_project_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = said(capsys, "dev")
    assert code == 1
    assert "gutenbot new bot NAME" in err


def test_wrong_settings_are_listed_with_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    Path("gutenbot.toml").write_text('prt = 1\nhost = 3\n\n[modules]\ndisable = ["x"]\n', encoding="utf-8")
    code, _, err = said(capsys, "serve")
    assert code == 1
    assert err.splitlines() == [
        "✗ The settings have 3 problems:",
        "  gutenbot.toml:1: there is no setting `prt`.",
        "    hint  Did you mean `port`?",
        "  gutenbot.toml:2: `host`: input should be a valid string, but is 3.",
        "  gutenbot.toml:5: there is no setting `disable` in [modules].",
        "    hint  Did you mean `disabled`?",
    ]


def test_a_bot_that_cannot_be_loaded_shows_the_line_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bot.py").write_text(
        'from gutenbot import Bot\n\nbot = Bot("shop")\nbot.hear("x", handler=1 / 0)\n', encoding="utf-8"
    )
    code, _, err = said(capsys, "serve")
    assert code == 1
    assert err.splitlines() == [
        "✗ ZeroDivisionError: division by zero",
        "  bot.py:4",
        '         3 │ bot = Bot("shop")',
        '    →    4 │ bot.hear("x", handler=1 / 0)',
    ]
    code, out, _ = said(capsys, "--json", "serve")
    assert json.loads(out)["error"]["code"] == "project.broken-bot"
    assert json.loads(out)["error"]["line"] == 4


def test_content_check_finds_what_is_missing_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "new", "bot", "shop")
    code, out, _ = said(capsys, "content", "check", "shop")
    assert (code, out) == (0, "✓ 4 content items, no errors.\n")
    source = Path("shop/bot.py").read_text(encoding="utf-8")
    Path("shop/bot.py").write_text(source.replace("#welcome_back", "#welcome_bakc"), encoding="utf-8")
    code, out, _ = said(capsys, "content", "check", "shop")
    assert code == 1
    assert "bot.py:" in out
    assert "welcome_back" in out


def test_content_check_knows_the_texts_of_modules(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "new", "bot", "shop")
    source = Path("shop/bot.py").read_text(encoding="utf-8")
    Path("shop/bot.py").write_text(
        f'{source}\n@bot.hear("which")\nasync def which(chat: Chat) -> None:\n    await chat.say("#subscriptions.none")\n    '
        'await chat.say("#subscriptions.nothing")\n', encoding="utf-8",
    )  # fmt: skip
    code, out, _ = said(capsys, "content", "check", "shop")
    assert code == 1
    assert "There is no content item `#subscriptions.nothing`" in out
    assert "`#subscriptions.none`." not in out
    _, out, _ = said(capsys, "--json", "doctor", "--project", "shop")
    assert next(one["detail"] for one in json.loads(out) if one["check"] == "content").startswith("shop: 1 errors")


def test_a_key_is_shown_once_listed_without_itself_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "new", "bot", "shop")
    code, out, _ = said(capsys, "--json", "key", "add", "ann", "--role", "admin", "--days", "3", "--project", "shop")
    key = json.loads(out)["key"]
    assert code == 0
    assert key.startswith("gb_")
    code, out, _ = said(capsys, "key", "list", "--project", "shop")
    assert "ann   admin" in out
    assert key[:9] in out
    assert key not in out
    code, _, err = said(capsys, "key", "add", "ann", "--project", "shop")
    assert (code, "gutenbot key revoke ann" in err) == (1, True)
    assert said(capsys, "key", "revoke", "ann", "--project", "shop")[0] == 0
    assert said(capsys, "key", "revoke", "ann", "--project", "shop")[0] == 1


def test_people_are_invited_listed_shut_out_and_given_links_and_the_log_tells_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said(capsys, "new", "bot", "shop")
    code, out, _ = said(capsys, "--json", "user", "add", "ann@example.org", "--role", "owner", "--project", "shop")
    assert code == 0
    assert json.loads(out)["link"].startswith("http://localhost:3000/console/invite#")
    _accept("ann@example.org")
    code, out, _ = said(capsys, "--json", "user", "list", "--project", "shop")
    assert [(one["email"], one["role"], one["disabled"]) for one in json.loads(out)] == [
        ("ann@example.org", "owner", False)
    ]
    code, _, err = said(capsys, "user", "disable", "ann@example.org", "--project", "shop")
    assert (code, "last owner" in err) == (1, True)
    code, out, _ = said(capsys, "--json", "user", "reset-password", "ANN@example.org", "--project", "shop")
    assert "/console/reset#" in json.loads(out)["link"]
    assert said(capsys, "user", "disable", "bob@example.org", "--project", "shop")[0] == 1
    code, out, _ = said(capsys, "--json", "audit", "check", "--project", "shop")
    assert (code, json.loads(out)["ok"]) == (0, True)
    code, out, _ = said(capsys, "audit", "export", "--project", "shop")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["verb"] for line in lines] == ["invite.made", "reset-link.made"]
    assert all("n" not in line and datetime.fromisoformat(line["at"]).tzinfo for line in lines)


class _Server(BaseHTTPRequestHandler):
    """Says that it is well, and has a log of two lines."""

    def do_GET(self) -> None:
        assert self.headers["authorization"] == "Bearer gb_x"
        body = {"/health": b"{}", "/api/v1/audit/export": b'{"verb":"one"}\n{"verb":"two"}\n'}[self.path]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called there
        pass


def test_the_log_is_exported_by_the_server_that_runs(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "new", "bot", "shop")
    with HTTPServer(("127.0.0.1", 0), _Server) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        with announced(Path("shop/.gutenbot"), f"http://127.0.0.1:{server.server_port}", "gb_x"):
            code, out, _ = said(capsys, "audit", "export", "--project", "shop")
        server.shutdown()
        thread.join()
    assert (code, out) == (0, '{"verb":"one"}\n{"verb":"two"}\n')


def _accept(email: str) -> None:
    """Somebody accepted an invite, in the database of the project `shop`."""
    from functools import partial

    from gutenbot.accounts import people
    from gutenbot.cli.access import place_of, with_storage
    from gutenbot.storage.port import Storage

    async def work(storage: Storage) -> None:
        await storage.write(partial(people.add, now_ms=1, email=email, name="Ann", role="owner", password=""))

    with_storage(place_of("shop"), work)


def test_doctor_is_green_for_a_new_bot_and_red_for_a_broken_one(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "new", "bot", "shop")
    Path("shop/gutenbot.toml").write_text("port = 0\n", encoding="utf-8")
    code, out, _ = said(capsys, "--json", "doctor", "--project", "shop")
    states = {one["check"]: one["state"] for one in json.loads(out)}
    assert {states[name] for name in ("python", "sqlite", "clock", "settings", "bots", "content", "data", "port")} == {
        "ok"
    }
    Path("shop/bot.py").write_text("x = = 1", encoding="utf-8")
    code, out, _ = said(capsys, "doctor", "--project", "shop")
    assert code == 1
    assert "✗ bots" in out


def test_the_chat_in_the_terminal_numbers_what_is_offered() -> None:
    message = {
        "type": "text",
        "text": "Which?",
        "quick_replies": [{"title": "Small", "payload": "S"}, {"title": "Big"}],
    }
    offered = offers_of(message)
    assert event_for("1", offered) == {"event": {"type": "payload", "payload": "S", "title": "Small"}}
    assert event_for("2", offered) == {"event": {"type": "payload", "payload": "Big", "title": "Big"}}
    assert event_for("3", offered) == {"text": "3"}
    assert lines_of({"type": "card", "title": "A", "subtitle": "b"}) == ["▪ A — b"]
