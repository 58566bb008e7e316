"""How the console of a server is set: where it is reached, what kind of server it is, services to sign in with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from gutenbot.accounts.span import Span
from gutenbot.app.console_settings import ConsoleSettings, OidcSettings
from gutenbot.app.settings import Settings
from gutenbot.http.auth import host_name, is_loopback, origin_of
from gutenbot.http.replies import Scope, header


@dataclass(slots=True)
class Console:
    """The settings, and what is known only once the server listens."""

    environment: Literal["dev", "staging", "prod"] = "prod"
    base_url: str = ""
    """What was configured, without a slash at its end; empty: nothing."""
    listening: str = ""
    """Where the server listens, for links on its own machine."""
    oidc: Mapping[str, OidcSettings] = field(default_factory=dict)

    @classmethod
    def of(cls, server: Settings, console: ConsoleSettings) -> "Console":
        """From the settings."""
        kind = "dev" if server.dev else console.environment
        return cls(kind, server.base_url.rstrip("/"), oidc=console.oidc)

    def link(self, path: str) -> str:
        """A link for people. It never takes the name of the request's own `Host` header (AUT-05)."""
        return f"{self.base_url or self.listening or 'http://localhost:3000'}{path}"

    def origin(self, scope: Scope) -> str:
        """The origin that passkeys are for: what was configured, else this machine's own name (`http://localhost:3000`)."""
        if self.base_url:
            return origin_of(self.base_url)
        name = host_name(scope)
        if is_loopback(name) and not name.replace(".", "").replace(":", "").isdigit():
            host = (header(scope, b"host") or b"").decode("latin-1").lower()
            return f"{scope['scheme']}://{host}"
        return ""


def span_of(console: ConsoleSettings) -> Span:
    """How long sessions last here."""
    return Span(timedelta(minutes=console.session_idle_minutes), timedelta(hours=console.session_hours))
