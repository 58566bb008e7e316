"""`gutenbot backup`: one file with everything that the database holds, made while the server runs."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gutenbot.cli.access import dev_option, place_of, project_option
from gutenbot.cli.copying import be_modest, counted, data_of, histories_of, shown, size_of, skip_option
from gutenbot.cli.root import Context
from gutenbot.kernel import crashpoints

if TYPE_CHECKING:
    from gutenbot.storage.copies.archive import Manifest


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@click.option("--verify", "only_verify", is_flag=True, help="Make nothing: look whether FILE is a whole backup.")
@skip_option
@project_option
@dev_option
@click.pass_obj
def backup(
    context: Context, file: Path | None, only_verify: bool, skip_unknown: bool, target: str | None, in_dev: bool
) -> int:
    """Write everything that the database holds to FILE.

    The server may run meanwhile. The file has one moment of all tables, is read again before it gets its name, and can be
    restored on SQLite and on PostgreSQL. Whoever has it can read all conversations: keep it as safe as the database.
    """
    if only_verify:
        return _verify(context, file)
    from os import environ

    from gutenbot.kernel.clock import SystemClock
    from gutenbot.modules.load import CORE_VERSION
    from gutenbot.storage.copies.backup import backup as make

    crashpoints.arm(environ)
    clock = SystemClock()
    place = place_of(target, dev=in_dev)
    file = (file or Path(f"gutenbot-{clock.now():%Y%m%d-%H%M%S}.zip")).absolute()
    be_modest()
    with shown(context.output) as progress:
        manifest = make(
            data_of(place), file, histories_of(place), product=CORE_VERSION, clock=clock, skip_unknown=skip_unknown,
            progress=progress,
        )  # fmt: skip
    _note(place.database.folder, round(manifest.created.timestamp() * 1000))
    out = context.output
    out.data(_told(file, manifest))
    out.line(f"{out.good('✓')} {file}: {_words(file, manifest)}. Read again and whole.")
    if manifest.left_out:
        out.line(f"  {out.warn('!')} Left out: {', '.join(manifest.left_out)}")
    out.line("  Restore it with: gutenbot restore FILE")
    return 0


def _note(folder: Path, at_ms: int) -> None:
    """Lets the server know; where it may not be written, the server says that the backup is old."""
    from gutenbot.app.attention import BACKUP_NOTE

    with contextlib.suppress(OSError):
        (folder / BACKUP_NOTE).write_text(f'{{"at_ms": {at_ms}}}\n', "utf-8")


def _verify(context: Context, file: Path | None) -> int:
    from gutenbot.storage.copies.backup import verify

    if file is None:
        raise click.UsageError("Say which file to verify: gutenbot backup --verify FILE")
    with shown(context.output) as progress:
        manifest = verify(file, lambda table, done, rows: progress(f"checking {table}", done, rows))
    out = context.output
    out.data({**_told(file, manifest), "whole": True})
    out.line(f"{out.good('✓')} {file} is whole: {_words(file, manifest)}.")
    out.line(f"  Made {manifest.created:%Y-%m-%d %H:%M} UTC by gutenbot {manifest.product} from {manifest.engine}.")
    return 0


def _words(file: Path, manifest: "Manifest") -> str:
    rows = sum(entry.rows for entry in manifest.tables)
    tables = counted(len(manifest.tables), "table")
    return f"{tables}, {counted(rows, 'row')}, {size_of(file.stat().st_size)}"


def _told(file: Path, manifest: "Manifest") -> dict[str, Any]:
    return {
        "file": str(file),
        "bytes": file.stat().st_size,
        "created": manifest.created.isoformat(),
        "engine": manifest.engine,
        "product": manifest.product,
        "instance": manifest.instance,
        "revisions": manifest.revisions,
        "tables": {entry.name: entry.rows for entry in manifest.tables},
        "left_out": manifest.left_out,
    }
