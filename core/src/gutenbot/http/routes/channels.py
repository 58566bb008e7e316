"""The channels on which bots talk: how each fares, and what it can show."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel

from gutenbot.app.channels import ChannelState, find, shown_capabilities, states
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, needs
from gutenbot.kernel.clock import from_ms

router = APIRouter(tags=["channels"])
Reader = Annotated[Actor, needs("channels:read")]


class Capability(BaseModel):
    """What a channel can show; richer messages are made simpler."""

    text_limit: int
    caption_limit: int
    title_limit: int
    unit: str
    quick_replies: int
    buttons: int
    cards: bool
    carousel: int
    forms: bool
    media: list[str]
    media_bytes: int
    location: bool
    typing: bool


class ChannelInfo(BaseModel):
    """A channel as it is now."""

    name: str
    module: str
    state: str
    """`live` or `failing`."""
    reason: str
    last_in: datetime | None
    last_out: datetime | None
    taken: int
    """Events since the server started."""
    said: int
    failed: int
    reads: bool
    """Its clients read the thread: nothing is sent, and nothing can fail on the way."""
    burst: str
    capabilities: Capability


class Channels(BaseModel):
    """All of this server."""

    items: list[ChannelInfo]


@router.get("/channels")
async def list_channels(app: App, actor: Reader) -> Channels:
    """All channels with what came in and went out."""
    return Channels(items=[_out(one) for one in await states(app)])


@router.get("/channels/{channel}")
async def show_channel(channel: Annotated[str, Path(max_length=60)], app: App, actor: Reader) -> ChannelInfo:
    """One channel."""
    return _out(find(await states(app), channel))


def _out(one: ChannelState) -> ChannelInfo:
    channel: Any = one.channel
    return ChannelInfo(
        name=channel.id, module=one.module, state=one.state, reason=one.reason,
        last_in=from_ms(one.last.in_ms) if one.last.in_ms else None,
        last_out=from_ms(one.last.out_ms) if one.last.out_ms else None,
        taken=one.taken, said=one.said, failed=one.failed, reads=channel.reads, burst=channel.burst,
        capabilities=Capability(**shown_capabilities(channel)),
    )  # fmt: skip
