"""`gutenbot migrate`: brings the database up to date, without starting the server."""

from typing import TYPE_CHECKING

import click

from gutenbot.cli.access import dev_option, place_of, project_option, with_storage
from gutenbot.cli.root import Context

if TYPE_CHECKING:
    from gutenbot.storage.port import Storage


@click.command()
@project_option
@dev_option
@click.pass_obj
def migrate(context: Context, target: str | None, in_dev: bool) -> int:
    """Bring the database up to date. The server does the same when it starts."""
    place = place_of(target, dev=in_dev)

    async def work(storage: "Storage") -> None:
        """Opening the database migrates it."""

    with_storage(place, work, create=True)
    context.output.data({"database": str(place.database), "migrated": True})
    context.output.line(f"{context.output.good('✓')} {place.database} is up to date.")
    return 0
