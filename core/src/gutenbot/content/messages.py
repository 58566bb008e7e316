"""The message that an entry's properties make, by kind."""

from collections.abc import Callable

from gutenbot.content import parts
from gutenbot.content.builder import Builder, Mistake
from gutenbot.content.durations import milliseconds
from gutenbot.content.nodes import ListNode, MapNode, Node
from gutenbot.content.problems import Place
from gutenbot.content.values import Constant, Value, made
from gutenbot.events import messages as kinds

Properties = dict[str, Node]
Parts = dict[str, Value]

KINDS = frozenset(
    ("text", "image", "audio", "video", "file", "card", "carousel", "list", "location", "form", "raw", "template")
)
FRAME = frozenset(("if", "unless", "on", "each", "as"))
COMMON = frozenset(("typing", "wait", "quick_replies", "choices"))
OWN = {
    "text": ("buttons",),
    "image": ("alt", "caption", "text"),
    "audio": ("alt", "caption", "text"),
    "video": ("alt", "caption", "text"),
    "file": ("name", "mime"),
}
"""The properties that belong to one kind alone."""
EVERY = KINDS | FRAME | COMMON | frozenset(name for own in OWN.values() for name in own)

_MEDIA = frozenset(("image", "audio", "video"))


def message(builder: Builder, properties: Properties, place: Place, extra: Properties | None = None) -> Value:
    """The compiled message; raises `Mistake`. `extra` is what one channel alone understands."""
    common = _common(builder, properties)
    if extra:
        common["extra"] = made(dict, {key: builder.anything(node) for key, node in extra.items()})
    kind = kind_of(properties)
    if kind == "":
        return _pause(properties, common, place)
    _refuse_strays(builder, properties, kind)
    return _MAKERS[kind](builder, properties, common)


def kind_of(properties: Properties) -> str:
    """The kind of message; empty for a pause. Raises `Mistake` when there are two. Text beside media is its caption."""
    found = sorted(KINDS & properties.keys())
    if len(found) == 2 and "text" in found and _MEDIA & set(found):
        return found[0] if found[1] == "text" else found[1]
    if len(found) > 1:
        words = f"An entry is one message, but `{'` and `'.join(found)}` are there at once."
        raise Mistake(properties[found[1]].place, "two-kinds", words, "Make two entries of it.")
    return found[0] if found else ""


def _common(builder: Builder, properties: Properties) -> Parts:
    found: Parts = {"content_id": Constant(builder.item), "locale": Constant(builder.locale)}
    if builder.variant:
        found["variant"] = Constant(builder.variant)
    for name in ("typing", "wait"):
        if name in properties:
            found[f"{name}_ms"] = builder.convert(properties[name], name, milliseconds)
    if replies := properties.get("quick_replies") or properties.get("choices"):
        if "quick_replies" in properties and "choices" in properties:
            words = "`quick_replies` and `choices` are two names for the same."
            raise Mistake(properties["choices"].place, "two-kinds", words, "Keep one of them.")
        offered = parts.quick_replies(builder, replies)
        if offered != Constant(()):
            found["quick_replies"] = offered
    return found


def _pause(properties: Properties, common: Parts, place: Place) -> Value:
    if stray := sorted(properties.keys() - {"typing", "wait"}):
        node = properties[stray[0]]
        raise Mistake(node.place, "no-message", f"`{stray[0]}` needs a message beside it.", "Add `text:` to the entry.")
    if not properties:
        raise Mistake(place, "no-message", "The entry says nothing.", "Give it `text:`, an `image:`, a `card:` …")
    return made(kinds.Typing, common)


def _refuse_strays(builder: Builder, properties: Properties, kind: str) -> None:
    for key in sorted(properties.keys() - COMMON - {kind, *OWN.get(kind, ())}):
        words = f"`{key}` does not belong to {_with_article(kind)}."
        hint = "Put buttons into a `card:`, or use `text:`." if key == "buttons" else "Remove it."
        builder.report.warning(properties[key].place, "unknown-property", words, hint)


def _with_article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _text(builder: Builder, properties: Properties, common: Parts) -> Value:
    common["text"] = builder.text(properties["text"])
    if "buttons" in properties:
        return made(kinds.Buttons, common | {"buttons": parts.buttons(builder, properties["buttons"])})
    return made(kinds.Choices if "quick_replies" in common else kinds.TextMessage, common)


def _image(builder: Builder, properties: Properties, common: Parts) -> Value:
    common["url"] = builder.address("media", properties["image"], "image")
    common["alt"] = parts.need_alt(builder, properties["image"], properties)
    return made(kinds.Image, common | _caption(builder, properties))


def _audio(builder: Builder, properties: Properties, common: Parts) -> Value:
    common["url"] = builder.address("media", properties["audio"], "audio")
    return made(kinds.Audio, common | _alt(builder, properties) | _caption(builder, properties))


def _video(builder: Builder, properties: Properties, common: Parts) -> Value:
    common["url"] = builder.address("media", properties["video"], "video")
    return made(kinds.Video, common | _alt(builder, properties) | _caption(builder, properties))


def _alt(builder: Builder, properties: Properties) -> Parts:
    return {"alt": builder.text(properties["alt"], "alt", may_be_empty=True)} if "alt" in properties else {}


def _caption(builder: Builder, properties: Properties) -> Parts:
    node = properties.get("caption") or properties.get("text")
    return {"caption": builder.text(node, "caption", may_be_empty=True)} if node else {}


def _file(builder: Builder, properties: Properties, common: Parts) -> Value:
    url = common["url"] = builder.address("media", properties["file"], "file")
    if "name" in properties:
        common["name"] = builder.words(properties["name"], "name")
    elif isinstance(url, Constant):
        common["name"] = Constant(str(url.value).partition("?")[0].rstrip("/").rpartition("/")[2] or str(url.value))
    else:
        common["name"] = url
    if "mime" in properties:
        common["mime"] = builder.words(properties["mime"], "mime")
    return made(kinds.FileMessage, common)


def _card(builder: Builder, properties: Properties, common: Parts) -> Value:
    return parts.card(builder, properties["card"], common)


def _carousel(builder: Builder, properties: Properties, common: Parts) -> Value:
    return _cards(builder, properties["carousel"], common, "carousel")


def _list(builder: Builder, properties: Properties, common: Parts) -> Value:
    return _cards(builder, properties["list"], common, "list")


def _cards(builder: Builder, node: Node, common: Parts, layout: str) -> Value:
    if isinstance(node, MapNode) and "cards" in node.entries:
        builder.check_properties(node, ("cards", "layout"), "a carousel")
        if "layout" in node.entries:
            layout = builder.scalar(node.entries["layout"], "layout").value
            if layout not in ("carousel", "list"):
                raise Mistake(node.entries["layout"].place, "bad-value", "`layout` must be `carousel` or `list`.")
        node = node.entries["cards"]
    if isinstance(node, ListNode) and not node.items:
        raise Mistake(node.place, "no-cards", "A carousel needs at least one card.")
    return made(kinds.Carousel, common | {"cards": parts.cards(builder, node), "layout": Constant(layout)})


def _location(builder: Builder, properties: Properties, common: Parts) -> Value:
    mapping = builder.mapping(properties["location"], "location")
    builder.check_properties(mapping, ("latitude", "longitude", "title", "address"), "a location")
    for name, limit in (("latitude", 90), ("longitude", 180)):
        node = parts.needed(mapping, mapping.entries, name, "A location")
        common[name] = builder.convert(node, name, _degrees(limit))
    for name in ("title", "address"):
        if name in mapping.entries:
            common[name] = builder.text(mapping.entries[name], name, may_be_empty=True)
    return made(kinds.LocationMessage, common)


def _degrees(limit: int) -> Callable[[object], float]:
    def to_degrees(value: object) -> float:
        degrees = float(str(value))
        if not -limit <= degrees <= limit:
            raise ValueError(f"{degrees} is not between -{limit} and {limit}")
        return degrees

    return to_degrees


def _form(builder: Builder, properties: Properties, common: Parts) -> Value:
    mapping = builder.mapping(properties["form"], "form")
    builder.check_properties(mapping, ("id", "title", "submit", "fields"), "a form")
    common["form_id"] = (
        builder.words(mapping.entries["id"], "id") if "id" in mapping.entries else Constant(builder.item)
    )
    common["fields"] = parts.fields(builder, parts.needed(mapping, mapping.entries, "fields", "A form"))
    for name in ("title", "submit"):
        if name in mapping.entries:
            common[name] = builder.text(mapping.entries[name], name, may_be_empty=True)
    return made(kinds.FormMessage, common)


def _raw(builder: Builder, properties: Properties, common: Parts) -> Value:
    mapping = builder.mapping(properties["raw"], "raw")
    builder.check_properties(mapping, ("channel", "body"), "a raw message")
    common["channel"] = builder.words(parts.needed(mapping, mapping.entries, "channel", "A raw message"), "channel")
    body = builder.mapping(parts.needed(mapping, mapping.entries, "body", "A raw message"), "body")
    return made(kinds.Raw, common | {"body": builder.anything(body)})


def _template(builder: Builder, properties: Properties, common: Parts) -> Value:
    mapping = builder.mapping(properties["template"], "template")
    builder.check_properties(mapping, ("name", "parameters"), "a template")
    common["name"] = builder.words(parts.needed(mapping, mapping.entries, "name", "A template"), "name")
    if "parameters" in mapping.entries:
        common["parameters"] = builder.anything(builder.mapping(mapping.entries["parameters"], "parameters"))
    return made(kinds.Template, common)


_MAKERS: dict[str, Callable[[Builder, Properties, Parts], Value]] = {
    "text": _text,
    "image": _image,
    "audio": _audio,
    "video": _video,
    "file": _file,
    "card": _card,
    "carousel": _carousel,
    "list": _list,
    "location": _location,
    "form": _form,
    "raw": _raw,
    "template": _template,
}
