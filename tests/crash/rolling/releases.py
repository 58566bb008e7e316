"""Servers of two releases: this tree, and an older commit of it in a working tree of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.server import free_port

TOP = Path(__file__).parents[3]
BOT = '''"""Counts what each user says, with a little work in between."""

import asyncio

from gutenbot import Bot, Chat

bot = Bot("rolling")


async def work() -> None:
    await asyncio.sleep(0.03)


@bot.fallback
async def answer(chat: Chat) -> None:
    chat.conversation["n"] = chat.conversation.get("n", 0) + 1
    await chat.step(work)
    await chat.say(f"{chat.conversation['n']}: {chat.message.text}")
'''


@contextmanager
def older(commit: str, folder: Path) -> Generator[Path]:
    """The tree of an older commit."""
    git = ["git", "-C", str(TOP), "worktree"]
    subprocess.run([*git, "add", "--detach", "--quiet", str(folder), commit], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


class Place:
    """Where a server runs: its folder and port stay, the release changes."""

    def __init__(self, folder: Path, database: str) -> None:
        folder.mkdir(parents=True)
        (folder / "bot.py").write_text(BOT, "utf-8")
        (folder / "gutenbot.toml").write_text('bots = ["bot.py"]\nlog_level = "warning"\n', "utf-8")
        self.folder = folder
        self.port = free_port()
        self._database = database
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, tree: Path) -> None:
        """Starts the release of this tree."""
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "gutenbot", "serve", "--no-supervise", "--port", str(self.port)]
            self._process = subprocess.Popen(
                command, cwd=self.folder, env=self._environ(tree), stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def stop(self) -> int:
        """SIGTERM, as a deploy does; its exit code."""
        if self._process is None:
            return 0
        self._process.terminate()
        return self._process.wait(60)

    def key(self, tree: Path) -> str:
        """A new API key."""
        command = [sys.executable, "-m", "gutenbot", "key", "add", "rolling", "--role", "owner"]
        made = subprocess.run(
            command, cwd=self.folder, env=self._environ(tree), capture_output=True, encoding="utf-8", check=True
        )
        found = re.search(r"gb_[\w-]+", made.stdout)
        assert found, made.stdout
        return found[0]

    def _environ(self, tree: Path) -> dict[str, str]:
        paths = [tree / "core" / "src", *sorted(tree.glob("modules/*/src"))]
        return {**os.environ, "PYTHONPATH": ":".join(map(str, paths)), "GUTENBOT_DATABASE_URL": self._database}
