"""`gutenbot serve`: bots as a server. Without `--no-supervise` a small parent starts it again when it dies."""

import os

import click

from gutenbot.cli.root import Context
from gutenbot.cli.supervise import REFUSED, SUPERVISED


@click.command()
@click.argument("target", required=False, metavar="[FILE|FOLDER]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--host", help="Address to listen on; 0.0.0.0 for all networks.")
@click.option("--safe", is_flag=True, help="Start without any optional module.")
@click.option("--no-supervise", is_flag=True, help="No parent that starts it again: systemd or a container does that.")
@click.pass_obj
def serve(
    context: Context, target: str | None, port: int | None, host: str | None, safe: bool, no_supervise: bool
) -> int:
    """Run bots as a server.

    Settings come from the environment, gutenbot.toml and defaults, in this order; `gutenbot doctor --deploy` checks them.
    """
    from gutenbot.cli.running import run_serve
    from gutenbot.kernel.errors import GutenbotError

    overrides = {key: value for key, value in (("port", port), ("host", host)) if value is not None}
    try:
        return run_serve(target, overrides, safe=safe)
    except GutenbotError as error:
        context.output.error(error)
        return REFUSED if os.environ.get(SUPERVISED) else 1
