"""`GET /health` and `GET /ready`: how the parts of the server are, and whether it is to be given traffic.

`/health` answers 200 as long as the process can answer at all: what is wrong is in its body, and starting it again would
not help. Everybody sees which part is wrong; what exactly, only who may read metrics.
"""

from typing import TYPE_CHECKING, Any

import msgspec

from gutenbot.app.health import Component, worst
from gutenbot.http.metrics import Metrics
from gutenbot.http.replies import Scope, Send, reply

if TYPE_CHECKING:
    from gutenbot.app.app import App

HEALTH, READY = "/health", "/ready"
RETRY_AFTER_S = b"5"
_encode = msgspec.json.Encoder(enc_hook=str).encode


class HealthRoutes:
    """Answers both routes."""

    def __init__(self, app: "App", metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, send: Send, request_id: str) -> None:
        trusted = await self._metrics.may(scope)
        if scope["path"] == HEALTH:
            await reply(send, 200, _encode(await self._health(trusted=trusted)), request_id)
            return
        body = self.ready(trusted=trusted)
        extra = [(b"retry-after", RETRY_AFTER_S)] if body["reasons"] else []
        await reply(send, 503 if body["reasons"] else 200, _encode(body), request_id, extra=extra)

    async def _health(self, *, trusted: bool) -> dict[str, Any]:
        components = [*self._app.health.components(), *await self._app.health.services()]
        return {
            "status": worst(components),
            "components": {one.name: _shown(one, trusted=trusted) for one in components},
        }

    def ready(self, *, trusted: bool) -> dict[str, Any]:
        """What `/ready` says: reasons keep traffic away, notices do not."""
        components = self._app.health.components()
        reasons = [_line(one, trusted=trusted) for one in components if one.state == "down"]
        notices = [_line(one, trusted=trusted) for one in components if one.state == "degraded"]
        return {"status": "not ready" if reasons else "ready", "reasons": reasons, "notices": notices}


def _shown(one: Component, *, trusted: bool) -> dict[str, str]:
    shown = {"status": one.state, "reason": one.why, "detail": one.detail if trusted else ""}
    return {name: value for name, value in shown.items() if value}


def _line(one: Component, *, trusted: bool) -> str:
    if one.name == "process":
        return one.why
    detail = f" ({one.detail})" if trusted and one.detail else ""
    return f"{one.name}: {one.why}{detail}"
