"""Files of modules for the console: what is in their `ui` and `locales` folders, under addresses that change with the files.

`/console/assets/modules/<module>/<digest of all files>/<file>` never changes, so browsers keep it. A document for a sandbox is
shown where it has no origin: it may load its own files, and reach nothing else.
"""

import asyncio
import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gutenbot.http.assets import KINDS, asset_headers
from gutenbot.http.errors import MethodNotAllowed, NotFound
from gutenbot.http.replies import Header, Scope, Send

if TYPE_CHECKING:
    from gutenbot.app.app import App

PREFIX = "/console/assets/modules/"
FOLDERS = ("ui", "locales")
_MOST = 8 << 20
"""Bytes of one file."""
_SANDBOX = (
    b"sandbox allow-scripts allow-forms; default-src 'none'; script-src {own}; style-src {own} 'unsafe-inline'; "
    b"img-src {own} data: blob:; font-src {own}; media-src {own} blob:; form-action 'none'; base-uri 'none'; "
    b"frame-ancestors 'self'"
)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a module, as they were when they were looked at."""

    stamp: tuple[tuple[str, int, int], ...]
    digest: str
    names: frozenset[str]

    @property
    def languages(self) -> list[str]:
        """Of which there are words."""
        return sorted(name[8:-5] for name in self.names if name.startswith("locales/") and name.endswith(".json"))


class ModuleAssets:
    """Serves the files of the modules of an app."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._known: dict[str, Files] = {}
        self._words: dict[str, tuple[str, dict[str, Any]]] = {}

    def of(self, module: str) -> Files:
        """Its files now; read again when one of them changed."""
        folder = self._folder(module)
        stamp = _stamp(folder) if folder is not None else ()
        known = self._known.get(module)
        if known is None or known.stamp != stamp:
            digest = sha256()
            for name, size, _ in stamp:
                digest.update(f"{name}\0{size}\0".encode())
                assert folder is not None
                digest.update((folder / name).read_bytes())
            known = Files(stamp, digest.hexdigest()[:16], frozenset(name.removeprefix("ui/") for name, _, _ in stamp))
            self._known[module] = known
        return known

    def said(self, module: str, text: str) -> dict[str, str]:
        """A title in each language in which its files say it, when it is an id in them; not one that takes values."""
        files, folder = self.of(module), self._folder(module)
        digest, words = self._words.get(module, ("", {}))
        if digest != files.digest and folder is not None:
            words = {language: _read(folder / "locales" / f"{language}.json") for language in files.languages}
            self._words[module] = (files.digest, words)
        found = {language: _at(tree, text) for language, tree in words.items()}
        return {language: one for language, one in found.items() if one and not set(one) & set("{}'")}

    def base(self, module: str) -> str:
        """Where its files are."""
        return f"{PREFIX}{module}/{self.of(module).digest}/"

    def _folder(self, module: str) -> Path | None:
        entry = self._app.installed.get(module)
        return entry.module.folder if entry is not None and entry.state == "running" else None

    async def __call__(self, scope: Scope, receive: object, send: Send, request_id: str) -> None:
        """Answers GET and HEAD. Raises `NotFound`, also for files of another time: they may not be what is wanted."""
        if scope["method"] not in ("GET", "HEAD"):
            raise MethodNotAllowed(path=scope["path"], method=scope["method"], allowed="GET and HEAD")
        body, headers = await asyncio.to_thread(self._answer, scope)
        headers = asset_headers(scope, body, headers, request_id)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _answer(self, scope: Scope) -> tuple[bytes, list[Header]]:
        path: str = scope["path"]
        module, _, rest = path.removeprefix(PREFIX).partition("/")
        digest, _, name = rest.partition("/")
        folder, files = self._folder(module), self.of(module)
        if folder is None or digest != files.digest or name not in files.names:
            raise NotFound(path=path[:200])
        file = folder / (name if name.startswith("locales/") else f"ui/{name}")
        kind = KINDS.get(file.suffix, "application/octet-stream")
        own = f"{scope['scheme']}://{_host(scope)}{PREFIX}{module}/"
        document = file.suffix == ".html"
        policy = _SANDBOX.replace(b"{own}", own.encode()) if document else b"default-src 'none'; frame-ancestors 'none'"
        headers = [
            (b"content-type", kind.encode()),
            (b"cache-control", b"public, max-age=31536000, immutable"),
            (b"content-security-policy", policy),
            # A document in a sandbox has no origin, so its own files are another's to it.
            (b"access-control-allow-origin", b"*"),
            (b"cross-origin-resource-policy", b"cross-origin"),
        ]
        return file.read_bytes(), headers


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _at(tree: Any, text: str) -> str:
    """The words of an id such as `notes.title`; empty when there are none."""
    for name in text.split("."):
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree if isinstance(tree, str) else ""


def _host(scope: Scope) -> str:
    host = next((value for key, value in scope["headers"] if key == b"host"), b"")
    text = host.decode("latin-1")
    return text if text and not set(text) & set(" ;,'\"") else "localhost"


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """(name, bytes, time of change) of each file: only plain ones, none that a link brings in from elsewhere."""
    found = []
    for top in FOLDERS:
        for file in sorted((folder / top).rglob("*")):
            inside = file.relative_to(folder)
            hidden = any(part.startswith(".") for part in inside.parts)
            if file.is_file() and not hidden and file.resolve().is_relative_to((folder / top).resolve()):
                facts = file.stat()
                if facts.st_size <= _MOST:
                    found.append((inside.as_posix(), facts.st_size, facts.st_mtime_ns))
    return tuple(found)
