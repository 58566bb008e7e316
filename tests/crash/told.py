"""What both crash tests print of a run, and where it works: a folder of its own on a real disk."""

import shutil
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.crash.checks import Verdict

DISK = "/var/tmp"
Row = tuple[str, object]


def on_disk() -> str | None:
    """A folder on a real disk where there is one: the temporary one may be in memory."""
    return DISK if Path(DISK).is_dir() else None


@contextmanager
def folder_of_run(name: str, *, keep: bool) -> Generator[Path]:
    """A folder that is gone afterwards, unless it is to be kept."""
    folder = Path(tempfile.mkdtemp(prefix=f"gutenbot-{name}-", dir=on_disk()))
    try:
        yield folder
    finally:
        if keep:
            print(f"kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def of_verdict(verdict: Verdict) -> list[Row]:
    """What was found of the promises."""
    return [
        ("turns done", verdict.turns),
        ("lost", verdict.lost),
        ("doubled", verdict.doubled),
        ("reordered", verdict.reordered),
        ("wrong states", verdict.states),
        ("gaps in positions", verdict.gaps),
        ("steps missing, or under two keys", verdict.steps),
        ("steps repeated with the same key (allowed)", verdict.steps_repeated),
        ("open events", verdict.open_rows),
        ("dead events", verdict.dead_rows),
        ("wrong to see for users", verdict.client),
        ("integrity of the database", verdict.integrity),
    ]


def table(title: str, rows: Sequence[Row], wrong: Sequence[str], last: str) -> str:
    """A title, the rows under each other, what is wrong, and a last line."""
    width = max(len(name) for name, _ in rows)
    lines = [title, "", *(f"  {name:<{width}}  {value}" for name, value in rows), *(f"  ! {one}" for one in wrong)]
    return "\n".join([*lines, "", last, ""])
