"""Where a project keeps its data: a SQLite file in its data folder, or a PostgreSQL database that workers share."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from gutenbot.app.settings import Settings
from gutenbot.kernel.clock import Clock
from gutenbot.kernel.errors import UserMistake
from gutenbot.storage.port import Storage
from gutenbot.turns.roles import ALL_ROLES, Role


class NotShared(UserMistake):
    """One process at a time works on SQLite ({path}), so it does all the work itself. For {wanted}, set `database_url` to a
    PostgreSQL database; `gutenbot move --to postgresql://…` takes what is there along."""

    code = "database.not-shared"


@dataclass(frozen=True, slots=True)
class Database:
    """The address of a project's data."""

    path: Path
    """The SQLite file; its folder is the data folder of the project, with either engine."""
    url: str = ""
    """Of PostgreSQL; empty: the file."""
    listen_url: str | None = None
    """Of the server itself, when `url` is that of a pooler; empty text: nowhere."""
    lease_s: float = 30.0
    """With PostgreSQL: for how long a process that is not heard of keeps what it holds."""

    @property
    def folder(self) -> Path:
        """The data folder: where the running server says where it is."""
        return self.path.parent

    @property
    def engine(self) -> str:
        """`sqlite` or `postgresql`."""
        return "postgresql" if self.url else "sqlite"

    def exists(self) -> bool:
        """Whether there is a file; of a server it is taken for granted."""
        return bool(self.url) or self.path.exists()

    def __str__(self) -> str:
        """As it may be shown: without a password."""
        return _without_password(self.url) if self.url else str(self.path)


def database_of(folder: Path, settings: Settings, *, dev: bool = False) -> Database:
    """The database of a project that lies in `folder`."""
    path = (folder / settings.data).resolve() / ("dev.db" if dev or settings.dev else "gutenbot.db")
    url = settings.database_url.get_secret_value()
    listen_url = settings.database_listen_url.get_secret_value()
    listen_at = None if not listen_url else "" if listen_url == "none" else listen_url
    return Database(path, url, listen_at, settings.lease_s)


def make_storage(database: Database, clock: Clock, *, roles: Collection[Role] = ALL_ROLES, boot: str = "") -> Storage:
    """The storage, not opened. Raises `NotShared`, `PostgresMissing`."""
    return _maker(database)(clock, roles, boot)


def _maker(database: Database) -> Callable[[Clock, Collection[Role], str], Storage]:
    if database.url:

        def postgres(clock: Clock, roles: Collection[Role], boot: str) -> Storage:
            from gutenbot.storage.postgres import PostgresStorage  # needs a driver that not everybody has
            from gutenbot.storage.postgres.engine import Limits

            return PostgresStorage(
                database.url, clock, boot=boot, works="turns" in roles, listen_url=database.listen_url,
                limits=Limits(lease_s=database.lease_s),
            )  # fmt: skip

        return postgres

    def sqlite(clock: Clock, roles: Collection[Role], boot: str) -> Storage:
        from gutenbot.storage.sqlite import SqliteStorage

        if frozenset(roles) != ALL_ROLES:
            raise NotShared(path=database.path, wanted="processes with different roles")
        return SqliteStorage(database.path, clock)

    return sqlite


def _without_password(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    except ValueError:
        return "postgresql://…"
    user = f"{parts.username}@" if parts.username else ""
    return f"{parts.scheme}://{user}{host}{parts.path}"
