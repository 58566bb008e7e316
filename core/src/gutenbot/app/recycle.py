"""Ends the process when its turns stand still for too long, even inside a C call that holds the interpreter (SLO-03, POI-02).

The attempt was counted when the event was claimed, so an event that does this again and again is set aside.
"""

import asyncio
import faulthandler

from gutenbot.modules.module import Module
from gutenbot.modules.running import RunningApp

BEATS = 6
"""Heartbeats within the limit."""


def recycler(limit_s: float) -> Module:
    """A module whose heartbeat runs beside the turns; when it stops for `limit_s` seconds, all stacks are written and the
    process ends."""
    module = Module("recycle", summary="Ends a process whose turns stand still, so that it is started anew.")

    @module.task
    async def heartbeat(app: RunningApp) -> None:
        try:
            while True:
                faulthandler.dump_traceback_later(limit_s, exit=True)
                await asyncio.sleep(limit_s / BEATS)
        finally:
            faulthandler.cancel_dump_traceback_later()

    return module
