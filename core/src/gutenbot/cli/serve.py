"""`gutenbot serve`: bots as a server. Without `--no-supervise` a small parent starts it again when it dies."""

import os

import click

from gutenbot.cli.root import Context
from gutenbot.cli.supervise import AWAY, MOST_WORKERS, REFUSED, SUPERVISED
from gutenbot.cli.workers import WHERE
from gutenbot.turns.roles import ALL_ROLES


@click.command()
@click.argument("target", required=False, metavar="[FILE|FOLDER]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--host", help="Address to listen on; 0.0.0.0 for all networks.")
@click.option("--safe", is_flag=True, help="Start without any optional module.")
@click.option(
    "--workers",
    type=click.IntRange(1, MOST_WORKERS),
    help="Processes that share the work on this host; needs PostgreSQL.",
)
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(sorted(ALL_ROLES)),
    help="Do only this of the work; may be repeated.",
)
@click.option(WHERE, "where", is_flag=True, hidden=True)
@click.option("--no-supervise", is_flag=True, help="No parent that starts it again: systemd or a container does that.")
@click.pass_obj
def serve(
    context: Context,
    target: str | None,
    port: int | None,
    host: str | None,
    safe: bool,
    workers: int | None,
    roles: tuple[str, ...],
    where: bool,
    no_supervise: bool,
) -> int:
    """Run bots as a server.

    Settings come from the environment, gutenbot.toml and defaults, in this order; `gutenbot doctor --deploy` checks them.
    """
    from gutenbot.cli.running import run_serve, say_where
    from gutenbot.kernel.errors import GutenbotError
    from gutenbot.storage.errors import StorageAway

    given = {"port": port, "host": host, "roles": roles or None}
    overrides = {key: value for key, value in given.items() if value is not None}
    try:
        if where:
            return say_where(target, overrides)
        return run_serve(target, overrides, safe=safe)
    except GutenbotError as error:
        context.output.error(error)
        if not os.environ.get(SUPERVISED):
            return 1
        return AWAY if isinstance(error, StorageAway) else REFUSED
