"""Bots of others as content of ours: reads their files, runs nothing of them, and says what became of every construct."""

from gutenbot.importing.botpress import constructs, leave_out, read_botpress, report
from gutenbot.importing.convert import Imported
from gutenbot.importing.files import content_files, new_bot
from gutenbot.importing.notes import Note, Notes
from gutenbot.importing.write import free_name, publish, stage, write_folder

__all__ = [
    "Imported",
    "Note",
    "Notes",
    "constructs",
    "content_files",
    "free_name",
    "leave_out",
    "new_bot",
    "publish",
    "read_botpress",
    "report",
    "stage",
    "write_folder",
]
