"""Wheels as they are uploaded: read and checked without running or importing anything of them, then unpacked.

A wheel is refused whole when one of its files lies outside of it, is a link, does not have the hash that the wheel itself
states, or when there is too much of it (MOD-11, MOD-13).
"""

import base64
import csv
import hashlib
import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

from packaging.markers import Marker, UndefinedComparison, UndefinedEnvironmentName, default_environment
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import sys_tags
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from gutenbot.kernel.errors import UserMistake
from gutenbot.modules.load import GROUP

MOST_BYTES = 200 << 20
MOST_FILES = 20_000
BROKEN = (zipfile.BadZipFile, zlib.error, csv.Error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What reading an archive and what it says of itself may raise: damage, a password, a way of packing that is not known here."""
_CHUNK = 1 << 20
_DRIVE = re.compile(r"^[A-Za-z]:")


class BadPackage(UserMistake):
    """{file} cannot be installed: {reason}"""

    code = "modules.bad-package"


@dataclass(frozen=True, slots=True)
class Wheel:
    """What a wheel says of itself."""

    file: str
    distribution: str
    version: str
    sha256: str
    size: int
    files: int
    entry_points: dict[str, str]
    """Modules of Gutenbot in it: name → where."""
    requires: tuple[str, ...]
    headers: Message = field(repr=False)
    readme: str = field(repr=False, default="")
    changelog: str = field(repr=False, default="")

    @property
    def folder(self) -> str:
        """The name of the folder that it is unpacked into."""
        return f"{self.distribution}-{self.version}-{self.sha256[:12]}"

    def said(self, name: str) -> str:
        """A line of its metadata."""
        return str(self.headers.get(name, "") or "")


def read_wheel(path: Path, name: str) -> Wheel:
    """Reads and checks. Raises `BadPackage`."""
    try:
        distribution, version, _, tags = parse_wheel_filename(name)
    except (InvalidWheelFilename, ValueError) as error:
        raise BadPackage(file=name[:100], reason=f"{error}.") from None
    if not tags & set(sys_tags()):
        raise BadPackage(file=name, reason="it is for another Python or another system.")
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive, path, name, str(distribution), version)
    except BROKEN as error:
        raise BadPackage(file=name, reason=f"it is no whole wheel ({error}).") from None


def _read(archive: zipfile.ZipFile, path: Path, name: str, distribution: str, version: Version) -> Wheel:
    infos = archive.infolist()
    _refuse_unsafe(infos, name)
    heads = {info.filename.split("/")[0] for info in infos if info.filename.split("/")[0].endswith(".dist-info")}
    if len(heads) != 1:
        raise BadPackage(file=name, reason="it does not have one folder of metadata.")
    head = heads.pop()
    _check_hashes(archive, infos, head, name)
    headers = HeaderParser().parsestr(_text(archive, f"{head}/METADATA", name))
    if canonicalize_name(str(headers["Name"])) != distribution or Version(str(headers["Version"])) != version:
        raise BadPackage(file=name, reason="its name and its metadata do not agree.")
    return Wheel(
        file=name,
        distribution=distribution,
        version=str(version),
        sha256=sha256_of(path),
        size=path.stat().st_size,
        files=len(infos),
        entry_points=_entry_points(archive, head, name),
        requires=tuple(str(one) for one in headers.get_all("Requires-Dist") or ()),
        headers=headers,
        readme=str(headers.get_payload() or "")[:200_000],
        changelog=_changelog(archive, infos),
    )


def _refuse_unsafe(infos: Sequence[zipfile.ZipInfo], name: str) -> None:
    """Before a single byte is written."""
    if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > MOST_BYTES:
        raise BadPackage(file=name, reason=f"it unpacks to more than {MOST_FILES} files or {MOST_BYTES >> 20} MB.")
    seen: set[str] = set()
    for info in infos:
        path = PurePosixPath(info.filename)
        kind = stat.S_IFMT(info.external_attr >> 16)
        wrong = path.is_absolute() or ".." in path.parts or "\\" in info.filename or _DRIVE.match(info.filename)
        if wrong or "\x00" in info.filename or not path.parts:
            raise BadPackage(file=name, reason=f"it has a file outside of itself ({info.filename[:80]!r}).")
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise BadPackage(file=name, reason=f"{info.filename[:80]!r} in it is no plain file.")
        if info.filename.casefold() in seen:
            raise BadPackage(file=name, reason=f"it has {info.filename[:80]!r} twice.")
        seen.add(info.filename.casefold())


def _check_hashes(archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo], head: str, name: str) -> None:
    """Every file is in RECORD, and has the hash that stands there."""
    record = {row[0]: row[1] for row in csv.reader(io.StringIO(_text(archive, f"{head}/RECORD", name))) if len(row) > 1}
    spared = {f"{head}/RECORD", f"{head}/RECORD.jws", f"{head}/RECORD.p7s"}
    for info in infos:
        if info.is_dir() or info.filename in spared:
            continue
        kind, _, stated = record.get(info.filename, "").partition("=")
        if kind != "sha256":
            raise BadPackage(file=name, reason=f"{info.filename[:80]!r} is not in its list of hashes.")
        if _hash_of(archive, info) != stated.rstrip("="):
            raise BadPackage(file=name, reason=f"{info.filename[:80]!r} does not have the hash that is stated.")


def _hash_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    digest, size = hashlib.sha256(), 0
    with archive.open(info) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > info.file_size:
                raise zipfile.BadZipFile("a file is larger than it says")
            digest.update(chunk)
    return base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")


def _entry_points(archive: zipfile.ZipFile, head: str, name: str) -> dict[str, str]:
    file = f"{head}/entry_points.txt"
    if file not in archive.namelist():
        return {}
    parser = ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(_text(archive, file, name))
    except ConfigError:
        raise BadPackage(file=name, reason="its entry points cannot be read.") from None
    return dict(parser[GROUP]) if parser.has_section(GROUP) else {}


def _changelog(archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo]) -> str:
    found = next((info for info in infos if PurePosixPath(info.filename).name == "CHANGELOG.md"), None)
    return archive.read(found).decode("utf-8", "replace")[:200_000] if found and found.file_size < _CHUNK else ""


def _text(archive: zipfile.ZipFile, file: str, name: str) -> str:
    try:
        return archive.read(file).decode("utf-8")
    except KeyError:
        raise BadPackage(file=name, reason=f"it lacks {file}.") from None


def sha256_of(path: Path) -> str:
    """In hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpack(path: Path, into: Path) -> None:
    """Writes a checked wheel into a folder, each file on the disk. Its scripts stay away."""
    into.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path) as archive:
        for info, place in _placed(archive):
            target = into / place
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as source, target.open("wb") as file:
                while chunk := source.read(_CHUNK):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())


def _placed(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    for info in archive.infolist():
        parts = PurePosixPath(info.filename).parts
        if info.is_dir():
            continue
        if parts[0].endswith(".data"):
            if len(parts) > 2 and parts[1] in ("purelib", "platlib"):
                yield info, PurePosixPath(*parts[2:])
            continue
        yield info, PurePosixPath(*parts)


def runs(wanted: str, python: str) -> bool:
    """Whether a `Requires-Python` takes this version; one that says nothing that can be read takes none."""
    try:
        return not wanted or SpecifierSet(wanted).contains(python, prereleases=True)
    except InvalidSpecifier:
        return False


def wanted_by(requires: Sequence[str], extras: Collection[str] = ()) -> list[Requirement]:
    """The requirements that hold here, those of other extras left out."""
    found: list[Requirement] = []
    environment = {key: str(value) for key, value in default_environment().items()}
    for text in requires:
        try:
            one = Requirement(text)
        except InvalidRequirement:
            continue
        if one.marker is None or any(_holds(one.marker, {**environment, "extra": extra}) for extra in ("", *extras)):
            found.append(one)
    return found


def _holds(marker: Marker, environment: dict[str, str]) -> bool:
    """Whether a condition of a requirement holds; one that says nothing does."""
    try:
        return marker.evaluate(environment)
    except (UndefinedComparison, UndefinedEnvironmentName):
        return True
