"""The modules that can be had, and which installed ones have a newer version: the list of the release, or the renewed one."""

import asyncio
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from gutenbot.app.lists import RenewedList
from gutenbot.modules.about import about, since

if TYPE_CHECKING:
    from gutenbot.app.app import App
    from gutenbot.modules.sources.catalogue import Known


EVERY_S = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Offer:
    """A module of the list, beside what is here."""

    known: "Known"
    installed: str
    """The version that is here; empty: none."""
    ours: bool
    """It was installed from the console, or is not here: it can be installed and updated there."""
    news: str
    """What the changelog says since the version that is here."""

    @property
    def is_update(self) -> bool:
        """Something older is here."""
        return bool(self.installed) and self.known.is_newer_than(self.installed)


class Catalogue:
    """Of one app."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self.renewed = RenewedList(app, "index", _read, EVERY_S)
        self._task: asyncio.Task[bool] | None = None

    def known(self) -> "list[Known]":
        """The renewed list where there is one, else that of the release."""
        if self.renewed.now.text:
            return _read(self.renewed.now.text)
        from gutenbot.modules.sources.catalogue import FILE

        return _read((resources.files("gutenbot.modules") / FILE).read_text("utf-8"))

    async def look(self) -> list[Offer]:
        """All modules of the list. Asks nobody: a list that is due is renewed meanwhile, for the next one who looks."""
        await self.renewed.load()
        if self.renewed.url and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self.renewed.renew_when_due(), name="index of modules")
        return [self._offer(one) for one in self.known()]

    async def stop(self) -> None:
        """Renews no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _offer(self, one: "Known") -> Offer:
        from packaging.utils import canonicalize_name

        entry = self._app.installed.get(one.name)
        version = entry.module.version if entry is not None else ""
        if entry is not None:
            said = about(one.name, entry.module.folder).distribution
            if said and canonicalize_name(said) != canonicalize_name(one.distribution):
                version = ""  # another package has a module of this name
        version = self._app.installing.pending(one.name) or version
        return Offer(
            one,
            installed=version,
            ours=not version or self._app.installing.is_ours(one.name),
            news=since(one.changelog, version) if version else one.changelog,
        )


def _read(text: str) -> "list[Known]":
    from gutenbot.modules.sources.catalogue import read_catalogue

    return read_catalogue(text)
