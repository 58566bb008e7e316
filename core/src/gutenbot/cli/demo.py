"""`gutenbot demo`: the example bots, all at once, with the web chat."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gutenbot.cli.root import Context
from gutenbot.kernel.errors import UserMistake

if TYPE_CHECKING:
    from gutenbot.app.project import Project


class NoExamples(UserMistake):
    """The examples are not in this installation ({looked}). Take them from the repository of Gutenbot."""

    code = "demo.no-examples"


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; the next free one when it is taken.")
@click.option("--host", help="Address to listen on (127.0.0.1).")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the database (.gutenbot/demo).")
@click.option(
    "--scale", type=click.IntRange(0, 100_000), help="Sample people of each bot, with what they said in the last weeks."
)
@click.pass_obj
def demo(context: Context, port: int | None, host: str | None, data: Path | None, scale: int | None) -> int:
    """Run the example bots with the web chat; prints where they are, opens nothing."""
    from gutenbot.app.project import Project
    from gutenbot.cli.running import run_dev

    folder = examples()
    files = tuple(sorted(folder.glob("*/bot.py")))
    values = {"port": port, "host": host, "data": (data or Path.cwd() / ".gutenbot" / "demo").resolve()}
    overrides = {key: value for key, value in values.items() if value is not None}
    project = Project(folder, files)
    if scale:
        _fill(context, project, overrides, scale)
    return run_dev(context, project, overrides)


def _fill(context: Context, project: "Project", overrides: Mapping[str, Any], scale: int) -> None:
    """Puts sample data into the database before the server takes it."""
    import asyncio
    import os

    from gutenbot.app.database import database_of, make_storage
    from gutenbot.app.found import found_modules
    from gutenbot.app.project import load_bots
    from gutenbot.app.settings import load_settings
    from gutenbot.kernel.clock import SystemClock
    from gutenbot.testing.sample import fill

    modules = [found.module for found in found_modules(project, os.environ, overrides) if found.module is not None]
    server = load_settings(project.toml, os.environ, modules).server.model_copy(update={**overrides, "dev": True})
    database = database_of(project.folder, server)
    bots = [bot for one in load_bots(project.files) for bot in one.bots]
    day = SystemClock().now().replace(hour=0, minute=0, second=0, microsecond=0)

    def progress(done: int, total: int) -> None:
        context.output.line(f"Sample data: {done:,} of {total:,} messages")

    new = asyncio.run(
        fill(bots, modules, lambda clock: make_storage(database, clock), scale=scale, until=day, progress=progress)
    )
    context.output.line(
        f"{context.output.good('✓')} {new:,} new messages of {scale:,} people of each of {len(bots)} bots"
    )


def examples() -> Path:
    """The folder of the examples: in the package, or in the repository that it runs from."""
    package = Path(__file__).resolve().parent.parent
    places = [package / "examples", package.parents[2] / "examples"]
    for place in places:
        if any(place.glob("*/bot.py")):
            return place
    raise NoExamples(looked=", ".join(str(place) for place in places))
