"""Sections around parts of a mapping: they make variants of it, each with the conditions under which it holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from gutenbot.content.nodes import MapNode, Node
from gutenbot.importing.masking import Span
from gutenbot.importing.scope import Bound, Known, Scope
from gutenbot.importing.templates import as_list, elements_of
from gutenbot.importing.trees import Spot, pairs

MAX_CHOICES = 3


@dataclass(frozen=True, slots=True)
class Looped:
    """A value within sections: what it is repeated for, under which conditions, and where it is read."""

    spot: Spot
    each: str = ""
    name: str = ""
    conditions: tuple[str, ...] = ()

    def frame(self) -> dict[str, str]:
        """The properties with which our content repeats a part that knows no `if`."""
        condition = " and ".join(f"({condition})" for condition in self.conditions)
        if self.each and condition:
            return {"each": f"({self.each}) if {condition} else []", "as": self.name}
        if self.each:
            return {"each": self.each, "as": self.name}
        return {"each": f"[1] if {condition} else []", "as": self.spot.scope.fresh_name()} if condition else {}


@dataclass(frozen=True, slots=True)
class Variant:
    """Properties that hold together, by name, and where each of them is read."""

    conditions: tuple[str, ...]
    nodes: dict[str, Node]
    spots: dict[str, Spot]


def looped(spot: Spot, node: Node) -> Iterator[Looped]:
    """A value with the sections around it; several times, or never, where their elements are known."""
    keys = [key.place for key, _ in pairs(node)] if isinstance(node, MapNode) else []
    spans = spot.new_spans(node.place, *keys)
    yield from _looped(Looped(spot.entering(spans, spot.scope)), spans)


def _looped(found: Looped, spans: Sequence[Span]) -> Iterator[Looped]:
    if not spans:
        yield found
        return
    span, scope = spans[0], found.spot.scope
    if known := scope.known(span.name):
        values = elements_of(known.value)
        scopes = ([] if values else [scope]) if span.inverted else [scope.inside(Known(value)) for value in values]
        for each in scopes:
            yield from _looped(_moved(found, each), spans[1:])
        return
    found.spot.notes.carried(span.place, "inverted section" if span.inverted else "section")
    listed = as_list(span.name, scope)
    if span.inverted:
        yield from _looped(_when(found, f"not ({listed})", scope), spans[1:])
    elif found.each:
        message = f"`{span.name}` within another section around the same part: only its first element is taken"
        found.spot.notes.changed(span.place, "section", message)
        yield from _looped(_when(found, listed, scope.inside(Bound(f"({listed} | first)"))), spans[1:])
    else:
        name = scope.fresh_name()
        inner = Looped(found.spot.within_scope(scope.inside(Bound(name))), listed, name, found.conditions)
        yield from _looped(inner, spans[1:])


def _moved(found: Looped, scope: Scope) -> Looped:
    return Looped(found.spot.within_scope(scope), found.each, found.name, found.conditions)


def _when(found: Looped, condition: str, scope: Scope) -> Looped:
    return Looped(found.spot.within_scope(scope), found.each, found.name, (*found.conditions, condition))


def variants(spot: Spot, node: MapNode) -> list[Variant]:
    """The properties of a mapping; one variant where no section is around single ones of them."""
    grouped: dict[tuple[Span, ...], list[tuple[str, Node]]] = {}
    for key, value in pairs(node):
        grouped.setdefault(spot.new_spans(key.place), []).append((spot.source(key) or key.value, value))
    always = grouped.pop((), [])
    base = Variant((), {}, {})
    for name, value in always:
        if name in base.nodes:
            spot.notes.lost(value.place, f"`{name}`", "it is there twice; the first one counts")
            continue
        base.nodes[name], base.spots[name] = value, spot
    if not grouped:
        return [base]
    return _chosen(spot, base, grouped)


def _chosen(spot: Spot, base: Variant, grouped: dict[tuple[Span, ...], list[tuple[str, Node]]]) -> list[Variant]:
    names = sorted({span.name for spans in grouped for span in spans})
    if len(names) > MAX_CHOICES:
        for spans in grouped:
            spot.notes.lost(
                spans[0].place, "section", f"more than {MAX_CHOICES} sections around properties of one part"
            )
        return [base]
    for spans in grouped:
        for span in spans:
            spot.notes.carried(span.place, "inverted section" if span.inverted else "section")
    found: list[Variant] = []
    for choice in product((True, False), repeat=len(names)):
        variant = _variant(spot, base, grouped, dict(zip(names, choice, strict=True)))
        if variant is not None:
            found.append(variant)
    return found


def _variant(
    spot: Spot, base: Variant, grouped: dict[tuple[Span, ...], list[tuple[str, Node]]], truth: dict[str, bool]
) -> Variant | None:
    conditions: list[str] = []
    for name, is_true in truth.items():
        known = spot.scope.known(name)
        if known is not None:
            if bool(elements_of(known.value)) is not is_true:
                return None
        else:
            listed = as_list(name, spot.scope)
            conditions.append(listed if is_true else f"not ({listed})")
    nodes, spots = dict(base.nodes), dict(base.spots)
    for spans, properties in grouped.items():
        if all(truth[span.name] is not span.inverted for span in spans):
            inner = spot.entering(spans, _first_of(spot.scope, spans))
            for name, value in properties:
                nodes[name], spots[name] = value, inner
    return Variant(tuple(conditions), nodes, spots)


def _first_of(scope: Scope, spans: tuple[Span, ...]) -> Scope:
    """The scope within sections of which there is one element at most: a mapping has each property once."""
    for span in spans:
        if span.inverted:
            continue
        if known := scope.known(span.name):
            scope = scope.inside(Known(elements_of(known.value)[0]))
        else:
            scope = scope.inside(Bound(f"({as_list(span.name, scope)} | first)"))
    return scope
