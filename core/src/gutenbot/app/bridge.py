"""What connects an app with the people at its console: news, jobs, notifications, and an eye on what needs attention."""

from typing import TYPE_CHECKING

from gutenbot.app.attention import Attention
from gutenbot.app.core_jobs import jobs_of
from gutenbot.app.logs import Logs
from gutenbot.notifications.notifications import Notifications

if TYPE_CHECKING:
    from gutenbot.app.app import App


class Bridge:
    """Of one app; runs on the event loop of the web side."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self.jobs = jobs_of(app)
        self.notifications = Notifications(app.storage, app.clock, app.feed)
        self.attention = Attention(app)
        self.logs = Logs(app)

    async def run(self) -> None:
        """Begins, where this process does such work."""
        await self.logs.run()
        if self._app.mode.timers:
            await self.attention.run()
            if "schedules" in self._app.mode.roles:
                await self.jobs.run()

    async def stop(self) -> None:
        """Ends; what has been told is kept."""
        await self.logs.stop()
        await self.attention.stop()
        await self.jobs.stop()
        await self.notifications.stop()
