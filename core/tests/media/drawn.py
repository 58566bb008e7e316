"""Pictures and other files made by hand, byte by byte."""

import struct
import zlib

EXIF = b"Exif\0\0II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0TURNED\0\0\0\x25\x88\x04\0\x01\0\0\0SECRET-PLACE\0\0\0\0"
OGG = b"OggS\0\x02" + b"\0" * 40
PDF = b"%PDF-1.7\n%%EOF\n"
MP4 = b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0" * 40


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 4, height: int = 3, *more: bytes, after: bytes = b"") -> bytes:
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(min(height, 64))))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", head), *more, chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + after


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(width: int = 40, height: int = 30, *, turned: int = 0, after: bytes = b"") -> bytes:
    exif = segment(0xE1, EXIF.replace(b"TURNED", bytes([turned]))) if turned else b""
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0")
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
    parts = segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0") + exif + segment(0xFE, b"SECRET-COMMENT") + frame + scan
    return b"\xff\xd8" + parts + b"\xff\xd9" + after


def gif(width: int = 5, height: int = 6, frames: int = 1) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0" * 6
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\0"
    comment = b"\x21\xfe\x0eSECRET-COMMENT\0"
    return head + comment + frame * frames + b"\x3b"


def webp(width: int = 7, height: int = 8, *, exif: bool = True) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    extended = bytes([0x08 if exif else 0]) + b"\0\0\0" + size
    parts = [(b"VP8X", extended), (b"VP8L", b"\x2f" + b"\0" * 9), *([(b"EXIF", b"SECRET-PLACE")] if exif else [])]
    body = b"".join(kind + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2) for kind, part in parts)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
