"""`gutenbot content`: checks the words of bots against their files, their translations and the code that says them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gutenbot.cli.content_files import pull, push
from gutenbot.cli.content_transfer import export, import_file
from gutenbot.cli.output import Output
from gutenbot.cli.root import Context

if TYPE_CHECKING:
    from gutenbot.content.problems import Problem
    from gutenbot.modules.bot import Bot
    from gutenbot.modules.module import Module

_SKIPPED = {".venv", "venv", "node_modules", "__pycache__", ".gutenbot", "tests"}


@click.group()
def content() -> None:
    """Check what bots say, and bring together what people edit and what files say."""


content.add_command(pull)
content.add_command(push)
content.add_command(export)
content.add_command(import_file)


@content.command()
@click.argument("target", required=False, metavar="[FILE|FOLDER]")
@click.pass_obj
def check(context: Context, target: str | None) -> int:
    """Find mistakes in content, and where content and code do not fit together; exit code 1 on errors."""
    import os

    from gutenbot.app.compose import BrokenBot
    from gutenbot.app.found import found_modules
    from gutenbot.app.project import find_project, load_bots, with_bots
    from gutenbot.app.settings import load_settings

    project = find_project(target, Path.cwd())
    modules = [one.module for one in found_modules(project, os.environ) if one.module is not None]
    project = with_bots(project, load_settings(project.toml, os.environ, modules).server.bots)
    found: list[Problem] = []
    items = 0
    for loaded in load_bots(project.files):
        if loaded.trouble is not None:
            raise BrokenBot(loaded.trouble)
        for bot in loaded.bots:
            problems, count = check_bot(bot, modules)
            found += problems
            items += count
    return _report(context.output, found, items)


def check_bot(bot: "Bot", modules: "Sequence[Module]" = ()) -> "tuple[list[Problem], int]":
    """The problems of a bot's content, and how many items it has. Types of content may come from modules."""
    from gutenbot.app.module_texts import texts_of
    from gutenbot.content import check as check_library
    from gutenbot.content import find_uses, load_library
    from gutenbot.modules.content_types import types_of

    library = load_library(bot.content_folder, default_locale=bot.locale, types=types_of(bot, modules))
    library = library.over(texts_of(modules, but=[bot.content_folder]).items)
    uses = [
        use
        for file in _sources(bot.folder)
        for use in find_uses(file.read_text(encoding="utf-8", errors="replace"), str(file.relative_to(bot.folder)))
    ]
    problems = check_library(library, uses, media_exists=lambda path: _media(bot.folder, path))
    return problems, len(library)


def _sources(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*.py")):
        if not _SKIPPED & set(file.relative_to(folder).parts):
            yield file


def _media(folder: Path, path: str) -> bool:
    return any((folder / place / path).is_file() for place in (".", "content", "media"))


def _report(out: Output, found: "list[Problem]", items: int) -> int:
    errors = [problem for problem in found if problem.severity == "error"]
    out.data(
        {
            "items": items,
            "errors": len(errors),
            "problems": [
                {"file": p.file, "line": p.line, "column": p.column, "severity": p.severity, "code": p.code,
                 "message": p.message, "hint": p.hint}
                for p in found
            ],
        }
    )  # fmt: skip
    for problem in found:
        mark = {"error": out.bad("✗"), "warning": out.warn("!"), "info": out.dim("·")}[problem.severity]
        out.line(f"{mark} {problem.file}:{problem.line}: {problem.message} {out.dim(f'[{problem.code}]')}")
        if problem.hint:
            out.line(f"    {problem.hint}")
    if errors:
        out.line(f"\n{_count(len(errors), 'error')} in {_count(items, 'content item')}. Mend them, then check again.")
        return 1
    out.line(f"{out.good('✓')} {_count(items, 'content item')}, no errors.")
    return 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
