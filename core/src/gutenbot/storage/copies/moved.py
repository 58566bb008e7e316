"""The mark beside a SQLite file that was moved to another place, or is being moved: nobody may go on with it by accident."""

import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gutenbot.storage.copies.errors import DatabaseMoved, HalfMoved


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What the mark says."""

    move: str
    """The id of the move, which the other end has too."""
    to: str
    """Where, without a password."""
    at: datetime
    done: bool = False


def marker_of(database: Path) -> Path:
    """The file of the mark."""
    return database.with_name(f"{database.name}.moved")


def read_mark(database: Path) -> Mark | None:
    """The mark, if there is one. One that cannot be read counts: somebody has to look."""
    try:
        return msgspec.json.decode(marker_of(database).read_bytes(), type=Mark)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError:
        return Mark(move="", to="?", at=datetime(1970, 1, 1, tzinfo=UTC))


def write_mark(database: Path, mark: Mark) -> None:
    """Leaves the mark; it is on disk when this returns."""
    file = marker_of(database)
    fresh = file.with_name(f"{file.name}.new")
    with fresh.open("wb") as out:
        out.write(msgspec.json.encode(mark))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def refuse_moved(database: Path) -> None:
    """Raises `DatabaseMoved`, `HalfMoved`."""
    mark = read_mark(database)
    if mark is None:
        return
    if mark.done:
        raise DatabaseMoved(path=database, to=mark.to, when=f"{mark.at:%Y-%m-%d}", marker=marker_of(database))
    raise HalfMoved(path=database, to=mark.to, marker=marker_of(database))
