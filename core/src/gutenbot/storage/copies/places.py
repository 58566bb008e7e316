"""Where a database is: a file of SQLite, or an address of PostgreSQL."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from gutenbot.storage.copies.errors import NothingToCopy, WrongTarget
from gutenbot.storage.copies.shapes import Source

Place = Path | str
"""The path of a SQLite file, or the address of a PostgreSQL database."""


def is_postgres(address: str) -> bool:
    """Whether this is an address of PostgreSQL."""
    return address.startswith(("postgresql://", "postgres://"))


def parse_place(text: str, more: str = "") -> Place:
    """A place as people write it: `postgresql://…`, `sqlite:FILE`. Raises `WrongTarget`."""
    if is_postgres(text):
        return text
    if text.startswith("sqlite:") and len(text) > len("sqlite:"):
        path = text.removeprefix("sqlite:")
        return Path(path.removeprefix("//") if path.startswith("///") else path)
    raise WrongTarget(target=shown(text), more=more)


def shown(place: Place) -> str:
    """The place without a password."""
    if isinstance(place, Path):
        return str(place)
    try:
        parts = urlsplit(place)
    except ValueError:
        return place.partition("@")[2] or "?"
    if parts.password is None:
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    name = f"{parts.username}:***@" if parts.username else ""
    return urlunsplit((parts.scheme, f"{name}{parts.netloc.rpartition('@')[2]}", parts.path, "", ""))


def open_source(place: Place) -> Source:
    """Opens a database for reading. Raises `NothingToCopy`, `StorageAway`, `PostgresMissing`."""
    if isinstance(place, Path):
        from gutenbot.storage.copies.sqlite_source import SqliteSource

        if not place.exists():
            raise NothingToCopy(path=place)
        return SqliteSource(place)
    from gutenbot.storage.copies.postgres_source import PostgresSource

    return PostgresSource(place)


@contextmanager
def speaking_of(place: Place) -> Generator[None]:
    """Errors of PostgreSQL's driver in our words: `StorageAway`, `DatabaseRefused`."""
    if isinstance(place, Path):
        yield
        return
    from gutenbot.storage.copies.postgres_source import speaking_of as speaking

    with speaking(shown(place)):
        yield
