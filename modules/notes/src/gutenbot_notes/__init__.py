"""Notes on people, for the team. This page says what the module is made of."""

from gutenbot.sdk import Module, Part
from gutenbot_notes.desk import Desk, begin, take_settings
from gutenbot_notes.http import routes
from gutenbot_notes.pages import add_pages
from gutenbot_notes.service import Notes
from gutenbot_notes.settings import NoteSettings

work = Part()
work.provide(Notes, Desk)
work.on_start(begin)
work.on_settings(take_settings)
add_pages(routes)

module = Module(
    "notes",
    parts=[work, routes],
    settings=NoteSettings,
    summary="Notes on people, for the team: who wrote them, and what they said before.",
)

__all__ = ["Notes", "module"]
