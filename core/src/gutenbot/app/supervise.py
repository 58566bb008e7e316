"""Tasks of modules: a crash restarts them with back-off; past the limit the module is degraded, not the process."""

import asyncio
from collections import Counter
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
        self._tasks: dict[asyncio.Task[None], str] = {}
        """Task → its module."""
        self.crashes: Counter[str] = Counter()
        """Module → how often its tasks have crashed."""

    def run(self, entry: "Installed", name: str, function: Callable[..., Awaitable[Any]]) -> None:
        """Runs a module's task until the app stops."""
        task = asyncio.create_task(self._keep_running(entry, name, function), name=f"{entry.module.name}.{name}")
        self._tasks[task] = entry.module.name
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    async def stop(self) -> None:
        """Ends all tasks and waits for them."""
        await _ended(list(self._tasks))

    async def end(self, module: str) -> None:
        """Ends the tasks of one module and waits for them."""
        await _ended([task for task, owner in self._tasks.items() if owner == module])

    def count(self, module: str) -> int:
        """How many tasks of a module there are."""
        return sum(1 for owner in list(self._tasks.values()) if owner == module)

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
                self.crashes[entry.module.name] += 1
                log.exception("task.crashed", module=entry.module.name, task=name, crashes=crashes)
                entry.reason = f"task {name}: {type(error).__name__}: {error}"
            await asyncio.sleep(min(_CAP_S, _FIRST_S * 2 ** (crashes - 1)))
        entry.state = "degraded"
        log.error("module.degraded", module=entry.module.name, task=name)


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
