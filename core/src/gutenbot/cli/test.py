"""`gutenbot test`: the tests and transcripts of a bot."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import click

from gutenbot.cli.root import Context
from gutenbot.kernel.errors import UserMistake

OPTIONS = (
    "-q",
    "--import-mode=importlib",
    "-p",
    "no:cacheprovider",
    "-o",
    "asyncio_default_fixture_loop_scope=function",
)


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
    if importlib.util.find_spec("pytest") is None:
        raise NoPytest
    if target is not None and target.startswith("-"):
        more = (target, *more)
        target = None
    folder = Path(target or ".").resolve()
    paths = [str(folder)] if folder.is_file() else []
    where = folder.parent if folder.is_file() else folder
    command = [sys.executable, "-m", "pytest", *OPTIONS, *(["--approve"] if approve else []), *more, *paths]
    return subprocess.run(command, cwd=where, check=False).returncode  # noqa: S603
