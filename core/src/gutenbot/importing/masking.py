"""A YAML text that was a Mustache template as YAML that can be parsed: tags within values become marks of the same length, and
sections around parts of the file become spans of it. Lines and columns stay what they were."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from gutenbot.content.problems import Place
from gutenbot.importing.mustache import TAG, kind_of
from gutenbot.importing.notes import Notes

_FIRST, _LAST, _PAD = 0x100000, 0x10FFF0, "\U0010fffd"
_MARK = re.compile(f"([{chr(_FIRST)}-{chr(_LAST)}]){_PAD}*")
_BLOCK = re.compile(
    r"^(?P<indent>\s*(?:- +)*)[^\s#][^\n]*:\s*[|>][-+0-9]{0,2}\s*(?:#.*)?$|^(?P<item>\s*(?:- +)*)- +[|>][-+0-9]{0,2}\s*$"
)
_OPENERS, _CLOSERS = "[{", "]}"
_TABS = re.compile(r"^\t+|(?<=^-)\t", re.MULTILINE)
_DELIMITERS = re.compile(r"\{\{=\s*([^\s=]{1,10})\s+([^\s=]{1,10})\s*=\}\}")


@dataclass(frozen=True, slots=True)
class Span:
    """A section around a part of the file: from one offset to another."""

    name: str
    inverted: bool
    start: int
    end: int
    place: Place


@dataclass(slots=True)
class Masked:
    """The text for the YAML parser, and how to find back."""

    text: str
    source: str
    file: str
    spans: list[Span]
    claimed: set[Span] = field(default_factory=set)
    tags: dict[str, str] = field(default_factory=dict)
    """The tags that marks stand for."""
    starts: list[int] = field(default_factory=list)
    """The offset of every line."""

    def unmasked(self, value: str) -> str:
        """A value with its tags in place of the marks."""
        return _MARK.sub(lambda match: self.tags.get(match[1], ""), value) if self.tags else value

    def around(self, place: Place) -> tuple[Span, ...]:
        """The sections around a place, outermost first."""
        if not self.spans:
            return ()
        offset = self.starts[min(place.line, len(self.starts)) - 1] + place.column - 1
        return tuple(span for span in self.spans if span.start <= offset < span.end)


def mask(source: str, file: str, notes: Notes) -> Masked:
    """The masked text of a file. Tags that open or close nothing are noted and left out."""
    source = _without_tabs(source.replace("\r\n", "\n").replace("\r", "\n"), file, notes)
    if any(ord(letter) >= _FIRST for letter in source):
        source = re.sub(f"[{chr(_FIRST)}-\U0010ffff]", "\ufffd", source)
        notes.changed(Place(file), "text", "characters of the last private plane were replaced")
    found = Masked("", source, file, [])
    found.starts = [0, *accumulate(len(line) + 1 for line in source.split("\n"))][:-1]
    found.source = _without_delimiters(found, notes)
    found.text = _masked(found, notes)
    return found


def _without_tabs(source: str, file: str, notes: Notes) -> str:
    """The text with two blanks for each tab at the beginning of a line: YAML knows no other indentation."""
    first = _TABS.search(source)
    if first is None:
        return source
    line = source.count("\n", 0, first.start()) + 1
    notes.changed(Place(file, line), "tabs", "lines are indented with tabs; each was taken for two blanks")
    return re.sub(
        r"^\t+",
        lambda match: "  " * len(match[0]),
        re.sub(r"^([\t ]*-)\t", r"\1 ", source, flags=re.MULTILINE),
        flags=re.MULTILINE,
    )


def _without_delimiters(found: Masked, notes: Notes) -> str:
    """The text without the tags that give back the usual delimiters; what stands between is named, and stays as it is."""
    source = found.source
    for match in _DELIMITERS.finditer(source):
        back = re.compile(re.escape(match[1]) + r"=\s*\{\{\s+\}\}\s*=" + re.escape(match[2]))
        end = back.search(source, match.end())
        until = f"line {_place(found, end.start()).line}" if end else "the end"
        message = f"tags from here to {until} are written `{match[1]}…{match[2]}`: they are not filled in"
        notes.lost(_place(found, match.start()), "Mustache tag", message)
        if end:
            source = source[: end.start()] + " " * len(end[0]) + source[end.end() :]
    return source


def _masked(found: Masked, notes: Notes) -> str:
    source, pieces, position = found.source, [], 0
    structure = _structure(found, notes)
    for match in TAG.finditer(source):
        start, end = match.span()
        pieces.append(source[position:start])
        kind, _ = kind_of(match)
        if start in structure or kind in ("comment", ">", "="):
            pieces.append(_gap(found, match, start in structure))
            if kind == ">":
                notes.lost(_place(found, start), "Mustache tag", f"`{match[0][:60]}` cannot be carried")
        elif len(found.tags) >= _LAST - _FIRST:
            notes.lost(_place(found, start), "Mustache tag", "the file has more tags than are read")
        else:
            mark = chr(_FIRST + len(found.tags))
            found.tags[mark] = match[0]
            pieces.append(mark + _PAD * (end - start - 1))
        position = end
    return "".join([*pieces, source[position:]])


def _gap(found: Masked, match: re.Match[str], is_structure: bool) -> str:
    """What stands for a tag that says nothing itself: a comment of YAML where it is alone in its line between parts of the file,
    nothing at all between words, else blanks."""
    start, end = match.span()
    line = found.source.rfind("\n", 0, start) + 1
    close = found.source.find("\n", end)
    before = TAG.sub("", found.source[line:start]).rstrip()
    after = TAG.sub("x", found.source[end : close if close >= 0 else len(found.source)]).strip()
    blanks = re.sub(r"[^\n]", " ", match[0])
    if is_structure and not before and not after and "\n" not in blanks:
        return "#" + blanks[1:] if found.source[line:start].strip() == "" else blanks
    if not before or before[-1] in ":-[{," or not after or "\n" in blanks or len(found.tags) >= _LAST - _FIRST:
        return blanks
    mark = chr(_FIRST + len(found.tags))
    found.tags[mark] = ""
    return mark + _PAD * (len(blanks) - 1)


def _structure(found: Masked, notes: Notes) -> set[int]:
    """The offsets of the section tags that stand around parts of the file; their spans are remembered."""
    inner = _in_blocks(found.source)
    taken: set[int] = set()
    stack: list[tuple[re.Match[str], str, bool, bool]] = []
    for match in TAG.finditer(found.source):
        kind, name = kind_of(match)
        if kind in ("#", "^"):
            stack.append((match, name, kind == "^", _is_structural(found, match, inner)))
        elif kind == "/" and not (stack and stack[-1][1] == name):
            notes.lost(_place(found, match.start()), "section", f"`{match[0][:60]}` closes nothing")
            taken.add(match.start())
        elif kind == "/":
            opening, _, inverted, is_structural = stack.pop()
            if is_structural:
                taken |= {opening.start(), match.start()}
                place = _place(found, opening.start())
                found.spans.append(Span(name, inverted, opening.end(), match.start(), place))
    for opening, name, _, _ in stack:
        notes.lost(_place(found, opening.start()), "section", f"the section `{name[:60]}` is not closed")
        taken.add(opening.start())
    found.spans.sort(key=lambda span: (span.start, -span.end))
    return taken


def _is_structural(found: Masked, match: re.Match[str], inner: set[int]) -> bool:
    source, start, end = found.source, match.start(), match.end()
    line = source.rfind("\n", 0, start) + 1
    close = source.find("\n", end)
    before, after = source[line:start], source[end : close if close >= 0 else len(source)]
    before = TAG.sub("", before)
    number = bisect_right(found.starts, start)
    if number in inner:
        return False
    if not before.strip():
        rest = TAG.sub("", after).strip()
        return not rest or rest == "-" or rest.startswith(("- ", "#"))
    if not before.strip(" -"):
        return not TAG.sub("", after).strip()
    return before.rstrip()[-1] in "[{," and _is_open(before)


def _is_open(before: str) -> bool:
    """Whether a bracket is open at the end of a line's beginning (of a list or mapping in one line)."""
    plain = re.sub(r'"(?:[^"\\]|\\.)*"' + r"|'[^']*'", "", before)
    return sum(plain.count(sign) for sign in _OPENERS) > sum(plain.count(sign) for sign in _CLOSERS)


def _in_blocks(source: str) -> set[int]:
    """The numbers of the lines that are inside of a `|` or `>` text, counted from 1."""
    found: set[int] = set()
    indent = -1
    for number, line in enumerate(source.split("\n"), 1):
        depth = len(line) - len(line.lstrip(" "))
        if indent >= 0 and (not line.strip() or depth > indent):
            found.add(number)
            continue
        indent = -1
        if match := _BLOCK.match(line):
            prefix = match["indent"] if match["indent"] is not None else match["item"]
            indent = len(prefix)
    return found


def _place(found: Masked, offset: int) -> Place:
    line = bisect_right(found.starts, offset)
    return Place(found.file, line, offset - found.starts[line - 1] + 1)
