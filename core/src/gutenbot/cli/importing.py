"""`gutenbot import`: makes a bot, or content for one, from the files of a bot of Botpress."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gutenbot.cli.new import BadName
from gutenbot.cli.output import Output
from gutenbot.cli.root import Context

if TYPE_CHECKING:
    from gutenbot.importing import Imported, Note
    from gutenbot.modules.bot import Bot

_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_SHOWN = 40


@click.group("import")
def import_() -> None:
    """Import a bot that was made with something else."""


@import_.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("name", required=False)
@click.option(
    "--into", type=click.Path(path_type=Path), metavar="FOLDER", help="Add the content to the bot in this folder."
)
@click.option("--dry-run", is_flag=True, help="Read and report, and write nothing.")
@click.option("--prefix", default="", metavar="TEXT", help="Put this in front of every id, such as `old.`.")
@click.option("--keep-mine", is_flag=True, help="Leave out the items that the bot has already.")
@click.option(
    "--also-on", default="", metavar="CHANNEL", help="Say what was for other channels only on this one as well."
)
@click.option(
    "--report", "report_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the whole report as JSON."
)
@click.pass_obj
def botpress(
    context: Context,
    path: Path,
    name: str | None,
    into: Path | None,
    dry_run: bool,
    prefix: str,
    keep_mine: bool,
    also_on: str,
    report_file: Path | None,
) -> int:
    """Import PATH, a bot of Botpress 1.x to 12, as the new bot NAME.

    PATH is a content.yml, a bot's folder, an export in JSON, or a .tgz or .zip of one. Nothing of it is run, and nothing that
    exists is overwritten. Every line that could not be carried is reported with its place.
    """
    from gutenbot.importing import free_name, read_botpress, report

    where = free_name(into, "botpress") if into is not None else "botpress"
    imported = read_botpress(path, prefix=prefix, also_on=also_on, media_folder=where)
    if into is not None:
        folder, written = _into(into, imported, where, keep_mine=keep_mine, dry_run=dry_run)
    else:
        folder, written = _new(name or _name_of(path), imported, dry_run=dry_run)
    found = report(imported) | {"folder": str(folder), "files": written, "dry_run": dry_run}
    if report_file is not None:
        report_file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    context.output.data(found)
    _tell(context.output, imported, folder, dry_run=dry_run, is_new=into is None)
    return 0 if imported.items else 1


def _new(name: str, imported: "Imported", *, dry_run: bool) -> tuple[Path, list[str]]:
    from gutenbot.importing import new_bot, write_folder

    if not _NAME.fullmatch(name):
        raise BadName(name=name)
    folder = Path.cwd() / name
    files = new_bot(name, imported)
    if not dry_run and imported.items:
        write_folder(folder, files)
    return folder, sorted(files)


def _into(top: Path, imported: "Imported", where: str, *, keep_mine: bool, dry_run: bool) -> tuple[Path, list[str]]:
    from gutenbot.importing import content_files, leave_out, publish, stage
    from gutenbot.importing.errors import AlreadyThere

    bot = _bot_in(top)
    known = _ids(bot)
    both = [item.id for item in imported.items if item.id in known]
    if both and not keep_mine:
        names = ", ".join(f"`{item}`" for item in both[:10]) + (f" and {len(both) - 10} more" if len(both) > 10 else "")
        raise AlreadyThere(folder=bot.folder, what="items", names=names)
    leave_out(imported, both)
    content = content_files(imported, bot.locale)
    folders = {f"media/{where}": imported.media} if imported.media else {}
    folders |= {f"{bot.content_folder.relative_to(bot.folder).as_posix()}/{where}": content}
    if not dry_run and imported.items:
        publish([stage(bot.folder / name, files) for name, files in folders.items()])
    return bot.folder, sorted(f"{name}/{file}" for name, files in folders.items() for file in files)


def _bot_in(top: Path) -> "Bot":
    import os

    from gutenbot.app.compose import BrokenBot
    from gutenbot.app.found import found_modules
    from gutenbot.app.project import NoProject, find_project, load_bots, with_bots
    from gutenbot.app.settings import load_settings

    project = find_project(str(top), Path.cwd())
    modules = [one.module for one in found_modules(project, os.environ) if one.module is not None]
    project = with_bots(project, load_settings(project.toml, os.environ, modules).server.bots)
    for loaded in load_bots(project.files):
        if loaded.trouble is not None:
            raise BrokenBot(loaded.trouble)
        for bot in loaded.bots:
            return bot
    raise NoProject(folder=str(top))


def _ids(bot: "Bot") -> frozenset[str]:
    from gutenbot.content import load_library

    return frozenset(load_library(bot.content_folder, default_locale=bot.locale))


def _name_of(path: Path) -> str:
    """A name for the bot, after the folder or file."""
    resolved = path.resolve()
    stem = (
        resolved.parent.name
        if resolved.is_file() and resolved.stem in ("content", "content.template")
        else resolved.name
    )
    stem = re.sub(r"\.(tgz|tar\.gz|tar|zip|json|ya?ml|form\.js)$", "", stem, flags=re.IGNORECASE)
    found = re.sub(r"[^a-z0-9]+", "-", stem.casefold()).strip("-")
    return found if _NAME.fullmatch(found) else f"bot-{found}".rstrip("-")


def _tell(out: Output, imported: "Imported", folder: Path, *, dry_run: bool, is_new: bool) -> None:
    from gutenbot.importing import constructs

    counts = imported.notes.counts()
    is_one = len(imported.items) == 1 and not imported.questions
    verb = "would be" if dry_run else "is" if is_one else "are"
    if imported.items:
        what = _count(len(imported.items), "item") + (
            f", {_count(len(imported.questions), 'question')}" if imported.questions else ""
        )
        out.line(f"{out.good('✓')} {what} {verb} in {folder.name}/.")
    else:
        out.line(f"{out.bad('✗')} There is nothing in it that can be carried. Nothing was written.")
    carried = ", ".join(f"{number} × {name}" for name, number in constructs(imported))
    out.line(f"  Carried: {carried or 'nothing'}.")
    _list(out, imported.notes.of("changed"), f"{out.warn('!')} Changed: {counts['changed']}")
    _list(out, imported.notes.of("lost"), f"{out.warn('!')} Not carried: {counts['lost']}")
    if imported.items and not dry_run:
        out.line("\n  Look:      gutenbot content check")
        out.line(
            "  Try it:    " + out.strong(f"cd {folder.name} && gutenbot dev")
            if is_new
            else '  Say it:    chat.say("#item")'
        )


def _list(out: Output, notes: "list[Note]", head: str) -> None:
    if not notes:
        return
    out.line(f"{head}")
    for note in notes[:_SHOWN]:
        out.line(f"  {note.place}: {note.construct}: {note.message}")
    if len(notes) > _SHOWN:
        out.line(f"  … and {len(notes) - _SHOWN} more: see `--report FILE`.")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
