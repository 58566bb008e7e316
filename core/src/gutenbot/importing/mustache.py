"""Mustache (mustache.github.io/mustache.5.html) as a tree: what the old files were templated with. It is read here, not run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_DEPTH = 20
TAG = re.compile(
    r"\{\{\{\s*(?P<raw>[^{}]{0,500}?)\s*\}\}\}|\{\{!.{0,5000}?\}\}|\{\{(?!\{)\s*(?P<sign>[#^/>&=])?\s*(?P<name>[^{}]{0,500}?)\s*\}\}",
    re.DOTALL,
)
"""A tag; comments have neither `raw` nor `name`."""


@dataclass(frozen=True, slots=True)
class Words:
    """Text as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that is put in; `.` is the element itself."""

    name: str


@dataclass(frozen=True, slots=True)
class Section:
    """Parts for every element of a value; inverted: parts for when there is none."""

    name: str
    inverted: bool
    parts: tuple["Part", ...]


Part = Words | Variable | Section


@dataclass(frozen=True, slots=True)
class Parsed:
    """The parts of a text, and what is wrong with it."""

    parts: tuple[Part, ...]
    trouble: tuple[str, ...] = ()


def parse(source: str) -> Parsed:
    """The parts of a text. Never raises: what cannot be understood is left out and named."""
    trouble: list[str] = []
    stack: list[tuple[str, bool, list[Part]]] = [("", False, [])]
    for kind, value in _tokens(source):
        if kind == "words":
            stack[-1][2].append(Words(value))
        elif kind == "variable":
            stack[-1][2].append(Variable(value))
        elif kind in "#^":
            _open(stack, value, kind == "^", trouble)
        elif kind == "/":
            _close(stack, value, trouble)
        else:
            trouble.append(f"{{{{{kind}{value}}}}} cannot be carried")
    while len(stack) > 1:
        name, _, parts = stack.pop()
        trouble.append(f"the section {{{{#{name}}}}} is not closed")
        stack[-1][2].extend(parts)
    return Parsed(tuple(stack[0][2]), tuple(trouble))


def variables(parts: tuple[Part, ...]) -> Iterator[str]:
    """All names that parts use, sections included."""
    for part in parts:
        if isinstance(part, Variable):
            yield part.name
        elif isinstance(part, Section):
            yield part.name
            yield from variables(part.parts)


def _open(stack: list[tuple[str, bool, list[Part]]], name: str, inverted: bool, trouble: list[str]) -> None:
    if len(stack) > MAX_DEPTH:
        trouble.append(f"sections are nested more than {MAX_DEPTH} deep")
    else:
        stack.append((name, inverted, []))


def _close(stack: list[tuple[str, bool, list[Part]]], name: str, trouble: list[str]) -> None:
    if len(stack) > 1 and stack[-1][0] == name:
        _, inverted, parts = stack.pop()
        stack[-1][2].append(Section(name, inverted, tuple(parts)))
    else:
        trouble.append(f"{{{{/{name}}}}} closes nothing")


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    """Words and tags in order; a section tag that is alone in its line takes the line with it."""
    position = 0
    for match in TAG.finditer(source):
        start, end = match.span()
        kind, value = kind_of(match)
        if kind != "variable":
            start, end = _standing_alone(source, start, end)
        if start > position:
            yield "words", source[position:start]
        position = max(position, end)
        if kind != "comment":
            yield kind, value
    if position < len(source):
        yield "words", source[position:]


def kind_of(match: re.Match[str]) -> tuple[str, str]:
    """What a tag is: `variable`, `comment`, or its sign; and its name."""
    if match["raw"] is not None:
        return "variable", match["raw"]
    if match["name"] is None:
        return "comment", ""
    if match["sign"] in (None, "&"):
        return "variable", match["name"]
    return match["sign"], match["name"].strip()


def _standing_alone(source: str, start: int, end: int) -> tuple[int, int]:
    line = source.rfind("\n", 0, start) + 1
    close = source.find("\n", end)
    close = len(source) if close < 0 else close
    has_lines = line > 0 or close < len(source)
    if has_lines and not source[line:start].strip() and not source[end:close].strip():
        return line, min(close + 1, len(source))
    return start, end
