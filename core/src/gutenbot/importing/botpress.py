"""The import of a bot of Botpress, from its files to what is to be written. Nothing is written here."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from gutenbot.content.problems import Place
from gutenbot.importing.convert import Imported, convert
from gutenbot.importing.errors import NothingToImport
from gutenbot.importing.notes import Note, Notes
from gutenbot.importing.sources import read_sources


def read_botpress(path: Path, *, prefix: str = "", also_on: str = "", media_folder: str = "botpress") -> Imported:
    """What a path says; raises `NothingToImport`, `ArchiveRefused` and `Unreadable`.

    `prefix` is put in front of every id. `also_on` names a channel on which everything is said that was for others only.
    """
    notes = Notes()
    imported = convert(read_sources(path, notes), notes, media_folder=media_folder)
    if not imported.items:
        if not notes.found:
            raise NothingToImport(path=path)
        return imported
    for item in imported.items:
        for entries in item.entries.values():
            if also_on:
                entries[:] = [_widened(entry, also_on) for entry in entries]
            elif any("on" in entry for entry in entries) and all(_is_elsewhere(entry) for entry in entries):
                message = f"`{item.id}` is said on other channels only, not in the web chat: see `--also-on web`"
                notes.changed(item.place, "`on`", message)
    if prefix:
        _put_in_front(imported, prefix)
    return imported


def leave_out(imported: Imported, ids: Iterable[str]) -> None:
    """Leaves out the items that the bot has already."""
    gone = set(ids)
    for item in imported.items:
        if item.id in gone:
            imported.notes.lost(item.place, "item", f"`{item.id}` is in the bot already, and stays as it is there")
    imported.items[:] = [item for item in imported.items if item.id not in gone]


def report(imported: Imported) -> dict[str, Any]:
    """The whole report for machines: every construct with its place and what became of it."""
    return {
        "items": len(imported.items),
        "questions": len(imported.questions),
        "media": len(imported.media),
        "locales": sorted({locale for item in imported.items for locale in item.entries}),
        "counts": imported.notes.counts(),
        "notes": [_note(note) for note in sorted(imported.notes.found)],
    }


def _note(note: Note) -> dict[str, Any]:
    place: Place = note.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "outcome": note.outcome,
        "construct": note.construct,
        "message": note.message,
    }


def _widened(entry: dict[str, Any], channel: str) -> dict[str, Any]:
    on = entry.get("on")
    if not isinstance(on, str) or channel in on.split("+"):
        return entry
    return {**entry, "on": f"{on}+{channel}"}


def _is_elsewhere(entry: dict[str, Any]) -> bool:
    on = entry.get("on")
    is_pause = not entry.keys() - {"typing", "wait"}
    return is_pause or (isinstance(on, str) and "web" not in on.split("+"))


def _put_in_front(imported: Imported, prefix: str) -> None:
    for item in imported.items:
        item.id = f"{prefix}{item.id}"
    imported.questions[:] = [replace(question, item=f"{prefix}{question.item}") for question in imported.questions]


def constructs(imported: Imported) -> Iterator[tuple[str, int]]:
    """How many of each construct were carried, the most frequent first."""
    counted: dict[str, int] = {}
    for note in imported.notes.found:
        if note.outcome == "carried":
            counted[note.construct] = counted.get(note.construct, 0) + 1
    return iter(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
