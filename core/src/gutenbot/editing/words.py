"""What a list shows of a value: its first words, what kind of message it is, how many variants it has."""

from typing import Any

LONGEST = 160
_MEDIA = frozenset({"image", "audio", "video", "file"})
_SHAPES = ("card", "carousel", "list", "location", "form", "template", "raw")
_PAUSE = frozenset({"typing", "wait", "if", "unless", "on", "each", "as"})
_WORDS = ("text", "title", "caption", "alt", "subtitle", "name", "question")


def cleaned(text: str) -> str:
    """Without what is no character: both engines can keep the rest."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def first_words(value: Any) -> str:
    """The first words that it says, in one line."""
    return " ".join(_found(value, 0).split())[:LONGEST]


def all_words(value: Any) -> str:
    """Everything that it says, for searching."""
    if isinstance(value, dict):
        return "\n".join(all_words(inner) for inner in value.values())
    if isinstance(value, list):
        return "\n".join(all_words(inner) for inner in value)
    return value if isinstance(value, str) else ""


def type_of(value: Any) -> str:
    """Its declared type, else that of its message; `messages` where it says several things."""
    if isinstance(value, dict) and isinstance(value.get("type"), str) and value["type"]:
        return str(value["type"])
    said = [kind for entry in entries_of(value) if (kind := _kind(entry))]
    return said[0] if len(said) == 1 else "messages"


def entries_of(value: Any) -> list[Any]:
    """Its messages."""
    if isinstance(value, dict) and isinstance(value.get("variants"), list) and value["variants"]:
        value = value["variants"][0]
    if isinstance(value, dict) and "entries" in value:
        value = value["entries"]
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


def tags_of(value: Any) -> list[str]:
    """Its tags."""
    tags = value.get("tags", []) if isinstance(value, dict) else []
    return [str(tag) for tag in (tags if isinstance(tags, list) else [tags])]


def title_of(value: Any) -> str:
    """Its title."""
    return str(value.get("title") or "") if isinstance(value, dict) and "entries" in value else ""


def _kind(entry: Any) -> str:
    if not isinstance(entry, dict):
        return "text" if isinstance(entry, str | int | float) else "messages"
    if _MEDIA & entry.keys():
        return "media"
    if kind := next((kind for kind in _SHAPES if kind in entry), ""):
        return kind
    if "text" in entry:
        return "choices" if entry.keys() & {"quick_replies", "choices"} else "text"
    return "" if entry.keys() <= _PAUSE else "messages"


def _found(value: Any, depth: int) -> str:
    if isinstance(value, str):
        return value
    if depth > 8:
        return ""
    if isinstance(value, list):
        return next((words for inner in value if (words := _found(inner, depth + 1))), "")
    if isinstance(value, dict):
        if "entries" in value:
            return _found(value["entries"], depth + 1)
        named = (_found(value[name], depth + 1) for name in _WORDS if name in value)
        deeper = (_found(inner, depth + 1) for inner in value.values() if isinstance(inner, dict | list))
        return next((words for words in (*named, *deeper) if words), "")
    return ""
