"""How a command reaches what a project keeps: through its running server, else by opening the database itself."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from gutenbot.app.database import Database, database_of, make_storage
from gutenbot.app.found import found_modules
from gutenbot.app.project import Project, find_project
from gutenbot.app.settings import Settings, load_settings
from gutenbot.cli.server_file import Client, running
from gutenbot.kernel.clock import SystemClock
from gutenbot.kernel.errors import UserMistake
from gutenbot.storage.port import Storage

T = TypeVar("T")

project_option = click.option(
    "--project", "target", metavar="FILE|FOLDER", help="The project; without it, that of this folder."
)
dev_option = click.option("--dev", "in_dev", is_flag=True, help="In the database of `gutenbot dev`.")


class NoDatabase(UserMistake):
    """There is no database at {path} yet. Start the bot once with `gutenbot {command}`."""

    code = "cli.no-database"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a project keeps its things."""

    project: Project
    settings: Settings
    database: Database

    def server(self) -> Client | None:
        """The server that runs on this project."""
        return running(self.database.folder)


def place_of(target: str | None, *, dev: bool = False) -> Place:
    """Finds the project and its settings."""
    project = find_project(target, Path.cwd())
    modules = [one.module for one in found_modules(project, os.environ) if one.module is not None]
    settings = load_settings(project.toml, os.environ, modules).server
    return Place(project, settings, database_of(project.folder, settings, dev=dev))


def with_storage(
    place: Place, work: Callable[[Storage], Awaitable[T]], *, create: bool = False, made: Storage | None = None
) -> T:
    """Opens the database, works with it, closes it; `made` is its storage, not opened. Raises `NoDatabase`, unless it may be
    made."""
    if not create and not place.database.exists():
        raise NoDatabase(path=place.database, command="dev" if place.database.path.name == "dev.db" else "serve")

    async def opened() -> T:
        storage = made or make_storage(place.database, SystemClock())
        await storage.open()
        try:
            return await work(storage)
        finally:
            await storage.close()

    return asyncio.run(opened())
