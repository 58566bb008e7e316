"""Modules of workers that share a database but no disk: wheels are kept in the database, and so is which modules count.

A worker that lacks the files of a module brings them from there, checks every hash, and unpacks them beside its own data, before
it loads anything. What was installed while there was no shared database is known to its own machine alone.
"""

import asyncio
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.ids import BotId, new_id
from gutenbot.kernel.log import get_logger
from gutenbot.modules.store import Kept, Store

if TYPE_CHECKING:
    from gutenbot.app.app import App
    from gutenbot.modules.packages import Package

log = get_logger("modules")
OWNER = BotId("-modules")
"""Whose the blobs are: nobody's bot has such an id."""
STAGED, INSTALLED = "core.modules-staged", "core.modules-installed"
MIME = "application/vnd.gutenbot.wheel"
_PART = 16 << 20
PLACE = "core.modules"


class SharedModules:
    """Of one app. With a database of its own there is nothing to share."""

    def __init__(self, app: "App") -> None:
        self._app = app

    # Packages that wait ---------------------------------------------------------------------------------------------

    async def stage(self, package: "Package") -> None:
        """Other workers may be asked to install it."""
        if not self._app.storage.shared:
            return
        folder = self._app.installing.store.staging / package.id
        wheels = [await self._put(folder / one.file, one.sha256) for one in (package.wheel, *package.along)]
        note = {"file": package.file, "main": package.wheel.distribution, "wheels": wheels}
        await self._app.storage.kv_set(STAGED, package.id, note)

    async def find(self, identifier: str) -> "Package | None":
        """A package that waits, brought here if another worker took it in."""
        packages = self._app.installing.packages
        found = await asyncio.to_thread(packages.find, identifier)
        if found is not None or not self._app.storage.shared or not identifier.isalnum():
            return found
        note = await self._app.storage.kv_get(STAGED, identifier)
        if note is None:
            return None
        _, folder = await asyncio.to_thread(packages.begin, identifier)
        await self._bring(note["wheels"], folder)
        return await asyncio.to_thread(packages.finish, identifier, note["file"], note["main"])

    async def drop(self, identifier: str) -> None:
        """It is not wanted: here and elsewhere."""
        await asyncio.to_thread(self._app.installing.packages.drop, identifier)
        if self._app.storage.shared:
            note = await self._app.storage.kv_get(STAGED, identifier)
            if note is not None:
                await self._app.storage.kv_delete(STAGED, identifier)
                await self._forget(note["wheels"])

    # Modules that count ---------------------------------------------------------------------------------------------

    async def installed(self, package_id: str, one: Kept) -> None:
        """It counts on all machines."""
        storage = self._app.storage
        if not storage.shared:
            return
        note = await storage.kv_get(STAGED, package_id)
        if note is None:
            return
        before = await storage.kv_get(INSTALLED, one.name)
        await storage.kv_set(INSTALLED, one.name, {**note, "kept": asdict(one)})
        await storage.kv_delete(STAGED, package_id)
        if before is not None:
            await self._forget(before.get("wheels", ()))

    async def removed(self, name: str) -> None:
        """It counts nowhere any more."""
        storage = self._app.storage
        if storage.shared:
            before = await storage.kv_get(INSTALLED, name)
            await storage.kv_set(INSTALLED, name, {"removed": True})
            if before is not None:
                await self._forget(before.get("wheels", ()))

    async def catch_up(self) -> None:
        """Brings what is on this machine to what counts; loads nothing."""
        if not self._app.storage.shared:
            return
        store = self._app.installing.store
        wanted = await self._app.storage.kv_list(INSTALLED)
        here = await asyncio.to_thread(store.read)
        for name, one in wanted.items():
            known = here.get(name)
            if one.get("removed"):
                if known is not None:
                    await asyncio.to_thread(store.remove, name)
            elif known is None or known.folder != one["kept"]["folder"]:
                await self._unpack(store, one)

    async def _unpack(self, store: Store, one: Mapping[str, Any]) -> None:
        kept = Kept(**one["kept"])
        if not (store.folder / kept.folder).is_dir():
            packages = self._app.installing.packages
            identifier, folder = await asyncio.to_thread(packages.begin, new_id())
            try:
                await self._bring(one["wheels"], folder)
                package = await asyncio.to_thread(packages.finish, identifier, one["file"], one["main"])
                await asyncio.to_thread(packages.place, package)
            finally:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            log.info("module.brought", module=kept.name, version=kept.version)
        await asyncio.to_thread(store.add, kept)

    # Wheels ---------------------------------------------------------------------------------------------------------

    async def _put(self, path: Path, sha256: str) -> dict[str, Any]:
        data = await asyncio.to_thread(path.read_bytes)
        now = to_ms(self._app.clock.now())
        parts = [data[start : start + _PART] for start in range(0, len(data), _PART)]
        blobs = [await self._app.storage.put_blob(OWNER, MIME, path.name, part, now) for part in parts]
        return {"file": path.name, "sha256": sha256, "blobs": blobs}

    async def _bring(self, wheels: Sequence[Mapping[str, Any]], folder: Path) -> None:
        """Writes wheels into a folder. Raises `BadPackage` where one is not what it was."""
        from gutenbot.modules.wheels import BadPackage

        for one in wheels:
            parts = [await self._app.storage.get_blob(OWNER, blob) for blob in one["blobs"]]
            data = b"".join(part[2] for part in parts if part is not None)
            if hashlib.sha256(data).hexdigest() != one["sha256"]:
                raise BadPackage(file=one["file"], reason="what the database keeps of it does not have its SHA-256.")
            await asyncio.to_thread((folder / Path(one["file"]).name).write_bytes, data)

    async def _forget(self, wheels: Sequence[Mapping[str, Any]]) -> None:
        from gutenbot.editing.media import forget_blobs

        blobs = [blob for one in wheels for blob in one["blobs"]]
        if blobs:
            await self._app.storage.write(partial(forget_blobs, bot=OWNER, blobs=blobs), place=PLACE)
