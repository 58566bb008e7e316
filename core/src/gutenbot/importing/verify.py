"""What is imported runs: every item is compiled as the bot will do it, and what would not work is left out and named."""

import re
from typing import Any

import yaml

from gutenbot.content import compile_text
from gutenbot.content.engine import Engine
from gutenbot.content.problems import Problem
from gutenbot.importing.classic import Item
from gutenbot.importing.notes import Notes


class _Dumper(yaml.SafeDumper):
    """Writes several lines as several lines, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_UNUSUAL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
"""Characters that YAML takes for the end of a line, or that editors do not show: they are written as escapes."""


def _words(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    lines = text.split("\n")
    plain = (
        len(lines) > 1 and all(line == line.rstrip() and line.isprintable() for line in lines) and lines[0][:1].strip()
    )
    style = '"' if _UNUSUAL.search(text) else "|" if plain else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _words)


def as_yaml(items: dict[str, Any]) -> str:
    """Items as the text of a content file."""
    return yaml.dump(items, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120) if items else ""


def content_of(item: Item, locale: str) -> Any:
    """An item as it is written."""
    entries = item.entries[locale]
    return {"title": item.title, "entries": entries} if item.title else entries


def keep_what_works(items: list[Item], notes: Notes) -> None:
    """Takes out what our content cannot say; an item of which nothing is left goes as well."""
    engine = Engine()
    for item in items:
        for locale in list(item.entries):
            if not _errors(item.id, item.entries[locale], locale or "en", engine):
                continue
            kept = []
            for entry in item.entries[locale]:
                if errors := _errors(item.id, [entry], locale or "en", engine):
                    notes.lost(item.place, "message", f"of `{item.id}`: {errors[0].message} {errors[0].hint}".strip())
                else:
                    kept.append(entry)
            if kept:
                item.entries[locale] = kept
            else:
                del item.entries[locale]
    items[:] = [item for item in items if item.entries]


def _errors(item_id: str, entries: list[dict[str, Any]], locale: str, engine: Engine) -> list[Problem]:
    _, problems = compile_text(as_yaml({item_id: entries}), "import.yaml", locale, engine)
    return [problem for problem in problems if problem.severity == "error"]
