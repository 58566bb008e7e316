"""`gutenbot new`: makes a bot from the template that comes with the package. Works offline, asks nothing."""

import re
import shutil
from pathlib import Path

import click

from gutenbot.cli.root import Context
from gutenbot.kernel.errors import Bug, UserMistake

_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_FILLED = {".py", ".toml", ".md", ".yaml"}
_LEFT_OUT = shutil.ignore_patterns("__pycache__", ".gutenbot", ".pytest_cache", "*.pyc")


class BadName(UserMistake):
    """`{name}` cannot be the name of a bot: use small letters, digits and hyphens, beginning with a letter, such as `my-shop`."""

    code = "new.bad-name"


class FolderExists(UserMistake):
    """There is something in {folder} already. Choose another name, or remove it first."""

    code = "new.folder-exists"


class NoTemplate(Bug):
    """The template {name} is not in this installation ({looked}). Install gutenbot again."""

    code = "new.no-template"


@click.group()
def new() -> None:
    """Make a bot from a template."""


@new.command()
@click.argument("name")
@click.pass_obj
def bot(context: Context, name: str) -> int:
    """Make a bot in the new folder NAME, with content and a first test that passes."""
    folder = make(name, Path.cwd())
    out = context.output
    files = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    out.data({"name": name, "folder": str(folder), "files": files})
    out.line(f"{out.good('✓')} {name}/ has a bot that greets, asks a name and remembers it.")
    out.line("\n  Try it:    " + out.strong(f"cd {name} && gutenbot dev"))
    out.line("  Test it:   gutenbot test")
    out.line("  Its words: content/bot.yaml\n")
    return 0


def make(name: str, where: Path) -> Path:
    """Copies the template; returns the new folder. Raises `BadName` and `FolderExists`."""
    if not _NAME.fullmatch(name):
        raise BadName(name=name)
    folder = where / name
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderExists(folder=folder)
    shutil.copytree(template("bot"), folder, ignore=_LEFT_OUT, dirs_exist_ok=True)
    hidden = folder / "gitignore"
    if hidden.exists():
        hidden.rename(folder / ".gitignore")
    for file in folder.rglob("*"):
        if file.is_file() and file.suffix in _FILLED:
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace("my-bot", name), encoding="utf-8")
    return folder


def template(name: str) -> Path:
    """The folder of a template: in the package, or in the repository that the package runs from."""
    package = Path(__file__).resolve().parent.parent
    places = [package / "templates" / name, package.parents[2] / "templates" / name]
    for place in places:
        if place.is_dir():
            return place
    raise NoTemplate(name=name, looked=", ".join(str(place) for place in places))
