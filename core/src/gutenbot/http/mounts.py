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
        self._made: dict[str, tuple[object, int, Asgi]] = {}
        self._found: tuple[int, list[str]] = (-1, [])

    def find(self, path: str) -> Asgi | None:
        """The application for a path."""
        registry = self._app.registries["asgi_apps"]
        if self._found[0] != registry.revision:
            self._found = (registry.revision, sorted((prefix for prefix, _ in registry), key=len, reverse=True))
        for prefix in self._found[1]:
            if path == prefix or (prefix != "/" and path.startswith(prefix.rstrip("/") + "/")):
                factory = registry.get(prefix)
                return self._application(prefix, factory) if factory is not None else None
        return None

    def _application(self, prefix: str, factory: object) -> Asgi:
        """Made once for each factory, for a reload contributes another one; and again when its module was off meanwhile."""
        entry = self._app.installed.get(self._app.registries["asgi_apps"].module_of(prefix))
        epoch = entry.epoch if entry is not None else 0
        known = self._made.get(prefix)
        if known is None or known[0] is not factory or known[1] != epoch:
            made: Asgi = factory(self._app)  # type: ignore[operator]
            known = self._made[prefix] = (factory, epoch, made)
            log.debug("mount.made", prefix=prefix)
        return known[2]
