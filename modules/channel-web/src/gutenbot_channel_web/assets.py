"""The built web chat as it lies in the package: files with hashed names for ever, the loader for a short while."""

import re
from hashlib import sha256
from pathlib import Path

from starlette.responses import Response

from gutenbot_channel_web.call import Call
from gutenbot_channel_web.errors import NotBuilt, NothingHere

FOLDER = Path(__file__).parent / "ui"
TYPES = {
    "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "json": "application/json",
    "svg": "image/svg+xml", "png": "image/png", "webp": "image/webp", "woff2": "font/woff2", "mp3": "audio/mpeg",
    "ico": "image/x-icon", "map": "application/json",
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_HASHED = re.compile(r".*-[A-Za-z0-9_-]{8,}\.[a-z0-9]+")


class Assets:
    """Files of one folder, kept in memory while they do not change."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._kept: dict[Path, tuple[int, bytes]] = {}

    def answer(self, call: Call, name: str) -> Response:
        """`/web/assets/{name}` and `/w.js`. Raises `NothingHere`, or `NotBuilt` when there is no folder at all."""
        kind = TYPES.get(name.rsplit(".", 1)[-1]) if _NAME.fullmatch(name) else None
        plain = self.read(name) if kind is not None else None
        if plain is None:
            raise NothingHere
        data, coding = self._smallest(call, name, plain)
        tag = f'"{sha256(plain).hexdigest()[:20]}"'
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable"
            if _HASHED.fullmatch(name)
            else "public, max-age=300",
            "ETag": tag,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if coding:
            headers["Content-Encoding"] = coding
        if tag in call.headers.get("if-none-match", ""):
            return Response(b"", 304, headers)
        return Response(data, 200, headers, kind)

    def read(self, name: str) -> bytes | None:
        """The bytes of a file. Raises `NotBuilt`."""
        file = self._folder / name
        try:
            changed = file.stat().st_mtime_ns
            if self._kept.get(file, (0, b""))[0] != changed:
                self._kept[file] = (changed, file.read_bytes())
            return self._kept[file][1]
        except OSError:
            if not self._folder.is_dir():
                raise NotBuilt from None
            return None

    def _smallest(self, call: Call, name: str, plain: bytes) -> tuple[bytes, str]:
        """The form that was compressed at the build, if there is one that the browser takes."""
        accepted = call.headers.get("accept-encoding", "")
        for coding, ending in (("br", "br"), ("gzip", "gz")):
            if coding in accepted:
                packed = self.read(f"{name}.{ending}")
                if packed is not None:
                    return packed, coding
        return plain, ""
