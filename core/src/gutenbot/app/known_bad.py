"""Modules that nobody should run: a list comes with every release; a file and an address may name more (MOD-14).

A list is JSON: `{"format": 1, "modules": [{"distribution": "gutenbot-x", "versions": ">=1,<1.3", "reason": "…"}]}`; without
`versions` all are meant. What is on it is switched off at once, in every worker, and those who look after modules are told.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gutenbot.app.lists import RenewedList
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.log import get_logger
from gutenbot.modules.about import about

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

    from gutenbot.app.app import App

log = get_logger("modules")
FILE = "known-bad.json"
LOOK_S = 60.0
EVERY_S = 3600.0


@dataclass(frozen=True, slots=True)
class Bad:
    """One entry of the list."""

    distribution: str
    versions: "SpecifierSet"
    reason: str

    def hits(self, distribution: str, version: str) -> bool:
        """Whether it means this one."""
        from packaging.utils import canonicalize_name

        same = bool(distribution) and canonicalize_name(distribution) == self.distribution
        return same and self.versions.contains(version, prereleases=True)


def read_list(text: str) -> list[Bad]:
    """Raises `ValueError` for what is no such list."""
    found: Any = json.loads(text)
    if not isinstance(found, Mapping) or found.get("format") != 1:
        raise ValueError("it is no list of format 1")
    if not found.get("modules", True):
        return []
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.utils import canonicalize_name

    try:
        return [
            Bad(canonicalize_name(one["distribution"]), SpecifierSet(one.get("versions", "")), str(one["reason"])[:500])
            for one in found["modules"]
        ]
    except (KeyError, TypeError, AttributeError, InvalidSpecifier) as error:
        raise ValueError(f"an entry of it is wrong ({error})") from None


class KnownBad:
    """The list of one app."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._file: Path | None = None
        self._stamp = 0.0
        self._more: list[Bad] = []
        self._bundled = read_list((resources.files("gutenbot.modules") / FILE).read_text("utf-8"))
        self._task: asyncio.Task[None] | None = None
        self._told: set[str] = set()
        self._notified: set[str] = set()
        self.central = RenewedList(app, "known-bad", read_list, EVERY_S)
        self._of_address: list[Bad] = []
        self._taken = ""

    def use(self, file: Path, url: str = "") -> None:
        """Looks at this file and this address as well: before the start."""
        self._file, self.central.url = file, url

    def look(self) -> dict[str, str]:
        """Module → why nobody should run it, of those that are installed."""
        self._read()
        found: dict[str, str] = {}
        bad = (*self._bundled, *self._more, *self._of_address)
        for name, entry in self._app.installed.items() if bad else ():
            said = about(name, entry.module.folder)
            hit = next((one for one in bad if one.hits(said.distribution, entry.module.version)), None)
            if hit is not None:
                found[name] = hit.reason
        for name in set(found) - self._told:
            log.error("module.known_bad", module=name, why=found[name])
        self._told = set(found)
        return found

    def watch(self) -> None:
        """Looks again and again from now on, where there is more to look at than what came with the release."""
        if self._task is None and (self._file is not None or self.central.url):
            self._task = asyncio.create_task(self._watch(), name="known bad modules")

    def _read(self) -> None:
        """A list that cannot be read changes nothing."""
        if self.central.now.sha256 != self._taken:
            self._of_address, self._taken = read_list(self.central.now.text), self.central.now.sha256
        try:
            stamp = self._file.stat().st_mtime if self._file is not None else 0.0
            if self._file is not None and stamp != self._stamp:
                self._more, self._stamp = read_list(self._file.read_text("utf-8")), stamp
        except FileNotFoundError:
            self._more, self._stamp = [], 0.0
        except (OSError, ValueError) as error:
            log.error("modules.list_unreadable", file=str(self._file), error=str(error))

    async def _watch(self) -> None:
        while True:
            try:
                await self.central.renew_when_due()
                await self.look_and_tell()
            except Temporary as error:
                log.warning("modules.list_waits", error=str(error))
            await self._app.clock.sleep(LOOK_S)

    async def look_and_tell(self) -> None:
        """Switches off what is on a list by now, and tells those who look after modules."""
        await self._app.switching.look_again()
        fresh = self._told - self._notified
        self._notified = set(self._told)
        for name in fresh:
            await self._app.notify(
                f"{name} is known to be bad and was switched off: {self._app.switching.banned[name]}", "error",
                f"/modules/{name}", module=name, to="may:modules:read", same=f"bad {name}",
            )  # fmt: skip

    async def stop(self) -> None:
        """Looks no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
