"""`gutenbot move`: from the project's SQLite file to PostgreSQL, with the same rows, ids and checksums."""

import os
from typing import TYPE_CHECKING

import click

from gutenbot.cli.access import Place, dev_option, place_of, project_option
from gutenbot.cli.copying import counted, histories_of, shown, skip_option
from gutenbot.cli.output import Output
from gutenbot.cli.root import Context
from gutenbot.kernel import crashpoints
from gutenbot.storage.copies.errors import WrongTarget
from gutenbot.storage.copies.places import is_postgres

if TYPE_CHECKING:
    from gutenbot.storage.copies.move import Moved


@click.command()
@click.option("--to", "to", metavar="URL", help="`postgresql://…`; without it, the `database_url` of the settings.")
@click.option("--dry-run", is_flag=True, help="Only look: what would be copied, and whether it can be.")
@click.option("--undo", is_flag=True, help="Use the SQLite file again, after a move or in the middle of one.")
@skip_option
@project_option
@dev_option
@click.pass_obj
def move(
    context: Context,
    to: str | None,
    dry_run: bool,
    undo: bool,
    skip_unknown: bool,
    target: str | None,
    in_dev: bool,
) -> int:
    """Move the project's data from SQLite to an empty PostgreSQL database.

    Stop the server first. A move that was cut off goes on when it is started again. At the end both databases have equal
    checksums, and the file is marked, so that no server starts on it by accident.
    """
    crashpoints.arm(os.environ)
    place = place_of(target, dev=in_dev)
    if undo:
        return _undo(context, place)
    url = to or place.database.url
    if not url:
        raise click.UsageError("Say where to: gutenbot move --to postgresql://user:password@host/name")
    if not is_postgres(url):
        raise WrongTarget(target=url, more=". The way back is `gutenbot backup`, then `gutenbot restore`")
    from gutenbot.kernel.clock import SystemClock
    from gutenbot.storage.copies.move import move as carry

    with shown(context.output) as progress:
        done = carry(
            place.database.path, url, histories_of(place), clock=SystemClock(), dry_run=dry_run,
            skip_unknown=skip_unknown, progress=progress,
        )  # fmt: skip
    _say(context.output, done, place, dry_run=dry_run)
    return 0


def _say(out: Output, done: "Moved", place: Place, *, dry_run: bool) -> None:
    rows = sum(one.rows for one in done.tables.values())
    out.data(
        {
            "from": str(place.database.path),
            "to": done.to,
            "moved": not dry_run,
            "resumed": done.resumed,
            "already": done.already,
            "tables": {name: {"rows": one.rows, "checksum": one.digest} for name, one in done.tables.items()},
            "left_out": list(done.left_out),
        }
    )
    if dry_run:
        filled = [(name, f"{one.rows:,}") for name, one in done.tables.items() if one.rows]
        out.table(("table", "rows"), filled, "The database is empty.")
        out.line(f"\n{counted(rows, 'row')} would go to {done.to}. Nothing was changed.")
        return
    how = "had been moved before" if done.already else "are there, with equal checksums"
    out.line(f"{out.good('✓')} {counted(rows, 'row')} of {counted(len(done.tables), 'table')} {how}: {done.to}")
    if done.left_out:
        out.line(f"  {out.warn('!')} Left out: {', '.join(done.left_out)}")
    if not place.database.url:
        out.line(
            '  Now set GUTENBOT_DATABASE_URL, or in gutenbot.toml `database_url = "postgresql://…"`, and start the server.'
        )
    out.line(f"  {place.database.path} is kept, and not used any more. Back to it: gutenbot move --undo")


def _undo(context: Context, place: Place) -> int:
    from gutenbot.storage.copies.move import undo

    mark = undo(place.database.path)
    out = context.output
    out.data({"undone": mark is not None, "path": str(place.database.path)})
    if mark is None:
        out.line(f"{place.database.path} was not moved: nothing to undo.")
        return 0
    out.line(
        f"{out.good('✓')} Servers may start on {place.database.path} again. Take `database_url` out of the settings."
    )
    if mark.done:
        out.line(f"  {out.warn('!')} What happened at {mark.to} since {mark.at:%Y-%m-%d %H:%M} UTC is not in it.")
    return 0
