"""One message of a bloc as entries of ours."""

import re
from typing import Any

from gutenbot.content.nodes import ListNode, MapNode, Node, Scalar, is_null
from gutenbot.content.problems import did_you_mean
from gutenbot.importing import offers
from gutenbot.importing.templates import expression_of, has_tags
from gutenbot.importing.trees import Spot, elements, entry_of, plain_value, word
from gutenbot.importing.variants import Looped, Variant, looped, variants

CHANNELS = {
    "facebook": "messenger",
    "fb": "messenger",
    "webchat": "web",
    "botpress-web": "web",
    "twilio": "sms",
    "microsoft": "teams",
    "skype": "teams",
}
"""Channels that are called otherwise now."""
_MEDIA = ("image", "audio", "video", "file")
_FRAME = {"if", "unless", "on", "typing", "wait"}
_KNOWN = _FRAME | {
    *_MEDIA,
    "text",
    "quick_replies",
    "buttons",
    "attachment",
    "template_type",
    "elements",
    "caption",
    "name",
    "contentType",
    "content",
    "markdown",
    "top_element_style",
    "sharable",
    "image_aspect_ratio",
}
_DURATION = re.compile(r"(-?\d*\.?\d+)\s*([a-z]*)", re.IGNORECASE)
_UNITS = {"": 1, "ms": 1, "msec": 1, "msecs": 1, "millisecond": 1, "milliseconds": 1}
_UNITS |= dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1_000)
_UNITS |= dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60_000)
_UNITS |= dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3_600_000)
_MAX_MS = 3_600_000

Entry = dict[str, Any]


def convert_entry(spot: Spot, node: Node) -> list[Entry]:
    """The entries for one message of a bloc; none when nothing of it can be said, which is noted."""
    found: list[Entry] = []
    for one in looped(spot, node):
        found += _entries(one, node)
    return found


def _entries(one: Looped, node: Node) -> list[Entry]:
    spot = one.spot
    if isinstance(node, Scalar):
        text = spot.text(node)
        if not text.strip():
            spot.notes.lost(node.place, "message", "it says nothing")
            return []
        spot.notes.carried(node.place, "message")
        return [{**_frame(one, ()), "text": text}]
    if not isinstance(node, MapNode):
        spot.notes.lost(node.place, "message", "a list in place of a message")
        return []
    found = (_entry(one, variant, node) for variant in variants(spot, node))
    return [entry for entry in found if entry is not None]


def _entry(one: Looped, variant: Variant, node: MapNode) -> Entry | None:
    spot = one.spot
    if "if" in variant.nodes and "unless" in variant.nodes:
        spot.notes.lost(node.place, "message", "it has `if` and `unless` at once, which was an error before as well")
        return None
    frame = _frame(one, variant.conditions) | _condition(variant, bool(one.conditions or variant.conditions))
    channels, overrides = _on(spot, variant)
    message = properties(spot.on(channels), variant, node)
    if overrides:
        frame["on"] = {name: properties(spot.on(name), *_change(spot, change)) for name, change in overrides.items()}
        frame["on"] = {_channels(name): change for name, change in frame["on"].items() if change}
    elif channels:
        frame["on"] = _channels(channels)
    if not message and not frame.get("on"):
        spot.notes.lost(node.place, "message", "there is nothing in it that can be said")
        return None
    if message or isinstance(frame.get("on"), dict):
        spot.notes.carried(node.place, "message")
        return {**frame, **message}
    spot.notes.lost(node.place, "message", "there is nothing in it that can be said")
    return None


def _frame(one: Looped, more: tuple[str, ...]) -> Entry:
    found: Entry = {"each": one.each, "as": one.name} if one.each else {}
    if conditions := (*one.conditions, *more):
        found["if"] = " and ".join(f"({condition})" for condition in conditions) if conditions[1:] else conditions[0]
    return found


def _condition(variant: Variant, is_taken: bool) -> Entry:
    for name in ("if", "unless"):
        if name not in variant.nodes:
            continue
        node, spot = variant.nodes[name], variant.spots[name]
        if is_taken:
            spot.notes.lost(node.place, f"`{name}`", "a message within a section has its section's condition only")
            return {}
        spot.notes.carried(node.place, f"`{name}`")
        return {name: _judged(node, spot)}
    return {}


def _judged(node: Node, spot: Spot) -> Any:
    """A condition: a variable, a text with variables, or what always is true or false."""
    if isinstance(node, ListNode):
        return bool(node.items)
    if isinstance(node, MapNode):
        return bool(node.entries)
    source = spot.source(node).strip()
    if has_tags(source):
        return expression_of(source, spot.scope) or spot.text(node)
    if re.fullmatch(r"[a-zA-Z_][\w.]*\.\w+", source):
        spot.notes.changed(node.place, "condition", f"`{source}` was always true as a word; it is a variable now")
        return source
    return source.casefold() not in ("", "false", "0", "null", "~")


def _on(spot: Spot, variant: Variant) -> tuple[str, dict[str, Node]]:
    """The channels on which alone it is said, or what is different on each."""
    node = variant.nodes.get("on")
    if node is None or is_null(node):
        return "", {}
    spot.notes.carried(node.place, "`on`")
    if isinstance(node, MapNode):
        return "", {key: value for key, value in node.entries.items() if isinstance(value, MapNode)}
    return "+".join(spot.source(item).strip() for item in elements(node)), {}


def _change(spot: Spot, node: Node) -> tuple[Variant, MapNode]:
    assert isinstance(node, MapNode)
    return variants(spot, node)[0], node


def _channels(names: str) -> str:
    found = [name.strip() for name in names.split("+")]
    return "+".join(dict.fromkeys(CHANNELS.get(name.casefold(), name) for name in found if name))


def properties(spot: Spot, variant: Variant, node: MapNode) -> Entry:
    """What a message says, without its conditions and channels; empty when nothing of it can be said."""
    found: Entry = {}
    for name in ("typing", "wait"):
        if name in variant.nodes and (value := _duration(variant.spots[name], name, variant.nodes[name])) is not None:
            found[name] = value
    said = _said(spot, variant, node)
    if "quick_replies" in variant.nodes:
        replies = offers.quick_replies(variant.spots["quick_replies"], variant.nodes["quick_replies"])
        if replies and said:
            found["quick_replies"] = replies
        elif replies:
            spot.notes.lost(variant.nodes["quick_replies"].place, "quick replies", "there is no message beside them")
    _note_unknown(spot, variant)
    return found | said


def _said(spot: Spot, variant: Variant, node: MapNode) -> Entry:
    nodes = variant.nodes
    kind = word(nodes.get("template_type")).strip()
    if kind in ("generic", "list") or (not kind and "elements" in nodes):
        return _cards(variant, kind)
    if kind not in ("", "button"):
        return _raw(spot, node, f"the template `{kind}`")
    if "contentType" in nodes or ("attachment" in nodes and not _attachment(nodes["attachment"])):
        return _raw(spot, node, "an attachment of one channel's own")
    return _plain(variant)


def _plain(variant: Variant) -> Entry:
    found: Entry = {}
    for kind in _MEDIA:
        if kind in variant.nodes and (address := offers.media(variant.spots[kind], variant.nodes[kind])):
            found[kind] = address
            break
    else:
        if "attachment" in variant.nodes and (attached := _attachment(variant.nodes["attachment"])):
            kind, node = attached
            found[kind] = offers.media(variant.spots["attachment"], node)
    text = _text(variant.spots["text"], variant.nodes["text"]) if "text" in variant.nodes else None
    if found:
        if text and "file" not in found:
            found["caption"] = text if isinstance(text, str) else text[0]
        return found
    if not text:
        return {}
    found["text"] = text
    if "buttons" in variant.nodes and (made := offers.buttons(variant.spots["buttons"], variant.nodes["buttons"])):
        found["buttons"] = made
    return found


def _attachment(node: Node) -> tuple[str, Node] | None:
    """The kind and the address of a picture, film, sound or file in the form of a channel."""
    kind, payload = word(entry_of(node, "type")), entry_of(node, "payload") or node
    address = entry_of(payload, "url")
    return (kind, address) if kind in _MEDIA and address is not None else None


def _text(spot: Spot, node: Node) -> str | list[str] | None:
    """Words, or several of which one is said."""
    if isinstance(node, MapNode):
        spot.notes.lost(node.place, "text", "a mapping in place of words; text with `: ` needs quotes")
        return None
    found: list[str] = []
    for item in elements(node):
        if not isinstance(item, Scalar):
            spot.notes.lost(item.place, "text", "one of the texts is no text; text with `: ` needs quotes")
        elif (text := spot.text(item)).strip():
            found.append(text)
    if not found:
        spot.notes.lost(node.place, "text", "it is empty")
        return None
    if isinstance(node, ListNode):
        spot.notes.carried(node.place, "random text")
    return found if len(found) > 1 else found[0]


def _cards(variant: Variant, kind: str) -> Entry:
    if "elements" not in variant.nodes:
        return {}
    made = offers.cards(variant.spots["elements"], variant.nodes["elements"])
    if not made:
        return {}
    if kind == "list":
        return {"list": made}
    if len(made) == 1 and "each" not in made[0]:
        return {"card": made[0]}
    return {"carousel": made}


def _raw(spot: Spot, node: MapNode, what: str) -> Entry:
    """A message in one channel's own form goes to that channel as it is."""
    channel = _channels(spot.platform) or ("teams" if "contentType" in node.entries else "")
    if not channel or "+" in channel:
        spot.notes.lost(node.place, "message", f"{what}, and no single channel to which it could go as it is")
        return {}
    spot.notes.changed(node.place, "message", f"{what} goes to {channel} as it is, and is not shown elsewhere")
    return {"raw": {"channel": channel, "body": _body(spot, node)}}


def _body(spot: Spot, node: Node) -> Any:
    if isinstance(node, MapNode):
        return {key: _body(spot, value) for key, value in node.entries.items() if key not in _FRAME}
    if isinstance(node, ListNode):
        return [_body(spot, value) for value in node.items]
    value = plain_value(node)
    return spot.text(node) if isinstance(value, str) else value


def _duration(spot: Spot, name: str, node: Node) -> Any:
    source = spot.source(node).strip()
    if not isinstance(node, Scalar) or not source:
        spot.notes.lost(node.place, f"`{name}`", "it is no duration")
        return None
    spot.notes.carried(node.place, f"`{name}`")
    if has_tags(source):
        return spot.text(node)
    if source.casefold() in ("true", "false"):
        return True if source.casefold() == "true" else None
    match = _DURATION.fullmatch(source)
    unit = _UNITS.get(match[2].casefold()) if match else None
    if match is None or unit is None:
        spot.notes.lost(node.place, f"`{name}`", f"`{source[:40]}` is no duration")
        return None
    return _written(min(max(round(float(match[1]) * unit), 0), _MAX_MS))


def _written(milliseconds: int) -> str:
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"


def _note_unknown(spot: Spot, variant: Variant) -> None:
    is_raw = "contentType" in variant.nodes or word(variant.nodes.get("template_type")) not in (
        "", "generic", "list", "button")  # fmt: skip
    for name, node in variant.nodes.items():
        if name not in _KNOWN and not is_raw:
            hint = did_you_mean(name, _KNOWN) or "Our content has nothing like it."
            spot.notes.lost(node.place, f"`{name[:40]}`", f"it was not looked at. {hint}")
        elif name in ("top_element_style", "sharable", "image_aspect_ratio"):
            spot.notes.lost(node.place, f"`{name}`", "how cards look is the channel's matter")
