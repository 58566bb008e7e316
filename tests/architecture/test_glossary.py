"""One word per thing: names in the code use the words of docs/glossary.md and none of the refused ones."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.architecture.source import product_sources, text, tree, written

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


@cache
def table(name: str) -> dict[str, str]:
    """The rows between the marks of that name in the glossary: first column to second."""
    part = text("docs/glossary.md").split(f"<!-- {name}: begin -->")[1].split(f"<!-- {name}: end -->")[0]
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in part.strip().splitlines()[2:]]
    return {row[0]: row[1] for row in rows}


def names(path: str) -> Iterator[tuple[int, str]]:
    """Every name that this file gives to something of its own, with its line."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name):
                yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name


def refused(name: str) -> str:
    """The first refused word in the name, or nothing."""
    banned = table("banned")
    return next((word for part in WORD.findall(name) if (word := part.lower()) in banned), "")


def test_names_use_the_words_of_the_glossary() -> None:
    banned, allowed = table("banned"), table("allowed")
    found = [
        f"{path}:{line}: {name} (say {banned[refused(name)]})"
        for path in product_sources()
        for line, name in names(path)
        if name not in allowed and refused(name)
    ]
    assert found == []


def test_files_are_named_by_their_noun() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
    files = [path for path in written(".py", ".ts", ".tsx") if path.rsplit("/", 1)[-1].split(".")[0] in vague]
    assert files == []


def test_every_exception_is_still_needed() -> None:
    used = {name for path in product_sources() for _, name in names(path)}
    assert [name for name in table("allowed") if name not in used] == []


def test_refused_words_are_found_inside_snake_and_camel_case() -> None:
    assert refused("SkillStore") == "skill"
    assert refused("next_campaign") == "campaign"
    assert refused("HITLQueue") == "hitl"
    assert refused("skilled") == ""
