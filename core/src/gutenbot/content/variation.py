"""The variants of an item, from YAML to compiled."""

from gutenbot.content.builder import Builder, Mistake
from gutenbot.content.entries import compile_entries
from gutenbot.content.items import Entry
from gutenbot.content.nodes import ListNode, MapNode, Node, Scalar
from gutenbot.content.problems import did_you_mean
from gutenbot.content.variants import HOWS, Variant

MAX_VARIANTS = 50
_OWN = ("name", "share", "if", "unless")


def variants_of(builder: Builder, about: MapNode) -> tuple[Variant, ...]:
    """The compiled `variants`; raises `Mistake`."""
    if "entries" in about.entries:
        words = "An item has `entries` or `variants`, not both."
        raise Mistake(about.keys["variants"].place, "two-kinds", words, "Make the entries one of the variants.")
    node = about.entries["variants"]
    if not isinstance(node, ListNode) or not node.items:
        raise Mistake(node.place, "no-variants", "`variants` must be a list of ways to say the item.")
    if len(node.items) > MAX_VARIANTS:
        raise Mistake(node.place, "too-many-variants", f"An item may have {MAX_VARIANTS} variants.")
    found = tuple(_variant(builder, one, number) for number, one in enumerate(node.items))
    builder.variant = ""
    names = [one.name for one in found]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise Mistake(node.items[number].place, "two-variants", f"Two variants are called `{name[:60]}`.")
    if all(one.share == 0 for one in found):
        raise Mistake(node.place, "no-share", "No variant has a share: nothing would be said.", "Give one a `share:`.")
    return found


def how_of(builder: Builder, about: MapNode, variants: tuple[Variant, ...]) -> str:
    """How one of them is chosen; by share where shares differ, else at random."""
    node = about.entries.get("choose")
    if node is None:
        return "weighted" if len({one.share for one in variants}) > 1 else "random"
    word = builder.scalar(node, "choose").value
    if word in HOWS:
        return word
    hint = did_you_mean(word, HOWS) or f"It may be: {', '.join(HOWS)}."
    raise Mistake(node.place, "bad-value", f"`{word[:40]}` is no way to choose a variant.", hint)


def _variant(builder: Builder, node: Node, number: int) -> Variant:
    name = builder.variant = _letter(number)
    if not isinstance(node, MapNode):
        return Variant(name, compile_entries(builder, node))
    own = node.entries
    wanted = {"if": True, "unless": False}
    conditions = tuple(builder.condition(own[key], wanted=value) for key, value in wanted.items() if key in own)
    if "name" in own:
        name = builder.scalar(own["name"], "name").value.strip()
        if not 0 < len(name) <= 60:
            raise Mistake(own["name"].place, "bad-value", "The name of a variant has 1 to 60 characters.")
        builder.variant = name
    return Variant(name, _entries(builder, node), _share(builder, node), conditions)


def _entries(builder: Builder, node: MapNode) -> tuple[Entry, ...]:
    if "entries" in node.entries:
        builder.check_properties(node, (*_OWN, "entries"), "a variant with `entries`")
        return compile_entries(builder, node.entries["entries"])
    rest = {key: value for key, value in node.entries.items() if key not in _OWN}
    keys = {key: node.keys[key] for key in rest}
    return compile_entries(builder, MapNode(rest, keys, node.place, node.size))


def _share(builder: Builder, node: MapNode) -> float:
    if "share" not in node.entries:
        return 1.0
    share = builder.scalar(node.entries["share"], "share")
    value = Scalar(share.value.removesuffix("%").strip(), True, share.place).typed()
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1_000_000:
        raise Mistake(share.place, "bad-value", "`share` is a number of 0 or more.", "Write `share: 50`.")
    return float(value)


def _letter(number: int) -> str:
    """A, B, …, Z, then AA, AB, …"""
    return (_letter(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)
