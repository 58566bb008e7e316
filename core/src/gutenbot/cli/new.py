"""`gutenbot new`: makes a bot or a module from the templates that come with the package. Works offline, asks nothing."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import click

from gutenbot.cli.root import Context
from gutenbot.kernel.errors import Bug, UserMistake

_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_FILLED = {".py", ".toml", ".md", ".yaml", ".json", ".js", ".ts", ".tsx"}
_LEFT_OUT = shutil.ignore_patterns("__pycache__", ".gutenbot", ".pytest_cache", "*.pyc", "node_modules", "dist")


class BadName(UserMistake):
    """`{name}` cannot be the name of a {what}: use small letters, digits and hyphens, beginning with a letter,
    such as `my-shop`."""

    code = "new.bad-name"


class FolderExists(UserMistake):
    """There is something in {folder} already. Choose another name, or remove it first."""

    code = "new.folder-exists"


class NoTemplate(Bug):
    """The template {name} is not in this installation ({looked}). Install gutenbot again."""

    code = "new.no-template"


@click.group()
def new() -> None:
    """Make a bot or a module from a template."""


@new.command()
@click.argument("name")
@click.pass_obj
def bot(context: Context, name: str) -> int:
    """Make a bot in the new folder NAME, with content and a first test that passes."""
    folder = make(name, Path.cwd())
    out = context.output
    out.data({"name": name, "folder": str(folder), "files": _files(folder)})
    out.line(f"{out.good('✓')} {name}/ has a bot that greets, asks a name and remembers it.")
    out.line("\n  Try it:    " + out.strong(f"cd {name} && gutenbot dev"))
    out.line("  Test it:   gutenbot test")
    out.line("  Its words: content/bot.yaml\n")
    return 0


@new.command("module")
@click.argument("name")
@click.pass_obj
def new_module(context: Context, name: str) -> int:
    """Make a module in the new folder gutenbot-NAME: settings, a wrap, routes, a table, two pages, and tests that pass."""
    folder = make_module(name, Path.cwd())
    out = context.output
    out.data({"name": name, "folder": str(folder), "files": _files(folder)})
    out.line(f"{out.good('✓')} {folder.name}/ has a module that counts words, with two pages for the console.")
    out.line("\n  Test it:    " + out.strong(f"cd {folder.name} && pip install -e '.[test]' && pytest"))
    out.line("  Check it:   gutenbot module doctor")
    out.line("  See it:     gutenbot dev, in the folder of a bot\n")
    return 0


def make(name: str, where: Path) -> Path:
    """Makes a bot; returns the new folder. Raises `BadName` and `FolderExists`."""
    if not _NAME.fullmatch(name):
        raise BadName(name=name, what="bot")
    return _copied("bot", where / name, {"my-bot": name})


def make_module(name: str, where: Path) -> Path:
    """Makes a module; returns the new folder. Raises `BadName` and `FolderExists`."""
    name = name.removeprefix("gutenbot-")
    if not _NAME.fullmatch(name) or "_" in name or len(name) > 40:
        raise BadName(name=name, what="module")
    words = {"my-module": name, "my_module": name.replace("-", "_")}
    return _copied("module", where / f"gutenbot-{name}", words)


def _copied(kind: str, folder: Path, words: Mapping[str, str]) -> Path:
    """Copies a template, with other words in its files and in their names."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderExists(folder=folder)
    shutil.copytree(template(kind), folder, ignore=_LEFT_OUT, dirs_exist_ok=True)
    hidden = folder / "gitignore"
    if hidden.exists():
        hidden.rename(folder / ".gitignore")
    for file in sorted(folder.rglob("*"), reverse=True):  # what is inside comes before its folder
        if file.is_file() and file.suffix in _FILLED:
            file.write_text(_filled(file.read_text(encoding="utf-8"), words), encoding="utf-8")
        if file.name != _filled(file.name, words):
            file.rename(file.with_name(_filled(file.name, words)))
    return folder


def _filled(text: str, words: Mapping[str, str]) -> str:
    for old, new_word in words.items():
        text = text.replace(old, new_word)
    return text


def _files(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def template(name: str) -> Path:
    """The folder of a template: in the package, or in the repository that the package runs from."""
    package = Path(__file__).resolve().parent.parent
    places = [package / "templates" / name, package.parents[2] / "templates" / name]
    for place in places:
        if place.is_dir():
            return place
    raise NoTemplate(name=name, looked=", ".join(str(place) for place in places))
