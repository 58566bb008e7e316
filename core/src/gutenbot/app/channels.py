"""Channels as people see them: what came in and went out, what failed, what each can show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gutenbot.kernel.errors import UserMistake
from gutenbot.kernel.readings import read
from gutenbot.storage.traffic import Traffic, traffic
from gutenbot.turns.channel import Channel
from gutenbot.turns.measures import FAILING
from gutenbot.turns.playground import PLAYGROUND

if TYPE_CHECKING:
    from gutenbot.app.app import App

HIDDEN = frozenset({PLAYGROUND})


class NoChannel(UserMistake):
    """There is no channel {channel}; there are {known}."""

    code = "channels.unknown"
    status = 404


@dataclass(frozen=True, slots=True)
class ChannelState:
    """One channel as it is now."""

    channel: Channel
    module: str
    state: str
    """`live` or `failing`."""
    reason: str
    last: Traffic
    taken: int
    """Events that were kept, on all workers since they started."""
    said: int
    failed: int
    """Messages that were given up."""


async def states(app: "App") -> list[ChannelState]:
    """All channels but the playground."""
    last = await app.storage.read(lambda db: traffic(db, list(app.bots)))
    counted = _counted(app)
    return [_state(app, name, channel, last, counted) for name, channel in app.channels if name not in HIDDEN]


def find(found: list[ChannelState], name: str) -> ChannelState:
    """One of them. Raises `NoChannel`."""
    for one in found:
        if one.channel.id == name:
            return one
    raise NoChannel(channel=name[:60], known=", ".join(one.channel.id for one in found) or "none")


def _state(
    app: "App", name: str, channel: Channel, last: Mapping[str, Traffic], counted: Mapping[str, dict[str, int]]
) -> ChannelState:
    failures, why = app.measures.failing.get(name, (0, ""))
    failing = failures >= FAILING
    return ChannelState(
        channel=channel, module=app.channels.module_of(name) or "core", state="failing" if failing else "live",
        reason=why if failing else "", last=last.get(name, Traffic()),
        taken=counted["gutenbot_events_accepted_total"].get(name, 0),
        said=counted["gutenbot_messages_total"].get(name, 0),
        failed=counted["gutenbot_sends_given_up_total"].get(name, 0),
    )  # fmt: skip


_COUNTERS = ("gutenbot_events_accepted_total", "gutenbot_messages_total", "gutenbot_sends_given_up_total")


def _counted(app: "App") -> dict[str, dict[str, int]]:
    """Counter → channel → number, over all workers of this server."""
    found: dict[str, dict[str, int]] = {name: {} for name in _COUNTERS}
    for reading in read(app.meters.slices, lambda _: True):
        numbers = found.get(reading.meter.name)
        if numbers is None:
            continue
        place = reading.meter.labels.index("channel")
        for labels, cells in reading.series.items():
            channel = labels[place]
            numbers[channel] = numbers.get(channel, 0) + round(cells[0])
    return found


def shown_capabilities(channel: Channel) -> dict[str, Any]:
    """What a channel can show, as plain data."""
    can = channel.capabilities
    return {
        "text_limit": can.text_limit, "caption_limit": can.caption_limit, "title_limit": can.title_limit,
        "unit": can.unit, "quick_replies": can.quick_replies, "buttons": can.buttons, "cards": can.cards,
        "carousel": can.carousel, "forms": can.forms, "media": sorted(can.media), "media_bytes": can.media_bytes,
        "location": can.location, "typing": can.typing,
    }  # fmt: skip
