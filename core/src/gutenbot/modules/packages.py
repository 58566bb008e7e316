"""From an uploaded file to an installed module: what it is and needs is known before anything of it runs."""

import errno
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from packaging.utils import canonicalize_name
from packaging.version import Version

from gutenbot.kernel import crashpoints
from gutenbot.modules.load import CORE_VERSION
from gutenbot.modules.store import Store, sync_folder
from gutenbot.modules.wheels import BROKEN, MOST_BYTES, BadPackage, Wheel, read_wheel, runs, unpack, wanted_by

CORE = "gutenbot"


@dataclass(frozen=True, slots=True)
class Package:
    """A package that waits to be installed: the wheel of a module, and wheels that it brings along."""

    id: str
    file: str
    module: str
    wheel: Wheel
    along: Sequence[Wheel] = ()
    obstacles: Sequence[str] = ()
    """Why it cannot be installed here; none: it can."""
    missing: Sequence[str] = field(default_factory=tuple)
    """What it needs and neither this server nor the package has."""


class Packages:
    """Packages of one store."""

    def __init__(self, store: Store, new_id: Callable[[], str]) -> None:
        self.store = store
        self._new_id = new_id

    def take(self, name: str, data: bytes) -> Package:
        """Keeps an uploaded wheel, or a zip of wheels, and says what it is. Raises `BadPackage`."""
        name = PurePosixPath(name.replace("\\", "/")).name
        identifier, folder = self.begin()
        try:
            if name.endswith(".whl"):
                (folder / name).write_bytes(data)
            else:
                _split(name, data, folder)
            return self.finish(identifier, name)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def begin(self, identifier: str = "") -> tuple[str, Path]:
        """An id, and the empty folder in which the wheels of a package are brought together."""
        identifier = identifier or self._new_id()
        folder = self.store.staging / identifier
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return identifier, folder

    def finish(self, identifier: str, name: str, main: str = "") -> Package:
        """The wheels are there: says what package they are. `main`: the distribution of the module, where several have one.
        Raises `BadPackage`."""
        package = self._look(identifier, name, main)
        note = self.store.staging / identifier / "package.json"
        note.write_bytes(msgspec.json.encode({"file": name, "main": main}))
        return package

    def find(self, identifier: str) -> Package | None:
        """A package that waits."""
        folder = self.store.staging / identifier
        if not identifier.isalnum() or not (folder / "package.json").is_file():
            return None
        noted = msgspec.json.decode((folder / "package.json").read_bytes())
        return self._look(identifier, noted["file"], noted.get("main", ""))

    def drop(self, identifier: str) -> None:
        """It is not wanted."""
        if identifier.isalnum():
            shutil.rmtree(self.store.staging / identifier, ignore_errors=True)

    def place(self, package: Package, *, said: Callable[[str], None] = lambda line: None, anew: bool = False) -> None:
        """Unpacks it beside the others, where it does not count yet. `anew`: whatever is there under its name goes. Raises
        `BadPackage`."""
        staged = self.store.staging / package.id
        fresh = staged / "unpacked"
        shutil.rmtree(fresh, ignore_errors=True)
        for wheel in (package.wheel, *package.along):
            checked = read_wheel(staged / wheel.file, wheel.file)
            if checked.sha256 != wheel.sha256:
                raise BadPackage(file=wheel.file, reason="it has changed since it was looked at.")
            said(f"unpacking {wheel.file} (sha256 {wheel.sha256[:16]}…)")
            unpack(staged / wheel.file, fresh)
            crashpoints.reach("module.unpacked")
        target = self.store.folder / package.wheel.folder
        if target.exists() and anew:
            shutil.rmtree(target)
        try:
            fresh.replace(target)
        except OSError as error:
            if anew or error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        sync_folder(self.store.folder)
        crashpoints.reach("module.placed")

    def _look(self, identifier: str, name: str, main: str = "") -> Package:
        folder = self.store.staging / identifier
        wheels = [read_wheel(path, path.name) for path in sorted(folder.glob("*.whl"))]
        modules = [one for one in wheels if one.entry_points and main in ("", one.distribution)]
        if len(modules) != 1 or len(modules[0].entry_points) != 1:
            raise BadPackage(file=name[:100], reason=f"it must have exactly one module, and has {len(modules)}.")
        wheel = modules[0]
        along = [one for one in wheels if one is not wheel]
        missing = _missing([wheel, *along])
        module = next(iter(wheel.entry_points))
        return Package(identifier, name, module, wheel, along, _obstacles(self.store, module, wheel, missing), missing)


def _split(name: str, data: bytes, folder: Path) -> None:
    """The wheels of a bundle."""
    import io

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [one for one in archive.infolist() if one.filename.endswith(".whl") and not one.is_dir()]
            if not infos or len(infos) > 100 or sum(one.file_size for one in infos) > MOST_BYTES:
                raise BadPackage(file=name[:100], reason="it is neither a wheel nor a zip with up to 100 wheels.")
            for one in infos:
                (folder / PurePosixPath(one.filename.replace("\\", "/")).name).write_bytes(archive.read(one))
    except BROKEN as error:
        raise BadPackage(file=name[:100], reason=f"it is neither a wheel nor a zip of wheels ({error}).") from None


def _obstacles(store: Store, module: str, wheel: Wheel, missing: Sequence[str]) -> list[str]:
    found = [
        f"It is for gutenbot {one.specifier}; this is {CORE_VERSION}."
        for one in wanted_by(wheel.requires)
        if canonicalize_name(one.name) == CORE and not one.specifier.contains(CORE_VERSION, prereleases=True)
    ]
    python = wheel.said("Requires-Python")
    if not runs(python, python_version()):
        found.append(f"It is for Python {python}; this is {python_version()}.")
    if missing:
        found.append(f"It needs {', '.join(missing)}. Upload a zip with these wheels and that of the module.")
    other = next((one for one in metadata.entry_points(group="gutenbot.modules") if one.name == module), None)
    if other is not None and other.dist is not None and not _is_within(store, other.dist):
        found.append(f"The module {module} was installed with the server ({other.dist.name}); update it there.")
    elif other is not None and other.dist is not None and canonicalize_name(other.dist.name) != wheel.distribution:
        found.append(f"Another package, {other.dist.name}, has a module named {module} already.")
    return found


def _is_within(store: Store, dist: metadata.Distribution) -> bool:
    """It was installed from the console, or is being so."""
    return Path(str(dist.locate_file(""))).is_relative_to(store.folder)


def _missing(wheels: Sequence[Wheel]) -> list[str]:
    """Requirements that nothing meets, neither here nor among the wheels; those of extras that one wants of another, too."""
    brought = {one.distribution: Version(one.version) for one in wheels}
    extras = _extras(wheels)
    found: list[str] = []
    for wheel in wheels:
        for one in wanted_by(wheel.requires, extras[wheel.distribution]):
            name = str(canonicalize_name(one.name))
            have: Any = brought.get(name) or installed_version(name)
            if name != CORE and (have is None or not one.specifier.contains(have, prereleases=True)):
                found.append(f"{one.name}{one.specifier}")
    return sorted(set(found))


def _extras(wheels: Sequence[Wheel]) -> dict[str, set[str]]:
    """Which extras of each wheel the others want."""
    found: dict[str, set[str]] = {one.distribution: set() for one in wheels}
    before = -1
    while sum(map(len, found.values())) > before:
        before = sum(map(len, found.values()))
        for wheel in wheels:
            for one in wanted_by(wheel.requires, found[wheel.distribution]):
                found.get(str(canonicalize_name(one.name)), set()).update(one.extras)
    return found


def installed_version(name: str) -> Version | None:
    """Of a distribution that this server has."""
    try:
        return Version(metadata.version(name))
    except metadata.PackageNotFoundError:
        return None


def python_version() -> str:
    """Of this server, such as `3.13.1`."""
    import platform

    return platform.python_version()
