"""One entry of an item, from YAML to compiled: when it is said, on which channels, and what it says there."""

from contextlib import nullcontext

from gutenbot.content.builder import Builder, Mistake
from gutenbot.content.items import Entry
from gutenbot.content.messages import EVERY, FRAME, KINDS, OWN, Properties, kind_of, message
from gutenbot.content.nodes import ListNode, MapNode, Node, Scalar, is_null
from gutenbot.content.problems import did_you_mean
from gutenbot.content.values import Condition, Constant, Each, Value


def compile_entry(builder: Builder, node: Node, number: int) -> Entry | None:
    """The compiled entry; None when it cannot be used, with the reason in the report. Entries count from 1."""
    try:
        return _entry(builder, node, number)
    except Mistake as mistake:
        builder.note(mistake)
        return None


def compile_entries(builder: Builder, node: Node) -> tuple[Entry, ...]:
    """The compiled entries of a list of them, or of a single one; raises `Mistake` when there are none."""
    nodes = node.items if isinstance(node, ListNode) else (node,)
    if not nodes or is_null(node):
        raise Mistake(
            node.place, "empty", f"`{builder.item}` says nothing.", "Give it an entry such as `- text: Hello`."
        )
    entries = [compile_entry(builder, item, number) for number, item in enumerate(nodes, 1)]
    return tuple(entry for entry in entries if entry is not None)


def _entry(builder: Builder, node: Node, number: int) -> Entry:
    if isinstance(node, Scalar):
        return Entry(message(builder, {"text": node}, node.place))
    mapping = builder.mapping(node, "entry")
    builder.check_properties(mapping, EVERY, "an entry")
    each = _each(builder, mapping)
    with builder.binding(each.name) if each else nullcontext():
        conditions = _conditions(builder, mapping, number)
        channels, overrides = _on(builder, mapping)
        return Entry(_base(builder, mapping, overrides), conditions, channels, overrides, each)


def _each(builder: Builder, mapping: MapNode) -> Each | None:
    if "each" not in mapping.entries:
        return None
    node = mapping.entries["each"]
    expression, roots, name = builder.each(node, mapping.entries.get("as"))
    return Each(builder.engine, expression, roots, name, Constant(None), node.place)


def _conditions(builder: Builder, mapping: MapNode, number: int) -> tuple[Condition, ...]:
    entries = mapping.entries
    if "if" in entries and "unless" in entries:
        words = f"Entry {number} of `{builder.item}` has `if` and `unless` at once."
        raise Mistake(mapping.keys["unless"].place, "if-and-unless", words, "Keep one: `if: a and not b` says both.")
    wanted = {"if": True, "unless": False}
    return tuple(builder.condition(entries[key], wanted=value) for key, value in wanted.items() if key in entries)


def _on(builder: Builder, mapping: MapNode) -> tuple[frozenset[str] | None, dict[str, Value]]:
    node = mapping.entries.get("on")
    if node is None:
        return None, {}
    if isinstance(node, Scalar):
        return _channels(node), {}
    overrides: dict[str, Value] = {}
    for key, change in builder.mapping(node, "on").entries.items():
        value = _override(builder, mapping, builder.mapping(change, f"on: {key}"))
        overrides |= dict.fromkeys(_channels(builder.mapping(node, "on").keys[key]), value)
    return None, overrides


def _channels(node: Scalar) -> frozenset[str]:
    names = [name.strip() for name in node.value.split("+")]
    if all(names):
        return frozenset(names)
    raise Mistake(
        node.place, "bad-channels", f"`on: {node.value[:60]}` names no channel.", "Write `on: web` or `on: web+sms`."
    )


def _override(builder: Builder, mapping: MapNode, change: MapNode) -> Value:
    """The message with a channel's changes. A change of kind, as from image to text, drops what belongs to the old kind."""
    for key in FRAME & change.entries.keys():
        raise Mistake(
            change.keys[key].place, "bad-override", f"`{key}` cannot change by channel.", "Write a second entry."
        )
    extra = {key: node for key, node in change.entries.items() if key not in EVERY}
    for key in extra:
        if hint := did_you_mean(key, EVERY):
            builder.report.warning(change.keys[key].place, "unknown-property", f"`{key[:60]}` looks misspelt.", hint)
    merged = _merged(mapping.entries, {key: node for key, node in change.entries.items() if key in EVERY})
    return message(builder, merged, change.place, extra)


def _merged(base: Properties, change: Properties) -> Properties:
    kept = {key: node for key, node in base.items() if key not in FRAME}
    if KINDS & change.keys() and kind_of(change) != kind_of(kept):
        dropped = KINDS | frozenset(OWN.get(kind_of(kept), ()))
        kept = {key: node for key, node in kept.items() if key not in dropped}
    return kept | change


def _base(builder: Builder, mapping: MapNode, overrides: dict[str, Value]) -> Value | None:
    properties = {key: node for key, node in mapping.entries.items() if key not in FRAME and key in EVERY}
    if overrides and not KINDS & properties.keys():
        return None
    return message(builder, properties, mapping.place)
