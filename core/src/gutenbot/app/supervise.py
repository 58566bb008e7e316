"""Tasks of modules: a crash restarts them with back-off; past the limit the module is degraded, not the process."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from gutenbot.kernel.log import get_logger

if TYPE_CHECKING:
    from gutenbot.app.app import App
    from gutenbot.app.install import Installed

log = get_logger("supervise")

MAX_CRASHES = 10
_FIRST_S = 0.5
_CAP_S = 60.0
STEADY_S = 300.0
"""A task that ran for so long starts with a clean slate."""


class Supervisor:
    """Owns the tasks of modules."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, entry: "Installed", name: str, function: Callable[..., Awaitable[Any]]) -> None:
        """Runs a module's task until the app stops."""
        task = asyncio.create_task(self._keep_running(entry, name, function), name=f"{entry.module.name}.{name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Ends all tasks and waits for them."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep_running(self, entry: "Installed", name: str, function: Callable[..., Awaitable[Any]]) -> None:
        crashes = 0
        clock = self._app.clock
        while crashes < MAX_CRASHES:
            started = clock.monotonic()
            try:
                await function(self._app)
                return
            except Exception as error:
                crashes = 1 if clock.monotonic() - started > STEADY_S else crashes + 1
                log.exception("task.crashed", module=entry.module.name, task=name, crashes=crashes)
                entry.reason = f"task {name}: {type(error).__name__}: {error}"
            await asyncio.sleep(min(_CAP_S, _FIRST_S * 2 ** (crashes - 1)))
        entry.state = "degraded"
        log.error("module.degraded", module=entry.module.name, task=name)
