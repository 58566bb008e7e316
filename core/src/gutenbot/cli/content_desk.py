"""Edited content for commands that open the database themselves: they say what the server of the project would."""

import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from gutenbot.app.database import make_storage
from gutenbot.cli.access import Place, with_storage
from gutenbot.kernel.clock import SystemClock

if TYPE_CHECKING:
    from gutenbot.editing.desk import ContentDesk
    from gutenbot.modules.bot import Bot
    from gutenbot.storage.port import Storage

T = TypeVar("T")


def with_desk(place: Place, bot: "Bot", work: "Callable[[ContentDesk], Awaitable[T]]") -> T:
    """Works on the database itself, with the content files that lie here and the texts of the modules that would run.

    Raises `NoDatabase`, `BrokenBot`, and `UnknownBot` for a bot that would not run.
    """
    from gutenbot.app.compose import compose

    clock = SystemClock()
    made = make_storage(place.database, clock)
    app = compose(place.project, os.environ, overrides={"trace_to": ""}, storage=made, clock=clock).app

    async def opened(storage: "Storage") -> T:
        desk = await app.content.desk_unserved()
        if bot.id not in desk.shelves:
            from gutenbot.turns.errors import UnknownBot

            raise UnknownBot(bot=bot.name, known=", ".join(app.bots))
        return await work(desk)

    return with_storage(place, opened, made=made)
