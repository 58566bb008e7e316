"""One value of the old kind as one of ours: Mustache becomes our templates, and what only looks like a template stays words."""

import re
from typing import Any

from gutenbot.content.problems import Place
from gutenbot.importing.mustache import Part, Section, Variable, Words, parse
from gutenbot.importing.notes import Notes
from gutenbot.importing.scope import Bound, Known, Scope

_LODASH = re.compile(r"<%.*?%>", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
Piece = tuple[str, bool]
"""A piece of a template, and whether it is words."""


def template(source: str, scope: Scope, place: Place, notes: Notes) -> str:
    """Our template for a text of the old kind. Never raises; what is not carried is noted."""
    if _SURROGATE.search(source):
        source = _SURROGATE.sub("\ufffd", source)
        notes.changed(place, "text", "half a character (a lone surrogate) is shown as \ufffd")
    if found := _LODASH.search(source):
        notes.changed(
            place, "build template", f"`{found[0][:60]}` was filled in by a build step; it now stands as it is"
        )
    parsed = parse(source)
    for trouble in parsed.trouble:
        notes.lost(place, "Mustache tag", trouble)
    made = _joined(_pieces(parsed.parts, scope, place, notes))
    for old, new in scope.renamed.items():
        what = f"`{old[:60]}` cannot be a name in our templates: pass it as `{new}`"
        if old == new:
            what = f"`{old}` is always there in our templates, and means something else unless your code passes it"
        notes.changed(place, "variable", what)
    scope.renamed.clear()
    return made


def expression_of(source: str, scope: Scope) -> str | None:
    """The expression for a text that is one variable and nothing else; None for any other."""
    parts = parse(source.strip()).parts
    if len(parts) == 1 and isinstance(parts[0], Variable):
        return scope.expression(parts[0].name)
    return None


def as_list(name: str, scope: Scope) -> str:
    """The expression that goes through a section: Mustache takes one thing, many, or nothing."""
    return f"{scope.expression(name, '[]')} | as_list"


def has_tags(source: str) -> bool:
    """Whether Mustache has something to do in a text."""
    return "{{" in source


def words(text: str) -> str:
    """Text that says itself, whatever it looks like."""
    return _joined([(text, True)])


def _pieces(parts: tuple[Part, ...], scope: Scope, place: Place, notes: Notes) -> list[Piece]:
    found: list[Piece] = []
    for part in parts:
        if isinstance(part, Words):
            found.append((part.text, True))
        elif isinstance(part, Variable):
            found.append(_variable(part, scope, place, notes))
        else:
            found += _section(part, scope, place, notes)
    return found


def _variable(part: Variable, scope: Scope, place: Place, notes: Notes) -> Piece:
    if known := scope.known(part.name):
        return _shown(known.value), True
    if part.name.startswith("@"):
        return _position(part, scope, place, notes)
    if not part.name.strip():
        notes.lost(place, "Mustache tag", "`{{}}` names nothing")
        return "", True
    notes.carried(place, "variable")
    return "{{ " + scope.expression(part.name, "''") + " }}", False


def _position(part: Variable, scope: Scope, place: Place, notes: Notes) -> Piece:
    if part.name == "@index" and any(isinstance(frame, Bound) for frame in scope.frames):
        notes.changed(place, "variable", "`{{@index}}` is the element's position now (from 0); Mustache left it empty")
        return "{{ loop_index - 1 }}", False
    notes.lost(place, "variable", f"`{{{{{part.name}}}}}` is not of Mustache and was empty")
    return "", True


def _section(part: Section, scope: Scope, place: Place, notes: Notes) -> list[Piece]:
    if known := scope.known(part.name):
        return _expanded(part, known, scope, place, notes)
    notes.carried(place, "inverted section" if part.inverted else "section")
    if part.inverted:
        inner = _pieces(part.parts, scope, place, notes)
        return [("{% if not (" + as_list(part.name, scope) + ") %}", False), *inner, ("{% endif %}", False)]
    name = scope.fresh_name()
    inner = _pieces(part.parts, scope.inside(Bound(name)), place, notes)
    inner = [(piece.replace("loop_index - 1", "loop.index0"), is_words) for piece, is_words in inner]
    return [("{% for " + name + " in " + as_list(part.name, scope) + " %}", False), *inner, ("{% endfor %}", False)]


def _expanded(part: Section, known: Known, scope: Scope, place: Place, notes: Notes) -> list[Piece]:
    elements = elements_of(known.value)
    if part.inverted:
        return [] if elements else _pieces(part.parts, scope, place, notes)
    return [piece for element in elements for piece in _pieces(part.parts, scope.inside(Known(element)), place, notes)]


def elements_of(value: Any) -> list[Any]:
    """What a section goes through, for a value that is known."""
    if isinstance(value, list):
        return list(value)
    return [value] if value else []


def _shown(value: Any) -> str:
    """A value as Mustache printed it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ",".join(_shown(item) for item in value)
    return "[object Object]" if isinstance(value, dict) else str(value)


def _joined(pieces: list[Piece]) -> str:
    merged: list[Piece] = []
    for text, is_words in pieces:
        if is_words and merged and merged[-1][1]:
            merged[-1] = (merged[-1][0] + text, True)
        elif text:
            merged.append((text, is_words))
    out = ""
    for number, (text, is_words) in enumerate(merged):
        out += _escaped(text, number + 1 < len(merged)) if is_words else text
    return out


def _escaped(text: str, before_tag: bool) -> str:
    """Words in which no brace begins a tag."""
    text = re.sub(r"\{(?=[{%#])", "{{ '{' }}", text)
    return text[:-1] + "{{ '{' }}" if before_tag and text.endswith("{") else text
