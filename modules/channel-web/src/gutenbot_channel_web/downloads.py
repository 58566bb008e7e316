"""Bytes for browsers: what may be shown in place, what is only saved, and parts of long files."""

import re
from urllib.parse import quote

from starlette.responses import Response

from gutenbot_channel_web.call import Call
from gutenbot_channel_web.sniffing import INLINE

SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_ODD = re.compile(r'[^\w .()+,=@~-]|["\\]', re.ASCII)


def download(call: Call, data: bytes, mime: str, name: str, cache: str) -> Response:
    """The file; saved rather than shown, unless its type is safe. A `Range` gives a part: players ask for parts."""
    headers = {
        "Content-Disposition": disposition(name, inline=mime in INLINE),
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": cache,
        "Accept-Ranges": "bytes",
    }
    if mime.startswith("text/"):
        mime = f"{mime}; charset=utf-8"
    part = _part(call.headers.get("range", ""), len(data))
    if part is None:
        return Response(data, 200, headers, mime)
    first, last = part
    if first > last:
        return Response(b"", 416, {**headers, "Content-Range": f"bytes */{len(data)}"}, mime)
    headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    return Response(data[first : last + 1], 206, headers, mime)


def disposition(name: str, *, inline: bool) -> str:
    """A Content-Disposition with a name in plain letters for old clients and the full one for the others (RFC 6266)."""
    plain = _ODD.sub("_", name) or "file"
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name or 'file', safe='')}"


def _part(wanted: str, size: int) -> tuple[int, int] | None:
    """The first and last byte; None for the whole. A part that does not exist has its end before its start."""
    found = _RANGE.fullmatch(wanted.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = int(found[2])
        return (max(0, size - length), size - 1) if length else (1, 0)
    first = int(found[1])
    last = min(int(found[2]) if found[2] else size - 1, size - 1)
    return (first, last) if first < size else (1, 0)
