"""Run by `test_light_start.py` in a process of its own: starts a bot, alone or (`--modules`) with all modules that are
installed, has it answer, lets the server look for work, and says which heavy modules of Python that took."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from gutenbot.app.compose import compose
from gutenbot.app.project import find_project
from gutenbot.cli.running import wants_json
from gutenbot.http import make_asgi
from gutenbot.http.asgi import Server
from gutenbot.kernel.log import configure

HEAVY = frozenset(
    "aiohttp alembic argon2 cryptography fastapi httpx2 joserfc phonenumbers PIL prometheus_client psycopg rich sqlalchemy"
    " packaging resolvelib webauthn xml".split()
) | {"opentelemetry.sdk"}
BOT = """
from gutenbot import Bot, Chat

bot = Bot("echo")


@bot.fallback
async def echo(chat: Chat) -> None:
    await chat.say(f"You said: {chat.message.text}")
"""


async def main(folder: Path, *, safe: bool) -> None:
    """Prints the answer and what was imported."""
    (folder / "bot.py").write_text(BOT, encoding="utf-8")
    composed = compose(find_project(None, folder), {}, dev=True, safe=safe)
    configure(json=wants_json(composed.settings.server))
    app = composed.app
    server = make_asgi(app, composed.settings.server, composed.settings.console)
    await app.start()
    try:
        answer = await _said(server, "Hello")
        await _look_for_work(app)
        running = [name for name, entry in app.installed.items() if entry.state == "running"]
        print(json.dumps({"answer": answer, "heavy": sorted(HEAVY & set(sys.modules)), "running": running}))
    finally:
        await app.stop()


async def _look_for_work(app: Any) -> None:
    """What a server does by itself soon after its start."""
    attention = app.bridge.attention
    for _ in range(2):
        await attention.look_at_sign_ins()
        await attention.look_at_backups()
        await app.settings.look()
        await app.content.carry_out()
    await app.jobs.settled()
    await app.jobs.forget()


async def _said(server: Server, text: str) -> Any:
    """What the bot answers over HTTP."""
    body = json.dumps({"text": text}).encode()
    headers = [
        (b"host", b"localhost"),
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    scope = {
        "type": "http", "method": "POST", "scheme": "http", "path": "/api/v1/converse/ann", "raw_path": b"/api/v1/converse/ann",
        "query_string": b"", "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 1), "http_version": "1.1",
    }  # fmt: skip
    sent = bytearray()
    asked = [{"type": "http.request", "body": body, "more_body": False}]
    gone = asyncio.Event()

    async def receive() -> Any:
        if not asked:
            await gone.wait()
        return asked.pop()

    async def send(message: Any) -> None:
        sent.extend(message.get("body", b""))

    await server(scope, receive, send)
    return json.loads(bytes(sent))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), safe="--modules" not in sys.argv))
