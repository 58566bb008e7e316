"""What `gutenbot dev` shows: one screen at the start, then a line for each turn, each reload and each error."""

from typing import Any

from gutenbot.app.compose import Composed
from gutenbot.app.reload import Reloaded
from gutenbot.cli.output import Output
from gutenbot.kernel.blame import blame, short_path
from gutenbot.kernel.clock import Clock
from gutenbot.modules.load import CORE_VERSION
from gutenbot.modules.module import Module
from gutenbot.turns.signals import TurnFailed, TurnFinished

_SHOWN = 60
_FEW = 2


class Screen:
    """The terminal of a developer."""

    def __init__(self, output: Output, clock: Clock) -> None:
        self._output = output
        self._clock = clock

    def module(self) -> Module:
        """A module that shows turns and errors as they happen."""
        module = Module("terminal", summary="Shows what happens, in development.")
        module.subscribe(TurnFinished)(self._turn)
        module.subscribe(TurnFailed)(self._failed)
        return module

    def ready(self, composed: Composed, url: str, started: float, *, watching: bool, keys: str = "") -> None:
        """The first screen; `keys` says what single keys do, where they do something."""
        out = self._output
        took_s = self._clock.monotonic() - started
        data = screen_data(composed, url, took_s)
        out.data({"event": "ready", **data})
        bots = ", ".join(data["bots"])
        out.line(f"  {out.strong(bots)}  {CORE_VERSION}   dev   {_where(composed)}")
        nouns = {"handlers": "handler", "content": "content item", "modules": "module"}
        counts = [counted(data[key], noun) for key, noun in nouns.items()]
        good = out.good("✓")
        out.line(f"  {'   '.join(f'{good} {words}' for words in counts)}   ready in {took_s:.1f} s")
        out.line()
        web = "/" in composed.app.registries["asgi_apps"]
        opens = "      press o to open" if keys else ""
        out.line(f"  Chat        {url}/{opens}" if web else "  Chat        gutenbot chat   (in another terminal)")
        out.line(f"  Console     {url}/console/   {out.dim('on this machine you are signed in')}")
        out.line(f"  API         {url}/api/v1/openapi.json   {out.dim('open on this machine, no key needed')}")
        if watching:
            out.line(f"  Watching    {' '.join(watched(composed))}   {keys or 'Ctrl-C quits'}")
        elif keys:
            out.line(f"  Keys        {keys}")
        out.line()
        for problem in (*composed.settings.warnings, *composed.app.notices()):
            out.line(f"  {out.warn('!')} {problem}")
        for one in composed.loaded:
            if one.trouble is not None:
                out.blame(one.trouble)
        for name, entry in composed.app.installed.items():
            if entry.state == "failed":
                out.line(f"  {out.bad('✗')} module {name} does not run: {entry.reason}")

    def reloaded(self, done: Reloaded) -> None:
        """A changed file was taken in, or could not be."""
        out = self._output
        more = f" and {done.more} more" if done.more else ""
        name = f"{short_path(done.what)}{more}"
        out.data({"event": "reloaded", "file": done.what, "ms": round(done.took_ms), "ok": done.trouble is None})
        if done.trouble is None:
            out.line(f"  {out.dim(self._time())}  ⟳ {name} reloaded in {done.took_ms:.0f} ms")
            return
        out.line(f"  {out.dim(self._time())}  ⟳ {name} cannot be loaded; the chat says so until it is mended")
        out.blame(done.trouble, indent="            ")

    def remark(self, words: str) -> None:
        """One line, with the time."""
        self._output.line(f"  {self._output.dim(self._time())}  {words}")

    def tested(self, code: int) -> None:
        """The tests have run; their own words stand above."""
        out = self._output
        self.remark(f"{out.good('✓')} the tests pass" if code == 0 else f"{out.bad('✗')} the tests do not pass")

    async def _turn(self, turn: TurnFinished) -> None:
        out = self._output
        text = " ".join((turn.event.text or turn.event.__struct_config__.tag or "").split())[:_SHOWN]  # type: ignore[union-attr]
        out.line(
            f"  {out.dim(self._time())}  {turn.channel_id}  “{text}” → {turn.handled_by or 'nobody'}  "
            f"{out.dim(f'{turn.duration_ms:.0f} ms')}"
        )

    async def _failed(self, failed: TurnFailed) -> None:
        out = self._output
        out.line(f"  {out.dim(self._time())}  {out.bad('a turn failed')}")
        out.blame(blame(failed.error), indent="            ")

    def _time(self) -> str:
        return self._clock.now().astimezone().strftime("%H:%M:%S")


def screen_data(composed: Composed, url: str, took_s: float) -> dict[str, Any]:
    """What the first screen says, for machines."""
    app = composed.app
    return {
        "bots": list(app.bots),
        "version": CORE_VERSION,
        "handlers": sum(len(bot.book.handlers) + (bot.book.fallback is not None) for bot in app.bots.values()),
        "content": sum(len(runtime.library) for runtime in app.runtimes.values()),
        "modules": sum(
            entry.state == "running"
            for name, entry in app.installed.items()
            if name not in _NOT_COUNTED | set(app.bots)
        ),
        "url": url,
        "database": str(composed.database),
        "ready_s": round(took_s, 3),
    }


def _where(composed: Composed) -> str:
    database = composed.database
    return f"{database.engine}: {database if database.url else short_path(str(database))}"


_NOT_COUNTED = {"core", "terminal"}


def counted(count: object, noun: str) -> str:
    """“1 module”, “2 modules”."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def watched(composed: Composed) -> list[str]:
    """Files and folders that are watched, as the developer knows them."""
    if len(composed.loaded) > _FEW:
        return [short_path(str(composed.project.folder)) + "/"]
    names: list[str] = []
    for one in composed.loaded:
        names.append(short_path(str(one.file)))
        if (one.file.parent / "content").is_dir():
            names.append(short_path(str(one.file.parent / "content")) + "/")
    return names
