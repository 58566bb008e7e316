"""What managers edited in a browser: content items of 1.x, content elements of 10 to 12, and the forms in which 1.x edited them."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from gutenbot.content.locales import canonical
from gutenbot.content.nodes import MapNode, Node, Scalar, is_null
from gutenbot.importing import offers
from gutenbot.importing.classic import Classic, Item, convert_classic
from gutenbot.importing.literals import NotData, Reader
from gutenbot.importing.notes import Notes
from gutenbot.importing.scope import Scope
from gutenbot.importing.trees import Spot, elements, entry_of, plain_value, word
from gutenbot.importing.variants import variants

_LANGUAGE = re.compile(r"(.+)\$([a-zA-Z]{2,3}(?:[-_]\w{2,4})?)")
_UNFIT = re.compile(r"[^\w.\-]+")
_KINDS = {"email": "email", "date": "date", "time": "time", "date-time": "date", "uri": "text", "textarea": "textarea"}

_OF_FIELDS = frozenset(
    "type title description enum enumNames format minLength maxLength minimum maximum $ref properties items".split()
)
_OF_ELEMENTS = frozenset(
    "text message variations typing choices options items buttons cards elements title subtitle caption image image_url audio "
    "video file url latitude longitude address actions action payload value label name picture item_url default_action "
    "number".split()
)

Entry = dict[str, Any]


def read_form(text: str, file: str, notes: Notes) -> tuple[MapNode, Item | None] | None:
    """A `*.form.js` file: what it exports, and the form that its schema makes. Functions are not run, only named."""
    reader = Reader(text, file)
    try:
        node = reader.exported()
    except NotData as error:
        notes.lost(error.place, "form", f"it is no plain data: {error.reason}")
        return None
    for place, code in reader.skipped:
        notes.lost(place, "code of a form", f"`{code}` is not run")
    if not isinstance(node, MapNode) or not word(entry_of(node, "id")):
        return None
    return node, _form(node, notes)


def _form(node: MapNode, notes: Notes) -> Item | None:
    schema = entry_of(node, "jsonSchema") or node
    known = entry_of(schema, "properties")
    required = {word(item) for item in elements(entry_of(schema, "required"))}
    spot = Spot(word(entry_of(node, "id")), Scope(), notes)
    fields: list[Entry] = []
    for name, prop in known.entries.items() if isinstance(known, MapNode) else ():
        if (field := _field(spot, name, prop, entry_of(entry_of(node, "uiSchema") or node, name))) is not None:
            fields.append(field | ({} if name in required else {"required": False}))
    _note_rest(spot, node, known)
    if not fields:
        notes.lost(node.place, "form", f"`{spot.item}` has no fields that can be shown")
        return None
    notes.carried(node.place, "form")
    form: Entry = {"id": spot.item, "fields": fields}
    if title := (entry_of(node, "title") or entry_of(schema, "title")):
        form["title"] = spot.text(title)
    return Item(f"form.{fit_id(spot.item)}", node.place, {"": [{"form": form}]})


def _note_rest(spot: Spot, node: MapNode, known: Node | None) -> None:
    """Names what of a form is not looked at."""
    for name in ("description", "computeData", "computeFormData", "computePreviewText", "computeMetadata", "renderer"):
        value = node.entries.get(name)
        if value is not None and not is_null(value):
            spot.notes.lost(value.place, f"`{name}` of a form", "our forms have nothing like it")
    fields = known.entries if isinstance(known, MapNode) else {}
    for field, prop in fields.items():
        single = isinstance(prop, MapNode) and word(entry_of(prop, "type")) != "array"
        for name, value in prop.entries.items() if isinstance(prop, MapNode) and single else ():
            if name not in _OF_FIELDS:
                spot.notes.lost(
                    value.place, f"`{name[:40]}` of a field", f"`{field[:60]}` of our form has nothing like it"
                )
    ui = node.entries.get("uiSchema")
    for field, widgets in ui.entries.items() if isinstance(ui, MapNode) else ():
        names = widgets.entries if isinstance(widgets, MapNode) else {field: widgets}
        for name, value in names.items():
            if name != "ui:widget" or field not in fields:
                spot.notes.lost(value.place, f"`{name[:40]}` of a field", "how it looks is our form's matter")


def _field(spot: Spot, name: str, node: Node, ui: Node | None) -> Entry | None:
    kind = word(entry_of(node, "type")) or "string"
    if kind in ("object", "array"):
        spot.notes.lost(node.place, "field", f"`{name}` holds several values; our forms have single ones")
        return None
    made: Entry = {"name": name}
    if label := entry_of(node, "title", "description"):
        made["label"] = spot.text(label)
    options = [word(item) for item in elements(entry_of(node, "enum"))]
    if options:
        titles = [spot.text(item) for item in elements(entry_of(node, "enumNames"))] or options
        pairs = zip(titles, options, strict=False)
        return made | {
            "kind": "select",
            "options": [{"title": title or value, "payload": value} for title, value in pairs],
        }
    widget = word(entry_of(ui, "ui:widget")) if ui is not None else ""
    made["kind"] = {"number": "number", "integer": "number", "boolean": "checkbox"}.get(
        kind, _KINDS.get(widget or word(entry_of(node, "format")), "text")
    )
    for old, new in (
        ("minLength", "min_length"),
        ("maxLength", "max_length"),
        ("minimum", "minimum"),
        ("maximum", "maximum"),
    ):
        if value := word(entry_of(node, old)):
            made[new] = value
    return made


def is_item(node: Node) -> bool:
    """Whether a JSON value is an item or element that managers edited."""
    return isinstance(node, MapNode) and "id" in node.entries and bool({"formData", "data"} & node.entries.keys())


def convert_managed(
    node: MapNode,
    kind: str,
    forms: dict[str, MapNode],
    old_items: dict[str, Classic],
    notes: Notes,
    media: dict[str, str],
) -> Item | None:
    """The item of ours for one item or element; None when nothing of it can be said, which is noted."""
    name = word(node.entries["id"]).removeprefix("#").removeprefix("!")
    category = word(entry_of(node, "categoryId", "contentType", "category")) or kind or name.rpartition("-")[0]
    old = (
        old_items.get(word(entry_of(forms.get(category, node), "ummBloc")).removeprefix("#"))
        if category in forms
        else None
    )
    data = entry_of(node, "data") or entry_of(node, "formData")
    if old is not None and data is not None:
        notes.carried(node.place, "content item")
        item = convert_classic(old, notes, new_id=fit_id(name), data=plain_value(data))
        return Item(item.id, node.place, item.entries) if item.entries else None
    form = entry_of(node, "formData") or data
    if not isinstance(form, MapNode) or not name:
        notes.lost(node.place, "content element", "it has no data")
        return None
    return _element(fit_id(name), category, node, form, notes, media)


def _element(item_id: str, kind: str, node: MapNode, form: MapNode, notes: Notes, media: dict[str, str]) -> Item | None:
    item = Item(item_id, node.place, title=word(entry_of(node, "previewText"))[:120])
    make = next((make for name, make in _ELEMENTS.items() if name in kind.replace("_", "-")), _guessed)
    for locale, own in _by_locale(form):
        spot = Spot(item_id, Scope(), notes, media=media)
        entries = make(spot, own)
        if entries:
            item.entries[locale] = entries
    if not item.entries:
        notes.lost(node.place, "content element", f"`{item_id}` (`{kind}`) has nothing that can be said")
        return None
    notes.carried(node.place, "content element")
    for name, value in form.entries.items():
        base = found[1] if (found := _LANGUAGE.fullmatch(name)) else name
        if base not in _OF_ELEMENTS and not is_null(value):
            notes.lost(
                value.place, f"`{name[:40]}`", f"of `{item_id}`: it was not looked at. Our content has nothing like it."
            )
    return item


def _by_locale(form: MapNode) -> Iterator[tuple[str, MapNode]]:
    """The data in each language; from 11 on properties are called `text$en`."""
    found: dict[str, dict[str, Node]] = {}
    for key, value in form.entries.items():
        match = _LANGUAGE.fullmatch(key)
        locale, name = (canonical(match[2]), match[1]) if match else ("", key)
        found.setdefault(locale, {})[name] = value
    common = found.pop("", {}) if len(found) > 1 else {}
    for locale, entries in found.items():
        merged = {**common, **entries}
        keys = {name: Scalar(name, False, value.place) for name, value in merged.items()}
        yield locale, MapNode(merged, keys, form.place, form.size)


def _text(spot: Spot, form: MapNode) -> list[Entry]:
    texts = [entry_of(form, "text", "message"), *elements(entry_of(form, "variations"))]
    said = [text for node in texts if node is not None and (text := spot.text(node)).strip()]
    if len(said) > 1:
        spot.notes.carried(form.place, "random text")
    return [_typing(form) | {"text": said if len(said) > 1 else said[0]}] if said else []


def _choice(spot: Spot, form: MapNode) -> list[Entry]:
    found = _text(spot, form)
    choices = entry_of(form, "choices", "options", "items", "buttons")
    if found and choices is not None and (replies := offers.quick_replies(spot, choices)):
        found[0]["quick_replies"] = replies
    return found


def _card(spot: Spot, form: MapNode) -> list[Entry]:
    made = offers.cards(spot, form)
    return [_typing(form) | {"card": made[0]}] if made else []


def _carousel(spot: Spot, form: MapNode) -> list[Entry]:
    items = entry_of(form, "items", "cards", "elements")
    made = offers.cards(spot, items) if items is not None else []
    return [_typing(form) | {"carousel": made}] if made else []


def _medium(kind: str) -> Callable[[Spot, MapNode], list[Entry]]:
    def make(spot: Spot, form: MapNode) -> list[Entry]:
        node = entry_of(form, kind, "url", "file")
        if node is None or not (address := offers.media(spot, node)):
            return []
        title = entry_of(form, "title", "caption")
        said = spot.text(title) if title is not None else ""
        extra = {"name" if kind == "file" else "caption": said} if said.strip() else {}
        return [_typing(form) | {kind: address} | extra]

    return make


def _location(spot: Spot, form: MapNode) -> list[Entry]:
    place = {name: word(entry_of(form, name)) for name in ("latitude", "longitude")}
    if not all(place.values()):
        return []
    place |= {name: spot.text(node) for name in ("title", "address") if (node := entry_of(form, name)) is not None}
    return [_typing(form) | {"location": place}]


def _action(spot: Spot, form: MapNode) -> list[Entry]:
    variant = variants(spot, form)[0]
    title = spot.text(variant.nodes["title"]) if "title" in variant.nodes else ""
    made = offers.buttons(spot, form)
    return [{"text": title, "buttons": made}] if made and title.strip() else []


def _guessed(spot: Spot, form: MapNode) -> list[Entry]:
    """An element of a kind that the bot's author made: by what it has."""
    names = form.entries.keys()
    make: Callable[[Spot, MapNode], list[Entry]] | None = None
    if "text" in names:
        make = _choice if names & {"choices", "options", "buttons"} else _text
    elif names & {"items", "cards", "elements"}:
        make = _carousel
    elif "title" in names and names & {"subtitle", "actions", "buttons"}:
        make = _card
    else:
        make = next((_medium(kind) for kind in ("image", "audio", "video", "file") if kind in names), None)
    found = make(spot, form) if make else []
    if found:
        spot.notes.changed(
            form.place, "content element", f"`{spot.item}` is of the bot's own kind: look whether it says all"
        )
    return found


def _typing(form: MapNode) -> Entry:
    return {"typing": True} if word(entry_of(form, "typing")) == "true" else {}


def fit_id(name: str) -> str:
    """The id of ours for an id of theirs."""
    return _UNFIT.sub("-", name).strip("-.") or "item"


_ELEMENTS: dict[str, Callable[[Spot, MapNode], list[Entry]]] = {
    "single-choice": _choice,
    "dropdown": _choice,
    "quick-repl": _choice,
    "action-button": _action,
    "carousel": _carousel,
    "card": _card,
    "image": _medium("image"),
    "audio": _medium("audio"),
    "video": _medium("video"),
    "file": _medium("file"),
    "location": _location,
    "text": _choice,
}
