"""What an item is at a glance: its type, its first words, in how many ways it is said. Of values, as JSON has them."""

from typing import Any

MAX_WORDS = 160

_TYPES = dict.fromkeys(("image", "audio", "video", "file"), "media") | {
    kind: kind for kind in ("card", "carousel", "list", "form", "location", "template", "raw")
}
_PAUSE = frozenset({"typing", "wait", "if", "unless", "on", "each", "as"})
_FIRST = ("text", "title", "caption", "label", "question", "name", "subtitle", "alt")
_NOT_SAID = frozenset({"tags"})
_DEPTH = 12


def type_of(value: Any) -> str:
    """Its declared type, else that of its message."""
    if isinstance(value, dict) and isinstance(value.get("type"), str) and value["type"]:
        return str(value["type"])
    return said_type_of(value)


def said_type_of(value: Any) -> str:
    """The built-in type of an item as it is written; `messages` where it says several things."""
    said = [kind for entry in entries_of(value) if (kind := _kind(entry))]
    return said[0] if len(said) == 1 else "messages"


def entries_of(value: Any) -> list[Any]:
    """The entries of an item as it is written; those of its first variant where it has variants."""
    if isinstance(value, dict):
        if "entries" in value:
            return entries_of(value["entries"])
        variants = value.get("variants")
        if isinstance(variants, list) and variants:
            return entries_of(variants[0])
    return value if isinstance(value, list) else [value]


def variants_of(value: Any) -> int:
    """In how many ways it is said."""
    if isinstance(value, dict) and isinstance(value.get("variants"), list):
        return max(1, len(value["variants"]))
    entries = entries_of(value)
    if isinstance(value, dict) and value.get("random") is True:
        return max(1, len(entries))
    first = entries[0] if entries else None
    text = first.get("text") if isinstance(first, dict) else None
    return max(1, len(text)) if isinstance(text, list) else 1


def words_of(value: Any) -> str:
    """The first words that it says, on one line."""
    return " ".join(_words(value, 0).split())[:MAX_WORDS]


def all_words(value: Any) -> str:
    """Everything that stands in it, for searching."""
    if isinstance(value, dict):
        return "\n".join(all_words(inner) for inner in value.values())
    if isinstance(value, list):
        return "\n".join(all_words(inner) for inner in value)
    return value if isinstance(value, str) else ""


def tags_of(value: Any) -> list[str]:
    """Its tags."""
    tags = value.get("tags", []) if isinstance(value, dict) else []
    return [str(tag) for tag in (tags if isinstance(tags, list) else [tags])]


def title_of(value: Any) -> str:
    """Its title; that of a message is none."""
    return str(value.get("title") or "") if isinstance(value, dict) and "entries" in value else ""


def _kind(entry: Any) -> str:
    if not isinstance(entry, dict):
        return "text" if isinstance(entry, str | int | float) else "messages"
    for name, kind in _TYPES.items():
        if name in entry:
            return kind
    if "text" in entry:
        return "choices" if entry.keys() & {"choices", "quick_replies"} else "text"
    return "" if entry.keys() <= _PAUSE else "messages"


def _words(value: Any, depth: int) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if depth > _DEPTH:
        return ""
    if isinstance(value, list):
        return next((found for inner in value if (found := _words(inner, depth + 1))), "")
    if not isinstance(value, dict):
        return ""
    if "entries" in value:
        return _words(value["entries"], depth + 1)
    named = (_words(value[name], depth + 1) for name in _FIRST if name in value)
    inside = (value[name] for name in value if name not in _NOT_SAID and isinstance(value[name], dict | list))
    return next((found for found in (*named, *(_words(one, depth + 1) for one in inside)) if found), "")
