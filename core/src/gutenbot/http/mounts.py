"""ASGI applications of modules, by path prefix: the longest one wins; `/` means that very path and nothing below it."""

from typing import TYPE_CHECKING

from gutenbot.http.replies import Asgi
from gutenbot.kernel.log import get_logger

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("http")


class Mounts:
    """What is in `app.registries["asgi_apps"]`: path prefix → factory of an ASGI application."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._made: dict[str, tuple[object, Asgi]] = {}
        self._found: tuple[int, list[str]] = (-1, [])

    def find(self, path: str) -> Asgi | None:
        """The application for a path."""
        registry = self._app.registries["asgi_apps"]
        if self._found[0] != len(registry):
            self._found = (len(registry), sorted((prefix for prefix, _ in registry), key=len, reverse=True))
        for prefix in self._found[1]:
            if path == prefix or (prefix != "/" and path.startswith(prefix.rstrip("/") + "/")):
                factory = registry.get(prefix)
                return self._application(prefix, factory) if factory is not None else None
        return None

    def _application(self, prefix: str, factory: object) -> Asgi:
        """Made once for each factory: a reload contributes another one."""
        known = self._made.get(prefix)
        if known is None or known[0] is not factory:
            made: Asgi = factory(self._app)  # type: ignore[operator]
            known = self._made[prefix] = (factory, made)
            log.debug("mount.made", prefix=prefix)
        return known[1]
