"""`gutenbot restore`: a backup into an empty database of either engine, all of it or nothing."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from gutenbot.cli.access import dev_option, place_of, project_option
from gutenbot.cli.copying import counted, data_of, histories_of, shown, skip_option
from gutenbot.cli.root import Context
from gutenbot.kernel import crashpoints
from gutenbot.kernel.errors import UserMistake
from gutenbot.storage.copies.places import Place as Data
from gutenbot.storage.copies.places import parse_place
from gutenbot.storage.copies.places import shown as without_password


class NotConfirmed(UserMistake):
    """Replacing {name} was not confirmed, so nothing was changed. Type its name when asked, or say `--yes`."""

    code = "cli.not-confirmed"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--to", "to", metavar="PLACE", help="`postgresql://…` or `sqlite:FILE`; without it, the project's database."
)
@click.option("--replace", is_flag=True, help="Replace what is in the database now.")
@click.option("--yes", is_flag=True, help="Do not ask before replacing.")
@click.option(
    "--same-instance", is_flag=True, help="The original is gone and this is its place: go on sending without a lock."
)
@skip_option
@project_option
@dev_option
@click.pass_obj
def restore(
    context: Context,
    file: Path,
    to: str | None,
    replace: bool,
    yes: bool,
    same_instance: bool,
    skip_unknown: bool,
    target: str | None,
    in_dev: bool,
) -> int:
    """Put the backup FILE into an empty database.

    The backup is verified first. Whatever goes wrong, the database stays as it was. The copy runs, but sends nothing
    until `gutenbot sending unlock`, for the original may still be at work.
    """
    from gutenbot.kernel.clock import SystemClock
    from gutenbot.storage.copies.restore import restore as put

    crashpoints.arm(os.environ)
    place = place_of(target, dev=in_dev)
    data = parse_place(to, " or `sqlite:FILE`") if to else data_of(place)
    if replace and not yes:
        _confirm(data)
    with shown(context.output) as progress:
        done = put(
            file, data, histories_of(place), clock=SystemClock(), replace=replace, same_instance=same_instance,
            skip_unknown=skip_unknown, progress=progress,
        )  # fmt: skip
    out = context.output
    rows = sum(entry.rows for entry in done.manifest.tables if entry.module not in done.skipped)
    out.data(
        {"to": without_password(data), "rows": rows, "skipped": list(done.skipped), "sending_lock": done.sending_lock,
         "kept": done.kept}
    )  # fmt: skip
    out.line(f"{out.good('✓')} {counted(rows, 'row')} are in {without_password(data)}, compared with the backup.")
    if done.kept:
        out.line(f"  What was there before is kept: {done.kept}")
    if done.sending_lock:
        out.line(f"  {out.warn('!')} Nothing is sent from it yet. Once the original does not run any more:")
        out.line("    gutenbot sending unlock")
    return 0


def _confirm(data: Data) -> None:
    """Asks for the name of what will be lost. Raises `NotConfirmed`."""
    name = data.name if isinstance(data, Path) else urlsplit(data).path.strip("/") or "postgresql"
    if not sys.stdin.isatty():
        raise NotConfirmed(name=name)
    typed = click.prompt(
        f"Type {name} to replace everything in {without_password(data)}", default="", show_default=False
    )
    if typed.strip() != name:
        raise NotConfirmed(name=name)
