"""Pictures, sounds and films of a bot: of its media library, else of its own folder, `content/media` or `media`, and nothing
else of it."""

import asyncio
from pathlib import Path

from starlette.responses import Response

from gutenbot.sdk import Bot, MediaShelf
from gutenbot_channel_web.call import Call
from gutenbot_channel_web.downloads import download
from gutenbot_channel_web.errors import NothingHere

CACHE = "public, max-age=3600"
CACHE_LIVE = "public, max-age=60"
"""Of the library: a file that was replaced is seen within a minute."""
LONGEST = 100 << 20
TYPES = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "avif": "image/avif", "svg": "image/svg+xml", "mp3": "audio/mpeg", "wav": "audio/wav", "ogg": "audio/ogg",
    "oga": "audio/ogg", "opus": "audio/ogg", "m4a": "audio/mp4", "flac": "audio/flac", "mp4": "video/mp4",
    "webm": "video/webm", "mov": "video/quicktime", "pdf": "application/pdf", "txt": "text/plain", "csv": "text/csv",
    "zip": "application/zip", "ics": "text/calendar", "vcf": "text/vcard",
}  # fmt: skip
"""By extension; what is not here is not served. A drawing (SVG) works in a picture, and is saved when it is opened."""


async def read_media(call: Call, shelf: MediaShelf, bot: Bot, parts: list[str]) -> Response:
    """`GET /media/{path}`; `?w=` asks for the smallest copy of a picture that is wide enough."""
    kept = await shelf.find(bot.id, "/".join(parts), width=_width(call))
    if kept is not None:
        return download(call, kept.data, kept.mime, kept.name.rpartition("/")[2], CACHE_LIVE)
    found = await asyncio.to_thread(_read, bot.folder, parts)
    if found is None:
        raise NothingHere
    data, name = found
    if width := _width(call):
        data = await shelf.smaller(data, name, width=width)
    return download(call, data, TYPES[name.rsplit(".", 1)[-1].lower()], name, CACHE)


def _width(call: Call) -> int:
    wanted = call.query.get("w", "")
    return int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else 0


def _read(folder: Path, parts: list[str]) -> tuple[bytes, str] | None:
    if not parts or any(not part or part.startswith(".") or set(part) & set("\\/:\x00") for part in parts):
        return None
    if parts[-1].rsplit(".", 1)[-1].lower() not in TYPES:
        return None
    for root in (folder / "content" / "media", folder / "media"):
        file = root.joinpath(*parts)
        try:
            real = file.resolve(strict=True)
            if real.is_relative_to(root.resolve()) and real.is_file() and real.stat().st_size <= LONGEST:
                return real.read_bytes(), parts[-1]
        except (OSError, ValueError):
            continue
    return None
