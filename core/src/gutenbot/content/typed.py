"""An item of a type with fields of its own, from YAML to compiled: its fields fill the type's class, whose `render` gives
the entries that it says. They are compiled like those of any other item."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gutenbot.content.builder import Builder, Mistake
from gutenbot.content.entries import compile_entries
from gutenbot.content.glance import MAX_WORDS, words_of
from gutenbot.content.items import Item, Reference
from gutenbot.content.nodes import ListNode, MapNode, Node, Scalar
from gutenbot.content.problems import Place, did_you_mean
from gutenbot.content.reading import Source
from gutenbot.content.scan import is_template
from gutenbot.content.trees import at, node_of, value_of, words_in
from gutenbot.content.types import ContentType, Typed, Types

if TYPE_CHECKING:
    from pydantic import BaseModel

_ABOUT = ("type", "tags", "title", "description")
_MAX_SHOWN = 10
_TRIES = 3


def type_named(node: Node, types: Types) -> ContentType | None:
    """The type that an item names; raises `Mistake` when there is none of that name."""
    if not isinstance(node, MapNode) or not isinstance(word := node.entries.get("type"), Scalar):
        return None
    if word.value in types:
        return types[word.value]
    known = ", ".join(sorted(name for name, one in types.items() if not one.natural)) or "none of the bot's own"
    hint = did_you_mean(word.value, types) or f"Types: {known}."
    raise Mistake(word.place, "unknown-type", f"There is no type of content `{word.value[:60]}`.", hint)


def without_type(node: Node) -> Node:
    """The item as it would be written without naming its type; about an item with entries it may stay."""
    if not isinstance(node, MapNode) or node.entries.keys() & {"entries", "variants"}:
        return node
    rest = {key: value for key, value in node.entries.items() if key != "type"}
    return MapNode(rest, {key: node.keys[key] for key in rest}, node.place, node.size)


def typed_item(builder: Builder, source: Source, kind: ContentType) -> Item:
    """The compiled item; raises `Mistake`, and notes what is wrong with each field."""
    node = source.node
    assert isinstance(node, MapNode)
    names = _names(kind)
    builder.check_properties(node, (*names, *_ABOUT), f"the type `{kind.name}`")
    fields = {key: value for key, value in node.entries.items() if key in names}
    filled = MapNode(fields, {key: node.keys[key] for key in fields}, node.place, node.size)
    model = _model(builder, filled, kind)
    value = model.model_dump(mode="json", by_alias=True)
    _note_media(builder, filled, kind)
    item = Item(
        id=builder.item, locale=builder.locale, place=source.id.place, entries=(), type=kind.name,
        tags=tags_of(builder, None if "tags" in names and not _is_words(value["tags"]) else node),
        title=_about(builder, node, names, "title"), description=_about(builder, node, names, "description"),
        words=_preview(builder, model, filled, kind), typed=Typed(kind.name, value),
    )  # fmt: skip
    return replace(
        item,
        entries=_said(builder, filled, kind, model),
        variables=builder.variables,
        references=tuple(builder.references),
    )


def tags_of(builder: Builder, about: MapNode | None) -> tuple[str, ...]:
    """The words by which an item is found."""
    if not about or "tags" not in about.entries:
        return ()
    node = about.entries["tags"]
    return tuple(builder.scalar(tag, "tags").value for tag in (node.items if isinstance(node, ListNode) else (node,)))


def _names(kind: ContentType) -> frozenset[str]:
    fields = kind.model.model_fields
    return frozenset(fields) | {one.alias for one in fields.values() if one.alias}


def _model(builder: Builder, node: MapNode, kind: ContentType) -> "BaseModel":
    from pydantic import ValidationError

    value = value_of(node)
    for _ in range(_TRIES):
        try:
            return kind.model.model_validate(value)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            if not _as_words(value, node, found):
                break
        except Exception as error:
            raise _failed(builder, node.place, kind, "validates", error) from error
    else:
        found = []
    for one in found[1:_MAX_SHOWN]:
        builder.note(_mistake(node, one))
    raise _mistake(node, found[0])


def _as_words(value: Any, node: MapNode, found: list[Any]) -> bool:
    """Takes values that look like numbers as words where words are wanted: `answers: [1969, 1970]`."""
    changed = False
    for one in found:
        scalar = at(node, one["loc"])
        if one["type"] != "string_type" or not isinstance(scalar, Scalar) or scalar.typed() is None:
            continue
        holder = value
        for part in one["loc"][:-1]:
            holder = _inside(holder, part)
        if isinstance(holder, dict | list) and _inside(holder, one["loc"][-1]) != scalar.value:
            holder[one["loc"][-1]] = scalar.value
            changed = True
    return changed


def _inside(holder: Any, part: Any) -> Any:
    try:
        return holder[part]
    except (LookupError, TypeError):
        return None


def _mistake(node: MapNode, found: Any) -> Mistake:
    shown = ".".join(str(part) for part in found["loc"])
    if found["type"] == "missing":
        return Mistake(at(node, found["loc"]).place, "missing-property", f"`{shown}` is missing.", f"Add `{shown}:`.")
    words = str(found["msg"]).removeprefix("Value error, ").rstrip(".")
    return Mistake(at(node, found["loc"]).place, "field", f"`{shown or 'the item'}`: {words}.")


def _said(builder: Builder, node: MapNode, kind: ContentType, model: "BaseModel") -> Any:
    render: Callable[[], Any] | None = getattr(model, "render", None)
    if render is None:
        return ()
    known = {word.value: word.place for _, word in words_in(node)}
    try:
        said = node_of(render(), node.place, known)
    except Exception as error:
        raise _failed(builder, node.place, kind, "renders", error) from error
    return compile_entries(builder, said)


def _preview(builder: Builder, model: "BaseModel", node: MapNode, kind: ContentType) -> str:
    preview: Callable[[], Any] | None = getattr(model, "preview", None)
    try:
        words = str(preview()) if preview is not None else ""
    except Exception as error:
        raise _failed(builder, node.place, kind, "previews", error) from error
    field = node.entries.get(str(kind.ui()["preview"]))
    words = words or words_of(value_of(node)) or (words_of(value_of(field)) if field is not None else "")
    return " ".join(words.split())[:MAX_WORDS]


def _failed(builder: Builder, place: Place, kind: ContentType, verb: str, error: Exception) -> Mistake:
    words = f"The type `{kind.name}` failed when it {verb} `{builder.item}`: {type(error).__name__}: {str(error)[:200]}"
    return Mistake(place, "type-failed", words, "The mistake is in the code of the type, or in what it expects here.")


def _note_media(builder: Builder, node: MapNode, kind: ContentType) -> None:
    """Fields that are edited as media are remembered for the check, unless they are filled in when said."""
    for name, field in kind.model.model_fields.items():
        extra = field.json_schema_extra
        value = node.entries.get(field.alias or name)
        is_media = isinstance(extra, dict) and extra.get("x-widget") == "media"
        if is_media and isinstance(value, Scalar) and value.value and not is_template(value.value):
            builder.references.append(Reference("media", value.value, value.place))


def _about(builder: Builder, node: MapNode, names: frozenset[str], name: str) -> str:
    return builder.scalar(node.entries[name], name).value if name in node.entries and name not in names else ""


def _is_words(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))
