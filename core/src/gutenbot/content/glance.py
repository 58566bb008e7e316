"""What an item is at a glance: its type, and its first words."""

from gutenbot.content.nodes import ListNode, MapNode, Node, Scalar

MAX_WORDS = 160

_TYPES = {"image": "media", "audio": "media", "video": "media", "file": "media"} | {
    kind: kind for kind in ("card", "carousel", "list", "form", "location", "template", "raw")
}
_PAUSE = frozenset({"typing", "wait", "if", "unless", "on", "each", "as"})
_FIRST = ("text", "title", "caption", "label", "question", "name", "alt")
_INSIDE = ("entries", "variants", "card", "carousel", "list", "form", "location", "cards", "fields", "template", "raw")
_DEPTH = 12


def type_of(node: Node) -> str:
    """The built-in type of an item as it is written; `messages` where it says several things."""
    said = {_kind(entry) for entry in entries_of(node)} - {""}
    count = sum(_kind(entry) != "" for entry in entries_of(node))
    return said.pop() if count == 1 else "messages"


def entries_of(node: Node) -> tuple[Node, ...]:
    """The entries of an item as it is written; those of its first variant where it has variants."""
    if isinstance(node, ListNode):
        return node.items
    if not isinstance(node, MapNode):
        return (node,)
    if "entries" in node.entries:
        return entries_of(node.entries["entries"])
    variants = node.entries.get("variants")
    if isinstance(variants, ListNode) and variants.items:
        return entries_of(variants.items[0])
    return (node,)


def words_of(node: Node) -> str:
    """The first words of an item, on one line."""
    return " ".join(_words(node, 0).split())[:MAX_WORDS]


def _kind(node: Node) -> str:
    if isinstance(node, Scalar):
        return "text"
    if not isinstance(node, MapNode):
        return "messages"
    for name, kind in _TYPES.items():
        if name in node.entries:
            return kind
    if "text" in node.entries:
        return "choices" if node.entries.keys() & {"choices", "quick_replies"} else "text"
    return "" if node.entries.keys() <= _PAUSE else "messages"


def _words(node: Node, depth: int) -> str:
    if depth > _DEPTH:
        return ""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, ListNode):
        return next((found for item in node.items if (found := _words(item, depth + 1))), "")
    for name in _FIRST:
        if name in node.entries and (found := _words(node.entries[name], depth + 1)):
            return found
    inside = (node.entries[name] for name in _INSIDE if name in node.entries)
    return next((found for item in inside if (found := _words(item, depth + 1))), "")
