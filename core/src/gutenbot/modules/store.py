"""The modules that were installed from the console: a folder for each version, and one manifest that says which of them count.

The manifest is replaced in one step: after a crash at any moment there is the set of before or that of after (CRA-15). What no
manifest names is left over, and goes at the next start.
"""

import importlib
import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import IO

from gutenbot.kernel import crashpoints
from gutenbot.kernel.log import get_logger

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

log = get_logger("modules")
FOLDER = "modules"
MANIFEST = "manifest.json"
STAGING = "staging"
LOCK = "in-use"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """One installed distribution."""

    name: str
    """Of the module."""
    distribution: str
    version: str
    folder: str
    sha256: str
    """Of the wheel that it came from."""
    source: str
    installed_ms: int
    by: str = ""


class Store:
    """Below the data folder of a project."""

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER

    @property
    def staging(self) -> Path:
        """Where packages wait that are not installed yet."""
        return self.folder / STAGING

    def read(self) -> dict[str, Kept]:
        """Module → what is installed. A manifest that cannot be read counts as none, and is told."""
        try:
            found = json.loads((self.folder / MANIFEST).read_text("utf-8"))
            if found["format"] != _FORMAT:
                raise ValueError(f"its format is {found['format']}")
            return {one["name"]: Kept(**one) for one in found["modules"]}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.error("modules.manifest_unreadable", path=str(self.folder / MANIFEST), error=str(error))
            return {}

    def write(self, modules: Mapping[str, Kept]) -> None:
        """Makes this the set that counts, in one step, on the disk when it returns."""
        text = json.dumps({"format": _FORMAT, "modules": [asdict(one) for one in modules.values()]}, indent=1)
        fresh = self.folder / f"{MANIFEST}.new"
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        crashpoints.reach("module.manifest")
        fresh.replace(self.folder / MANIFEST)
        sync_folder(self.folder)
        crashpoints.reach("module.installed")

    def add(self, one: Kept) -> Kept | None:
        """This version counts from now on; returns the one before."""
        modules = self.read()
        before = modules.get(one.name)
        self.write({**modules, one.name: one})
        return before

    def remove(self, name: str) -> Kept | None:
        """It counts no more; returns what it was. Its files go at the next start."""
        modules = self.read()
        before = modules.pop(name, None)
        if before is not None:
            self.write(modules)
        return before

    def put_back(self, name: str, before: Kept | None) -> None:
        """As it was before."""
        if before is None:
            self.remove(name)
        else:
            self.add(replace(before))

    def activate(self) -> None:
        """Lets Python find what is installed: after everything else, so that no module hides a part of the server."""
        for one in self.read().values():
            self.activate_one(one)

    def activate_one(self, one: Kept) -> None:
        """See `activate`."""
        path = str(self.folder / one.folder)
        if path not in sys.path:
            sys.path.append(path)
            importlib.invalidate_caches()

    def hold(self) -> IO[bytes] | None:
        """Says that this process may have files of modules open, until what is returned is closed. Who comes first, while nobody
        else does, removes what no manifest names. None where nobody can say so: the folder cannot be written."""
        held = self._lock_file() if fcntl is not None else None
        if fcntl is None or held is None:
            return None
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.tidy()
        except OSError:
            pass  # somebody else runs: another start will tidy
        fcntl.flock(held, fcntl.LOCK_SH)
        return held

    def _lock_file(self) -> IO[bytes] | None:
        """Open; for reading only where it cannot be written, for a lock needs no more."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return (self.folder / LOCK).open("ab")
        except OSError as error:
            reason = str(error)
        try:
            return (self.folder / LOCK).open("rb")
        except OSError:
            log.warning("modules.not_held", path=str(self.folder), reason=reason)
            return None

    def tidy(self) -> int:
        """Removes what no manifest names: old versions, what an installation that was cut off has left, packages that waited.
        Returns how much. Only while nothing runs: what runs may have files open."""
        named = {one.folder for one in self.read().values()} | {MANIFEST, LOCK}
        gone = 0
        for place in self.folder.iterdir() if self.folder.is_dir() else ():
            if place.name not in named:
                shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)
                gone += 1
        if gone:
            log.info("modules.tidied", places=gone)
        return gone


def sync_folder(folder: Path) -> None:
    """What was renamed in a folder is on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
