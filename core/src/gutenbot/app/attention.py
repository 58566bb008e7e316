"""Sees to it that people hear of what goes wrong: events and sends that came to nothing, parts that do not work, backups that
are old, and sign-ins from where nobody signed in before."""

import asyncio
import contextlib
import json
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gutenbot.accounts.questions import FIRST_MADE, NEWEST_LINE
from gutenbot.kernel.clock import from_ms
from gutenbot.kernel.errors import GutenbotError, Temporary
from gutenbot.kernel.log import get_logger
from gutenbot.notifications.notifications import Level
from gutenbot.turns.signals import EventDied, SendFailed

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("attention")
LOOK_S = 5.0
BACKUPS_S = 3_600.0
BACKUP_NOTE = "last-backup.json"
"""In the data folder, written by `gutenbot backup`."""
_LOOKED = 200


class Attention:
    """Of one app. What it tells is one notification for all workers that see the same."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._task: asyncio.Task[None] | None = None
        self._bad: dict[str, int] = {}
        """Component → in how many looks in a row it did not work."""
        self._told: set[str] = set()
        self._modules: dict[str, str] = {}
        self._backups_at = float("-inf")
        self._audit_n = -1
        self._telling: set[asyncio.Task[None]] = set()
        self.data_folder: Path | None = None
        """Where backups are noted; None where nobody said."""
        self._backup_days = 0

    def watch_backups(self, data_folder: Path, days: int) -> None:
        """Tells when the last backup of the database in this folder is older; 0: never."""
        self.data_folder, self._backup_days = data_folder, days

    async def run(self) -> None:
        """Looks on, on this event loop, until `stop`."""
        self._app.signals.subscribe(EventDied, self._died, "core")
        self._app.signals.subscribe(SendFailed, self._not_sent, "core")
        self._task = asyncio.create_task(self._look_on(), name="attention")

    async def stop(self) -> None:
        """Looks no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _died(self, signal: EventDied) -> None:
        reason = signal.error.partition("\n")[0][:300]
        self._tell(self._app.notify(
            f"An event of {signal.bot_id} could not be handled: {reason}", "error", f"/bots/{signal.bot_id}/failed-events",
            bot_id=signal.bot_id, to=f"may:dead-letters:read@{signal.bot_id}", same=f"dead {signal.bot_id}",
        ))  # fmt: skip

    async def _not_sent(self, signal: SendFailed) -> None:
        self._tell(self._of_send(signal))

    async def _of_send(self, signal: SendFailed) -> None:
        row = signal.row
        try:
            bot = (await self._app.storage.load(row.conversation_id)).conversation.bot_id
        except GutenbotError as error:
            log.warning("attention.unknown", conversation=row.conversation_id, error=str(error))
            return
        await self._app.notify(
            f"A message of {bot} could not be sent through {row.channel_id}: {signal.error[:300]}", "error",
            f"/bots/{bot}/conversations/{row.conversation_id}", bot_id=bot, to=f"may:conversations:read@{bot}",
            same=f"send {bot} {row.channel_id}",
        )  # fmt: skip

    def _tell(self, telling: Coroutine[Any, Any, None]) -> None:
        """Without a turn or a send waiting for it."""
        task = asyncio.create_task(telling, name="notification")
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            for look in (self.look_at_parts, self.look_at_modules, self.look_at_sign_ins, self.look_at_backups):
                try:
                    await look()
                except Temporary as error:
                    log.debug("attention.waits", error=str(error))
                except Exception:
                    log.exception("attention.failed")

    async def look_at_parts(self) -> None:
        """A part of the server that has not worked twice in a row is told once, and once more when it works again."""
        for one in self._app.health.components():
            if one.name in ("process", "modules") or one.state == "ok":
                self._bad.pop(one.name, None)
                if one.name in self._told:
                    self._told.discard(one.name)
                    await self._app.notify(
                        f"{one.name} works again.", "info", "/", to="may:metrics:read", same=f"well {one.name}"
                    )
                continue
            self._bad[one.name] = self._bad.get(one.name, 0) + 1
            if self._bad[one.name] >= 2 and one.name not in self._told and not self._app.storage.healthy():
                self._told.add(one.name)
                level: Level = "error" if one.state == "down" else "warning"
                await self._app.notify(
                    f"{one.name}: {one.why}", level, "/", to="may:metrics:read", same=f"part {one.name}"
                )
            elif self._bad[one.name] >= 2 and one.name == "database":
                self._told.add(one.name)  # it cannot be kept now: what is told is that it works again

    async def look_at_modules(self) -> None:
        """A module that has failed, or does only half of its work."""
        for name, entry in list(self._app.installed.items()):
            before, self._modules[name] = self._modules.get(name, "running"), entry.state
            if entry.state in ("failed", "degraded") and before != entry.state:
                words = "does not run" if entry.state == "failed" else "does only a part of its work"
                reason = entry.reason.partition("\n")[0][:300]
                await self._app.notify(
                    f"The module {name} {words}: {reason}", "error", "/modules", module=name, to="may:modules:read",
                    same=f"module {name}",
                )  # fmt: skip

    async def look_at_sign_ins(self) -> None:
        """A sign-in from a network from which this account has not come in its last ones is told to the account."""
        newest = await self._app.storage.peek(NEWEST_LINE)
        if self._audit_n < 0 or newest <= self._audit_n:
            self._audit_n = newest
            return
        from gutenbot.accounts import audit
        from gutenbot.accounts.secrets import network_of

        opened = audit.Wanted(verb="session.opened")
        rows = await self._app.storage.read(lambda db: audit.batch(db, opened, self._audit_n))
        if not rows:
            self._audit_n = newest
        for row in rows:
            self._audit_n = row["n"]
            account, address = row["object_id"], row["address"]
            wanted = audit.Wanted(verb="session.opened", object="account", object_id=account)
            earlier = await self._app.storage.read(lambda db, n=row["n"], w=wanted: audit.page(db, w, _LOOKED, n))  # type: ignore[misc]
            known = {network_of(one["address"]) for one in earlier}
            if known and address and network_of(address) not in known:
                await self._app.notify(
                    f"You signed in from {address}, for the first time. If that was not you, end that session and change your "
                    "password.", "warning", "/account/security", to=f"account:{account}", same=f"sign-in {account} {address}",
                )  # fmt: skip

    async def look_at_backups(self) -> None:
        """When the last backup is older than `backup_days`, or there was none for as long."""
        now = self._app.clock.monotonic()
        if not self._backup_days or self.data_folder is None or now - self._backups_at < BACKUPS_S:
            return
        self._backups_at = now
        last = await asyncio.to_thread(last_backup, self.data_folder)
        since = last if last is not None else await self._app.storage.peek(FIRST_MADE)
        if not since:
            return
        age = self._app.clock.now() - from_ms(since)
        if age > timedelta(days=self._backup_days):
            what = f"The last backup is {age.days} days old." if last is not None else "There is no backup yet."
            await self._app.notify(
                f"{what} Make one with: gutenbot backup",
                "warning",
                "/",
                to="may:metrics:read",
                same=f"backup {age.days}",
            )


def last_backup(folder: Path) -> int | None:
    """When `gutenbot backup` made the last one of the database in this folder, in milliseconds since 1970."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return int(json.loads((folder / BACKUP_NOTE).read_text("utf-8"))["at_ms"])
    return None
