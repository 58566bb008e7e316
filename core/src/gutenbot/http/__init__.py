"""The server's HTTP side: a small plain ASGI dispatcher for the hot paths, and the API behind it."""

from gutenbot.http.asgi import make_asgi

__all__ = ["make_asgi"]
