"""Who is measured: the two floors, and Gutenbot with the bots of the bench. Each has its own folder, port and requests."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.load import MakeRequest, request
from bench.process import Server, free_port, python

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
TEXT = "Good morning! Could you tell me when my parcel will be there, please? The number is 4711-0815. " * 2
FORM = ("order", "M", "2", "Ann Example")
SPREAD = 8
"""Conversations of one connection: it speaks in them in turn."""
_PATHS = [str(REPOSITORY / "core" / "src"), str(REPOSITORY / "modules" / "channel-web" / "src"), str(REPOSITORY)]
PYTHONPATH = ":".join(_PATHS)


@dataclass(slots=True)
class Contestant:
    """A server with the requests that it understands."""

    name: str
    server: Server
    make: Callable[[str], MakeRequest]
    """The requests of one round; rounds differ in their conversations where that matters."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server.port


def floor_a(folder: Path) -> Contestant:
    """The echo that stores nothing."""
    return _floor("floor A: echo", "echo_app.py", folder / "floor-a")


def floor_b(folder: Path) -> Contestant:
    """The durable floor."""
    return _floor("floor B: durable", "durable_app.py", folder / "floor-b", "floor.db")


def _floor(name: str, file: str, folder: Path, *more: str) -> Contestant:
    port = free_port()
    server = Server(python(str(HERE / "floors" / file), str(port), *more), port, folder=folder)
    body = json.dumps({"text": TEXT}).encode()
    return Contestant(name, server, lambda _: _echo("/converse/", body, ""))


def gutenbot(
    folder: Path, bot: str = "echo", *, name: str = "", key: bool = True, environ: dict[str, str] | None = None
) -> Contestant:
    """Gutenbot with everything on, and an API key unless it is to run in development."""
    place = folder / (name or f"gutenbot-{bot}").replace(" ", "-")
    project(place, bot, dev=not key)
    secret = api_key(place) if key else ""
    port = free_port()
    command = python(str(HERE / "launch.py"), "serve", "--no-supervise", "--port", str(port))
    server = Server(command, port, folder=place, environ={"PYTHONPATH": PYTHONPATH, **(environ or {})})
    if bot == "form":
        return Contestant(name or "Gutenbot: form", server, lambda part: _form(part, secret))
    body = json.dumps({"text": TEXT}).encode()
    return Contestant(name or f"Gutenbot: {bot}", server, lambda _: _echo("/api/v1/converse/", body, secret))


def project(place: Path, bot: str, *, dev: bool = False) -> None:
    """A folder with a bot of the bench, as `gutenbot new` makes one."""
    shutil.copytree(HERE / "bots" / bot, place, dirs_exist_ok=True)
    (place / "gutenbot.toml").write_text(f'log_level = "warning"\ndev = {str(dev).lower()}\n', encoding="utf-8")


def api_key(place: Path, environ: dict[str, str] | None = None) -> str:
    """A new API key, as a person makes one."""
    import os
    import subprocess

    command = python("-m", "gutenbot", "--json", "key", "add", "bench")
    found = subprocess.run(
        command, cwd=place, env={**os.environ, "PYTHONPATH": PYTHONPATH, **(environ or {})}, capture_output=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    if found.returncode != 0:
        raise RuntimeError(f"there is no key:\n{found.stdout}{found.stderr}")
    return str(json.loads(found.stdout)["key"])


def echoes(part: str, key: str) -> MakeRequest:
    """Messages to an echo bot, in conversations of this part of the run."""
    return _echo(f"/api/v1/converse/{part}", json.dumps({"text": TEXT}).encode(), key)


def _echo(path: str, body: bytes, key: str) -> MakeRequest:
    known: dict[tuple[int, int], bytes] = {}

    def make(connection: int, made: int) -> bytes:
        place = (connection, made % SPREAD)
        found = known.get(place)
        if found is None:
            found = known[place] = request(f"{path}c{place[0]}-{place[1]}", body, key)
        return found

    return make


def _form(part: str, key: str) -> MakeRequest:
    bodies = [json.dumps({"text": text}).encode() for text in FORM]

    def make(connection: int, made: int) -> bytes:
        path = f"/api/v1/converse/{part}-{connection}-{made // 4 % SPREAD}"
        return request(path, bodies[made % 4], key)

    return make
