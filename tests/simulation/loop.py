"""An event loop without a clock and without a network: time is a number, and chance decides whose turn it is.

Each simulated process keeps the order in which its own callbacks became ready, as asyncio promises; between processes
the seed decides. A dead process runs nothing any more, a frozen one later.
"""

import asyncio
import contextlib
import contextvars
import heapq
import itertools
import random
import warnings
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Literal

_STEP_S = 1e-5
"""What running one callback costs: everybody's time goes on meanwhile."""
_BURST = 4
"""How many callbacks of one process may run in a row while others are ready too."""


class Stuck(AssertionError):
    """Nothing is ready and nothing ever will be, or the world does not come to an end."""


class Process:
    """What runs, and dies, together."""

    def __init__(self, name: str, loop: "SimulatedLoop") -> None:
        self.name = name
        self.loop = loop
        self.state: Literal["running", "frozen", "dead"] = "running"
        self.ready: deque[asyncio.Handle] = deque()
        self.fuse: int | None = None
        """After so many more callbacks, `blow` is called: at any `await` whatever."""
        self.blow: Callable[[], None] = lambda: None
        self.world: Any = None
        self.context = contextvars.copy_context()
        self.context.run(PROCESS.set, self)

    def light(self, callbacks: int, blow: Callable[[], None]) -> None:
        """Has `blow` called after so many more of its callbacks."""
        self.fuse, self.blow = callbacks, blow

    def die(self) -> None:
        """As SIGKILL: what was ready is gone, and nothing of it comes back."""
        self.state = "dead"
        self.ready.clear()

    def freeze(self) -> None:
        """As SIGSTOP."""
        if self.state == "running":
            self.state = "frozen"

    def thaw(self) -> None:
        """As SIGCONT."""
        if self.state == "frozen":
            self.state = "running"

    def run(self, work: Coroutine[Any, Any, Any], name: str = "") -> None:
        """Begins a task of this process; the loop owns it."""
        task = self.loop.create_task(work, context=self.context)
        task.set_name(name or task.get_name())


PROCESS: contextvars.ContextVar[Process | None] = contextvars.ContextVar("process", default=None)
"""Which process the running code belongs to; None: the world around all of them."""


class _Task(asyncio.Task[Any]):
    """A task whose hash is a number of the loop: sets of tasks have the same order in every run."""

    def __hash__(self) -> int:
        number: int = getattr(self, "_number", 0)
        if not number:
            number = self._number = next(self.get_loop().numbers)  # type: ignore[attr-defined]
        return number


class SimulatedLoop(asyncio.BaseEventLoop):
    """Runs until its main coroutine is done, or until `limit` callbacks have run."""

    def __init__(self, chance: random.Random, *, limit: int = 300_000) -> None:
        super().__init__()
        self.numbers = itertools.count(1)
        self.processes: list[Process] = []
        self.steps = 0
        self.ending = False
        self.failure: Exception | None = None
        """Ends the run as soon as it is set."""
        self._chance = chance
        self._limit = limit
        self._time = 0.0
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._order = itertools.count()
        self._tasks: list[asyncio.Task[Any]] = []
        self._outside = self.process("world")
        self.set_task_factory(self._make_task)
        self.set_exception_handler(self._note_error)

    def process(self, name: str) -> Process:
        """A new process."""
        made = Process(name, self)
        self.processes.append(made)
        return made

    def time(self) -> float:
        return self._time

    # What asyncio asks of a loop -----------------------------------------------------------------------------------

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._make_ready(handle)
        return handle

    call_soon_threadsafe = call_soon  # type: ignore[assignment]

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        if not self.ending:
            heapq.heappush(self._timers, (when, next(self._order), timer))
        return timer

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        raise AssertionError("there are no threads in a simulated world")

    def _make_task(self, loop: Any, work: Any, context: contextvars.Context | None = None) -> "asyncio.Task[Any]":
        task = _Task(work, loop=self, context=context)
        self._tasks.append(task)
        return task

    def _make_ready(self, handle: asyncio.Handle) -> None:
        process = handle._context.get(PROCESS) or self._outside  # type: ignore[attr-defined]
        if process.state != "dead" and not self.ending:
            process.ready.append(handle)

    def _note_error(self, loop: Any, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if self.failure is None:
            self.failure = error if isinstance(error, Exception) else Stuck(str(context.get("message")))

    # One round ------------------------------------------------------------------------------------------------------

    def _run_once(self) -> None:
        if self.failure is not None:
            raise self.failure
        self._wake()
        ready = [process for process in self.processes if process.ready and process.state == "running"]
        if not ready:
            self._pass_time()
            return
        process = ready[0] if len(ready) == 1 else ready[int(self._chance.random() * len(ready))]
        for _ in range(_BURST):
            self._run_one(process)
            if not process.ready or process.state != "running":
                break

    def _run_one(self, process: Process) -> None:
        handle = process.ready.popleft()
        self.steps += 1
        self._time += _STEP_S
        if not handle._cancelled:
            handle._run()
        if process.fuse is not None:
            process.fuse -= 1
            if process.fuse < 0:
                process.fuse = None
                process.blow()
        if self.steps > self._limit:
            raise Stuck(f"the world has not come to an end after {self.steps} callbacks")

    def _wake(self) -> None:
        timers = self._timers
        while timers and timers[0][0] <= self._time:
            timer = heapq.heappop(timers)[2]
            if not timer.cancelled():
                self._make_ready(timer)

    def _pass_time(self) -> None:
        timers = self._timers
        while timers and timers[0][2].cancelled():
            heapq.heappop(timers)
        if self._stopping:  # type: ignore[attr-defined]
            return
        if not timers:
            raise Stuck("nothing is ready, and nothing ever will be")
        self._time = max(self._time, timers[0][0])

    # The end --------------------------------------------------------------------------------------------------------

    def unheard(self) -> list[str]:
        """Tasks that ended with an error that nobody looked at."""
        ended = [task for task in self._tasks if task.done() and task._log_traceback]
        return [f"{task.get_name()}: {task.exception()!r}" for task in ended]

    def end(self) -> None:
        """Closes what still waits, in order and without effect: left to the garbage collector it would run at any time."""
        self.ending = True
        self._timers.clear()
        for process in self.processes:
            process.ready.clear()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a `finally` may want to start something new: it cannot
            for task in self._tasks:
                _close(task)
        self._tasks.clear()
        self.close()


def _close(task: "asyncio.Task[Any]") -> None:
    if task.done():
        task._log_traceback = False
        return
    task._log_destroy_pending = False  # type: ignore[attr-defined]
    with contextlib.suppress(BaseException):
        task.get_coro().close()
