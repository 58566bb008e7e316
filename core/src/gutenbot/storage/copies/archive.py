"""The file of a backup: a ZIP archive with a member of rows for each table and a manifest, and the hash of it all at its end.

Members are read one after the other and written without going back, so a backup of any size takes little memory. The last
64 characters of the archive's comment are the SHA-256 of everything before them: no byte can change unnoticed.
"""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self

import msgspec

from gutenbot.storage.copies.errors import BackupDamaged, BackupNewer, NotABackup
from gutenbot.storage.copies.values import Row, Sum, Summing, encode_row

FORMAT = "gutenbot-backup"
VERSION = 1
_MANIFEST = "manifest.json"
_MARK = b"sha256:"
_HEX = 64
_BLOCK = 1 << 20
_ARRAY = b"\xdd"  # msgpack's mark of a list with four bytes of length
_READ = 1 << 20
_SAMPLE = 1 << 16
"""So many bytes of a table are tried, to see whether it can be compressed."""
_GAIN = 0.9

decode_rows = msgspec.msgpack.Decoder(list[list[Any]]).decode


class TableEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A table in the manifest."""

    name: str
    module: str
    columns: list[str]
    rows: int
    digest: str
    """The sum of its rows, as `Summing` makes it: the same on both engines."""

    @property
    def sum(self) -> Sum:
        """Rows and digest."""
        return Sum(self.rows, self.digest)

    @property
    def member(self) -> str:
        """Its file in the archive."""
        return f"tables/{self.name}.rows"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself."""

    format: str = FORMAT
    version: int = VERSION
    product: str
    """The release that made it."""
    engine: str
    created: datetime
    instance: str = ""
    host: str = ""
    revisions: dict[str, str]
    """Module → how far its migrations had come."""
    tables: list[TableEntry] = []
    counters: dict[str, dict[str, int]] = {}
    left_out: list[str] = []
    """Tables that are not in it: search indexes, or tables of nobody."""


_decode_manifest = msgspec.json.Decoder(Manifest).decode


class _Hashed:
    """A file that is written once from its beginning to its end; knows the hash of all but its last 64 bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._last = b""

    def write(self, b: bytes, /) -> int:
        block = bytes(b)
        joined = self._last + block
        self._hash.update(joined[:-_HEX])
        self._last = joined[-_HEX:]
        return self._file.write(block)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """The file is closed by whoever opened it."""

    def seal(self) -> None:
        """Puts the hash where there are zeros now."""
        self._file.flush()
        self._file.seek(-_HEX, os.SEEK_END)
        self._file.write(self._hash.hexdigest().encode())
        self._file.flush()
        os.fsync(self._file.fileno())


class Writer:
    """Makes a backup. Use it as a context; it is complete only after `finish`."""

    def __init__(self, file: Path) -> None:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "wb")
        self._out = _Hashed(self._file)
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED, compresslevel=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def add(self, name: str, module: str, columns: list[str], rows: Iterable[Row]) -> TableEntry:
        """Writes the rows of a table."""
        found = Summing()
        entry = TableEntry(name=name, module=module, columns=columns, rows=0, digest="")
        blocks = _blocks(rows, found)
        first = next(blocks, [])
        with self._zip.open(_member(entry.member, first), "w", force_zip64=True) as out:
            while first:
                _put(out, first)
                first = next(blocks, [])
        total = found.result()
        return msgspec.structs.replace(entry, rows=total.rows, digest=total.digest)

    def finish(self, manifest: Manifest) -> None:
        """Writes the manifest and the hash; what was written is on disk then."""
        self._zip.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        self._zip.comment = _MARK + b"0" * _HEX
        self._zip.close()
        self._out.seal()


class Reader:
    """Reads a backup whose hash is right. Raises `NotABackup`, `BackupDamaged`, `BackupNewer`."""

    def __init__(self, file: Path) -> None:
        self.file = file
        _check_hash(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except zipfile.BadZipFile as error:
            raise NotABackup(file=file, reason=str(error)) from error
        try:
            self.manifest = self._read_manifest()
        except BaseException:
            self._zip.close()
            raise

    def close(self) -> None:
        """Lets go of the file."""
        self._zip.close()

    def rows(self, entry: TableEntry) -> Iterator[list[Any]]:
        """The rows of a table, in no particular order."""
        try:
            with self._zip.open(entry.member) as member:
                while block := _next_block(member):
                    yield from decode_rows(block)
        except (KeyError, EOFError, zipfile.BadZipFile, msgspec.DecodeError) as error:
            raise self._damaged(f"table {entry.name}: {error}") from error

    def check(self, entry: TableEntry, rows: Iterable[Row]) -> Iterator[Row]:
        """Gives the rows on; raises `BackupDamaged` at their end when they are not those of the manifest."""
        found = Summing()
        for row in rows:
            found.add(encode_row(row))
            yield row
        if found.result() != entry.sum:
            raise self._damaged(f"table {entry.name} has other rows than the manifest says")

    def _read_manifest(self) -> Manifest:
        try:
            text = self._zip.read(_MANIFEST)
            stated = msgspec.json.decode(text)
            if not isinstance(stated, dict) or stated.get("format") != FORMAT:
                raise NotABackup(file=self.file, reason="its manifest says something else")
            if stated.get("version", 0) > VERSION:
                raise BackupNewer(file=self.file, found=stated["version"], known=VERSION)
            return _decode_manifest(text)
        except (KeyError, zipfile.BadZipFile, msgspec.DecodeError) as error:
            raise self._damaged(f"manifest: {error}") from error

    def _damaged(self, reason: str) -> BackupDamaged:
        return BackupDamaged(file=self.file, reason=reason)


def _blocks(rows: Iterable[Row], found: Summing) -> Iterator[list[bytes]]:
    """The rows as they are written, some at a time; each is counted in `found`."""
    block: list[bytes] = []
    size = 0
    for row in rows:
        encoded = encode_row(row)
        found.add(encoded)
        block.append(encoded)
        size += len(encoded)
        if size >= _BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


def _member(name: str, first: list[bytes]) -> str | zipfile.ZipInfo:
    """What to write a table as. Pictures and films are stored as they are: to try to compress them would take most of the
    time of a backup, and gain nothing."""
    sample = b"".join(first)[:_SAMPLE]
    if len(zlib.compress(sample, 1)) > _GAIN * len(sample) and len(sample) == _SAMPLE:
        return zipfile.ZipInfo(name)
    return name


def _put(out: IO[bytes], rows: list[bytes]) -> None:
    length = 5 + sum(map(len, rows))
    out.write(length.to_bytes(8, "big"))
    out.write(_ARRAY + len(rows).to_bytes(4, "big"))
    out.write(b"".join(rows))


def _next_block(member: IO[bytes]) -> bytes:
    """The next rows; nothing at the end."""
    head = member.read(8)
    if not head:
        return b""
    length = int.from_bytes(head, "big")
    block = member.read(length)
    if len(block) != length:
        raise EOFError("it ends too early")
    return block


def _check_hash(file: Path) -> None:
    """Raises `NotABackup` for what was never one, `BackupDamaged` for what was."""
    try:
        size = file.stat().st_size
        found = hashlib.sha256()
        with file.open("rb") as data:
            left = size - _HEX
            tail = b""
            while left > 0 and (block := data.read(min(_READ, left))):
                found.update(block)
                tail = (tail + block)[-len(_MARK) :]
                left -= len(block)
            stated = data.read()
    except OSError as error:
        raise NotABackup(file=file, reason=error.strerror or str(error)) from error
    if stated == found.hexdigest().encode():
        return
    with file.open("rb") as data:
        if data.read(2) != b"PK" and tail != _MARK:
            raise NotABackup(file=file, reason="it is no ZIP archive")
    raise BackupDamaged(file=file, reason="its checksum is wrong: bytes were changed, or its end is missing")
