"""Modules: what is installed, what each adds and costs, what is wrong with those that do not run; switching them."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gutenbot.accounts.lines import Line
from gutenbot.app.app import App as RunningApp
from gutenbot.app.breaker import WRAP, switch_wrap
from gutenbot.app.install import Installed
from gutenbot.app.pipeline import Placed, shown
from gutenbot.app.settings import missing
from gutenbot.app.switching import MODULE, NotSwitchable
from gutenbot.config import kept
from gutenbot.http.auth import Actor
from gutenbot.http.errors import HttpMistake
from gutenbot.http.permission import App, Desk, Door, by, needs
from gutenbot.http.routes.settings import known
from gutenbot.kernel.clock import from_ms, to_ms
from gutenbot.modules.about import About, about
from gutenbot.modules.bot import Bot
from gutenbot.turns.stages import Stage

router = APIRouter(tags=["modules"])


class NoWrap(HttpMistake):
    """The module {module} has no wrap {wrap} around {stage}; a module that is off has none at all."""

    code = "modules.no-wrap"
    status = 404


class ModuleOut(BaseModel):
    """A module as this server has it."""

    name: str
    version: str
    summary: str
    kind: str = Field(description="`core`, `bot` or `module`.")
    state: str = Field(description="`running`, `disabled`, `failed` or `degraded`.")
    reason: str
    traceback: str
    switchable: bool = Field(description="It can be switched on and off here.")
    locked: str = Field(description="What decides whether it runs, stronger than the console.")
    since: datetime | None = Field(description="When it was switched last.")
    needed_by: list[str] = Field(description="Running modules that need it.")
    adds: dict[str, list[str]] = Field(description="What it adds, by kind: pages, routes, wraps and so on.")
    settings: bool = Field(description="It has settings.")
    missing: list[str] = Field(description="Settings that it needs and that nobody has set.")
    errors: int = Field(description="Errors of its wraps, subscribers and tasks since the server began.")
    ms_per_turn: float | None = Field(description="What its wraps add to a turn, on average; null: nothing ran yet.")
    publisher: str
    licence: str
    removable: bool = Field(description="It was installed from the console, and can be removed there.")
    pending: str = Field(description="The version that counts from the next start on; empty: the one that runs.")


class ModuleWrap(BaseModel):
    """A wrap of a module, and how it has fared."""

    stage: str
    name: str
    about: str
    enabled: bool
    reason: str = Field(description="Why it was switched off by itself.")
    runs: int
    ms: float | None
    errors: int


class ModuleDetail(ModuleOut):
    """All about one module."""

    distribution: str
    homepage: str
    readme: str
    changelog: str
    requires: list[str]
    permissions: list[str] = Field(description="Permissions that it declares.")
    wraps: list[ModuleWrap]
    tasks: int = Field(description="Tasks of it that run now.")


class StateIn(BaseModel):
    """Whether it shall run."""

    model_config = ConfigDict(extra="forbid")

    on: bool


@router.get("/modules")
async def list_modules(app: App, actor: Annotated[Actor, needs("modules:read")]) -> list[ModuleOut]:
    """All modules, bots included."""
    wraps = _wraps(app)
    turns = _turns(wraps)
    return [ModuleOut(**_line(app, entry, wraps, turns)) for entry in list(app.installed.values())]


@router.get("/modules/{module}")
async def show_module(module: str, app: App, actor: Annotated[Actor, needs("modules:read")]) -> ModuleDetail:
    """All about one module."""
    return _detail(app, known(app, module))


@router.put("/modules/{module}/state")
async def switch_module(
    module: str, body: StateIn, app: App, desk: Desk, gate: Door, actor: Annotated[Actor, needs("modules:write")]
) -> ModuleDetail:
    """Switches a module on or off, at once and in all workers, and so that it stays after a restart."""
    entry = known(app, module)
    await app.settings.look()
    app.switching.check(module, on=body.on)
    now_ms = to_ms(app.clock.now())
    word = "on" if body.on else "off"
    line = Line(verb=f"module.switched-{word}", object="module", object_id=module, what=f"switched the module {module} {word}",
                before={"state": entry.state}, after={"on": body.on})  # fmt: skip

    def work(db: Any) -> tuple[None, Line]:
        kept.turn(db, MODULE, module, body.on, by=actor.name, now_ms=now_ms)
        return None, line

    await desk.change(by(actor), work)
    await app.settings.changed()
    if body.on and entry.state in ("failed", "degraded"):
        await app.switching.again(module)
    gate.forget()  # permissions have come or gone
    return _detail(app, known(app, module))


@router.post("/modules/{module}/restart")
async def restart_module(
    module: str, app: App, desk: Desk, actor: Annotated[Actor, needs("modules:write")]
) -> ModuleDetail:
    """Starts a module anew in this process: one that has failed, or whose tasks have crashed too often."""
    entry = known(app, module)
    app.switching.check(module, on=True)
    if entry.state == "disabled":
        raise NotSwitchable(module=module, reason="it is switched off; switch it on")
    await app.switching.again(module)
    line = Line(verb="module.restarted", object="module", object_id=module, what=f"started the module {module} anew")
    await desk.note(by(actor), line)
    return _detail(app, entry)


@router.put("/modules/{module}/wraps/{stage}/{wrap}")
async def switch_wrap_of_module(
    module: str, stage: Stage, wrap: str, body: StateIn, app: App, actor: Annotated[Actor, needs("modules:write")]
) -> ModuleDetail:
    """Switches one step that a module has put into the pipeline: back on, say, after it was switched off by itself."""
    entry = known(app, module)
    if all(one.name != wrap or one.module != module for one in app.wraps[stage]):
        raise NoWrap(wrap=wrap[:100], module=module, stage=stage)
    await switch_wrap(app, stage, wrap, on=body.on, who=by(actor))
    return _detail(app, entry)


def _detail(app: RunningApp, entry: Installed) -> ModuleDetail:
    wraps = _wraps(app)
    said = about(entry.module.name, entry.module.folder)
    own = [(stage, one) for stage, one in wraps if one.wrap.module == entry.module.name]
    return ModuleDetail(
        **_line(app, entry, wraps, _turns(wraps)),
        distribution=said.distribution,
        homepage=said.homepage if said.homepage.startswith(("https://", "http://")) else "",
        readme=said.readme[:200_000],
        changelog=said.changelog,
        requires=[*entry.module.requirements, *(one for one in said.requires if "extra ==" not in one)],
        permissions=[one.name for part in entry.module.parts for one in part.declared.permissions],
        wraps=[_wrap(app, stage, one) for stage, one in own],
        tasks=app.supervisor.count(entry.module.name),
    )


def _line(app: RunningApp, entry: Installed, wraps: list[tuple[str, Placed]], turns: int) -> dict[str, Any]:
    module = entry.module
    name = module.name
    kind = "core" if name == "core" else "bot" if isinstance(module, Bot) else "module"
    said: About = about(name, module.folder) if kind == "module" else About()
    own = [one for _, one in wraps if one.wrap.module == name]
    spent = sum((one.fared.average_ms or 0.0) * one.fared.runs for one in own)
    switch = app.settings.kept.switch(MODULE, name)
    return {
        "name": name,
        "version": module.version,
        "summary": module.summary or said.summary,
        "kind": kind,
        "state": entry.state,
        "reason": entry.reason,
        "traceback": entry.traceback,
        "switchable": kind == "module" and entry.imported and not app.switching.locked(name),
        "locked": app.switching.locked(name),
        "since": from_ms(switch.changed_ms) if switch else None,
        "needed_by": [one.module.name for one in app.switching.users_of(entry)],
        "adds": _adds(entry),
        "settings": module.settings is not None and kind == "module",
        "missing": missing(module, app.settings.now) if kind == "module" else [],
        "errors": sum(one.fared.errors for one in own)
        + app.signals.failures.get(name, 0)
        + app.supervisor.crashes[name],
        "ms_per_turn": round(spent / turns, 4) if own and turns else None,
        "removable": app.installing.is_ours(name),
        "pending": app.installing.pending(name),
        "publisher": said.publisher,
        "licence": said.licence,
    }


def _adds(entry: Installed) -> dict[str, list[str]]:
    """What the module wrote down, whether it runs or not."""
    found: dict[str, list[str]] = {}
    for part in entry.module.parts:
        notes = part.notes
        for item in notes.contributions:
            found.setdefault(item.registry, []).append(item.name)
        for key, names in (
            ("wraps", [f"{stage}: {wrap.name}" for stage, wrap in notes.wraps]),
            ("subscriptions", [kind.__name__ for kind, _ in notes.subscriptions]),
            ("services", [getattr(one.kind, "__name__", str(one.kind)) for one in notes.providers]),
            ("channels", [getattr(one, "__name__", "channel") for one in notes.channels]),
            ("recognisers", [getattr(one, "__name__", "recogniser") for one in notes.recognisers]),
            ("tasks", [name for name, _ in notes.tasks]),
            ("permissions", [one.name for one in part.declared.permissions]),
            ("routes", [f"{one.method} {one.path}" for one in part.declared.routes]),
            ("pages", [one.title for one in part.declared.pages]),
        ):
            if names:
                found.setdefault(key, []).extend(names)
    if entry.module.migrations is not None:
        found["tables"] = sorted(one.stem for one in entry.module.migrations.glob("[0-9]*.py"))
    return found


def _wraps(app: RunningApp) -> list[tuple[str, Placed]]:
    return [(stage, one) for stage, placed in shown(app).items() for one in placed]


def _turns(wraps: list[tuple[str, Placed]]) -> int:
    """How many turns went through wraps, at least."""
    return max((one.fared.runs for _, one in wraps), default=0)


def _wrap(app: RunningApp, stage: str, one: Placed) -> ModuleWrap:
    switch = app.settings.kept.switch(WRAP, f"{stage}/{one.wrap.name}")
    return ModuleWrap(
        stage=stage, name=one.wrap.name, about=one.about, enabled=one.enabled,
        reason=switch.reason if switch and not one.enabled and not switch.is_on else "",
        runs=one.fared.runs, ms=one.fared.average_ms, errors=one.fared.errors,
    )  # fmt: skip
