"""A content item, compiled: its entries in order, each with the conditions under which it is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from gutenbot.content.errors import TemplateFailed
from gutenbot.content.filters import LOCALE
from gutenbot.content.plain import Unfit, plain
from gutenbot.content.problems import Place
from gutenbot.content.types import Typed
from gutenbot.content.values import Condition, Constant, Each, Scope, Value
from gutenbot.content.variants import Memory, Variant, choose
from gutenbot.events.messages import Outgoing, TextMessage

NAMES_AT_HAND = frozenset({"user", "conversation", "event", "message", "bot", "channel", "locale", "now"})
"""What every rendering may use without the code passing it."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that an item takes from its data; `required` when it cannot do without."""

    name: str
    required: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Reference:
    """A constant address in an item: a media file or URL, a link, a telephone number."""

    kind: Literal["media", "link", "call"]
    value: str
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """One message or pause of an item. `None` as message: nothing is said (on other channels than its overrides')."""

    message: Value | None
    conditions: tuple[Condition, ...] = ()
    channels: frozenset[str] | None = None
    """Where it is said; None: everywhere."""
    overrides: dict[str, Value] = field(default_factory=dict)
    """What is said instead, by channel."""
    each: Each | None = None

    @property
    def is_constant(self) -> bool:
        """Whether it is the same always and everywhere."""
        plainly = not (self.conditions or self.overrides or self.each) and self.channels is None
        return plainly and isinstance(self.message, Constant)

    def fits(self, scope: Scope, channel: str) -> bool:
        """Whether it may be the one entry that is said (conditions on the elements of an `each` come later)."""
        if self.channels is not None and channel not in self.channels:
            return False
        if self.overrides.get(channel, self.message) is None:
            return False
        return self.each is not None or all(condition.holds(scope) for condition in self.conditions)

    def add_to(self, said: list[Outgoing], scope: Scope, channel: str) -> None:
        """Adds what it says here and now."""
        if self.channels is not None and channel not in self.channels:
            return
        value = self.overrides.get(channel, self.message) if self.overrides else self.message
        if value is None:
            return
        if self.each is None:
            self._say(value, said, scope)
        else:
            for inner in self.each.scopes(scope):
                self._say(value, said, inner)

    def _say(self, value: Value, said: list[Outgoing], scope: Scope) -> None:
        for condition in self.conditions:
            if not condition.holds(scope):
                return
        message: Outgoing = value.render(scope)
        if isinstance(message, TextMessage) and not message.text.strip():
            return  # text that came out empty is not said
        said.append(message)


@dataclass(frozen=True, slots=True)
class Item:
    """A content item in one locale."""

    id: str
    locale: str
    place: Place
    entries: tuple[Entry, ...]
    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    random: bool = False
    """One entry is said, at random, instead of all."""
    variables: tuple[Variable, ...] = ()
    references: tuple[Reference, ...] = ()
    broken: str = ""
    """Why it cannot be used; empty when it can."""
    type: str = "messages"
    """Its type of content."""
    words: str = ""
    """Its first words, or what its type calls it."""
    typed: Typed | None = None
    """What it holds, when its type has fields of its own."""
    variants: tuple[Variant, ...] = ()
    """Ways to say it, of which one is chosen; it then has no other entries."""
    choose: str = ""

    def constant(self) -> tuple[Outgoing, ...] | None:
        """Its messages when they are always and everywhere the same."""
        if self.random or self.variants or self.typed or not all(entry.is_constant for entry in self.entries):
            return None
        return tuple(entry.message.value for entry in self.entries if isinstance(entry.message, Constant))

    def render(
        self, data: Mapping[str, Any], channel: str, random: Random, memory: Memory | None = None
    ) -> tuple[Outgoing, ...]:
        """What it says for this data on this channel; `memory` knows what was said before, and is told of variants."""
        scope = Scope(self.id, self._plain(data), random)
        said: list[Outgoing] = []
        for entry in self._chosen(scope, memory, channel):
            entry.add_to(said, scope, channel)
        return tuple(said)

    def _chosen(self, scope: Scope, memory: Memory | None, channel: str) -> Sequence[Entry]:
        if self.variants:
            variant = choose(self.id, self.variants, self.choose, scope, memory)
            return variant.entries if variant else ()
        if self.typed is not None and not self.entries:
            reason = f"items of the type `{self.type}` are data: the type has no `render` that says them"
            raise TemplateFailed(item=self.id, place=self.place, reason=reason)
        return self._fitting(scope, channel) if self.random else self.entries

    def _fitting(self, scope: Scope, channel: str) -> list[Entry]:
        entries = [entry for entry in self.entries if entry.fits(scope, channel)]
        return [scope.random.choice(entries)] if entries else []

    def _plain(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The data that it uses, as plain values; the rest is not looked at."""
        found: dict[str, Any] = {LOCALE: self.locale}
        for variable in self.variables:
            name = variable.name
            if (value := data.get(name)) is None:
                continue
            try:
                found[name] = plain(value)
            except Unfit as error:
                raise TemplateFailed(item=self.id, place=variable.place, reason=f"`{name}` {error}") from error
        return found
