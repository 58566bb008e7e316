"""Pictures, walked part by part without being unpacked: how large they are, and their bytes without what nobody sees.

PNG: the W3C recommendation (third edition); JPEG: ITU-T T.81 and Exif 2.32; GIF: the 89a specification; WebP: RFC 9649.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MAX_PARTS = 200_000

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_LEFT_OUT = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_FRAME_STARTS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_LEFT_OUT = frozenset({0xE1, 0xED, 0xFE})
"""Exif and XMP, IPTC, comments."""
_WEBP_LEFT_OUT = frozenset({b"EXIF", b"XMP "})


class Unreadable(Exception):
    """The bytes are no whole picture; the message says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture without what nobody sees."""

    width: int
    height: int
    data: bytes
    frames: int = 1


def png(data: bytes) -> Picture:
    """A PNG, perhaps a moving one. Raises `Unreadable`."""
    kept: list[bytes] = [_PNG]
    width = height = frames = pictures = 0
    for kind, start, end in _chunks(data):
        if kind == b"IHDR" and not width:
            width, height = _number(data, start + 8, 4), _number(data, start + 12, 4)
        elif kind == b"fcTL":
            frames += 1
        elif kind == b"IDAT":
            pictures += 1
        if kind not in _PNG_LEFT_OUT:
            kept.append(data[start:end])
    if not (width and height and pictures):
        raise Unreadable("it shows nothing")
    return Picture(width, height, b"".join(kept), max(1, frames))


def jpeg(data: bytes) -> Picture:
    """A JPEG; which way is up stays known. Raises `Unreadable`."""
    kept: list[bytes] = [b"\xff\xd8"]
    width = height = turned = 0
    scans = 0
    for marker, start, end in _segments(data):
        if marker in _FRAME_STARTS and not width:
            height, width = _number(data, start + 5, 2), _number(data, start + 7, 2)
        if marker == 0xE1 and not turned:
            turned = _orientation(data[start + 4 : end])
        if marker == 0xDA:
            scans += 1
        if marker not in _JPEG_LEFT_OUT:
            kept.append(data[start:end])
    if not (width and height and scans):
        raise Unreadable("it shows nothing")
    if 1 < turned <= 8:
        kept.insert(1, _turned(turned))
    return Picture(width, height, b"".join(kept))


def gif(data: bytes) -> Picture:
    """A GIF, perhaps a moving one. Raises `Unreadable`."""
    width, height = _number(data, 6, 2, "little"), _number(data, 8, 2, "little")
    place = 13 + _colours(data, 10)
    kept, frames = [data[:place]], 0
    for kind, end in _blocks(data, place):
        if kind == 0x2C:
            frames += 1
        if not (kind == 0x21 and data[place + 1] == 0xFE):  # a comment
            kept.append(data[place:end])
        place = end
    if not (width and height and frames):
        raise Unreadable("it shows nothing")
    return Picture(width, height, b"".join(kept), frames)


def webp(data: bytes) -> Picture:
    """A WebP, perhaps a moving one. Raises `Unreadable`."""
    end = min(len(data), 8 + _number(data, 4, 4, "little"))
    kept: list[bytes] = []
    width = height = frames = pictures = 0
    place = 12
    while place + 8 <= end:
        kind, size = data[place : place + 4], _number(data, place + 4, 4, "little")
        after = place + 8 + size + size % 2
        if after > end + 1:
            raise Unreadable("a part of it is missing")
        body = data[place + 8 : place + 8 + size]
        if kind in (b"VP8X", b"VP8 ", b"VP8L") and not width:
            width, height = _webp_size(kind, body)
        pictures += kind in (b"VP8 ", b"VP8L", b"ANMF")
        frames += kind == b"ANMF"
        if kind == b"VP8X":
            body = bytes([body[0] & ~0x0C]) + body[1:]  # says no more that Exif or XMP follow
        if kind not in _WEBP_LEFT_OUT:
            kept.append(kind + size.to_bytes(4, "little") + body + b"\0" * (size % 2))
        place = after
    if not (width and height and pictures):
        raise Unreadable("it shows nothing")
    parts = b"".join(kept)
    return Picture(width, height, b"RIFF" + (len(parts) + 4).to_bytes(4, "little") + b"WEBP" + parts, max(1, frames))


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The parts of a PNG up to its end: kind, where it begins, where it ends."""
    place = len(_PNG)
    for _ in range(MAX_PARTS):
        end = place + 12 + _number(data, place, 4)
        kind = data[place + 4 : place + 8]
        if end > len(data) or not kind.isalpha():
            raise Unreadable("a part of it is missing")
        if zlib.crc32(data[place + 4 : end - 4]) != _number(data, end - 4, 4):
            raise Unreadable("a checksum is wrong")
        yield kind, place, end
        if kind == b"IEND":
            return
        place = end
    raise Unreadable("it has too many parts")


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """The parts of a JPEG up to its end: marker, where it begins, where it ends (scans with their data)."""
    place = 2
    for _ in range(MAX_PARTS):
        while data[place : place + 2] == b"\xff\xff":
            place += 1
        if place + 2 > len(data) or data[place] != 0xFF:
            raise Unreadable("a part of it is missing")
        marker = data[place + 1]
        end = place + 2 if marker in _BARE or marker == 0xD9 else place + 2 + _number(data, place + 2, 2)
        if end > len(data):
            raise Unreadable("a part of it is missing")
        if marker == 0xDA:
            end = _scan_end(data, end)
        yield marker, place, end
        if marker == 0xD9:
            return
        place = end
    raise Unreadable("it has too many parts")


def _scan_end(data: bytes, place: int) -> int:
    """Where the data of a scan ends: at the next marker that is no restart."""
    while (place := data.find(b"\xff", place)) >= 0 and place + 1 < len(data):
        if data[place + 1] != 0 and data[place + 1] not in _BARE and data[place + 1] != 0xFF:
            return place
        place += 1 if data[place + 1] == 0xFF else 2
    raise Unreadable("its end is missing")


def _orientation(exif: bytes) -> int:
    """Which way is up (1 to 8); 0 when it is not told."""
    if not exif.startswith(b"Exif\0\0"):
        return 0
    body = exif[6:]
    order = {b"II": "little", b"MM": "big"}.get(body[:2])
    if order is None:
        return 0
    try:
        place = _number(body, 4, 4, order)
        for index in range(min(_number(body, place, 2, order), 200)):
            entry = place + 2 + 12 * index
            if _number(body, entry, 2, order) == 0x0112:
                return _number(body, entry + 8, 2, order)
    except Unreadable:
        return 0
    return 0


def _turned(orientation: int) -> bytes:
    """An Exif part that says nothing but which way is up."""
    entry = b"\x01\x12\0\x03\0\0\0\x01" + orientation.to_bytes(2, "big") + b"\0\0"
    body = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01" + entry + b"\0\0\0\0"
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def _blocks(data: bytes, place: int) -> Iterator[tuple[int, int]]:
    """The parts of a GIF up to its end: what it is, and where it ends."""
    for _ in range(MAX_PARTS):
        kind = _number(data, place, 1)
        if kind == 0x3B:
            yield kind, place + 1
            return
        if kind == 0x21:
            place = _after_blocks(data, place + 2)
        elif kind == 0x2C:
            place = _after_blocks(data, place + 11 + _colours(data, place + 9))
        else:
            raise Unreadable("a part of it is unknown")
        yield kind, place
    raise Unreadable("it has too many parts")


def _after_blocks(data: bytes, place: int) -> int:
    while size := _number(data, place, 1):
        place += size + 1
    return place + 1


def _colours(data: bytes, place: int) -> int:
    """The bytes of the table of colours that a byte of flags announces."""
    flags = _number(data, place, 1)
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int]:
    if kind == b"VP8X":
        return _number(body, 4, 3, "little") + 1, _number(body, 7, 3, "little") + 1
    if kind == b"VP8L":
        bits = _number(body, 1, 4, "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _number(body, 6, 2, "little") & 0x3FFF, _number(body, 8, 2, "little") & 0x3FFF


def _number(data: bytes, place: int, size: int, order: str = "big") -> int:
    found = data[place : place + size]
    if len(found) < size:
        raise Unreadable("a part of it is missing")
    return int.from_bytes(found, "little" if order == "little" else "big")
