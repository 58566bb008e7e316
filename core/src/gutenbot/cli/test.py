"""`gutenbot test`: the tests and transcripts of a bot."""

import os
import sys
from pathlib import Path

import click

from gutenbot.cli.root import Context
from gutenbot.kernel.errors import UserMistake


class NoPytest(UserMistake):
    """Tests need pytest, which is not installed. Run `pip install "gutenbot[testing]"`."""

    code = "cli.no-pytest"


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("target", required=False, metavar="[FOLDER|FILE]")
@click.option("--approve", is_flag=True, help="Rewrite transcripts (*.chat.md) with what really happens.")
@click.argument("more", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST OPTIONS]")
@click.pass_obj
def test(context: Context, target: str | None, approve: bool, more: tuple[str, ...]) -> int:
    """Run a bot's tests and transcripts."""
    try:
        import pytest
    except ImportError:
        raise NoPytest from None
    if target is not None and target.startswith("-"):
        target, more = None, (target, *more)
    folder = Path(target or ".").resolve()
    paths = [str(folder)] if folder.is_file() else []
    os.chdir(folder.parent if folder.is_file() else folder)
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    options = ["--import-mode=importlib", "-q", "-p", "no:cacheprovider", *(["--approve"] if approve else [])]
    return int(pytest.main([*options, *more, *paths]))
