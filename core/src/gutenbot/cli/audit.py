"""`gutenbot audit`: whether the record of who did what is whole, and the record itself."""

from typing import TYPE_CHECKING, Any

import click

from gutenbot.cli.access import dev_option, place_of, project_option, with_storage
from gutenbot.cli.root import Context

if TYPE_CHECKING:
    from gutenbot.storage.port import Storage


@click.group()
def audit() -> None:
    """Check and export who did what."""


@audit.command()
@project_option
@dev_option
@click.pass_obj
def check(context: Context, target: str | None, in_dev: bool) -> int:
    """Go through the whole log: exit code 1 when a line was changed or is missing."""
    place = place_of(target, dev=in_dev)
    server = place.server()

    async def work(storage: "Storage") -> dict[str, Any]:
        from gutenbot.cli.desk import desk_over

        return await desk_over(storage).check_audit()

    found = server.call("GET", "/api/v1/audit/check") if server is not None else with_storage(place, work)
    out = context.output
    out.data(found)
    if found["ok"]:
        out.line(f"{out.good('✓')} {found['checked']} lines, all as they were written.")
        return 0
    out.line(
        f"{out.bad('✗')} Line {found['broken_at']} was changed or is missing; {found['checked']} before it are good."
    )
    return 1


@audit.command()
@project_option
@dev_option
@click.pass_obj
def export(context: Context, target: str | None, in_dev: bool) -> int:
    """Print all lines, oldest first, one JSON object each."""
    place = place_of(target, dev=in_dev)
    server = place.server()

    async def work(storage: "Storage") -> None:
        from functools import partial

        from gutenbot.accounts import audit as log

        after = 0
        while rows := await storage.read(partial(log.batch, wanted=log.Wanted(), after_n=after)):
            after = rows[-1]["n"]
            click.echo(b"".join(log.written(row) for row in rows), nl=False)

    if server is None:
        with_storage(place, work)
    else:
        for piece in server.pieces("/api/v1/audit/export"):
            click.echo(piece, nl=False)
    return 0
