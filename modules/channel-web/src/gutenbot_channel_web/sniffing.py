"""What a file is, by its bytes and not by what its sender says. A name that says otherwise makes it plain bytes."""

import re
from collections.abc import Callable
from pathlib import PurePosixPath

BYTES = "application/octet-stream"
INLINE = frozenset(
    {
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif",
        "audio/mpeg", "audio/wav", "audio/ogg", "audio/flac", "audio/mp4", "audio/aac", "audio/webm",
        "video/mp4", "video/webm", "video/quicktime", "video/ogg",
    }
)  # fmt: skip
"""Types that a browser may show in place: none of them can hold a script."""

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"avif": "image/avif", b"avis": "image/avif", b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic",
    b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime",
}  # fmt: skip
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_BY_ENDING: dict[str, dict[str, str]] = {
    "application/zip": {
        "docx": f"{_OFFICE}wordprocessingml.document",
        "xlsx": f"{_OFFICE}spreadsheetml.sheet",
        "pptx": f"{_OFFICE}presentationml.presentation",
        "odt": f"{_OPEN}text",
        "ods": f"{_OPEN}spreadsheet",
        "odp": f"{_OPEN}presentation",
        "epub": "application/epub+zip",
        "zip": "application/zip",
    },
    "text/plain": {
        "csv": "text/csv", "json": "application/json", "md": "text/markdown", "ics": "text/calendar",
        "vcf": "text/vcard", "txt": "text/plain", "log": "text/plain",
    },
    "video/webm": {"webm": "video/webm", "weba": "audio/webm", "mkv": "video/x-matroska"},
    "audio/ogg": {"ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg", "ogv": "video/ogg"},
}  # fmt: skip
_ENDINGS: dict[str, frozenset[str]] = {
    "image/png": frozenset({"png"}),
    "image/jpeg": frozenset({"jpg", "jpeg", "jpe", "jfif"}),
    "image/gif": frozenset({"gif"}),
    "image/webp": frozenset({"webp"}),
    "image/avif": frozenset({"avif"}),
    "image/heic": frozenset({"heic", "heif"}),
    "image/bmp": frozenset({"bmp"}),
    "image/tiff": frozenset({"tif", "tiff"}),
    "audio/mpeg": frozenset({"mp3"}),
    "audio/aac": frozenset({"aac"}),
    "audio/flac": frozenset({"flac"}),
    "audio/wav": frozenset({"wav"}),
    "audio/mp4": frozenset({"m4a", "m4b", "mp4"}),
    "video/mp4": frozenset({"mp4", "m4v"}),
    "video/quicktime": frozenset({"mov", "qt"}),
    "video/x-msvideo": frozenset({"avi"}),
    "application/pdf": frozenset({"pdf"}),
    "application/gzip": frozenset({"gz", "tgz"}),
    "application/x-7z-compressed": frozenset({"7z"}),
    "application/vnd.rar": frozenset({"rar"}),
}
_MARKUP = re.compile(r"\s*(<!doctype|<\?xml|<html|<head|<body|<script|<svg|<iframe|<style|<!--)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def type_of(data: bytes, name: str) -> str:
    """The media type of these bytes; `application/octet-stream` when they are unknown or the name says something else."""
    found = _by_content(data)
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    if found in _BY_ENDING:
        return _BY_ENDING[found].get(ending, found if not ending else BYTES)
    if ending and ending not in _ENDINGS.get(found, frozenset()):
        return BYTES
    return found


def is_taken(mime: str, allowed: list[str]) -> bool:
    """Whether a list such as `image/*, application/pdf` has this type; an empty list has all."""
    kinds = {one.strip().lower() for one in allowed}
    return not kinds or mime in kinds or "*/*" in kinds or f"{mime.split('/', maxsplit=1)[0]}/*" in kinds


def _by_content(data: bytes) -> str:
    for start, mime in _STARTS:
        if data.startswith(start):
            return mime
    tests: tuple[Callable[[bytes], str], ...] = (_riff, _boxes, _matroska, _text)
    return next((found for test in tests if (found := test(data))), BYTES)


def _riff(data: bytes) -> str:
    return _RIFF.get(data[8:12], "") if data.startswith(b"RIFF") else ""


def _boxes(data: bytes) -> str:
    """The family of MP4: its first box names the brand."""
    if data[4:8] != b"ftyp":
        return ""
    return _BRANDS.get(data[8:12], "video/mp4")


def _matroska(data: bytes) -> str:
    return "video/webm" if data.startswith(b"\x1aE\xdf\xa3") else ""


def _text(data: bytes) -> str:
    """UTF-8 without control characters that does not begin like markup."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    return "" if _CONTROL.search(text) or _MARKUP.match(text) else "text/plain"
