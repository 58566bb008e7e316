"""`gutenbot dev`: a bot on this machine, with the web chat, reloaded when its files change."""

import click

from gutenbot.cli.root import Context


@click.command()
@click.argument("target", required=False, metavar="[FILE|FOLDER]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; the next free one when it is taken.")
@click.option("--host", help="Address to listen on (127.0.0.1).")
@click.option("--safe", is_flag=True, help="Start without any optional module.")
@click.option("--no-reload", is_flag=True, help="Do not watch the files.")
@click.pass_obj
def dev(context: Context, target: str | None, port: int | None, host: str | None, safe: bool, no_reload: bool) -> int:
    """Run a bot and reload it when its files change.

    FILE is the Python file of a bot; without it, the project of this folder runs. Nothing needs to be configured.

    Keys in a terminal: o opens the chat, r reloads everything, t runs the tests, l shows more logs, q quits.
    """
    from pathlib import Path

    from gutenbot.app.project import find_project
    from gutenbot.cli.running import run_dev

    overrides = {key: value for key, value in (("port", port), ("host", host)) if value is not None}
    return run_dev(context, find_project(target, Path.cwd()), overrides, safe=safe, reload=not no_reload)
