"""The console's own files under /console/, as they were built, with the headers that keep foreign scripts out.

Every path that is no file is the page itself, for the console keeps its place in the URL. The page gets no inline script but
its import map, whose hash the policy names; styles get a nonce of their own at every answer.
"""

import asyncio
import base64
import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gutenbot.http.errors import MethodNotAllowed, NotFound
from gutenbot.http.replies import Header, Scope, Send, header

FOLDER = Path(__file__).parent.parent / "console_ui"
PREFIX = "/console/"
NONCE = b"__CSP_NONCE__"
"""Stands in the page where the nonce goes."""
_HASHED = re.compile(r"[.-][A-Za-z0-9_-]{8,}\.(?:js|css|woff2|svg|png|webp|map|json)$")
_SCRIPT = re.compile(rb"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL | re.IGNORECASE)
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
_CODINGS = (("br", ".br"), ("gzip", ".gz"))
_MISSING = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Gutenbot</title>
<h1>The console is not built</h1>
<p>This checkout has no built console. Build it with <code>make console</code>, then load this page again.</p>
<p>Installed releases bring it along. The API works all the same: <a href="/api/v1/openapi.json">its description</a>.</p></html>
"""


@dataclass(frozen=True, slots=True)
class Page:
    """The page as it was built, and the hashes of what is inline in it."""

    changed_ns: int
    body: bytes
    hashes: tuple[str, ...]


class Assets:
    """Serves a folder of built files."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._page: Page | None = None

    async def __call__(self, scope: Scope, receive: object, send: Send, request_id: str) -> None:
        """Answers GET and HEAD."""
        if scope["method"] not in ("GET", "HEAD"):
            raise MethodNotAllowed(path=scope["path"], method=scope["method"], allowed="GET and HEAD")
        path: str = scope["path"]
        if path == PREFIX.rstrip("/"):
            await _send(scope, send, 308, b"", [(b"location", PREFIX.encode())], request_id)
            return
        status, body, headers = await asyncio.to_thread(self._answer, scope, path.removeprefix(PREFIX))
        await _send(scope, send, status, body, headers, request_id)

    def _answer(self, scope: Scope, name: str) -> tuple[int, bytes, list[Header]]:
        file = self._file(name)
        if file is not None:
            return self._whole(scope, file)
        if _names_a_file(name):
            raise NotFound(path=scope["path"][:200])
        page = self._read_page()
        if page is None:
            return 503, _MISSING, [*_html(), (b"content-security-policy", policy(())), (b"retry-after", b"30")]
        nonce = base64.b64encode(os.urandom(16)).decode()
        body = page.body.replace(NONCE, nonce.encode())
        return 200, body, [*_html(), (b"content-security-policy", policy(page.hashes, nonce))]

    def _file(self, name: str) -> Path | None:
        """A file of the folder, never one outside of it, and never the page itself."""
        if not name or "\x00" in name or "\\" in name or any(part in ("", ".", "..") for part in name.split("/")):
            return None
        file = self._folder / name
        if name == "index.html" or file.suffix in (".br", ".gz") or not file.is_file():
            return None
        return file if file.resolve().is_relative_to(self._folder.resolve()) else None

    def _whole(self, scope: Scope, file: Path) -> tuple[int, bytes, list[Header]]:
        forever = _HASHED.search(file.name) is not None
        cache = b"public, max-age=31536000, immutable" if forever else b"no-cache"
        kind = KINDS.get(file.suffix, "application/octet-stream")
        headers: list[Header] = [
            (b"content-type", kind.encode()),
            (b"cache-control", cache),
            (b"vary", b"accept-encoding"),
            (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
        ]
        taken = (header(scope, b"accept-encoding") or b"").decode("latin-1")
        for coding, suffix in _CODINGS:
            packed = file.with_name(file.name + suffix)
            if coding in taken and packed.is_file():
                return 200, packed.read_bytes(), [*headers, (b"content-encoding", coding.encode())]
        return 200, file.read_bytes(), headers

    def _read_page(self) -> Page | None:
        """The page; read again when it was built anew."""
        file = self._folder / "index.html"
        try:
            changed = file.stat().st_mtime_ns
            if self._page is None or self._page.changed_ns != changed:
                body = file.read_bytes()
                self._page = Page(changed, body, inline_hashes(body))
        except FileNotFoundError:
            return None
        return self._page


def inline_hashes(page: bytes) -> tuple[str, ...]:
    """The hashes of all inline scripts, as a policy names them. Only the import map, and data, may be inline."""
    found = []
    for script in _SCRIPT.finditer(page):
        if b"src=" not in script["attributes"] and script["body"]:
            digest = base64.b64encode(sha256(script["body"]).digest()).decode()
            found.append(f"'sha256-{digest}'")
    return tuple(found)


def policy(hashes: tuple[str, ...], nonce: str = "") -> bytes:
    """The content security policy of the console's page (CSP-01): our own files, the inline scripts by hash, nothing else."""
    scripts = " ".join(("'self'", *hashes))
    styles = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    return "; ".join((
        "default-src 'none'",
        f"script-src {scripts}",
        f"style-src {styles}",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "report-uri /api/v1/csp-reports",
    )).encode()  # fmt: skip


def _names_a_file(name: str) -> bool:
    return Path(name.rpartition("/")[2]).suffix in KINDS


def _html() -> list[Header]:
    return [(b"content-type", KINDS[".html"].encode()), (b"cache-control", b"no-cache")]


def asset_headers(scope: Scope, body: bytes, headers: list[Header], request_id: str) -> list[Header]:
    """These headers, and what every answer of the console bears beside its own."""
    more = [
        (b"content-length", b"%d" % len(body)),
        (b"x-request-id", request_id.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
    ]
    if scope["scheme"] == "https":
        more.append((b"strict-transport-security", b"max-age=31536000"))
    given = {key for key, _ in headers}
    return [*headers, *(pair for pair in more if pair[0] not in given)]


async def _send(scope: Scope, send: Send, status: int, body: bytes, headers: list[Header], request_id: str) -> None:
    headers = asset_headers(scope, body, headers, request_id)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
