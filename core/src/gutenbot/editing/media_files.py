"""What an uploaded file is, by its bytes and not by what its sender says; pictures are walked part by part.

Only what a picture shows is kept: where and with what it was taken, comments, thumbnails and whatever hangs behind its end
are left out, so that nobody publishes the place where they live, or a second file inside the first. No picture is unpacked
here: its size in pixels is read from its header and bounded, so that a small file cannot become a huge picture.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from gutenbot.editing import pictures
from gutenbot.editing.media_errors import MediaTooLarge, NotMedia, WrongMediaName
from gutenbot.editing.pictures import Picture, Unreadable

MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
MAX_FRAMES = 1_000
MAX_ALL_PIXELS = 1_000_000_000
"""Of all frames of a moving picture together."""
MAX_NAME = 120

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"%PDF-", "application/pdf"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime"}
_NOT_SHOWN = {b"avif": "AVIF", b"avis": "AVIF", b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC"}
ENDINGS: dict[str, tuple[str, ...]] = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "audio/mpeg": ("mp3",),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/wav": ("wav",),
    "audio/mp4": ("m4a",),
    "video/mp4": ("mp4", "m4v"),
    "video/webm": ("webm",),
    "video/quicktime": ("mov",),
    "application/pdf": ("pdf",),
}
"""What the library takes, with the endings that a name of such a file may have; the first is given where there is none."""
_READERS: dict[str, Callable[[bytes], Picture]] = {
    "image/png": pictures.png,
    "image/jpeg": pictures.jpeg,
    "image/gif": pictures.gif,
    "image/webp": pictures.webp,
}
_PART = re.compile(r"[^\W_][\w .()+\-]*")


@dataclass(frozen=True, slots=True)
class Examined:
    """A file as it is kept."""

    name: str
    mime: str
    data: bytes
    width: int = 0
    height: int = 0


def examine(name: str, data: bytes, *, limit: int) -> Examined:
    """The file, if it is what its name says and may be kept. Raises `NotMedia`, `MediaTooLarge`, `WrongMediaName`."""
    if len(data) > limit:
        raise MediaTooLarge(name=name[:80], reason=f"it has {len(data)} bytes; {limit} at most")
    mime = type_of(data)
    if mime not in ENDINGS:
        raise NotMedia(name=name[:80], reason=mime or "it is none of the files that channels can show")
    name = fitting_name(name, mime)
    reader = _READERS.get(mime)
    if reader is None:
        return Examined(name, mime, data)
    try:
        picture = reader(data)
    except Unreadable as error:
        raise NotMedia(name=name, reason=f"the picture is damaged ({error})") from error
    _refuse_huge(name, picture)
    return Examined(name, mime, picture.data, picture.width, picture.height)


def type_of(data: bytes) -> str:
    """The media type of these bytes; words about what is wrong with them when they are known and not taken."""
    for start, mime in _STARTS:
        if data.startswith(start):
            return mime
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], "")
    if data[4:8] == b"ftyp":
        if data[8:12] in _NOT_SHOWN:
            return f"{_NOT_SHOWN[data[8:12]]} pictures are not shown by most channels: save it as JPEG or WebP"
        return _BRANDS.get(data[8:12], "video/mp4")
    if data[:400].lstrip().lower().startswith((b"<svg", b"<?xml", b"<!doctype", b"<html")):
        return "drawings (SVG) and pages can hold programs: save it as PNG or WebP"
    return ""


def fitting_name(name: str, mime: str) -> str:
    """The name, checked, with an ending that says what the file is. Raises `WrongMediaName`, `NotMedia`."""
    name = checked_name(name)
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    known = {one for some in ENDINGS.values() for one in some}
    if ending in ENDINGS[mime]:
        return name
    if ending in known or ending in ("svg", "html", "htm", "js", "exe", "xml"):
        raise NotMedia(name=name, reason=f"its name says `.{ending}`, but it is {mime}")
    return checked_name(f"{name}.{ENDINGS[mime][0]}")


def checked_name(name: str) -> str:
    """The name as content says it: perhaps with folders, without `media/`. Raises `WrongMediaName`."""
    name = name.strip().replace("\\", "/").removeprefix("./").removeprefix("media/")
    parts = name.split("/")
    if not name or len(name) > MAX_NAME:
        raise WrongMediaName(name=name[:60] or "Nothing", reason=f"it must have 1 to {MAX_NAME} characters")
    if len(parts) > 4 or not all(_PART.fullmatch(part) and not part.endswith((" ", ".")) for part in parts):
        raise WrongMediaName(
            name=name[:60], reason="use letters, digits, spaces and `. _ - + ( )`, beginning with a letter or digit"
        )
    return name


def _refuse_huge(name: str, picture: Picture) -> None:
    pixels = picture.width * picture.height
    if pixels > MAX_PIXELS or max(picture.width, picture.height) > MAX_SIDE:
        reason = f"it has {picture.width} × {picture.height} pixels; {MAX_PIXELS // 1_000_000} million at most"
        raise MediaTooLarge(name=name, reason=reason)
    if picture.frames > MAX_FRAMES or picture.frames * pixels > MAX_ALL_PIXELS:
        raise MediaTooLarge(name=name, reason=f"it has {picture.frames} frames of {picture.width} × {picture.height}")
