"""The files to import, in memory: of a folder, a single file, or an archive. Nothing is unpacked to the disk, nothing is run."""

import gzip
import io
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gutenbot.content.problems import Place
from gutenbot.importing.errors import NothingToImport, Unreadable
from gutenbot.importing.limits import MAX_BYTES, MAX_FILE, MAX_FILES, MAX_RATIO, Gate
from gutenbot.importing.notes import Notes

_SKIPPED = {"node_modules", ".git", "__MACOSX", ".gutenbot", "__pycache__"}
_TARS = (".tgz", ".tar.gz", ".tar")
_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    EOFError,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    OSError,
)
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its name with `/` between folders, relative to what was given, and its bytes."""

    name: str
    data: bytes


def read_sources(path: Path, notes: Notes) -> list[Source]:
    """The files of a path, sorted by name. Raises `NothingToImport`, `ArchiveRefused` and `Unreadable`."""
    if path.is_dir():
        found = list(_folder(path, notes))
    elif not path.is_file():
        raise NothingToImport(path=path)
    elif path.name.casefold().endswith(_TARS) or path.suffix.casefold() == ".zip":
        found = _archive(path)
    else:
        found = [Source(path.name, _limited(path))]
    found = [source for source in found if not _SKIPPED & set(source.name.split("/"))]
    return sorted(found, key=lambda source: source.name)


def _limited(path: Path) -> bytes:
    if path.stat().st_size > MAX_FILE:
        raise Unreadable(path=path, reason=f"it is larger than {MAX_FILE // 1_000_000} MB")
    return path.read_bytes()


def _folder(top: Path, notes: Notes) -> Iterator[Source]:
    count, total = 0, 0
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not Path(folder, name).is_symlink())
        for name in sorted(files):
            path = Path(folder, name)
            shown = path.relative_to(top).as_posix()
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode):
                notes.lost(Place(shown), "file", "it is no ordinary file (a link, perhaps) and was not followed")
                continue
            count, total = count + 1, total + status.st_size
            if count > MAX_FILES or total > MAX_BYTES or status.st_size > MAX_FILE:
                raise Unreadable(path=top, reason=f"it has more than {MAX_FILES} files or {MAX_BYTES // 1_000_000} MB")
            yield Source(shown, path.read_bytes())


def _archive(path: Path) -> list[Source]:
    """All members are looked at before one is used: one that no honest export has refuses the whole."""
    gate = Gate(str(path), path.stat().st_size)
    try:
        with path.open("rb") as file:
            is_zip = zipfile.is_zipfile(file) and path.suffix.casefold() == ".zip"
            file.seek(0)
            return _without_top(list(_zip(file, gate) if is_zip else _tar(file, gate)))
    except _BROKEN as error:
        raise Unreadable(path=path, reason=str(error) or type(error).__name__) from error


def _tar(file: IO[bytes], gate: Gate) -> Iterator[Source]:
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    stream: IO[bytes] = gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[assignment]
    with tarfile.open(fileobj=_Counted(stream, gate), mode="r|", errorlevel=2) as tar:
        for member in tar:
            kind = "file" if member.isreg() and not member.issparse() else "folder" if member.isdir() else _kind(member)
            gate.member(member.name, kind, member.size if kind == "file" else 0)
            if kind == "file" and (inner := tar.extractfile(member)) is not None:
                yield Source(_tidy(member.name), inner.read(MAX_FILE + 1))


def _kind(member: tarfile.TarInfo) -> str:
    if member.issym() or member.islnk():
        return "link"
    if member.ischr() or member.isblk():
        return "device"
    return "pipe" if member.isfifo() else "member of an unusual kind"


class _Counted(io.RawIOBase):
    """A stream that stops when more comes out of it than an honest archive of this size holds."""

    def __init__(self, inner: IO[bytes], gate: Gate) -> None:
        self._inner, self._gate, self._count = inner, gate, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data = self._inner.read(_CHUNK if size < 0 else size)
        self._count += len(data)
        headers = MAX_FILES * 2048
        if self._count > headers + min(MAX_BYTES, self._gate.packed * MAX_RATIO):
            self._gate.refuse("it unpacks to far more than its size", "the archive itself")
        return data


def _zip(file: IO[bytes], gate: Gate) -> Iterator[Source]:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        for member in members:
            gate.member(member.filename, _zip_kind(member), member.file_size)
        for member in members:
            if not member.is_dir():
                with archive.open(member) as inner:
                    data = inner.read(member.file_size + 1)
                if len(data) > member.file_size:
                    gate.refuse("a file is larger than it says", member.filename)
                yield Source(_tidy(member.filename), data)


def _zip_kind(member: zipfile.ZipInfo) -> str:
    mode = member.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "link"
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "device"
    if member.flag_bits & 1:
        return "file with a password"
    return "folder" if member.is_dir() else "file"


def _tidy(name: str) -> str:
    return name.removeprefix("./")


def _without_top(sources: list[Source]) -> list[Source]:
    """The files without the one folder around all of them, if there is one."""
    tops = {source.name.partition("/")[0] for source in sources}
    if len(tops) != 1 or any("/" not in source.name for source in sources):
        return sources
    if next(iter(tops)) in ("content", "content-elements", "content_elements", "qna", "forms"):
        return sources
    return [Source(source.name.partition("/")[2], source.data) for source in sources]
