"""A parsed value with the sections around it: the old files' YAML, and their JSON, in one form."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gutenbot.content.nodes import ListNode, MapNode, Node, Scalar, is_null
from gutenbot.content.problems import Place
from gutenbot.importing.masking import Masked, Span
from gutenbot.importing.notes import Notes
from gutenbot.importing.scope import Scope
from gutenbot.importing.templates import template


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value is read: its scope, the sections that are dealt with already, and who is told of it."""

    item: str
    scope: Scope
    notes: Notes
    masked: Masked | None = None
    within: tuple[Span, ...] = ()
    platform: str = ""
    """The only channel on which it is said, by its old name; empty when there are several or all."""
    media: "dict[str, str]" = field(default_factory=dict)
    """Addresses of files that are imported as well, by their old address."""

    def source(self, node: Node) -> str:
        """The text of a single value, with its tags; empty for anything else."""
        if not isinstance(node, Scalar) or is_null(node):
            return ""
        return self.masked.unmasked(node.value) if self.masked else node.value

    def text(self, node: Node) -> str:
        """Our template for a single value."""
        return template(self.source(node), self.scope, node.place, self.notes)

    def new_spans(self, place: Place, *others: Place) -> tuple[Span, ...]:
        """The sections around a place (and around all others) that are not around the spot itself."""
        if self.masked is None:
            return ()
        found = tuple(span for span in self.masked.around(place) if span not in self.within)
        for other in others:
            around = self.masked.around(other) if found else ()
            found = tuple(span for span in found if span in around)
        self.masked.claimed.update(found)
        return found

    def entering(self, spans: tuple[Span, ...], scope: Scope) -> "Spot":
        """The spot within sections."""
        return self._with(scope, (*self.within, *spans), self.platform)

    def on(self, platform: str) -> "Spot":
        """The spot of what is said on one channel alone."""
        return self._with(self.scope, self.within, platform)

    def within_scope(self, scope: Scope) -> "Spot":
        """The spot with another scope."""
        return self._with(scope, self.within, self.platform)

    def _with(self, scope: Scope, within: tuple[Span, ...], platform: str) -> "Spot":
        return Spot(self.item, scope, self.notes, self.masked, within, platform, self.media)


Pair = tuple[Scalar, Node]


def pairs(node: MapNode) -> Iterator[Pair]:
    """Keys and values in order, those that are there twice included; `<<` is resolved, and does not replace."""
    own = [*((node.keys[key], value) for key, value in node.entries.items()), *node.repeated]
    names = {key.value for key, _ in own}
    for key, value in own:
        if key.value != "<<" or not key.plain:
            yield key, value
            continue
        for other in value.items if isinstance(value, ListNode) else (value,):
            if isinstance(other, MapNode):
                yield from ((name, inner) for name, inner in pairs(other) if name.value not in names)


def plain_value(node: Node) -> Any:
    """A value without its places; text stays as it was written."""
    if isinstance(node, ListNode):
        return [plain_value(item) for item in node.items]
    if isinstance(node, MapNode):
        return {key.value: plain_value(value) for key, value in pairs(node)}
    return node.typed()


def entry_of(node: Node, *names: str) -> Node | None:
    """The first of these properties that a mapping has, and that is not empty."""
    if not isinstance(node, MapNode):
        return None
    found = (node.entries[name] for name in names if name in node.entries)
    return next((value for value in found if not is_null(value)), None)


def word(node: Node | None) -> str:
    """The text of a single value; empty for anything else."""
    return node.value if isinstance(node, Scalar) and not is_null(node) else ""


def elements(node: Node | None) -> tuple[Node, ...]:
    """The values of a list; a single value counts as a list of one."""
    if node is None or is_null(node):
        return ()
    return node.items if isinstance(node, ListNode) else (node,)
