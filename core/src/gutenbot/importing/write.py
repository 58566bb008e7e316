"""Writes what was imported all at once: whoever looks sees everything or nothing, also when the machine stops in between."""

import os
import shutil
from pathlib import Path

from gutenbot.importing.errors import AlreadyThere
from gutenbot.importing.files import Files

_MARK = ".importing-"


def write_folder(folder: Path, files: Files) -> None:
    """A folder with these files, which was not there or empty before. Raises `AlreadyThere`."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AlreadyThere(folder=folder.parent, what="something", names=folder.name)
    publish([stage(folder, files)])


def stage(folder: Path, files: Files) -> tuple[Path, Path]:
    """Writes the files beside where they belong, under a hidden name, down to the disk: (hidden folder, its place)."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    _clear(folder)
    hidden = folder.parent / f".{folder.name}{_MARK}{os.getpid()}"
    hidden.mkdir()
    try:
        for name, data in files.items():
            path = hidden.joinpath(*name.split("/"))
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for inner, _, _ in os.walk(hidden):
            _sync(Path(inner))
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise
    return hidden, folder


def publish(staged: list[tuple[Path, Path]]) -> None:
    """Gives the folders their names, in order: the last one is what makes the import count."""
    for hidden, folder in staged:
        hidden.rename(folder)
        _sync(folder.parent)


def free_name(folder: Path, name: str) -> str:
    """The name, or the first of `name-2`, `name-3` … that nothing in the folder's `content` and `media` has."""
    number = 1
    while any((folder / top / _numbered(name, number)).exists() for top in ("content", "media")):
        number += 1
    return _numbered(name, number)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _clear(folder: Path) -> None:
    """Removes what an import that was cut off has left here; one that still runs is let alone."""
    prefix = f".{folder.name}{_MARK}"
    for left in folder.parent.glob(f"{_escaped(prefix)}*"):
        number = left.name.removeprefix(prefix)
        if number.isdigit() and not _runs(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _escaped(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _runs(number: int) -> bool:
    if number == os.getpid():
        return False
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _sync(folder: Path) -> None:
    """Makes names in a folder last, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
