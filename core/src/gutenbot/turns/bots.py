"""A bot as the turn loop sees it: its dialogs, its content and a few settings. Swapped as a whole on reload."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from gutenbot.content import Library
from gutenbot.dialogs.book import Book
from gutenbot.kernel.ids import BotId


@dataclass(slots=True)
class BotRuntime:
    """What turns of this bot run on."""

    bot_id: BotId
    book: Book
    library: Library
    default_locale: str = "en"
    time_zone: str = "UTC"
    turn_limit: timedelta = timedelta(seconds=60)
    """A turn that takes longer is cancelled and tried again."""
    profile_age: timedelta = timedelta(days=1)
    """A profile older than this is fetched anew."""
    concurrency: int = 200
    """Turns at once."""
    apologise: bool = True
    """Say `#gutenbot.error` when an event could not be handled."""
    show_errors: bool = False
    """Development: say what went wrong, with file and line, instead of the apology."""
    broken: str = ""
    """Development: why the code cannot be loaded; said in place of an answer."""
    service: Callable[[Any], Any] = field(default=lambda kind: kind)
    schedules: Mapping[str, Any] = field(default_factory=dict)
