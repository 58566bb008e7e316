"""A text as a channel would show it: rendered and fitted by what turns use, for a made-up or a real person."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from gutenbot.app.default import INTERNAL
from gutenbot.app.fitting import Lost, lost
from gutenbot.content.errors import MissingVariable, TemplateFailed
from gutenbot.content.items import NAMES_AT_HAND, Item
from gutenbot.content.problems import Place, Problem
from gutenbot.content.scan import FILTERS
from gutenbot.content.uses import Use
from gutenbot.editing.rows import Spot
from gutenbot.editing.shelf import Shelf
from gutenbot.events.messages import Outgoing
from gutenbot.kernel.ids import BotId
from gutenbot.turns.channel import EVERYTHING, Capabilities
from gutenbot.turns.degrade import degrade
from gutenbot.turns.playground import PLAYGROUND

if TYPE_CHECKING:
    from gutenbot.app.app import App

PERSON: dict[str, Any] = {
    "first_name": "Uma",
    "last_name": "Diallo",
    "name": "Uma Diallo",
    "locale": "fr",
    "time_zone": "Europe/Paris",
}
"""The made-up person of previews."""
_MOST_TRIES = 40
_UNSEEN = {INTERNAL, PLAYGROUND}
"""Channels on which no visitor is."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A channel of this server, and what it can show."""

    name: str
    title: str
    can: Capabilities

    @property
    def limits(self) -> dict[str, Any]:
        """As JSON: numbers, and yes or no."""
        can = self.can
        media = {f"media_{kind}": kind in can.media for kind in ("image", "audio", "video", "file")}
        return {
            "text_limit": can.text_limit, "caption_limit": can.caption_limit, "title_limit": can.title_limit,
            "unit": can.unit, "quick_replies": can.quick_replies, "buttons": can.buttons, "cards": can.cards,
            "carousel": can.carousel, "forms": can.forms, "location": can.location, "typing": can.typing,
            "media_bytes": can.media_bytes, **media,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """For whom, where and with what a text is rendered."""

    channel: str
    can: Capabilities
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Previewed:
    """Messages as the channel gets them; what it cannot show, and what it shows instead; what went wrong."""

    messages: list[dict[str, Any]]
    lost: list[Lost]
    problems: list[Problem]


def channels(app: "App") -> list[Shown]:
    """The channels of this server that people see."""
    found = [Shown(name, _title(name), channel.capabilities) for name, channel in app.channels if name not in _UNSEEN]
    return found or [Shown("web", "Web", EVERYTHING)]


def sample_of(
    app: "App", bot: BotId, spot: Spot, channel: str, person: Mapping[str, Any] | None, data: Mapping[str, Any]
) -> Sample:
    """What a preview is rendered with: what turns have at hand, and what the code would pass."""
    can = next((one.can for one in channels(app) if one.name == channel), EVERYTHING)
    at_hand = {
        "user": dict(person or PERSON),
        "conversation": {},
        "event": {"type": "message", "text": ""},
        "message": {"text": ""},
        "bot": str(bot),
        "channel": channel,
        "locale": spot.locale,
        "now": app.clock.now(),
    }
    return Sample(channel, can, {**at_hand, **data})


def preview(shelf: Shelf, spot: Spot, source: str, sample: Sample) -> Previewed:
    """A text as the channel would show it. Names that nobody gave are shown as such: ‹eta›."""
    item, problems = shelf.compile(spot.item, spot.locale, source)
    if item.broken:
        return Previewed([], [], list(problems))
    data = {**examples(item, sample.data), **sample.data}
    try:
        said = rendered(item, data, sample.channel)
    except (MissingVariable, TemplateFailed) as error:
        place = error.fields.get("place") or Place("console")
        wrong = Problem(place.file, max(1, place.line - 1), max(1, place.column - 2), f"{error.code}", str(error))
        return Previewed([], [], [*problems, wrong])
    messages = [msgspec.to_builtins(part, enc_hook=str) for part in degrade(list(said), sample.can)]
    return Previewed(messages, [one for message in said for one in lost(message, sample.can)], list(problems))


def all_names(uses: Sequence[Use]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The names and the filters that texts may use, with examples."""
    passed = sorted({name for use in uses for name in use.names} - NAMES_AT_HAND)
    names = [
        {"name": name, "example": "{{ " + name + " }}", "help": "Passed by the code that says it."} for name in passed
    ]
    names += [{"name": name, "example": example, "help": words} for name, example, words in _AT_HAND]
    return names, [{"name": name, "example": _FILTERS[name][0], "help": _FILTERS[name][1]} for name in sorted(FILTERS)]


def rendered(
    item: Item, data: dict[str, Any], channel: str, chance: random.Random | None = None
) -> tuple[Outgoing, ...]:
    """What it says; a made-up name that should have been a number or a list is tried as such."""
    error: Exception | None = None
    for _ in range(_MOST_TRIES):
        try:
            return item.render(data, channel, chance or random.Random(0))  # noqa: S311
        except MissingVariable as missing:
            root = str(missing.fields.get("root", ""))
            if not root or root in data:
                path = str(missing.fields.get("variable", ""))
                if not _fill(data, path):
                    raise
            else:
                data[root] = f"‹{root}›"
            error = missing
    assert error is not None
    raise error


def _fill(data: dict[str, Any], path: str) -> bool:
    """Puts a mark in place of a part that is missing: `order.eta`. False where there is no room for it."""
    *outer, last = path.split(".")
    found: Any = data
    for name in outer:
        inner = found.get(name)
        if inner is None or (isinstance(inner, str) and inner.startswith("‹")):
            inner = found[name] = {}
        found = inner
        if not isinstance(found, dict):
            return False
    if last in found and not (isinstance(found[last], str) and found[last].startswith("‹")):
        return False
    found[last] = f"‹{last}›"
    return bool(outer)


def examples(item: Item, data: Mapping[str, Any]) -> dict[str, Any]:
    """What stands for the names that nobody gave."""
    return {one.name: f"‹{one.name}›" for one in item.variables if one.required and one.name not in data}


def _title(name: str) -> str:
    return name.replace("-", " ").replace("_", " ").capitalize()


_AT_HAND = (
    ("user", "{{ user.first_name | default('friend') }}", "Who the bot talks to: profile and what it remembers."),
    ("conversation", "{{ conversation.order | default('') }}", "What the bot remembers of this conversation."),
    ("message", "{{ message.text }}", "What was just said."),
    ("now", "{{ now | date }}", "This moment."),
    ("locale", "{{ locale }}", "The user's language."),
    ("channel", "{{ channel }}", "Where the conversation is."),
    ("bot", "{{ bot }}", "The bot's name."),
    (
        "event",
        "{{ event.type }}",
        "What the turn answers: `message`, `payload` (a tap), `form`, `timer`…, with its `text`.",
    ),
)
_FILTERS = {
    "default": ("{{ name | default('friend') }}", "What stands there when the name is missing."),
    "upper": ("{{ name | upper }}", "In capitals."),
    "lower": ("{{ name | lower }}", "In small letters."),
    "title": ("{{ name | title }}", "Each Word With A Capital."),
    "capitalize": ("{{ name | capitalize }}", "The first letter is a capital."),
    "trim": ("{{ name | trim }}", "Without blanks around it."),
    "length": ("{{ items | length }}", "How many."),
    "join": ("{{ items | join(', ') }}", "A list in words."),
    "first": ("{{ items | first }}", "The first of a list."),
    "last": ("{{ items | last }}", "The last of a list."),
    "round": ("{{ price | round(2) }}", "Rounded to so many decimals."),
    "date": ("{{ now | date }}", "The day, as the language writes it."),
    "time": ("{{ now | time }}", "Hours and minutes."),
    "number": ("{{ price | number(2) }}", "With the language's separators."),
    "plural": ("{{ count | plural('pizza', 'pizzas') }}", "The form that fits the number."),
    "as_list": ("{% for one in tags | as_list %}{{ one }} {% endfor %}", "A list, whatever it was."),
}
