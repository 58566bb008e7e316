"""Looks through a template's source before the engine sees it: what it uses, and whether content may use that."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gutenbot.content.problems import did_you_mean

FILTERS = frozenset(
    "default upper lower title capitalize trim length join first last round date time number plural as_list".split()
)
TESTS = frozenset({"defined", "undefined"})
BLOCKS = frozenset("if elif else endif for endfor set raw endraw".split())

_QUOTED = r"""(?>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'"""  # possessive: no text makes the search slow
_TAG = re.compile(
    r"\{%[-+]?\s*+raw\s*+[-+]?%\}(?:(?!\{%).|\{%(?![-+]?\s*+endraw))*+|\{#.*?#\}"
    rf"|\{{\{{({_QUOTED}|(?!\}}\}}).)*+)\}}\}}|\{{%({_QUOTED}|(?!%\}}).)*+)%\}}",
    re.DOTALL,
)
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<number>\d[\d_.eE]*)|(?P<name>[^\W\d]\w*)|(?P<sign>\S))""",
    re.DOTALL,
)


class Forbidden(Exception):
    """The template uses something that content has no need of; the message says what, `hint` what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Token:
    """A word of an expression."""

    kind: str
    text: str


def is_template(source: str) -> bool:
    """Whether the text holds anything for the engine; all other text is constant."""
    return "{{" in source or "{%" in source or "{#" in source


def examine(source: str) -> None:
    """Raises `Forbidden` for a filter, test, block, call or name that content may not use."""
    for expression, is_block in _expressions(source):
        tokens = list(_tokens(expression))
        if is_block:
            _examine_block(tokens)
        for index, token in enumerate(tokens):
            _examine_token(tokens, index, token)


def guarded_names(source: str) -> frozenset[str]:
    """Variables that may be missing: every use has a `default`, or asks first (`{% if name %}`, `is defined`)."""
    bare: set[str] = set()
    safe: set[str] = set()
    for expression, is_block in _expressions(source):
        tokens = list(_tokens(expression))
        asks = is_block and tokens[:1] and tokens[0].text in ("if", "elif")
        for name, guarded in _uses(tokens):
            (safe if guarded or asks else bare).add(name)
            if asks:
                safe.add(f"?{name}")
    return frozenset(name for name in safe if name not in bare or f"?{name}" in safe)


def printed_paths(source: str) -> list[tuple[str, ...]]:
    """The variables and their parts that a template prints as they are: `{{ user.name }}` → (`user`, `name`)."""
    found: list[tuple[str, ...]] = []
    for expression, is_block in _expressions(source):
        words = tuple(word.strip() for word in expression.split("."))
        if not is_block and all(word.isidentifier() for word in words):
            found.append(words)
    return found


def _expressions(source: str) -> Iterator[tuple[str, bool]]:
    for match in _TAG.finditer(source):
        if match[1] is not None:
            yield match[1].strip("-+"), False
        elif match[2] is not None:
            yield match[2].strip("-+"), True


def _tokens(expression: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(expression):
        if match.lastgroup:
            yield Token(match.lastgroup, match[match.lastgroup])


def _examine_block(tokens: list[Token]) -> None:
    word = tokens[0].text if tokens else ""
    if word not in BLOCKS:
        raise Forbidden(f"`{{% {word} %}}` is not available in content", did_you_mean(word, BLOCKS))


def _examine_token(tokens: list[Token], index: int, token: Token) -> None:
    before = tokens[index - 1].text if index else ""
    after = tokens[index + 1].text if index + 1 < len(tokens) else ""
    if token.kind == "name":
        _examine_name(token.text, before, after, tokens[index - 2].text if index > 1 else "")
    elif token.text == "(" and index and (before in (")", "]") or tokens[index - 1].kind in ("text", "number")):
        raise Forbidden("values cannot be called in content")


def _examine_name(name: str, before: str, after: str, further: str) -> None:
    if name.startswith("_"):
        raise Forbidden(f"`{name}` is private")
    if before == "|":
        if name not in FILTERS:
            raise Forbidden(
                f"there is no filter `{name}`", did_you_mean(name, FILTERS) or f"Filters: {_listed(FILTERS)}."
            )
    elif before == "is" or (before == "not" and further == "is"):
        if name != "not" and name not in TESTS:
            raise Forbidden(f"there is no test `{name}`", f"Tests: {_listed(TESTS)}; compare with ==, <, > and `in`.")
    elif after == "(" and (name not in _BEFORE_GROUP and (name != "range" or before == ".")):
        raise Forbidden(f"`{name}(…)` cannot be called in content", "The only function is `range`.")


_BEFORE_GROUP = frozenset("and or not in if elif else is".split())


def _uses(tokens: list[Token]) -> Iterator[tuple[str, bool]]:
    """Each plain name with whether this use of it bears that it is missing."""
    for index, token in enumerate(tokens):
        before = tokens[index - 1].text if index else ""
        if token.kind != "name" or before in (".", "|"):
            continue
        rest = [later.text for later in tokens[index + 1 :]]
        while len(rest) > 1 and (rest[0] == "." or (rest[0] == "[" and rest[2:3] == ["]"])):
            rest = rest[2 if rest[0] == "." else 3 :]
        yield token.text, rest[:2] == ["|", "default"] or (rest[:1] == ["is"] and bool(TESTS & set(rest[1:3])))


def _listed(words: frozenset[str]) -> str:
    return ", ".join(sorted(words))
