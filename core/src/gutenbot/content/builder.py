"""Turns single YAML values of an item into compiled values, and notes what is wrong with them."""

import re
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Any, Literal

from gutenbot.content.engine import Engine, Invalid
from gutenbot.content.items import Reference, Variable
from gutenbot.content.nodes import BRACES_HINT, ListNode, MapNode, Node, Scalar, is_null
from gutenbot.content.problems import Place, Report, did_you_mean
from gutenbot.content.scan import guarded_names, is_template
from gutenbot.content.values import Condition, Constant, Each, OneOf, Text, Value, converted, is_true, listed, made

_NAME = re.compile(r"[^\W\d_]\w*")
_WHOLE_EXPRESSION = re.compile(r"\{\{-?((?:(?!\}\}|\{\{).)*?)-?\}\}", re.DOTALL)


class Mistake(Exception):
    """A value that cannot be used; the part that it belongs to falls away, and the problem is noted once."""

    def __init__(self, place: Place, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.place, self.code, self.message, self.hint = place, code, message, hint


class Builder:
    """Compiles the values of one item, and remembers which variables and addresses they use."""

    def __init__(self, engine: Engine, report: Report, item: str, locale: str) -> None:
        self.engine, self.report, self.item, self.locale = engine, report, item, locale
        self.variant = ""
        """The variant whose entries are compiled."""
        self.references: list[Reference] = []
        self._variables: dict[str, Variable] = {}
        self._bound: frozenset[str] = frozenset()

    @property
    def variables(self) -> tuple[Variable, ...]:
        """What the item takes from its data."""
        return tuple(self._variables.values())

    def text(self, node: Node, what: str = "text", *, may_be_empty: bool = False) -> Value:
        """Words, perhaps a template; a list of them is one at random."""
        if isinstance(node, ListNode) and node.items:
            return OneOf(tuple(self.words(item, what, may_be_empty=may_be_empty) for item in node.items))
        return self.words(node, what, may_be_empty=may_be_empty)

    def words(self, node: Node, what: str = "text", *, may_be_empty: bool = False) -> Value:
        """Words, perhaps a template."""
        scalar = self.scalar(node, what)
        source = scalar.value.rstrip("\n")
        if not source.strip() and not (may_be_empty and not is_null(node)):
            raise Mistake(node.place, "empty", f"`{what}` has no words.", "Write some, or remove it.")
        return self.template(source, node.place)

    def scalar(self, node: Node, what: str) -> Scalar:
        """A single value; anything else is a mistake."""
        if isinstance(node, Scalar):
            return node
        hint = BRACES_HINT if isinstance(node, MapNode) else ""
        raise Mistake(node.place, "not-text", f"`{what}` must be text.", hint)

    def mapping(self, node: Node, what: str) -> MapNode:
        """A mapping; anything else is a mistake."""
        if isinstance(node, MapNode):
            return node
        raise Mistake(node.place, "not-a-mapping", f"`{what}` must be a mapping of properties.", "")

    def template(self, source: str, place: Place) -> Value:
        """The compiled text; a constant where there is nothing to fill in."""
        if not is_template(source):
            return Constant(source)
        try:
            self.engine.compile(source)
        except Invalid as error:
            raise _invalid(place, error) from error
        self._note_variables(source, place, guarded_names(source))
        return Text(self.engine, source, place)

    def address(self, kind: Literal["media", "link", "call"], node: Node, what: str) -> Value:
        """A URL, file name or number; remembered for the check when it is constant."""
        value = self.words(node, what)
        if isinstance(value, Constant):
            self.references.append(Reference(kind, str(value.value), node.place))
        return value

    def convert(self, node: Node, what: str, to: Callable[[Any], Any]) -> Value:
        """Words in another form, such as a number."""
        try:
            return converted(self.words(node, what), to, node.place)
        except ValueError as error:
            raise Mistake(node.place, "bad-value", f"`{what}`: {error}.") from error

    def flag(self, node: Node, what: str) -> bool:
        """True or false."""
        value = self.scalar(node, what).typed()
        if isinstance(value, bool):
            return value
        raise Mistake(node.place, "bad-value", f"`{what}` must be true or false.")

    def anything(self, node: Node) -> Value:
        """Any YAML, with templates in its words."""
        if isinstance(node, ListNode):
            return converted(listed([self.anything(item) for item in node.items]), list, node.place)
        if isinstance(node, MapNode):
            return made(dict, {key: self.anything(value) for key, value in node.entries.items()})
        value = node.typed()
        return self.template(value, node.place) if isinstance(value, str) else Constant(value)

    def condition(self, node: Node, *, wanted: bool) -> Condition:
        """An `if` or `unless`: an expression, or a text that comes out true or false."""
        if isinstance(node, ListNode | MapNode):
            size = len(node.items if isinstance(node, ListNode) else node.entries)
            return Condition(self.engine, self._judged("true" if size else "false", node.place), wanted, node.place)
        source = node.value.strip()
        if not is_template(source):
            source = source if not node.plain or not _is_literal(node) else str(is_true(source)).lower()
            source = printing(source or "false")
        return Condition(self.engine, self._judged(source, node.place), wanted, node.place)

    def each(self, node: Node, name: Node | None) -> tuple[str, frozenset[str], str]:
        """The expression, its variables and the name of the element, of an `each` with its `as`."""
        word = self.scalar(name, "as").value if name is not None else "item"
        if not _NAME.fullmatch(word):
            raise Mistake(
                (name or node).place, "bad-name", f"`as: {word[:40]}` must be a name.", "Use letters, digits and `_`."
            )
        source = self.scalar(node, "each").value.strip()
        whole = _WHOLE_EXPRESSION.fullmatch(source)
        expression = (whole[1] if whole else source).strip()
        template = printing(expression)
        self._judged(template, node.place, required=True)
        return expression, self.engine.variables(template) - guarded_names(template) - self._bound, word

    @contextmanager
    def binding(self, name: str) -> Generator[None, None, None]:
        """While the parts of an `each` are compiled: its names are not taken from the data."""
        before, self._bound = self._bound, self._bound | {name, "loop_index"}
        try:
            yield
        finally:
            self._bound = before

    def repeated(self, properties: dict[str, Node], make: Callable[[dict[str, Node]], Value], place: Place) -> Value:
        """What `make` gives, once or for every element of the `each` among the properties."""
        rest = {key: node for key, node in properties.items() if key not in ("each", "as")}
        if "each" not in properties:
            return make(rest)
        expression, roots, name = self.each(properties["each"], properties.get("as"))
        with self.binding(name):
            return Each(self.engine, expression, roots, name, make(rest), place)

    def check_properties(self, node: MapNode, known: Iterable[str], what: str) -> None:
        """Notes the properties that nobody reads."""
        names = frozenset(known)
        for key, scalar in node.keys.items():
            if key not in names:
                hint = did_you_mean(key, names) or f"It may have: {', '.join(sorted(names))}."
                self.report.warning(
                    scalar.place, "unknown-property", f"`{key[:60]}` is not a property of {what}.", hint
                )

    def note(self, mistake: Mistake) -> None:
        """Writes a mistake into the report."""
        self.report.error(mistake.place, mistake.code, mistake.message, mistake.hint)

    def _judged(self, source: str, place: Place, *, required: bool = False) -> str:
        try:
            self.engine.compile(source, lenient=True)
        except Invalid as error:
            raise _invalid(place, error) from error
        self._note_variables(source, place, guarded_names(source) if required else self.engine.variables(source))
        return source

    def _note_variables(self, source: str, place: Place, guarded: frozenset[str]) -> None:
        for name in sorted(self.engine.variables(source) - self._bound):
            known = self._variables.get(name)
            if known is None or (not known.required and name not in guarded):
                self._variables[name] = Variable(name, name not in guarded, place)


def printing(expression: str) -> str:
    """The template that prints an expression."""
    return "{{ " + expression + " }}"


def _is_literal(node: Scalar) -> bool:
    return node.value.casefold() in ("", "~", "yes", "no", "true", "false", "null")


def _invalid(place: Place, error: Invalid) -> Mistake:
    return Mistake(place, "template", f"The template is not valid: {error}.", error.hint)
