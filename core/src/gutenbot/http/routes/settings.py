"""Settings: what is set, where each value comes from, and changing it; it counts at once, in all workers."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from gutenbot.accounts.lines import Line
from gutenbot.app.app import App as RunningApp
from gutenbot.app.install import Installed
from gutenbot.app.live_settings import LiveSettings, Section, fields_of
from gutenbot.app.settings_schema import schema_of
from gutenbot.config import kept
from gutenbot.http.auth import Actor
from gutenbot.http.errors import HttpMistake
from gutenbot.http.permission import App, Desk, by, needs
from gutenbot.kernel.clock import from_ms, to_ms
from gutenbot.kernel.settings import is_secret

router = APIRouter(tags=["settings"])
OF_SERVER = ("server", "console")
Bot = Annotated[str, Query(max_length=100, description="The settings of the module for this bot; empty: for all.")]
_TEST_S = 30.0


class NoModule(HttpMistake):
    """There is no module named {module} here."""

    code = "modules.unknown"
    status = 404


class NothingToTest(HttpMistake):
    """The module {module} has no test for its settings."""

    code = "settings.no-test"
    status = 409


class SettingOut(BaseModel):
    """One setting."""

    value: Any = Field(description="As it is; `•••` for a secret that is set.")
    source: str = Field(description="`env`, `file`, `console` or `default`.")
    where: str = Field(description="The variable, or the line of the file.")
    locked: str = Field(description="What decides it, stronger than the console; empty: it can be changed here.")
    secret: bool = Field(description="It is written and never shown.")
    changed: datetime | None = Field(description="When it was set in the console.")
    changed_by: str = ""


class SectionOut(BaseModel):
    """Settings that belong together."""

    section: str
    kind: str = Field(description="`server`, `console`, `module` or `bot`.")
    module: str = ""
    bot: str = ""
    bots: list[str] = Field(description="Bots for which some of them may differ, each with settings of its own.")
    revision: int = Field(description="Goes with a change, which is refused when somebody else was faster.")
    form: dict[str, Any] = Field(description="A JSON Schema of the values.")
    settings: dict[str, SettingOut]
    testable: bool = Field(description="The module can try whether its settings work.")
    left_out: list[str] = Field(
        description="What the console has set and does not count, since it is not right any more."
    )


class SettingsIn(BaseModel):
    """A change."""

    model_config = ConfigDict(extra="forbid")

    values: dict[str, JsonValue] = Field(
        min_length=1,
        max_length=200,
        description="Only what changes; null takes a value back to what it is without the console.",
    )
    revision: int | None = Field(None, ge=0, le=2**62, description="The one that was looked at.")


class ProposalIn(BaseModel):
    """Settings to try; those that are not named are as they are."""

    model_config = ConfigDict(extra="forbid")

    values: dict[str, JsonValue] = Field(default_factory=dict, max_length=200)


class TestedOut(BaseModel):
    """How a test went."""

    ok: bool
    said: str
    took_ms: int


class SectionLine(BaseModel):
    """A section in the list."""

    section: str
    kind: str
    module: str = ""
    bot: str = ""
    set: int = Field(description="How many of its values are set anywhere.")


@router.get("/settings")
async def list_settings(app: App, actor: Annotated[Actor, needs("settings:read")]) -> list[SectionLine]:
    """All sections, those of modules too."""
    live: LiveSettings = app.settings
    return [
        SectionLine(
            section=one.name, kind=one.kind, module=one.module.name if one.module else "", bot=one.bot,
            set=sum(1 for found in live.of(one).values() if found.source != "default"),
        )
        for one in live.sections()
    ]  # fmt: skip


@router.get("/settings/{section}")
async def show_settings(section: str, app: App, actor: Annotated[Actor, needs("settings:read")]) -> SectionOut:
    """The settings of the server (`server`) or of the console (`console`)."""
    return shown(app, _of_server(app, section))


@router.put("/settings/{section}")
async def change_settings(
    section: str, body: SettingsIn, app: App, desk: Desk, actor: Annotated[Actor, needs("settings:write")]
) -> SectionOut:
    """Changes settings of the server or of the console."""
    found = _of_server(app, section)
    if "oidc" in body.values and found.name == "console":
        actor.need("owners:write")  # whoever decides who is believed about an address can sign in as anybody
    return await _change(app, desk, actor, found, body)


@router.get("/modules/{module}/settings")
async def show_module_settings(
    module: str, app: App, actor: Annotated[Actor, needs("modules:read")], bot: Bot = ""
) -> SectionOut:
    """The settings of a module."""
    return shown(app, _of_module(app, module, bot))


@router.put("/modules/{module}/settings")
async def change_module_settings(
    module: str, body: SettingsIn, app: App, desk: Desk, actor: Annotated[Actor, needs("modules:write")], bot: Bot = ""
) -> SectionOut:
    """Changes settings of a module. It takes them in, or is started anew with them, at once."""
    return await _change(app, desk, actor, _of_module(app, module, bot), body)


@router.post("/modules/{module}/settings/test")
async def try_module_settings(
    module: str, body: ProposalIn, app: App, desk: Desk, actor: Annotated[Actor, needs("modules:write")], bot: Bot = ""
) -> TestedOut:
    """Has the module try whether these settings work. Nothing is kept."""
    section = _of_module(app, module, bot)
    assert section.module is not None
    if section.module.test is None:
        raise NothingToTest(module=module)
    found = await _tested(app, section, body)
    line = Line(verb="settings.tested", object="settings", object_id=section.name,
                what=f"tested the settings of {module}: {found.said[:200]}")  # fmt: skip
    await desk.note(by(actor), line)
    return found


def shown(app: RunningApp, section: Section) -> SectionOut:
    """A section as the API tells it."""
    live = app.settings
    rows = {row.name: row for row in live.kept.rows if row.section == section.path}
    settings: dict[str, SettingOut] = {}
    for name, found in live.of(section).items():
        row = rows.get(name) if found.source == "console" else None
        settings[name] = SettingOut(
            value=found.value, source=found.source, where=found.where, locked=live.locked(section, name, found),
            secret=is_secret(section.model.model_fields[name]), changed=from_ms(row.changed_ms) if row else None,
            changed_by=row.changed_by if row else "",
        )  # fmt: skip
    left_out = [str(one) for one in [*live.now.left_out, *live.unread] if one.field.partition(".")[0] in rows]
    return SectionOut(
        section=section.name, kind=section.kind, module=section.module.name if section.module else "", bot=section.bot,
        bots=list(app.bots) if section.module and section.module.bot_settings else [],
        revision=live.kept.revision, form=schema_of(section.model, fields_of(section)), settings=settings,
        testable=section.module is not None and section.module.test is not None, left_out=left_out,
    )  # fmt: skip


async def _change(app: RunningApp, desk: Desk, actor: Actor, section: Section, body: SettingsIn) -> SectionOut:
    await app.settings.look()
    change = app.settings.plan(section, body.values)
    now_ms = to_ms(app.clock.now())
    words = ", ".join(body.values)
    line = Line(verb="settings.changed", object="settings", object_id=section.name, what=f"changed {section.name}: {words}",
                before=change.before, after=change.after)  # fmt: skip

    def work(db: Any) -> tuple[int, Line]:
        return kept.put(db, section.path, change.rows, by=actor.name, now_ms=now_ms, seen=body.revision), line

    await desk.change(by(actor), work)
    await app.settings.changed()
    return shown(app, section)


async def _tested(app: RunningApp, section: Section, body: ProposalIn) -> TestedOut:
    import asyncio

    assert section.module is not None
    assert section.module.test is not None
    settings = app.settings.checked(section, body.values)
    started = app.clock.monotonic()
    try:
        async with asyncio.timeout(_TEST_S):
            said, ok = await section.module.test(app, settings) or "", True
    except TimeoutError:
        said, ok = f"There was no answer within {_TEST_S:g} seconds.", False
    except Exception as error:
        said, ok = f"{type(error).__name__}: {error}", False
    return TestedOut(ok=ok, said=said[:2000], took_ms=round((app.clock.monotonic() - started) * 1000))


def _of_server(app: RunningApp, name: str) -> Section:
    from gutenbot.app.live_settings import NoSection

    if name not in OF_SERVER:
        raise NoSection(section=name[:100], known=", ".join(OF_SERVER))
    return app.settings.section(name)


def _of_module(app: RunningApp, module: str, bot: str) -> Section:
    known(app, module)
    return app.settings.section(f"modules.{module}.bots.{bot}" if bot else f"modules.{module}")


def known(app: RunningApp, module: str) -> Installed:
    """The module of the path. Raises `NoModule`."""
    entry = app.installed.get(module)
    if entry is None:
        raise NoModule(module=module[:100])
    return entry
