"""Core's own contributions, made the same way as any module's."""

from typing import Any

from gutenbot.app.core_jobs import KINDS as JOBS
from gutenbot.app.fetching import KINDS as FETCHING
from gutenbot.app.staged import KINDS as INSTALLING
from gutenbot.content.shapes import BUILT_IN
from gutenbot.modules.module import Module
from gutenbot.storage.rows import OutgoingRow
from gutenbot.turns.channel import EVERYTHING, Burst, Capabilities, Sent

INTERNAL = "gutenbot"
"""The channel of jobs and schedules: nobody reads it."""

API = "api"
"""The channel of programs that talk to the bot over HTTP."""

CORE = Module("core", summary="The turn loop and what it needs.")


class ReadChannel:
    """A channel whose clients read the thread: nothing is sent, a message is there once it is on disk."""

    reads = True
    idempotent = True
    fetches_profiles = False
    concurrency = 1

    def __init__(self, channel_id: str, *, capabilities: Capabilities = EVERYTHING, burst: Burst = "queue") -> None:
        self.id = channel_id
        self.capabilities = capabilities
        self.burst: Burst = burst

    async def send(self, row: OutgoingRow) -> Sent:
        """It is there already."""
        return Sent("sent")

    async def profile(self, sender: str) -> dict[str, Any] | None:
        """The channel knows nothing about anybody."""
        return None


def internal_channel() -> ReadChannel:
    """The channel of jobs."""
    return ReadChannel(INTERNAL)


def api_channel() -> ReadChannel:
    """The channel of `POST /api/v1/converse`: other programs talk to the bot, and read the thread."""
    return ReadChannel(API)


for _kind in BUILT_IN.values():
    CORE.contribute("content_types", _kind.name, _kind)
for _name, _job in {**JOBS, **FETCHING, **INSTALLING}.items():
    CORE.contribute("jobs", _name, _job)
CORE.channel(lambda app: internal_channel())
CORE.channel(lambda app: api_channel())
