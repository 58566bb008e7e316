"""The page of all settings, from the classes that check them."""

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gutenbot.app.console_settings import ConsoleSettings, OidcSettings
from gutenbot.app.content_settings import ContentSettings
from gutenbot.app.settings import ModuleChoice, Settings
from gutenbot.kernel.settings import env_names
from scripts.reference.authors import MARK


def settings_page() -> str:
    """The server's settings, and those of the modules in this repository."""
    from gutenbot_channel_web.settings import WebSettings
    from gutenbot_notes.settings import NoteSettings
    from gutenbot_subscriptions.settings import SubscriptionSettings

    return f"""# Settings

{MARK}

The environment comes first, then `gutenbot.toml`, then the default: see [how to set things](../how-to/set-things-up.md).

## The server

At the top of `gutenbot.toml`.

{_table(Settings, "")}

## The console

In `[console]`.

{_table(ConsoleSettings, "console")}

Services to sign in with, each in `[console.oidc.NAME]`; in the environment, all of them as JSON in `GUTENBOT_CONSOLE__OIDC`:

{_fields(OidcSettings)}

## Content

In `[content]`.

{_table(ContentSettings, "content")}

## Modules

In `[modules]`.

{_table(ModuleChoice, "modules")}

## The web chat

In `[modules.channel-web]`; for one bot, all but the last few also in `[modules.channel-web.bots.<bot>]`.

{_table(WebSettings, "channel-web")}

## Subscriptions

In `[modules.subscriptions]`.

{_table(SubscriptionSettings, "subscriptions")}

## Notes

In `[modules.notes]`.

{_table(NoteSettings, "notes")}
"""


def _table(model: type[BaseModel], section: str) -> str:
    rows = [
        f"| `{name}` | `{env_names(section, name)[0]}` | {_default(info)} | {(info.description or '').replace('|', '&#124;')} |"
        for name, info in model.model_fields.items()
    ]
    return "\n".join(["| setting | in the environment | default | |", "|---|---|---|---|", *rows])


def _fields(model: type[BaseModel]) -> str:
    """Settings that have no variable of their own."""
    rows = [f"| `{name}` | {_default(info)} | {info.description or ''} |" for name, info in model.model_fields.items()]
    return "\n".join(["| setting | default | |", "|---|---|---|", *rows])


def _default(info: FieldInfo) -> str:
    value = info.get_default(call_default_factory=True) if not info.is_required() else None
    if value is None or (not isinstance(value, bool | int | float) and not value):
        return ""
    return f"`{', '.join(map(str, value)) if isinstance(value, tuple | list) else value}`"
