"""Buttons, quick replies and cards of the old kinds as ours."""

import re
from collections.abc import Callable
from typing import Any

from gutenbot.content.nodes import MapNode, Node, Scalar, is_null
from gutenbot.importing.mustache import TAG
from gutenbot.importing.templates import template, words
from gutenbot.importing.trees import Spot, elements, entry_of, plain_value, word
from gutenbot.importing.variants import Looped, Variant, looped, variants

_SHORTHAND = re.compile(r"<((?:<%[^<>\n]*%>|[^<>\n])*)>\s*(.*)", re.DOTALL)
_NATIVE_REPLY = {"content_type", "title", "payload", "image_url", "value", "label", "text"}
_DROPPED = {
    "webview_height_ratio",
    "messenger_extensions",
    "fallback_url",
    "webview_share_button",
    "type",
    "action",
    "title",
}
_CARD = {"title", "subtitle", "image_url", "image", "item_url", "url", "default_action", "buttons", "actions", "text"}

Made = dict[str, Any] | str
Maker = Callable[[Spot, Variant, Node], dict[str, Any] | None]


def quick_replies(spot: Spot, node: Node) -> list[Made]:
    """Offered answers."""
    return _parts(spot, node, "quick reply", _reply)


def buttons(spot: Spot, node: Node) -> list[Made]:
    """Buttons."""
    return _parts(spot, node, "button", _button)


def cards(spot: Spot, node: Node) -> list[dict[str, Any]]:
    """Cards."""
    return [part for part in _parts(spot, node, "card", _card) if isinstance(part, dict)]


def media(spot: Spot, node: Node) -> str:
    """The address of a picture, film or sound; that of an imported file is the file's."""
    if isinstance(node, MapNode):
        node = entry_of(node, "url", "link") or node
    source = spot.source(node).strip()
    for address in (source, f"/media/{source.rpartition('/media/')[2]}"):
        if address in spot.media:
            return words(spot.media[address])
    if source.startswith("/api/v1/"):
        message = f"`{source[:80]}` is not among the files: put it into media/, and its name into the content"
        spot.notes.changed(node.place, "address", message)
    return template(source, spot.scope, node.place, spot.notes)


def _parts(spot: Spot, node: Node, what: str, make: Maker) -> list[Made]:
    found: list[Made] = []
    for item in elements(node):
        for one in looped(spot, item):
            found += _part(one, item, what, make)
    return found


def _part(one: Looped, node: Node, what: str, make: Maker) -> list[Made]:
    spot = one.spot
    if is_null(node):
        return []
    if isinstance(node, Scalar):
        made = _shorthand(spot, node, what)
        return [] if made is None else [_framed(made, one.frame())]
    if not isinstance(node, MapNode):
        spot.notes.lost(node.place, what, "a list in place of one")
        return []
    found: list[Made] = []
    for variant in variants(spot, node):
        if (made := make(spot, variant, node)) is not None:
            whole = Looped(spot, one.each, one.name, (*one.conditions, *variant.conditions))
            found.append(_framed(made, whole.frame()))
            spot.notes.carried(node.place, what)
    return found


def _framed(made: Made, frame: dict[str, str]) -> Made:
    if not frame:
        return made
    return {**frame, **(made if isinstance(made, dict) else _spelled(made))}


def _spelled(shorthand: str) -> dict[str, Any]:
    return {"title": shorthand}


def _shorthand(spot: Spot, node: Scalar, what: str) -> Made | None:
    """A part that is one text: `<PAYLOAD> Title`, or a title alone."""
    source = spot.source(node).strip()
    match = _SHORTHAND.fullmatch(source)
    if what == "card" or (what == "button" and match is None and source.startswith("{{")):
        spot.notes.lost(node.place, what, f"`{source[:60]}` was made by data; our content needs its parts")
        return None
    spot.notes.carried(node.place, what)
    if match is None:
        title = template(source, spot.scope, node.place, spot.notes)
        return {"title": title} if what == "quick reply" else {"title": title, "say": title}
    payload, title = match[1].strip(), match[2].strip()
    if not payload:
        return {"title": spot.text(node)} if what == "quick reply" else None
    return _with_payload(spot, node, payload, title or payload.lstrip("."), what)


def _with_payload(spot: Spot, node: Scalar, payload: str, title: str, what: str) -> Made:
    if payload.startswith("."):
        payload = f"{spot.item}{payload}"
    code = template(_upper(payload), spot.scope, node.place, spot.notes)
    code = code.replace(" }}", " | upper }}") if "{{" in code else code.upper()
    key = "payload" if what == "quick reply" else "postback"
    return {"title": template(title, spot.scope, node.place, spot.notes), key: code}


def _upper(payload: str) -> str:
    """The payload in capitals, except for the names in its tags."""
    position, found = 0, ""
    for match in TAG.finditer(payload):
        found += payload[position : match.start()].upper() + match[0]
        position = match.end()
    return found + payload[position:].upper()


def _reply(spot: Spot, variant: Variant, node: Node) -> dict[str, Any] | None:
    kind = word(variant.nodes.get("content_type"))
    if kind and kind != "text":
        spot.notes.lost(node.place, "quick reply", f"asking for `{kind}` by a quick reply; ask for it in code")
        return None
    title = _of(variant, "title", "label", "text") or _of(variant, "payload", "value")
    if not title:
        spot.notes.lost(node.place, "quick reply", "it has no title")
        return None
    made = {"title": title}
    if payload := _payload(variant, "payload", "value"):
        made["payload"] = payload
    if image := variant.nodes.get("image_url"):
        made["image"] = media(variant.spots["image_url"], image)
    _note_unknown(spot, variant, _NATIVE_REPLY, "quick reply")
    return made


def _button(spot: Spot, variant: Variant, node: Node) -> dict[str, Any] | None:
    title = _of(variant, "title", "label", "text")
    key, value, used = _action(variant)
    if not key or not value:
        kind = word(variant.nodes.get("type")) or word(variant.nodes.get("action")) or "nothing"
        spot.notes.lost(node.place, "button", f"it does `{kind[:40]}`, which ours cannot do")
        return None
    _note_unknown(spot, variant, {used, "title", "label", "text", "type", "action"}, "button")
    return {"title": title or value, key: value}


def _action(variant: Variant) -> tuple[str, str, str]:
    """What a button does in our words, with what, and in which property it stood."""
    kind = (word(variant.nodes.get("type")) or word(variant.nodes.get("action"))).casefold().replace("_", " ")
    if kind in ("web url", "open url", "openurl", "url", "link"):
        used = "url" if "url" in variant.nodes else "value"
        return "link", _of(variant, "url", "value").strip(), used
    if kind in ("phone number", "call"):
        return "call", _of(variant, "payload", "value", "number"), "payload"
    if kind in ("say something", "imback", "say"):
        return "say", _of(variant, "text", "value", "title"), "text"
    if kind in ("postback", "messageback", "") and (found := _payload(variant, "payload", "value")):
        return "postback", found, "payload" if "payload" in variant.nodes else "value"
    if kind == "" and "url" in variant.nodes:
        return "link", _of(variant, "url"), "url"
    return "", "", ""


def _card(spot: Spot, variant: Variant, node: Node) -> dict[str, Any] | None:
    title, subtitle = _of(variant, "title"), _of(variant, "subtitle", "text")
    if not title and not subtitle:
        spot.notes.lost(node.place, "card", "it has neither title nor subtitle")
        return None
    made: dict[str, Any] = {"title": title or subtitle}
    if title and subtitle:
        made["subtitle"] = subtitle
    for name in ("image_url", "image"):
        if (image := variant.nodes.get(name)) is not None and (address := media(variant.spots[name], image)):
            made["image"] = address
    if link := _link(variant):
        made["url"] = link
    for name in ("buttons", "actions"):
        if name in variant.nodes and (found := buttons(variant.spots[name], variant.nodes[name])):
            made["buttons"] = found
    _note_unknown(spot, variant, _CARD, "card")
    return made


def _link(variant: Variant) -> str:
    """Where a tap on a card leads."""
    for action in elements(variant.nodes.get("default_action")):
        if (url := entry_of(action, "url")) is not None:
            return variant.spots["default_action"].text(url)
    return _of(variant, "item_url", "url")


def _of(variant: Variant, *names: str) -> str:
    for name in names:
        node = variant.nodes.get(name)
        if node is not None and (found := variant.spots[name].text(node)).strip():
            return found
    return ""


def _payload(variant: Variant, *names: str) -> str:
    """A payload; one that is a record becomes its JSON, as channels send texts only."""
    for name in names:
        node = variant.nodes.get(name)
        if isinstance(node, MapNode):
            import json

            variant.spots[name].notes.changed(node.place, "payload", "a record; it arrives as its JSON text")
            return words(json.dumps(plain_value(node), ensure_ascii=False))
    return _of(variant, *names)


def _note_unknown(spot: Spot, variant: Variant, known: set[str], what: str) -> None:
    for name in sorted(variant.nodes.keys() - known - _DROPPED):
        spot.notes.lost(variant.nodes[name].place, f"`{name[:40]}` of a {what}", "our content has nothing like it")
    for name in sorted(variant.nodes.keys() & _DROPPED - {"type", "action", "title"} - known):
        spot.notes.lost(variant.nodes[name].place, f"`{name}` of a {what}", "how a page opens is the channel's matter")
