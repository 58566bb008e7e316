"""Answers out of a few: a choice, a yes or no."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Generic, TypeVar, overload

from gutenbot.dialogs.answers.answer import Answer, Context, Invalid, digits_folded, folded, said
from gutenbot.events.incoming import Incoming
from gutenbot.events.messages import QuickReply

V = TypeVar("V")
E = TypeVar("E", bound=Enum)


class Choice(Answer[V], Generic[V]):
    """One of some values: `Choice("S", "M", "L")`, `Choice({"S": "Small"})` with titles, or an enum class.

    A reply matches by value, by the title shown, or by its number in the list; case, accents and final dots do not count.
    """

    __slots__ = ("titles", "values")

    @overload
    def __init__(self: "Choice[E]", first: type[E], /) -> None: ...
    @overload
    def __init__(self: "Choice[V]", first: Mapping[V, str], /) -> None: ...
    @overload
    def __init__(self: "Choice[V]", first: V, /, *more: V) -> None: ...
    def __init__(self, first: Any, /, *more: Any) -> None:
        if isinstance(first, type) and issubclass(first, Enum):
            self.values: dict[str, Any] = {str(member.value): member for member in first}
            self.titles = {str(member.value): member.name.replace("_", " ").capitalize() for member in first}
        elif isinstance(first, Mapping):
            self.values = {str(value): value for value in first}
            self.titles = {str(value): title for value, title in first.items()}
        else:
            self.values = {str(value): value for value in (first, *more)}
            self.titles = {name: name for name in self.values}

    def options(self) -> tuple[QuickReply, ...]:
        return tuple(QuickReply(title, name) for name, title in self.titles.items())

    def parse(self, event: Incoming, context: Context) -> V:
        reply = folded(said(event, "#gutenbot.invalid.choice"))
        name = self._by_name(reply, context) or self._by_number(reply)
        if name is None:
            raise Invalid(
                "#gutenbot.invalid.choice", choices=[o.title for o in context.options] or list(self.titles.values())
            )
        return self.values[name]  # type: ignore[no-any-return]

    def _by_name(self, reply: str, context: Context) -> str | None:
        for name, title in self.titles.items():
            if reply in (folded(name), folded(title)):
                return name
        by_payload = {folded(name): name for name in self.values}
        for option in context.options:
            if reply == folded(option.title) and folded(option.payload) in by_payload:
                return by_payload[folded(option.payload)]
        return None

    def _by_number(self, reply: str) -> str | None:
        number = digits_folded(reply)
        names = list(self.values)
        if number.isdecimal() and len(number) < 4 and 1 <= int(number) <= len(names):
            return names[int(number) - 1]
        return None

    def dump(self, value: Any) -> Any:
        return next((name for name, known in self.values.items() if known == value), str(value))

    def load(self, stored: Any) -> V:
        return self.values.get(stored, stored)  # type: ignore[no-any-return]


class Confirm(Answer[bool]):
    """Yes or no, in the user's language."""

    __slots__ = ()

    def options(self) -> tuple[QuickReply, ...]:
        return (QuickReply("#gutenbot.yes", "yes"), QuickReply("#gutenbot.no", "no"))

    def parse(self, event: Incoming, context: Context) -> bool:
        reply = folded(said(event, "#gutenbot.invalid.confirm"))
        if reply == "yes" or reply in _folded_all(context.words.get("yes", frozenset())):
            return True
        if reply == "no" or reply in _folded_all(context.words.get("no", frozenset())):
            return False
        raise Invalid("#gutenbot.invalid.confirm")


def _folded_all(words: frozenset[str]) -> set[str]:
    return {folded(word) for word in words}
