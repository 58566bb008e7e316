"""`GET /api/v1/live`: one WebSocket of the console for all topics (docs/reference/live.md)."""

from gutenbot.http.live.endpoint import LiveEndpoint

__all__ = ["LiveEndpoint"]
