"""What can be set: how the chat looks and behaves for one bot, and how the channel works as a whole."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Locale = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Secret = Annotated[str, StringConstraints(min_length=16)]
_LOOK = "(calm|card|terminal|contrast|light|dark|auto)"
Theme = Annotated[str, StringConstraints(pattern=f"^{_LOOK}( {_LOOK})?$", max_length=30)]


class BotSettings(BaseModel):
    """The web chat of one bot."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field("", max_length=100, description="The name in the header of the chat; empty: the bot's title.")
    description: str = Field("", max_length=500, description="One line below the name; empty: the bot's description.")
    avatar: str = Field("", description="A picture of the bot: an https address, or a file in the bot's media folder.")
    start_payload: str = Field(
        "GET_STARTED",
        max_length=2000,
        description="What the chat sends when a new conversation opens empty; empty: nothing.",
    )
    theme: Theme = Field(
        "calm",
        description="Colours and shapes: calm, card, terminal or contrast; with light or dark to force one, as in card dark.",
    )
    accent: str = Field(
        "",
        pattern=r"^(#[0-9A-Fa-f]{6})?$",
        description="The main colour, such as #0b6e7f; empty: the theme's own.",
    )
    position: Literal["end", "start"] = Field(
        "end", description="The corner of the launcher: where lines end or start."
    )
    launcher: str = Field("", max_length=60, description="Words on the launcher; empty: only a picture.")
    teaser: str = Field("", max_length=200, description="A bubble beside the launcher; empty: none.")
    sound: bool = Field(
        False, description="A short sound with every message that comes while the chat is not looked at."
    )
    markdown: bool = Field(True, description="Show bold, lists and links of the safe Markdown subset.")
    brand: bool = Field(True, description="A small line that says what the chat is made with.")
    uploads: bool = Field(True, description="Visitors may send files.")
    file_bytes: int = Field(25 << 20, ge=1, le=25 << 20, description="The largest file that is taken, in bytes.")
    file_types: list[str] = Field(
        default_factory=list,
        description="Types of files that are taken, such as image/* or application/pdf; empty: all.",
    )
    locales: list[Locale] = Field(
        default_factory=list, description="Languages of the chat's own words; empty: all it has."
    )
    resume_hours: float = Field(
        6, ge=0, le=24 * 365, description="How long after its last message a conversation goes on."
    )
    origins: list[str] = Field(
        default_factory=list,
        description="Sites that may embed the chat, such as https://shop.example.com; * is any. The server's own always may, "
        "and while developing any site of this machine.",
    )
    identity_secret: Secret | list[Secret] | None = Field(
        None,
        description="Shared with your site's server, which signs who its visitors are. Two of them while you exchange one.",
        json_schema_extra={"writeOnly": True},
    )

    @property
    def identity_secrets(self) -> list[str]:
        """All secrets that are valid now."""
        found = self.identity_secret
        return [found] if isinstance(found, str) else list(found or ())


class WebSettings(BotSettings):
    """The web chat: what all bots start from, and what differs by bot."""

    bots: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="By bot: settings that differ from these."
    )
    default_bot: str = Field("", description="The bot at the address /; empty: the only one, or a list to choose from.")
    burst: Literal["queue", "burst", "debounce", "drop", "concurrent"] = Field(
        "queue",
        description="Quick messages: one answer each (queue), those that wait together (burst), all after a pause "
        "(debounce), none while an answer is in the making (drop), or all of them side by side (concurrent).",
    )
    secret: Secret | None = Field(
        None,
        description="Signs visitors; empty: made once and kept in the database. A new one makes all visitors new.",
        json_schema_extra={"writeOnly": True},
    )
    trusted_proxies: list[str] = Field(
        default_factory=list,
        description="Addresses or networks (10.0.0.0/8) whose X-Forwarded-For is believed, for limits by address.",
    )

    @model_validator(mode="after")
    def _check_bots(self) -> "WebSettings":
        for name in self.bots:
            self.of(name)
        return self

    def of(self, bot: str) -> BotSettings:
        """The settings of one bot."""
        shared = {name: getattr(self, name) for name in BotSettings.model_fields}
        return BotSettings.model_validate({**shared, **self.bots.get(bot, {})})


def read_settings(values: Mapping[str, Any]) -> WebSettings:
    """The checked settings. Raises pydantic's `ValidationError`, which disables this module alone."""
    return WebSettings.model_validate(dict(values))
