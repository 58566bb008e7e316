"""Lists that are renewed from an address: looked at whole, with the hash that stands beside it, and the last good one is kept.

One worker fetches, all read what was fetched from the database; without the network the one that is there goes on counting.
"""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.errors import GutenbotError, Temporary
from gutenbot.kernel.log import get_logger
from gutenbot.modules.sources.web import Web

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("modules")
SCOPE = "core.lists"
MOST = 2 << 20
_HEX = 64


@dataclass(frozen=True, slots=True)
class Fetched:
    """What is kept of a list."""

    text: str = ""
    sha256: str = ""
    at_ms: int = 0
    """When it was fetched; 0: never."""
    tried_ms: int = 0
    error: str = ""
    """Why the last try brought nothing."""
    url: str = ""


class RenewedList:
    """One list. `check` raises `ValueError` for a text that is none."""

    def __init__(self, app: "App", name: str, check: Callable[[str], Any], every_s: float) -> None:
        self._app = app
        self._name = name
        self._check = check
        self._every_ms = int(every_s * 1000)
        self._one = asyncio.Lock()
        self.url = ""
        """Empty: it is not renewed, and nothing that was fetched before counts."""
        self.now = Fetched()

    async def load(self) -> bool:
        """Reads what is kept; returns whether the list is another one."""
        if not self.url:
            return False
        kept = await self._app.storage.kv_get(SCOPE, self._name)
        found = Fetched(**kept) if isinstance(kept, dict) else Fetched()
        found = (
            found if found.url == self.url else Fetched()
        )  # another address: what came from elsewhere does not count
        before, self.now = self.now, found
        return before.sha256 != found.sha256

    async def renew_when_due(self) -> bool:
        """Fetches it if it is time and no other worker does; returns whether the list is another one."""
        changed = await self.load()
        if not self.url or to_ms(self._app.clock.now()) - self.now.tried_ms < self._every_ms:
            return changed
        if await self._app.storage.take_lease(f"list {self._name}") != "":
            return changed
        try:
            return await self.renew() or changed
        finally:
            await self._app.storage.end_lease(f"list {self._name}")

    async def renew(self) -> bool:
        """Fetches it now; what is wrong is kept beside the last good one. Returns whether the list is another one."""
        if not self.url:
            return False
        async with self._one:
            changed = await self.load()
            before, now = self.now, to_ms(self._app.clock.now())
            try:
                text = await self._fetched()
                digest = hashlib.sha256(text.encode()).hexdigest()
                self.now = Fetched(text, digest, now, now, "", self.url)
            except (GutenbotError, ValueError) as error:
                if isinstance(error, Temporary):
                    raise
                log.warning("modules.list_not_renewed", list=self._name, error=str(error))
                self.now = Fetched(before.text, before.sha256, before.at_ms, now, str(error)[:500], self.url)
            kept = {name: getattr(self.now, name) for name in Fetched.__slots__}
            await self._app.storage.kv_set(SCOPE, self._name, kept)
            return changed or self.now.sha256 != before.sha256

    async def _fetched(self) -> str:
        pip = self._app.installing.sources.pip
        web = Web([self.url], proxy=pip.proxy, certificates=pip.certificates)
        stated, _, _ = await web.text(f"{self.url}.sha256", most=1000)
        text, _, _ = await web.text(self.url, most=MOST)
        digest = stated.strip().partition(" ")[0].lower()
        if len(digest) != _HEX or digest != hashlib.sha256(text.encode()).hexdigest():
            raise ValueError("its SHA-256 is not what stands beside it")
        self._check(text)
        return text
