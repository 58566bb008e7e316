"""What an editor is told while typing: mistakes, names that nobody passes, what channels cannot show, links, languages, twins."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType
from typing import Any

from gutenbot.app.fitting import lost
from gutenbot.app.previews import PERSON, Shown, examples, rendered
from gutenbot.content.check import flaws
from gutenbot.content.errors import MissingVariable, TemplateFailed
from gutenbot.content.glance import all_words, words_of
from gutenbot.content.items import Item
from gutenbot.content.nodes import Scalar
from gutenbot.content.problems import Place, Problem
from gutenbot.content.readability import is_hard
from gutenbot.content.wording import Wording, said_words, slips
from gutenbot.editing.rows import Spot
from gutenbot.editing.shelf import Shelf
from gutenbot.editing.soundness import not_passed
from gutenbot.editing.written import TROUBLE, node_of, read_value
from gutenbot.events.messages import Outgoing

_FILLED_IN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_SENTENCE = re.compile(r"[.!?…。]+\s|\n")
_MOST_WORDINGS = 12
"""Of a text that is worded in many ways, so many are looked at."""
LONG_SENTENCE = 30
"""Words; a longer sentence is hard to read on a phone."""


@dataclass(frozen=True, slots=True)
class Found:
    """A problem, the field that it is in (`0.quick_replies.1`), and the channel that it is about."""

    problem: Problem
    path: str = ""
    channel: str | None = None


def check_text(
    shelf: Shelf,
    spot: Spot,
    source: str,
    channels: Sequence[Shown],
    media: Mapping[str, int] = MappingProxyType({}),
    wording: Mapping[str, Wording] = MappingProxyType({}),
) -> list[Found]:
    """Everything there is to say about a text. `media`: the names of the bot's media library, with the bytes of the smallest
    copy. `wording`: words not to use."""
    item, problems = shelf.compile(spot.item, spot.locale, source)
    found = [Found(one) for one in problems]
    if item.broken:
        return _placed(found, source)
    value = _value(source)
    found += [
        Found(one)
        for one in (
            *_names(shelf, spot, item),
            *_links(shelf, item, media),
            *_words(shelf, spot, value),
            *_wording(spot, source, wording),
        )
    ]
    said = _said(source)
    for channel in channels:
        found += [Found(one, channel=channel.name) for one in _limits(item, channel, said)]
        found += [Found(one, channel=channel.name) for one in _large_files(item, channel, media)]
    return _placed(found, source)


def _names(shelf: Shelf, spot: Spot, item: Item) -> Iterator[Problem]:
    """Names that the code that says the item does not pass."""
    for variable, use in not_passed(item, shelf.usage.read().get(spot.item, ())):
        message = f"`{variable.name}` is not passed at {use.place}."
        hint = f"Write {{{{ {variable.name} | default('…') }}}}, or ask a developer to pass it."
        yield _problem(variable.place, "variable-not-passed", message, hint, "error")


def _said(source: str) -> list[Scalar]:
    try:
        return list(said_words(node_of(source)))
    except TROUBLE:
        return []


def _links(shelf: Shelf, item: Item, media: Mapping[str, int]) -> Iterator[Problem]:
    def exists(path: str) -> bool:
        return path.removeprefix("./").removeprefix("media/") in media or any(
            (shelf.folder / place / path).is_file() for place in (".", "content", "media")
        )

    for reference in item.references:
        for severity, message, hint in flaws(reference, exists):
            yield _problem(reference.place, reference.kind, message, hint, severity)


def _words(shelf: Shelf, spot: Spot, value: Any) -> Iterator[Problem]:
    place = Place("console", 2, 3)
    for sentence in _SENTENCE.split(all_words(value)):
        count = len(sentence.split())
        if count > LONG_SENTENCE and "{{" not in sentence:
            words = " ".join(sentence.split()[:6])
            yield _problem(
                place,
                "long-sentence",
                f"A sentence of {count} words is hard to read: “{words} …”",
                "Make two of it.",
                "info",
            )
            break
    words = words_of(value).casefold()
    if len(words) > 12:
        twin = next(
            (
                line.id
                for line in shelf.catalogue.lines.values()
                if line.id != spot.item and line.words.casefold() == words
            ),
            "",
        )
        if twin:
            yield _problem(place, "twin", f"`{twin}` begins with the same words.", "One text may do for both.", "info")
    line = shelf.catalogue.lines.get(spot.item)
    lacking = [tag for tag, state in line.locales.items() if state == "missing" and tag != spot.locale] if line else []
    if lacking:
        message = f"There is no text in {', '.join(lacking[:5])}."
        yield _problem(place, "untranslated", message, f"Until there is, it is said in {shelf.locale}.", "info")


def _wording(spot: Spot, source: str, wording: Mapping[str, Wording]) -> Iterator[Problem]:
    """Words that the bot does not use, each where it stands; and whether the whole is hard to read."""
    try:
        node = node_of(source)
    except TROUBLE:
        return
    for slip in slips(node, wording, spot.locale):
        place = slip.scalar.place
        if slip.forbidden:
            message, hint = f"“{slip.word}” is a word that this bot never uses.", "Say it in another way."
        else:
            message = f"“{slip.word}” is not how this bot speaks."
            hint = f"Say “{slip.better}”." if slip.better else "Leave it out."
        code, severity = ("forbidden-word", "error") if slip.forbidden else ("other-word", "warning")
        yield Problem("console", place.line, place.column, f"content.{code}", message, hint, severity)  # type: ignore[arg-type]
    text = "\n".join(_FILLED_IN.sub("x", scalar.value) for scalar in said_words(node))
    if index := is_hard(text, spot.locale):
        message = f"This is hard to read: {index}, where newspapers have 40."
        hint = "Use shorter words and shorter sentences."
        yield Problem("console", 1, 1, "content.hard-to-read", message, hint, "info")


def _limits(item: Item, channel: Shown, said: Sequence[Scalar]) -> Iterator[Problem]:
    """What a channel cannot show of anything that the text may say, as far as a sample tells. `said`: its words as written."""
    data: dict[str, Any] = {
        "user": dict(PERSON), "conversation": {}, "event": {"type": "message", "text": ""}, "message": {"text": ""},
        "channel": channel.name, "locale": item.locale, "bot": "bot", "now": "",
    }  # fmt: skip
    found = dict.fromkeys(one for message in _sayings(item, data, channel.name) for one in lost(message, channel.can))
    for one in found:
        message = f"{channel.title} cannot show {one.what}; it shows {one.instead}."
        hint = "Shorten it, or give this channel words of its own."
        place = next((scalar.place for scalar in said if one.words and scalar.value == one.words), None)
        if place is None:
            yield _problem(Place("console", 2, 3), "channel-limit", message, hint, "warning")
        else:
            yield Problem("console", place.line, place.column, "content.channel-limit", message, hint, "warning")


def _large_files(item: Item, channel: Shown, media: Mapping[str, int]) -> Iterator[Problem]:
    """Files of the library that have no copy which is small enough."""
    limit = channel.can.media_bytes
    for one in item.references if limit else ():
        size = media.get(one.value.removeprefix("./").removeprefix("media/"), 0) if one.kind == "media" else 0
        if size > limit:
            message = f"{channel.title} takes files of {limit} bytes at most; {one.value} has {size}."
            hint = "Upload a smaller one, or give this channel words of its own."
            yield _problem(one.place, "channel-limit", message, hint, "warning")


def _sayings(item: Item, data: dict[str, Any], channel: str) -> Iterator[Outgoing]:
    """All that an item may say: each entry of each variant, whether its condition holds or not, in each of its wordings."""
    for entry in (entry for entries in (item.entries, *(one.entries for one in item.variants)) for entry in entries):
        alone = replace(item, entries=(replace(entry, conditions=()),), variants=(), random=False)
        for turn in range(_MOST_WORDINGS):
            chance = _InTurn(turn)
            try:
                yield from rendered(alone, {**examples(item, data), **data}, channel, chance)
            except (MissingVariable, TemplateFailed):
                break  # what it says depends on data that is not at hand
            if turn + 1 >= chance.most:
                break


class _InTurn(Random):
    """Chooses not by chance, but the first of some at the first turn, the second at the second."""

    def __init__(self, turn: int) -> None:
        super().__init__(turn)
        self._turn = turn
        self.most = 0
        """How many there were to choose from."""

    def choice(self, seq: Any) -> Any:
        """One of them."""
        self.most = max(self.most, len(seq))
        return seq[self._turn % len(seq)]


def _problem(place: Place, code: str, message: str, hint: str, severity: Any) -> Problem:
    return Problem(
        place.file, max(1, place.line - 1), max(1, place.column - 2), f"content.{code}", message, hint, severity
    )


def _placed(found: list[Found], source: str) -> list[Found]:
    from gutenbot.editing.places import paths_of

    paths = paths_of(source)
    return [replace(one, path=paths.at(one.problem.line, one.problem.column)) for one in found]


def _value(source: str) -> Any:
    try:
        return read_value(source)
    except TROUBLE:
        return None
