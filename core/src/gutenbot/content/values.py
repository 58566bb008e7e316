"""What an item was compiled to: a small tree of values that gives messages. Whatever is constant was made at compile time."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Protocol

from gutenbot.content.engine import Engine, Failed, Undefined
from gutenbot.content.errors import MissingVariable, TemplateFailed
from gutenbot.content.plain import Unfit, plain
from gutenbot.content.problems import Place

MAX_EACH = 1_000

_FALSE = frozenset({"", "false", "0", "0.0", "no", "none", "null", "[]", "{}", "()"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What one rendering goes by; `data` holds plain values only."""

    item: str
    data: dict[str, Any]
    random: Random


class Value(Protocol):
    """Something that is known when the item is rendered."""

    def render(self, scope: Scope) -> Any:
        """The value, for this data."""
        ...


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is always the same."""

    value: Any

    def render(self, scope: Scope) -> Any:
        return self.value


@dataclass(frozen=True, slots=True)
class Text:
    """A template."""

    engine: Engine = field(repr=False)
    source: str
    place: Place

    def render(self, scope: Scope) -> str:
        try:
            return self.engine.render(self.source, scope.data)
        except Undefined as error:
            raise _missing(scope, self.place, str(error)) from error
        except Failed as error:
            raise TemplateFailed(item=scope.item, place=self.place, reason=str(error)) from error


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several values, at random."""

    values: tuple[Value, ...]

    def render(self, scope: Scope) -> Any:
        return scope.random.choice(self.values).render(scope)


@dataclass(frozen=True, slots=True)
class Converted:
    """A value in another form; `convert` raises ValueError with a reason when there is none."""

    value: Value
    convert: Callable[[Any], Any]
    place: Place

    def render(self, scope: Scope) -> Any:
        try:
            return self.convert(self.value.render(scope))
        except ValueError as error:
            raise TemplateFailed(item=scope.item, place=self.place, reason=str(error)) from error


@dataclass(frozen=True, slots=True)
class Made:
    """A record, made of parts that are constant and parts that are not."""

    make: Callable[..., Any]
    constants: dict[str, Any]
    parts: tuple[tuple[str, Value], ...]

    def render(self, scope: Scope) -> Any:
        return self.make(**self.constants, **{name: value.render(scope) for name, value in self.parts})


@dataclass(frozen=True, slots=True)
class Each:
    """A list of what its value gives for every element of a list; `loop_index` counts from 1."""

    engine: Engine = field(repr=False)
    expression: str
    roots: frozenset[str]
    name: str
    value: Value
    place: Place

    def render(self, scope: Scope) -> list[Any]:
        return [self.value.render(inner) for inner in self.scopes(scope)]

    def scopes(self, scope: Scope) -> list[Scope]:
        """One scope for each element."""
        elements = self._elements(scope)
        if len(elements) > MAX_EACH:
            raise TemplateFailed(
                item=scope.item, place=self.place, reason=f"`each` goes over more than {MAX_EACH} elements"
            )
        return [
            replace(scope, data={**scope.data, self.name: element, "loop_index": index})
            for index, element in enumerate(elements, 1)
        ]

    def _elements(self, scope: Scope) -> list[Any]:
        if lacking := self.roots - scope.data.keys():
            raise _missing(scope, self.place, min(lacking))
        try:
            found = plain(self.engine.evaluate(self.expression, scope.data))
        except (Failed, Unfit) as error:
            raise TemplateFailed(item=scope.item, place=self.place, reason=str(error)) from error
        if found is None or isinstance(found, list):
            return found or []
        raise TemplateFailed(item=scope.item, place=self.place, reason=f"`{self.expression}` is not a list")


@dataclass(frozen=True, slots=True)
class Listed:
    """A tuple of values; those of an `Each` in its place."""

    values: tuple[Value, ...]

    def render(self, scope: Scope) -> tuple[Any, ...]:
        found: list[Any] = []
        for value in self.values:
            if isinstance(value, Each):
                found += value.render(scope)
            else:
                found.append(value.render(scope))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether an entry is said; empty lists, empty text and the words false, no and 0 count as false."""

    engine: Engine = field(repr=False)
    source: str
    wanted: bool
    place: Place

    def holds(self, scope: Scope) -> bool:
        """Whether it is so for this data."""
        try:
            text = self.engine.judge(self.source, scope.data)
        except Failed as error:
            raise TemplateFailed(item=scope.item, place=self.place, reason=str(error)) from error
        return is_true(text) is self.wanted


def is_true(text: str) -> bool:
    """How conditions read a word."""
    return text.strip().casefold() not in _FALSE


def made(make: Callable[..., Any], parts: dict[str, Value]) -> Value:
    """A record of these parts; already made where all are constant."""
    constants = {name: value.value for name, value in parts.items() if isinstance(value, Constant)}
    others = tuple((name, value) for name, value in parts.items() if not isinstance(value, Constant))
    return Made(make, constants, others) if others else Constant(make(**constants))


def listed(values: list[Value]) -> Value:
    """A tuple of these values; already made where all are constant."""
    constants = [value.value for value in values if isinstance(value, Constant)]
    return Constant(tuple(constants)) if len(constants) == len(values) else Listed(tuple(values))


def converted(value: Value, convert: Callable[[Any], Any], place: Place) -> Value:
    """The value in another form; already converted where it is constant. Raises ValueError then."""
    return Constant(convert(value.value)) if isinstance(value, Constant) else Converted(value, convert, place)


def _missing(scope: Scope, place: Place, variable: str) -> MissingVariable:
    root = variable.partition(".")[0].partition("[")[0]
    return MissingVariable(item=scope.item, place=place, variable=variable, root=root)
