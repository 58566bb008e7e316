"""The other end of `gutenbot chat`: a running server over HTTP, or a bot that is started in this process."""

import asyncio
import os
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from gutenbot.cli.dead import one_bot
from gutenbot.cli.server_file import Client, part


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation: `say` takes the body of a converse call and gives its answer."""

    bot: str
    conversation: str
    say: Callable[[Mapping[str, Any]], dict[str, Any]]


def with_server(server: Client, bot: str, conversation: str) -> Talk:
    """A conversation with a bot of a running server."""

    def say(body: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = server.call("POST", f"/api/v1/converse/{part(conversation)}", {**body, "bot": bot})
        return answer

    return Talk(bot, conversation, say)


@contextmanager
def in_process(target: str | None, wanted: str | None, conversation: str) -> Generator[Talk]:
    """A conversation with a bot that runs here as long as it lasts."""
    from gutenbot.app.compose import compose
    from gutenbot.app.project import find_project
    from gutenbot.http import make_asgi
    from gutenbot.http.converse import Item
    from gutenbot.kernel.log import configure

    configure(json=False, level="error")
    composed = compose(find_project(target, Path.cwd()), os.environ, dev=True)
    bot = one_bot(wanted, [str(name) for name in composed.app.bots])
    server = make_asgi(composed.app, composed.settings.server)
    with _loop() as run:
        run(composed.app.start())
        try:

            def say(body: Mapping[str, Any]) -> dict[str, Any]:
                item = msgspec.convert({**body, "bot": bot}, Item)
                _, answer = run(server.converse.exchange([item], conversation))
                data: dict[str, Any] = msgspec.to_builtins(answer, enc_hook=str)
                return data

            yield Talk(bot, conversation, say)
        finally:
            run(composed.app.stop())


@contextmanager
def _loop() -> Generator[Callable[[Any], Any]]:
    """Runs coroutines on a loop of its own thread, while this thread waits for somebody to type."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="chat", daemon=True)
    thread.start()
    try:
        yield lambda coroutine: asyncio.run_coroutine_threadsafe(coroutine, loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
