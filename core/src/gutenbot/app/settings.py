"""The settings of a server, and how they are found: environment, gutenbot.toml, console, default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from gutenbot.app.console_settings import ConsoleSettings
from gutenbot.app.content_settings import ContentSettings
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.sealing import VARIABLE
from gutenbot.kernel.settings import Provenance, Resolver, SettingProblem, TomlFile, at, read_toml, suggestion
from gutenbot.modules.module import Module
from gutenbot.turns.roles import ALL_ROLES, Role

log = get_logger("settings")
FILE = "gutenbot.toml"
OTHER_VARIABLES = frozenset(
    {
        "GUTENBOT_CRASH_AT",
        "GUTENBOT_SUPERVISED",
        "GUTENBOT_LISTENER",
        "GUTENBOT_SAME_LISTENER",
        "GUTENBOT_READY",
        "GUTENBOT_COMMANDS_KEY",
        "GUTENBOT_METERS",
        VARIABLE,
    }
)
"""Read elsewhere: they are no settings."""


class Settings(BaseModel):
    """The server's own settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bots: tuple[str, ...] = Field(("bot.py",), description="Files of the bots, relative to gutenbot.toml.")
    data: Path = Field(Path(".gutenbot"), description="Folder of the database, relative to gutenbot.toml.")
    database_url: SecretStr = Field(
        SecretStr(""),
        description="PostgreSQL for any number of workers: `postgresql://user:password@host/name`; empty: SQLite in `data`.",
    )
    database_listen_url: SecretStr = Field(
        SecretStr(""),
        description="The address of PostgreSQL itself, when `database_url` is that of a pooler; `none`: workers look for work "
        "once a second instead of being told.",
    )
    lease_s: float = Field(
        30.0,
        ge=5,
        le=3600,
        description="On PostgreSQL: seconds without a word from a process after which others take over what it held.",
    )
    roles: tuple[Role, ...] = Field(
        tuple(sorted(ALL_ROLES)),
        min_length=1,
        description="What this process does: `web`, `turns`, `delivery`, `schedules`. Others on the same PostgreSQL do the rest.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on; `0.0.0.0` for all networks.")
    port: int = Field(3000, ge=0, le=65535, description="Port to listen on; `0` takes any free one.")
    base_url: str = Field("", pattern=r"^(https?://\S+)?$", description="The address that users see, behind a proxy.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What is logged.")
    log_format: Literal["auto", "text", "json"] = Field("auto", description="`auto`: text on a terminal, else JSON.")
    log_files_mb: int = Field(
        0,
        ge=0,
        le=10_000,
        description="Megabytes of log that each worker keeps as files of JSON lines in `logs` of the data folder, beside what it "
        "writes to the terminal; `0`: no files.",
    )
    backlog_limit: int = Field(
        20_000, ge=1, description="Events that may wait; above it new ones are refused with 503."
    )
    keep_days: int = Field(
        0,
        ge=0,
        le=36_500,
        description="Days after which traces, events that nobody sees, and conversations that have been idle for as long leave "
        "the database; at least 8, since channels send events again for a week; `0`: everything is kept.",
    )
    backup_days: int = Field(
        7,
        ge=0,
        le=3650,
        description="Days after which people at the console are told that the last `gutenbot backup` is old; `0`: never, for "
        "backups are made otherwise.",
    )
    max_body_bytes: int = Field(1_048_576, ge=1024, description="The largest body that the API takes.")
    max_upload_bytes: int = Field(26_214_400, ge=1024, description="The largest body that a channel or page takes.")
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="Who sends it as `Authorization: Bearer …` may read `/metrics`; empty: programs on this machine may.",
    )
    trace_to: str = Field(
        "",
        pattern=r"^(https?://\S+|environment)?$",
        description="Where traces go: a collector of OpenTelemetry such as `http://127.0.0.1:4318`, or `environment`; empty: "
        "there are none.",
    )
    trace_share: float = Field(1.0, gt=0, le=1, description="The part of all events whose traces are kept.")
    leave_s: float = Field(
        0.0,
        ge=0,
        le=300,
        description="For so long a server that is told to stop still answers while `/ready` says no, so that a load balancer "
        "sends traffic elsewhere first.",
    )
    module_folders: tuple[Path, ...] = Field(
        (),
        description="Folders, relative to gutenbot.toml, whose wheels and zips the console offers to install.",
    )
    module_index_url: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="Where the list of modules is renewed from, with its SHA-256 at the same address and `.sha256`; empty: the "
        "list that came with the release.",
    )
    known_bad_url: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="Where a list of modules that nobody should run is, with its SHA-256 at the same address and `.sha256`; empty: "
        "the list that came with the release, and `known-bad.json` of the data folder.",
    )
    trusted_proxies: tuple[str, ...] = Field((), description="Addresses whose `X-Forwarded-*` headers are believed.")

    @field_validator("database_url", "database_listen_url")
    @classmethod
    def _is_postgres(cls, given: SecretStr) -> SecretStr:
        """Says what is wrong without the password."""
        url = given.get_secret_value()
        if url and url != "none" and not url.startswith(("postgresql://", "postgres://")):
            raise ValueError("begins with postgresql://, for example postgresql://user:password@host/name")
        return given

    @field_validator("keep_days")
    @classmethod
    def _knows_events_again(cls, given: int) -> int:
        """An event that comes again must find its row."""
        if 0 < given < 8:
            raise ValueError("is 0, or 8 and more: channels send events again for up to seven days")
        return given

    dev: bool = Field(False, description="Development: errors are shown in the chat, no key is needed on this machine.")
    recycle_after_s: float = Field(
        30.0,
        ge=0,
        description="Seconds that turns may stand still before the process is ended and started anew; `0`: never.",
    )
    recycle_above_mb: int = Field(
        0,
        ge=0,
        le=1_000_000,
        description="Megabytes of memory above which the process finishes what it has begun, ends and is started anew; `0`: never.",
    )


OF_CONSOLE = frozenset(
    {"base_url", "backlog_limit", "keep_days", "max_body_bytes", "max_upload_bytes", "metrics_token", "leave_s"}
)
"""Settings of the server that the console may change; the others are needed before the database can be read."""


class ModuleChoice(BaseModel):
    """Which modules run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    disabled: tuple[str, ...] = Field((), description="Names of modules that are installed but shall not run.")


@dataclass(frozen=True, slots=True)
class AllSettings:
    """Everything that was set: the server's own, each module's, and where each value comes from."""

    server: Settings
    modules: Mapping[str, Any] = field(default_factory=dict)
    """Module → what was set for it, checked against its settings class where it has one."""
    disabled: tuple[str, ...] = ()
    services: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    """Dotted path → value and place."""
    warnings: Sequence[SettingProblem] = ()
    console: ConsoleSettings = field(default_factory=ConsoleSettings)
    left_out: Sequence[SettingProblem] = ()
    """What the console has set, and is not right any more."""
    content: ContentSettings = field(default_factory=ContentSettings)


def load_settings(
    file: Path | TomlFile | None,
    environ: Mapping[str, str],
    modules: Sequence[Module] = (),
    console: Mapping[str, Any] | None = None,
    bots: Sequence[str] = (),
) -> AllSettings:
    """All settings; `console`: what was set there, by dotted path. Raises `WrongSettings` with everything that is wrong, each
    with its place."""
    resolver = Resolver(_toml(file), environ, _of_console(console or {}))
    resolver.known_variables |= OTHER_VARIABLES
    server = resolver.section(Settings, ignore=("modules", "services", "console", "content"))
    content_section = resolver.section(ContentSettings, "content")
    console_section = resolver.section(ConsoleSettings, "console")
    choice = resolver.section(ModuleChoice, "modules", ignore=[module.name for module in modules])
    provenance: dict[str, Provenance] = {}
    found: dict[str, Any] = {}
    for module in modules:
        found[module.name] = _of_module(resolver, module, bots, provenance)
    resolver.finish()
    assert server is not None
    assert choice is not None
    assert console_section is not None
    assert content_section is not None
    provenance |= {f"console.{key}": value for key, value in console_section.provenance.items()}
    provenance |= {f"content.{key}": value for key, value in content_section.provenance.items()}
    provenance |= server.provenance
    provenance |= {f"modules.{key}": value for key, value in choice.provenance.items()}
    return AllSettings(
        server.values,
        found,
        choice.values.disabled,
        at(resolver.file.values, "services") or {},
        provenance,
        [*resolver.unknown_variables(), *_unknown_modules(choice.values.disabled, modules)],
        console_section.values,
        resolver.left_out,
        content_section.values,
    )


def _toml(file: Path | TomlFile | None) -> TomlFile:
    if isinstance(file, TomlFile):
        return file
    return read_toml(file.name, file.read_text(encoding="utf-8")) if file is not None and file.exists() else TomlFile()


def _of_console(values: Mapping[str, Any]) -> dict[str, Any]:
    return {path: value for path, value in values.items() if "." in path or path in OF_CONSOLE}


def _of_module(resolver: Resolver, module: Module, bots: Sequence[str], provenance: dict[str, Provenance]) -> Any:
    if module.settings is None:
        return at(resolver.file.values, f"modules.{module.name}") or {}
    found = resolver.section(module.settings, f"modules.{module.name}", lenient=True)
    if found is None:
        return None
    provenance |= {f"modules.{module.name}.{key}": value for key, value in found.provenance.items()}
    given = dict(found.given)
    if module.bot_settings is not None:
        by_bot = {bot: dict(values) for bot, values in (given.get("bots") or {}).items()}
        for bot in dict.fromkeys([*bots, *by_bot]):
            section = f"modules.{module.name}.bots.{bot}"
            of_bot = resolver.section(module.bot_settings, section)
            if of_bot is not None:
                provenance |= {f"{section}.{key}": value for key, value in of_bot.provenance.items()}
                by_bot[bot] = {**by_bot.get(bot, {}), **of_bot.given}
        if any(by_bot.values()):
            given["bots"] = {bot: values for bot, values in by_bot.items() if values}
    return given


def missing(module: Module, settings: AllSettings) -> list[str]:
    """What of a module's settings must be set, and is not: it cannot run before."""
    given = settings.modules.get(module.name) or {}
    fields = module.settings.model_fields if module.settings is not None else {}
    return [name for name, info in fields.items() if info.is_required() and name not in given]


def _unknown_modules(disabled: Sequence[str], modules: Sequence[Module]) -> list[SettingProblem]:
    known = [module.name for module in modules]
    return [
        SettingProblem("modules.disabled", f"no module `{name}` is installed.", suggestion(name, known))
        for name in disabled
        if name not in known
    ]
