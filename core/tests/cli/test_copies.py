"""Backups, restores and moves as people do them: with commands, beside a server that runs, on both engines."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib import request

import pytest
from core.tests.cli.test_served_process import BOT, Process, running
from core.tests.storage.postgres.servers import Server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


@pytest.fixture
def empty(postgres: Server) -> Iterator[str]:
    url = postgres.new_database(migrated=False)
    yield url
    postgres.drop(url)


def command(folder: Path, *arguments: str, code: int = 0, environ: dict[str, str] | None = None) -> str:
    """What a command says, on both of its outputs."""
    line = [sys.executable, "-m", "gutenbot", *arguments]
    done = subprocess.run(
        line, cwd=folder, env={**os.environ, **(environ or {})}, capture_output=True, encoding="utf-8", timeout=90, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def told(folder: Path, *arguments: str, environ: dict[str, str] | None = None) -> Any:
    """The same for machines."""
    return json.loads(command(folder, "--json", *arguments, environ=environ))


def project(folder: Path) -> Path:
    folder.mkdir()
    (folder / "bot.py").write_text(BOT, encoding="utf-8")
    return folder


def ready(server: Process) -> dict[str, Any]:
    with request.urlopen(f"http://127.0.0.1:{server.port}/ready", timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


@pytest.mark.postgres
def test_bak_02_a_backup_beside_a_running_server_goes_on_with_the_open_question_on_the_other_engine(
    tmp_path: Path, empty: str
) -> None:
    first, second, third = (project(tmp_path / name) for name in ("first", "second", "third"))
    with running(first, "serve", GUTENBOT_DEV="1") as server:
        assert server.say("order") == ["Which size?"]
        out = command(first, "backup", "../one.zip", environ={"GUTENBOT_DEV": "1"})
        assert "Read again and whole" in out
        assert server.say("L") == ["Done: L"]
        assert ready(server)["notices"] == []
    assert "is whole" in command(first, "backup", "--verify", "../one.zip")

    out = command(second, "restore", "../one.zip", environ={"GUTENBOT_DATABASE_URL": empty})
    assert "gutenbot sending unlock" in out
    assert "***" in out or "@" not in out
    with running(second, "serve", GUTENBOT_DEV="1", GUTENBOT_DATABASE_URL=empty) as server:
        assert "restored from a backup" in ready(server)["notices"][0]
        assert server.say("M") == ["Done: M"]
        environ = {"GUTENBOT_DEV": "1", "GUTENBOT_DATABASE_URL": empty}
        assert "Nothing is sent" in command(second, "sending", "show", environ=environ)
        assert told(second, "sending", "unlock", environ=environ) == {"sending_lock": "", "discarded": 0}
        assert ready(server)["notices"] == []
        command(second, "backup", "../two.zip", environ=environ)

    command(third, "restore", "../two.zip", "--dev")
    with running(third, "serve", GUTENBOT_DEV="1") as server:
        assert server.say("order") == ["Which size?"]
        assert ready(server)["notices"] != []


@pytest.mark.postgres
def test_mig_04_a_project_moves_to_postgresql_and_the_bot_goes_on(tmp_path: Path, empty: str) -> None:
    folder = project(tmp_path / "shop")
    with running(folder, "serve", GUTENBOT_DEV="1") as server:
        assert server.say("order") == ["Which size?"]
        refused = command(folder, "move", "--to", empty, "--dev", code=1)
        assert "Stop it first" in refused
    looked = told(folder, "move", "--to", empty, "--dev", "--dry-run")
    assert (looked["moved"], looked["tables"]["conversation"]["rows"]) == (False, 1)
    out = command(folder, "move", "--to", empty, "--dev")
    assert "equal checksums" in out
    assert "GUTENBOT_DATABASE_URL" in out
    refused = command(folder, "migrate", "--dev", code=1)
    assert "was moved to" in refused
    assert "gutenbot move --undo" in refused
    with running(folder, "serve", GUTENBOT_DEV="1", GUTENBOT_DATABASE_URL=empty) as server:
        assert ready(server)["notices"] == []
        assert server.say("M") == ["Done: M"]
    assert told(folder, "move", "--undo", "--dev")["undone"] is True
    command(folder, "migrate", "--dev")


def test_what_is_wrong_is_said_with_what_to_do(tmp_path: Path) -> None:
    folder = project(tmp_path / "shop")
    assert "There is no database" in command(folder, "backup", code=1)
    assert "Say where to" in command(folder, "move", code=2)
    assert "postgresql://user:password@host/name" in command(folder, "move", "--to", "mysql://x", code=1)
    (folder / "x.zip").write_text("nothing", encoding="utf-8")
    assert "is not a backup" in command(folder, "restore", "x.zip", code=1)
    assert "Say which file" in command(folder, "backup", "--verify", code=2)
    command(folder, "migrate")
    command(folder, "sending", "lock", "--why", "A holiday.")
    assert told(folder, "sending", "show")["sending_lock"] == "A holiday."
    command(folder, "backup", "b.zip")
    assert "exists already" in command(folder, "backup", "b.zip", code=1)
    assert "was not confirmed" in command(folder, "restore", "b.zip", "--replace", code=1)
    assert "compared with the backup" in command(folder, "restore", "b.zip", "--replace", "--yes")
