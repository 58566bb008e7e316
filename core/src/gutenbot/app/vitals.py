"""How this process is, looked at once a second from a thread of its own: memory, event loops, backlog, lease, database."""

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gutenbot.kernel.clock import SystemClock
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.meters import Meters

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("vitals")

EVERY_S = 1.0
FRESH_S = 10.0
"""A worker whose last heartbeat is older than this is not there, or does not get to run."""
_STATM = Path("/proc/self/statm")
_FILES = Path("/proc/self/fd")
_LAGS_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Vitals:
    """Keeps the gauges of one process true. `look` may also be called by whoever wants them at this moment."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._meters: Meters = app.meters
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._looking = threading.Lock()
        self._loops: dict[str, asyncio.AbstractEventLoop] = {}
        self._asked: dict[str, float] = {}
        self._clock = SystemClock()
        """Heartbeats are compared between processes: the clock of the machine, also where a test sets another one."""
        self._looked = self._clock.monotonic()
        self._cpu_s = 0.0
        gauge, counter = self._meters.gauge, self._meters.counter
        self._backlog = gauge(
            "gutenbot_backlog_events", "Events that were accepted and not handled yet, by all processes.", over="max"
        )
        self._limit = gauge("gutenbot_backlog_limit_events", "Above it new events are refused.", over="max")
        self._turns = gauge("gutenbot_turns_running", "Turns that run now.")
        self._sends = gauge("gutenbot_deliveries_running", "Conversations that something is sent to now.")
        self._lease = gauge(
            "gutenbot_lease_left_seconds", "For how long this worker's lease lasts (PostgreSQL only).", over="each"
        )
        self._locked = gauge("gutenbot_sending_locked", "1 while this copy of the bot may not send.", over="max")
        self._lag = self._meters.histogram(
            "gutenbot_event_loop_lag_seconds", "How late event loops come to their work.", ("loop",), bounds=_LAGS_S
        )
        self._late = gauge(
            "gutenbot_event_loop_late_seconds",
            "For how long an event loop has not come to its work.",
            ("loop",),
            over="each",
        )
        self._away = counter(
            "gutenbot_database_away_seconds_total", "Time in which the database took no writes.", over="each"
        )
        self._modules = gauge("gutenbot_modules", "Modules and bots, by state.", ("state",), over="max")
        self._cpu = counter("gutenbot_process_cpu_seconds_total", "Processor time.", over="each")
        self._memory = gauge("gutenbot_process_resident_bytes", "Memory.", over="each")
        self._files = gauge("gutenbot_process_open_files", "Open files and sockets.", over="each")
        self._started = gauge(
            "gutenbot_process_start_time_seconds", "When the process started (Unix time).", over="each"
        )
        self._build = gauge("gutenbot_build", "1; the release is in the label.", ("version",), over="max")
        self._failures = gauge(
            "gutenbot_signal_failures", "How often subscribers of a module failed since the start.", ("module",)
        )

    def watch(self, name: str, loop: asyncio.AbstractEventLoop) -> None:
        """Also measures how late this event loop is."""
        self._loops[name] = loop

    def start(self) -> None:
        """Looks from now on."""
        from gutenbot.modules.load import CORE_VERSION

        self._started.set(self._clock.now().timestamp())
        self._build.set(1, CORE_VERSION)
        self.look()
        self._thread = threading.Thread(target=self._run, name="gutenbot-vitals", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Looks no more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def look(self) -> None:
        """Makes the gauges true; from any thread."""
        with self._looking:
            now = self._clock.monotonic()
            self._look_at_app(now - self._looked)
            self._look_at_process()
            self._looked = now
            self._meters.place.beat(now)

    def fresh(self, beaten: float) -> bool:
        """Whether a heartbeat is so young that its process is alive and well."""
        return bool(beaten) and self._clock.monotonic() - beaten < FRESH_S

    def late_s(self, name: str) -> float:
        """For how long an event loop has not come to its work; 0 when it does."""
        asked = self._asked.get(name)
        return max(0.0, self._clock.monotonic() - asked) if asked is not None else 0.0

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            try:
                self._beat_loops()
                self.look()
            except Exception:
                log.exception("vitals.failed")

    def _look_at_app(self, passed_s: float) -> None:
        app, turns = self._app, self._app.turns
        self._backlog.set(turns.backlog)
        self._limit.set(turns.backlog_limit)
        self._turns.set(turns.running)
        self._sends.set(len(turns.deliverer.tasks))
        self._locked.set(1.0 if app.storage.sending_lock else 0.0)
        if app.storage.healthy():
            self._away.add(by=passed_s)
        if app.storage.shared:
            self._lease.set(max(0.0, app.storage.lease_left_s))
        states = dict.fromkeys(("running", "disabled", "failed", "degraded"), 0)
        for entry in list(app.installed.values()):
            states[entry.state] += 1
        for state, number in states.items():
            self._modules.set(number, state)
        for module, failures in list(app.signals.failures.items()):
            self._failures.set(failures, module)

    def _look_at_process(self) -> None:
        times = os.times()
        cpu_s = times.user + times.system
        self._cpu.add(by=max(0.0, cpu_s - self._cpu_s))
        self._cpu_s = cpu_s
        try:
            self._memory.set(int(_STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE"))
            self._files.set(len(os.listdir(_FILES)))  # noqa: PTH208 - names are enough
        except (OSError, ValueError, IndexError):
            return  # not Linux: these two are not known there

    def _beat_loops(self) -> None:
        for name, loop in list(self._loops.items()):
            self._late.set(self.late_s(name), name)
            if name in self._asked:
                continue
            self._asked[name] = self._clock.monotonic()
            try:
                loop.call_soon_threadsafe(self._answered(name))
            except RuntimeError:
                self._loops.pop(name, None)  # that loop has ended
                self._asked.pop(name, None)

    def _answered(self, name: str) -> Callable[[], None]:
        def answer() -> None:
            self._lag.observe(self._clock.monotonic() - self._asked.pop(name), name)

        return answer
