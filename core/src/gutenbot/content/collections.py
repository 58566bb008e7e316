"""Collections: the items of a type, found by what they are. Pure functions over a library.

A condition (`where`) maps fields to what they must be; all of them must hold, and so must the words (`q`). A field is a
name, a path with dots, or one of `id`, `type`, `tags`. It may be asked for a value, for one of a list of values, or for a
mapping: `{"min": 2, "max": 5}`, `{"not": "hard"}`, `{"has": "word"}`. A field that is a list fits when one of its elements does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from gutenbot.content.items import Item
from gutenbot.content.library import Library
from gutenbot.kernel.errors import AuthorMistake, UserMistake

MAX_Q = 200
MAX_REMEMBERED = 200
_TESTS = frozenset({"min", "max", "not", "has"})


class UnknownCollection(AuthorMistake):
    """There is no collection `{name}`. Collections of this bot: {known}. A collection is a type of content that is declared
    with `@bot.content_type(…)`."""

    code = "content.unknown-collection"


class WrongQuery(UserMistake):
    """The collection cannot be asked like this: {reason}"""

    code = "content.wrong-query"


@dataclass(frozen=True, slots=True)
class Element:
    """An item of a collection in one locale."""

    item: Item

    @property
    def id(self) -> str:
        """The item's id."""
        return self.item.id

    @property
    def mark(self) -> str:
        """A short stand-in for its id, for those who remember many."""
        return blake2b(self.item.id.encode(), digest_size=6).hexdigest()

    @property
    def value(self) -> dict[str, Any]:
        """Its fields."""
        return self.item.typed.value if self.item.typed is not None else {}

    def plain(self) -> dict[str, Any]:
        """Everything about it, as JSON has it."""
        return {"id": self.item.id, "type": self.item.type, "tags": list(self.item.tags), "value": self.value}

    def field(self, path: str) -> Any:
        """What stands in a field; None when nothing does."""
        if path == "tags" and "tags" not in self.value:
            return list(self.item.tags)
        if path in ("id", "type") and path not in self.value:
            return getattr(self.item, path)
        found: Any = self.value
        for name in path.split("."):
            if not isinstance(found, Mapping) or name not in found:
                return None
            found = found[name]
        return found


def names(library: Library) -> list[str]:
    """The names of a bot's collections."""
    return [name for name, kind in library.types.items() if kind.collection]


def elements(library: Library, name: str, locale: str) -> tuple[Element, ...]:
    """All sound elements of a collection in the best locale for each. Raises `UnknownCollection`."""
    known: tuple[Element, ...] | None = library.collected.get((name, locale))
    if known is not None:
        return known
    if (
        len(library.collected) >= MAX_REMEMBERED
    ):  # locales come from outside: what is remembered must not grow with them
        library.collected.clear()
    found = library.collected[name, locale] = tuple(_elements(library, name, locale))
    return found


def _elements(library: Library, name: str, locale: str) -> list[Element]:
    kind = library.types.get(name)
    if kind is None or kind.natural:
        raise UnknownCollection(name=name[:60], known=", ".join(f"`{one}`" for one in names(library)) or "none")
    ids = (key for key, locales in library.own.items() if any(item.type == name for item in locales.values()))
    found = (_found(library, item_id, locale) for item_id in ids)
    return [Element(item) for item in found if item is not None and item.type == name]


def element(library: Library, item_id: str, locale: str) -> Element | None:
    """One element; None when there is no such item, or when it says things and holds nothing."""
    item = _found(library, item_id, locale) if item_id in library.own else None
    return Element(item) if item is not None and item.typed is not None else None


def query(
    library: Library, name: str, locale: str, *, where: Mapping[str, Any] | None = None, q: str = "", sort: str = ""
) -> list[Element]:
    """The elements that fit, sorted by a field (`-field`: downwards) or as they stand. Raises `UnknownCollection`, `WrongQuery`."""
    wanted = [(path, _test(path, condition)) for path, condition in (where or {}).items()]
    words = q[:MAX_Q].casefold().split()
    found = [
        one
        for one in elements(library, name, locale)
        if all(_fits(one.field(path), test) for path, test in wanted) and _says(one, words)
    ]
    return _sorted(found, sort) if sort else found


def _found(library: Library, item_id: str, locale: str) -> Item | None:
    try:
        return library.find(item_id, locale)
    except AuthorMistake:
        return None


def _test(path: str, condition: Any) -> Any:
    if isinstance(condition, Mapping) and not condition.keys() <= _TESTS:
        unknown = ", ".join(sorted(str(key) for key in condition.keys() - _TESTS))
        raise WrongQuery(reason=f"`{path[:60]}` is asked for `{unknown[:60]}`; known: min, max, not, has.")
    return condition


def _fits(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return all(_holds(found, name, value) for name, value in wanted.items())
    if isinstance(wanted, list | tuple | set | frozenset):
        return any(_fits(found, one) for one in wanted)
    if isinstance(found, list):
        return any(_same(one, wanted) for one in found)
    return _same(found, wanted)


def _holds(found: Any, test: str, value: Any) -> bool:
    if test == "not":
        return not _fits(found, value)
    if test == "has":
        return any(str(value).casefold() in word.casefold() for word in _words([found]))
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return False
    try:
        return bool(found >= value) if test == "min" else bool(found <= value)
    except TypeError:
        return False


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, str) and isinstance(wanted, str):
        return found.casefold() == wanted.casefold()
    return type(found) is type(wanted) and bool(found == wanted) if _is_flag(found, wanted) else bool(found == wanted)


def _is_flag(found: Any, wanted: Any) -> bool:
    return isinstance(found, bool) or isinstance(wanted, bool)


def _says(one: Element, words: Sequence[str]) -> bool:
    if not words:
        return True
    said = " ".join(_words([one.id, *one.item.tags, one.value])).casefold()
    return all(word in said for word in words)


def _words(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        if isinstance(value, Mapping):
            yield from _words(value.values())
        elif isinstance(value, list | tuple):
            yield from _words(value)
        elif isinstance(value, str):
            yield value
        elif value is not None and not isinstance(value, bool):
            yield str(value)


def _sorted(found: list[Element], sort: str) -> list[Element]:
    """Numbers by size, then words by letter; what has no value comes last either way."""
    path = sort.removeprefix("-")
    having = [one for one in found if one.field(path) is not None]
    rest = [one for one in found if one.field(path) is None]
    return sorted(having, key=lambda one: _rank(one.field(path)), reverse=sort.startswith("-")) + rest


def _rank(value: Any) -> tuple[int, float, str]:
    if isinstance(value, int | float):
        return (0, float(value), "")
    return (1, 0.0, str(value).casefold())
