"""What `backup`, `restore` and `move` share: the database of a project, who owns its tables, and how far it is."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from gutenbot.cli.access import Place
from gutenbot.cli.output import Output
from gutenbot.modules.load import discover, in_order
from gutenbot.storage.copies.places import Place as Data
from gutenbot.storage.copies.shapes import Progress
from gutenbot.storage.migrate import CORE, History

if TYPE_CHECKING:
    from gutenbot.modules.module import Module

skip_option = click.option(
    "--skip-unknown", is_flag=True, help="Leave out tables that belong to no installed module, instead of stopping."
)


def data_of(place: Place) -> Data:
    """Where the project's data is."""
    return place.database.url or place.database.path


def histories_of(place: Place) -> list[History]:
    """The migrations of core, of all installed modules and of the project's bots, each after those it needs."""
    modules = in_order([*(one.module for one in discover() if one.module is not None), *_bots(place)])
    return [CORE, *(History(one.name, one.migrations) for one in modules if one.migrations is not None)]


def _bots(place: Place) -> "list[Module]":
    """A bot is a module and may have tables too. One that cannot be loaded has none as far as we know."""
    from gutenbot.app.project import load_bots, with_bots

    if not (place.project.folder / "migrations" / "versions").is_dir():
        return []
    return [bot for one in load_bots(with_bots(place.project, place.settings.bots).files) for bot in one.bots]


@contextmanager
def shown(output: Output) -> Generator[Progress]:
    """Shows how far it is: a bar on a terminal, else a line for each table, nothing for machines."""
    if output.as_json:
        yield lambda table, done, rows: None
    elif output.colour:
        with _bar() as progress:
            yield progress
    else:
        yield _lines(output)


def _lines(output: Output) -> Progress:
    said: set[str] = set()

    def progress(table: str, done: int, rows: int) -> None:
        if done >= rows and done and table not in said and not table.startswith("checking "):
            said.add(table)
            output.line(f"  {table}  {done}")

    return progress


@contextmanager
def _bar() -> Generator[Progress]:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, transient=True) as bars:
        task = bars.add_task("", total=None)

        def progress(table: str, done: int, rows: int) -> None:
            bars.update(task, description=table, completed=done, total=max(rows, 1))

        yield progress


def be_modest() -> None:
    """Lets a server on the same machine go first."""
    with suppress(OSError, AttributeError):
        os.nice(10)


def size_of(number: int) -> str:
    """`1.5 MB`."""
    value = float(number)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def counted(number: int, noun: str) -> str:
    """`1 table`, `2,000 tables`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
