"""One edited text, from YAML to an item that can be said; it can break nothing but itself."""

from collections.abc import Iterable
from dataclasses import replace

from gutenbot.content.items import Item
from gutenbot.content.library import Library
from gutenbot.content.problems import Place, Problem, Report

PLACE = "console"
LONGEST = 200_000
"""Characters of one text."""


def compile_source(item_id: str, locale: str, source: str, library: Library) -> tuple[Item, tuple[Problem, ...]]:
    """The item (broken, if it cannot be said) and what is wrong with it; places are in the source."""
    file = f"{PLACE}/{item_id}"
    if len(source) > LONGEST:
        return _broken(item_id, locale, file, "too-large", f"The text is longer than {LONGEST} characters.")
    items, problems = library.compiled(as_block(item_id, source), file, locale)
    if len(items) != 1 or items[0].id != item_id:
        lost = Item(item_id, locale, Place(file), (), broken="This is not one value.")
        return lost, _moved(problems) or _broken(item_id, locale, file, "malformed", lost.broken)[1]
    return items[0], _moved(problems)


def as_block(item_id: str, source: str) -> str:
    """The item as it stands in a file: its key, and the value below it."""
    lines = (f"  {line}" if line.strip() else "" for line in source.rstrip("\n").split("\n"))
    return "\n".join([f"{item_id}:", *lines]) + "\n"


def _broken(item_id: str, locale: str, file: str, code: str, message: str) -> tuple[Item, tuple[Problem, ...]]:
    report = Report()
    report.error(Place(file), code, message)
    return Item(item_id, locale, Place(file), (), broken=message), tuple(report.problems)


def _moved(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems at their places in the source itself."""
    return tuple(
        replace(problem, line=max(1, problem.line - 1), column=max(1, problem.column - 2 if problem.line > 1 else 1))
        for problem in problems
    )
