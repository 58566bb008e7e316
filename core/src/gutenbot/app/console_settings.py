"""The settings of the console: how long sessions last, what kind of server it is, and services that people may sign in with."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

ServiceName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class OidcSettings(BaseModel):
    """A service that signs people in (OpenID Connect)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(default="", description="What the button says; the table's name when empty.")
    issuer: str = Field(pattern=r"^https?://\S+$", description="The service's address, as its tokens say it.")
    client_id: str = Field(min_length=1, description="The name of this server there.")
    client_secret: SecretStr = Field(default=SecretStr(""), description="The secret of this server there.")
    scopes: tuple[str, ...] = Field(default=("openid", "email", "profile"), description="What is asked for.")
    role: str = Field(
        "", description="Role of people who come for the first time; empty: only invited people may come."
    )
    domains: tuple[str, ...] = Field(
        default=(), description="E-mail domains that may come for the first time; empty: all."
    )
    trust_email: bool = Field(
        True, description="An address that the service has verified opens the account that has it."
    )


class ConsoleSettings(BaseModel):
    """The table `[console]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    environment: Literal["staging", "prod"] = Field(
        default="prod", description="What the console shows beside the bot's name."
    )
    session_idle_minutes: int = Field(
        default=30, ge=1, le=1440, description="A session without a request ends after so long."
    )
    session_hours: float = Field(default=12, gt=0, le=720, description="A session ends after so long in any case.")
    oidc: dict[ServiceName, OidcSettings] = Field(
        default_factory=dict, description="Services to sign in with: `[console.oidc.NAME]`."
    )
