"""One content file as its items' YAML. A file that is malformed in one item still gives its other items."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from gutenbot.content.nodes import BRACES_HINT, Anchors, MapNode, Node, Refused, Scalar, compose, is_null
from gutenbot.content.problems import Place, Report

_TOP_KEY = re.compile(r"^(?:[^\s#\-\[\]{}&*!|>'%@`]|\"|')[^\n]*?:(?:\s|$)", re.MULTILINE)
_DOCUMENT = re.compile(r"^(---|\.\.\.)(\s|$)", re.MULTILINE)
_ID = re.compile(r"\w[\w.\-]*")
_TROUBLE = (yaml.YAMLError, Refused, UnicodeError, RecursionError, ValueError)
_HINTS = (
    ("mapping values are not allowed", "Text that holds `: ` needs quotes."),
    (
        "cannot start any token",
        "YAML is indented with spaces, not tabs; text that begins with a special character needs quotes.",
    ),
    ("did not find expected", "Check quotes, brackets and indentation here and in the line before."),
)


@dataclass(frozen=True, slots=True)
class Source:
    """An item's id and its YAML; `lost` says why there is none."""

    id: Scalar
    node: Node
    lost: str = ""


def read_items(text: str, file: str, report: Report, *, any_id: bool = False) -> list[Source]:
    """The items of one file's text, in order; all that is wrong with it goes into the report.

    `any_id` also gives items whose ids could not be said, for those who rename them.
    """
    trial = Report()
    try:
        found = [source for node in compose(text, file, trial) for source in items_of(node, trial, any_id=any_id)]
    except _TROUBLE as error:
        return _recover(text, file, report, error, any_id)
    report.problems += trial.problems
    return found


def items_of(node: Node, report: Report, *, any_id: bool = False) -> list[Source]:
    """The items of one document of a file."""
    if is_null(node):
        return []
    if not isinstance(node, MapNode):
        hint = "Write `my-item:` and put its entries below, indented."
        report.error(node.place, "no-items", "A content file is a mapping of item ids to entries.", hint)
        return []
    found = [Source(node.keys[key], value) for key, value in node.entries.items()]
    return [source for source in found if any_id or _good_id(source.id, report)]


def is_id(text: str) -> bool:
    """Whether an item may be called so."""
    return _ID.fullmatch(text) is not None


def _good_id(key: Scalar, report: Report) -> bool:
    if is_id(key.value):
        return True
    hint = "An id has letters, digits, `_`, `-` and `.`, as in `order.size`."
    report.error(key.place, "bad-id", f"`{key.value[:60]}` cannot be the id of an item.", hint)
    return False


def _recover(text: str, file: str, report: Report, error: Exception, any_id: bool) -> list[Source]:
    """Reads a malformed file item by item: a block begins at each key without indentation."""
    trial = Report()
    anchors = Anchors()
    found: list[Source] = []
    for line, block in _blocks(text):
        if _DOCUMENT.match(block):
            anchors.nodes = {}
        found += _read_block(block, file, line, trial, any_id, anchors)
    if not trial.problems or (isinstance(error, Refused) and error.code == "too-large"):
        _note(error, file, 1, text, trial)
    report.problems += trial.problems
    return found


def _read_block(block: str, file: str, line: int, report: Report, any_id: bool, anchors: Anchors) -> list[Source]:
    trial = Report()
    try:
        found = [
            source
            for node in compose(block, file, trial, first_line=line, anchors=anchors)
            for source in items_of(node, trial, any_id=any_id)
        ]
    except _TROUBLE as error:
        _note(error, file, line, block, report)
        return _lost(block, file, line, report.problems[-1].message)
    report.problems += trial.problems
    return found


def _lost(block: str, file: str, line: int, why: str) -> list[Source]:
    """The item of a malformed block, by its key: it is known to be there, though it cannot be said."""
    name = block.partition(":")[0].strip(" \t\"'")
    place = Place(file, line)
    return [Source(Scalar(name, False, place), Scalar("", False, place), why)] if _ID.fullmatch(name) else []


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    starts = sorted({match.start() for pattern in (_TOP_KEY, _DOCUMENT) for match in pattern.finditer(text)})
    line = 1 + text.count("\n", 0, starts[0] if starts else 0)
    for start, end in zip(starts, [*starts, len(text)][1:], strict=True):
        yield line, text[start:end]
        line += text.count("\n", start, end)


def _note(error: Exception, file: str, first_line: int, text: str, report: Report) -> None:
    if isinstance(error, Refused):
        report.error(error.place, error.code, error.message, error.hint)
    elif isinstance(error, yaml.MarkedYAMLError):
        mark = _mark(error, text)
        place = Place(file, mark.line + first_line, mark.column + 1) if mark else Place(file, first_line)
        problem = str(error.problem or error.context or error)
        hint = BRACES_HINT if mark and _has_bare_braces(text, mark.line) else _hint(problem)
        report.error(place, "malformed", f"The YAML is malformed: {problem}.", hint)
    else:
        position = getattr(error, "position", 0) or 0
        report.error(
            Place(file, first_line + text.count("\n", 0, position)),
            "malformed",
            f"The YAML is malformed: {_short(error)}.",
            "",
        )


def _mark(error: yaml.MarkedYAMLError, text: str) -> yaml.Mark | None:
    """Where it is wrong; for what was never closed, where it was opened."""
    problem, context = error.problem_mark, error.context_mark
    if problem and context and problem.line >= text.rstrip().count("\n") + 1:
        return context
    return problem or context


def _hint(problem: str) -> str:
    return next((hint for words, hint in _HINTS if words in problem), "")


def _has_bare_braces(text: str, line: int) -> bool:
    lines = text.split("\n")
    return any(re.search(r"(?:: |- )\{\{", candidate) for candidate in lines[max(0, line - 1) : line + 1])


def _short(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return " ".join(str(error).split())[:200]
