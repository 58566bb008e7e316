"""`gutenbot demo`: the example bots, all at once, with the web chat."""

from pathlib import Path

import click

from gutenbot.cli.root import Context
from gutenbot.kernel.errors import UserMistake


class NoExamples(UserMistake):
    """The examples are not in this installation ({looked}). Take them from the repository of Gutenbot."""

    code = "demo.no-examples"


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; the next free one when it is taken.")
@click.option("--host", help="Address to listen on (127.0.0.1).")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the database (.gutenbot/demo).")
@click.pass_obj
def demo(context: Context, port: int | None, host: str | None, data: Path | None) -> int:
    """Run the example bots with the web chat; prints where they are, opens nothing."""
    from gutenbot.app.project import Project
    from gutenbot.cli.running import run_dev

    folder = examples()
    files = tuple(sorted(folder.glob("*/bot.py")))
    values = {"port": port, "host": host, "data": (data or Path.cwd() / ".gutenbot" / "demo").resolve()}
    overrides = {key: value for key, value in values.items() if value is not None}
    return run_dev(context, Project(folder, files), overrides)


def examples() -> Path:
    """The folder of the examples: in the package, or in the repository that it runs from."""
    package = Path(__file__).resolve().parent.parent
    places = [package / "examples", package.parents[2] / "examples"]
    for place in places:
        if any(place.glob("*/bot.py")):
            return place
    raise NoExamples(looked=", ".join(str(place) for place in places))
