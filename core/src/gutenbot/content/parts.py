"""The parts of messages: quick replies, choices, buttons, cards and form fields."""

import re
from collections.abc import Callable
from typing import Any, get_args

from gutenbot.content.builder import Builder, Mistake
from gutenbot.content.nodes import ListNode, MapNode, Node, Scalar
from gutenbot.content.problems import did_you_mean
from gutenbot.content.values import Constant, Value, converted, listed, made
from gutenbot.events.messages import Button, ButtonKind, Card, Field, QuickReply

FIELD_KINDS: tuple[str, ...] = get_args(Field.__annotations__["kind"])
_ACTIONS: tuple[ButtonKind, ...] = get_args(ButtonKind)
_CARD = ("title", "subtitle", "image", "alt", "url", "buttons")
_REPLY = frozenset(("title", "payload", "image", "each", "as"))
_SHORTHAND = re.compile(r"<([^<>\n]{1,200})>\s*(.*)", re.DOTALL)
_NUMBERS = {"min_length": int, "max_length": int, "minimum": float, "maximum": float}

Maker = Callable[[Builder, Node], Value]


def several(builder: Builder, node: Node, make: Maker) -> Value:
    """A tuple of parts from a list; a single one counts as a list of one."""
    items = node.items if isinstance(node, ListNode) else (node,)
    return listed([make(builder, item) for item in items])


def quick_replies(builder: Builder, node: Node) -> Value:
    """Offered answers: a list, or a mapping of payloads to titles."""
    if isinstance(node, MapNode) and not _is_one(node):
        return listed([_choice(builder, key, value) for key, value in node.entries.items()])
    return several(builder, node, _quick_reply)


def buttons(builder: Builder, node: Node) -> Value:
    """Buttons: a list of shorthands and mappings."""
    return several(builder, node, _button)


def cards(builder: Builder, node: Node) -> Value:
    """Cards side by side."""
    return several(builder, node, _card)


def card(builder: Builder, node: Node, common: dict[str, Value]) -> Value:
    """One card, with the parts that it has as a message."""
    mapping = builder.mapping(node, "card")
    builder.check_properties(mapping, _CARD, "a card")
    return _card_of(builder, mapping, mapping.entries, common)


def fields(builder: Builder, node: Node) -> Value:
    """The fields of a form."""
    if isinstance(node, ListNode) and not node.items:
        raise Mistake(node.place, "no-fields", "A form needs at least one field.")
    return several(builder, node, _field)


def need_alt(builder: Builder, node: Node, properties: dict[str, Node]) -> Value:
    """What a picture shows, for those who do not see it; missing, it is noted."""
    if "alt" in properties:
        return builder.text(properties["alt"], "alt", may_be_empty=True)
    hint = 'Add `alt:` with what it shows, or `alt: ""` when it only decorates.'
    builder.report.warning(node.place, "missing-alt", "The picture has no `alt` text.", hint)
    return Constant("")


def needed(mapping: MapNode, properties: dict[str, Node], name: str, what: str) -> Node:
    """The node of a property; raises `Mistake` when it is missing."""
    if name in properties:
        return properties[name]
    raise Mistake(mapping.place, "missing-property", f"{what} needs `{name}`.", f"Add `{name}:` to it.")


def _card(builder: Builder, node: Node) -> Value:
    mapping = builder.mapping(node, "card")
    builder.check_properties(mapping, (*_CARD, "each", "as"), "a card")
    return builder.repeated(mapping.entries, lambda properties: _card_of(builder, mapping, properties, {}), node.place)


def _card_of(builder: Builder, mapping: MapNode, properties: dict[str, Node], common: dict[str, Value]) -> Value:
    parts = {"title": builder.text(needed(mapping, properties, "title", "A card"), "title")}
    if "subtitle" in properties:
        parts["subtitle"] = builder.text(properties["subtitle"], "subtitle", may_be_empty=True)
    if "url" in properties:
        parts["url"] = builder.address("link", properties["url"], "url")
    if "buttons" in properties:
        parts["buttons"] = buttons(builder, properties["buttons"])
    return made(Card, common | parts | _card_image(builder, properties))


def _card_image(builder: Builder, properties: dict[str, Node]) -> dict[str, Value]:
    if "image" not in properties:
        return {}
    image = properties["image"]
    return {"image": builder.address("media", image, "image"), "alt": need_alt(builder, image, properties)}


def _is_one(node: MapNode) -> bool:
    """Whether a mapping is one quick reply, not payloads with their titles."""
    return "title" in node.entries and node.entries.keys() <= _REPLY


def _quick_reply(builder: Builder, node: Node) -> Value:
    if isinstance(node, Scalar):
        payload, title = _shorthand(builder, node)
        return made(QuickReply, {"title": title, "payload": Constant("") if payload is None else payload})
    mapping = builder.mapping(node, "quick reply")
    builder.check_properties(mapping, _REPLY, "a quick reply")
    return builder.repeated(mapping.entries, lambda properties: _reply(builder, mapping, properties), node.place)


def _reply(builder: Builder, mapping: MapNode, properties: dict[str, Node]) -> Value:
    parts = {"title": builder.text(needed(mapping, properties, "title", "A quick reply"), "title")}
    if "payload" in properties:
        parts["payload"] = builder.words(properties["payload"], "payload", may_be_empty=True)
    if "image" in properties:
        parts["image"] = builder.address("media", properties["image"], "image")
    return made(QuickReply, parts)


def _choice(builder: Builder, payload: str, node: Node) -> Value:
    if isinstance(node, MapNode):
        builder.check_properties(node, ("title", "image"), "a choice")
        reply = {key: value for key, value in node.entries.items() if key in ("title", "image")}
        return _reply(builder, node, {**reply, "payload": Scalar(payload, False, node.place)})
    return made(QuickReply, {"title": builder.text(node, payload), "payload": Constant(payload)})


def _shorthand(builder: Builder, node: Scalar) -> tuple[Value | None, Value]:
    """The payload and the title of `<PAYLOAD> Title`; `<.X>` is put after the item's id. Payloads are upper case."""
    match = _SHORTHAND.fullmatch(node.value.strip())
    if not match:
        return None, builder.words(node, "title")
    if not match[2].strip():
        raise Mistake(node.place, "empty", f"`{node.value.strip()}` has no title.", f'Write "<{match[1]}> Title".')
    name = match[1].strip()
    payload = builder.template(f"{builder.item}{name}" if name.startswith(".") else name, node.place)
    return converted(payload, _upper, node.place), builder.template(match[2].strip(), node.place)


def _upper(text: Any) -> str:
    return str(text).upper()


def _button(builder: Builder, node: Node) -> Value:
    if isinstance(node, Scalar):
        payload, title = _shorthand(builder, node)
        kind = {"kind": Constant("postback"), "value": payload} if payload else {"kind": Constant("say")}
        return made(Button, {"title": title, **kind})
    mapping = builder.mapping(node, "button")
    builder.check_properties(mapping, ("title", *_ACTIONS, "each", "as"), "a button")
    return builder.repeated(mapping.entries, lambda properties: _acting(builder, mapping, properties), node.place)


def _acting(builder: Builder, mapping: MapNode, properties: dict[str, Node]) -> Value:
    title = builder.text(needed(mapping, properties, "title", "A button"), "title")
    actions = [name for name in _ACTIONS if name in properties]
    if len(actions) != 1:
        said = f"`{'` and `'.join(actions)}` are there at once" if actions else "it does nothing"
        hint = f"Give it one of: {', '.join(_ACTIONS)}."
        raise Mistake(mapping.place, "button-action", f"A button does one thing, but {said}.", hint)
    kind = actions[0]
    node = properties[kind]
    value = builder.address(kind, node, kind) if kind == "link" or kind == "call" else builder.words(node, kind)
    return made(Button, {"title": title, "kind": Constant(kind), "value": value})


def _field(builder: Builder, node: Node) -> Value:
    mapping = builder.mapping(node, "field")
    builder.check_properties(mapping, (*Field.__struct_fields__, "each", "as"), "a form field")
    return builder.repeated(mapping.entries, lambda properties: _field_of(builder, mapping, properties), node.place)


def _field_of(builder: Builder, mapping: MapNode, properties: dict[str, Node]) -> Value:
    name = builder.words(needed(mapping, properties, "name", "A field"), "name")
    label = properties.get("label", properties["name"])
    parts = {"name": name, "label": builder.text(label, "label")}
    if "kind" in properties:
        parts["kind"] = Constant(_kind(builder, properties["kind"]))
    if "required" in properties:
        parts["required"] = Constant(builder.flag(properties["required"], "required"))
    if "placeholder" in properties:
        parts["placeholder"] = builder.text(properties["placeholder"], "placeholder", may_be_empty=True)
    if "options" in properties:
        parts["options"] = quick_replies(builder, properties["options"])
    limits = {key: builder.convert(properties[key], key, to) for key, to in _NUMBERS.items() if key in properties}
    return made(Field, parts | limits)


def _kind(builder: Builder, node: Node) -> str:
    word = builder.scalar(node, "kind").value
    if word in FIELD_KINDS:
        return word
    hint = did_you_mean(word, FIELD_KINDS) or f"Kinds: {', '.join(FIELD_KINDS)}."
    raise Mistake(node.place, "bad-value", f"`{word[:40]}` is not a kind of field.", hint)
