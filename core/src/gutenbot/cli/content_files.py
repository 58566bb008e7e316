"""`gutenbot content pull` and `push`: one truth for what people edit and what the repository says."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from gutenbot.cli.access import Place, dev_option, place_of, project_option
from gutenbot.cli.content_desk import with_desk
from gutenbot.cli.root import Context
from gutenbot.cli.server_file import part
from gutenbot.kernel import crashpoints

if TYPE_CHECKING:
    from gutenbot.editing.desk import ContentDesk
    from gutenbot.editing.pulling import Override, Pulled
    from gutenbot.modules.bot import Bot

bot_option = click.option("--bot", "wanted", metavar="NAME", help="Only this bot.")


@dataclass(frozen=True, slots=True)
class Side:
    """A bot of this project, and what differs between its files and the console."""

    bot: "Bot"
    found: "Pulled"


@click.command()
@project_option
@dev_option
@bot_option
@click.option("--check", is_flag=True, help="Only show it: exit code 1 when the files would change.")
@click.option("--mine", is_flag=True, help="Also where a file was changed under the console's text: the console wins.")
@click.pass_obj
def pull(context: Context, target: str | None, in_dev: bool, wanted: str | None, check: bool, mine: bool) -> int:
    """Write what people edited in the console into the content files; comments and order stay."""
    from gutenbot.editing.pulling import pull as pulled
    from gutenbot.editing.pulling import write

    crashpoints.arm(os.environ)
    out = context.output
    place = place_of(target, dev=in_dev)
    changed: dict[str, list[str]] = {}
    conflicts: list[str] = []
    problems: list[str] = []
    went: dict[str, str] = {}
    for side in _sides(place, wanted):
        refused = [] if mine else side.found.conflicts
        conflicts += [f"{one.item} ({one.locale})" for one in refused]
        found = side.found
        if refused:
            found = pulled(side.bot.content_folder, side.bot.locale, [one for one in found.items if one not in refused])
        problems += found.problems
        for line in found.diff().splitlines():
            out.line(_coloured(context, line))
        went |= {f"{one.item} ({one.locale})": file for one, file in found.added}
        folder = side.bot.content_folder
        names = [name for name in found.after if found.before.get(name) != found.after[name]]
        changed[side.bot.name] = sorted(names) if check else write(folder, found)
    count = sum(len(names) for names in changed.values())
    out.data({"changed": changed, "conflicts": conflicts, "problems": problems, "added": went, "written": not check})
    for name, file in went.items():
        out.line(f"{out.good('+')} {name}: no file had it, content/{file} {'would have' if check else 'has'} it now.")
    for words in problems:
        out.line(f"{out.bad('✗')} {words}")
    for name in conflicts:
        out.line(
            f"{out.warn('!')} {name}: the file was changed under the console's text. Settle it there, or pull with --mine."
        )
    if check:
        out.line(
            f"{out.good('✓')} The files say what the console says." if not count else f"{count} files would change."
        )
        return 1 if count or conflicts or problems else 0
    out.line(f"{out.good('✓')} {count} files changed. Commit and deploy them: what they say then is the files' own." if count
             else f"{out.good('✓')} Nothing to pull.")  # fmt: skip
    return 1 if conflicts or problems else 0


@click.command()
@project_option
@dev_option
@bot_option
@click.option("--drop", is_flag=True, help="Let the files win: the texts that are shown are taken off.")
@click.pass_obj
def push(context: Context, target: str | None, in_dev: bool, wanted: str | None, drop: bool) -> int:
    """Show what users would get if the files alone counted; nothing of the console is lost without --drop."""
    from gutenbot.editing.patches import unified

    out = context.output
    place = place_of(target, dev=in_dev)
    total, dropped = 0, 0
    lost: dict[str, list[str]] = {}
    for side in _sides(place, wanted):
        found = side.found
        own = [one for one in found.items if _is_in_files(side, one)]
        born = len(found.items) - len(own)
        lost[side.bot.name] = [f"{one.item} ({one.locale})" for one in own]
        total += len(own)
        named = [{f"content/{name}": text for name, text in files.items()} for files in (found.after, found.before)]
        for line in unified(*named).splitlines():
            out.line(_coloured(context, line))
        if born:
            out.line(out.dim(f"{born} texts of {side.bot.name} are in no file: they stay, whatever is pushed."))
        if drop and own:
            dropped += _drop(place, side, own)
    out.data({"lost": lost, "dropped": dropped})
    if drop:
        out.line(f"{out.good('✓')} {dropped} texts of the console gave way to the files.")
        return 0
    if total:
        out.line(f"{out.warn('!')} {total} texts of the console would be lost. Pull them first, or push with --drop.")
        return 1
    out.line(f"{out.good('✓')} Nothing of the console would be lost.")
    return 0


def _sides(place: Place, wanted: str | None) -> Iterator[Side]:
    """Each bot of the project with what the console says otherwise than its files here."""
    from gutenbot.editing.pulling import pull as pulled

    bots = [bot for bot in bots_of(place) if wanted in (None, bot.name)]
    if wanted is not None and not bots:
        from gutenbot.turns.errors import UnknownBot

        raise UnknownBot(bot=wanted, known=", ".join(bot.name for bot in bots_of(place)))
    found = _overrides(place, bots)
    for bot in bots:
        yield Side(bot, pulled(bot.content_folder, bot.locale, found[bot.name]))


def bots_of(place: Place) -> "list[Bot]":
    """The bots of a project, loaded. Raises `BrokenBot`."""
    from gutenbot.app.compose import BrokenBot
    from gutenbot.app.project import load_bots, with_bots

    found: list[Bot] = []
    for loaded in load_bots(with_bots(place.project, place.settings.bots).files):
        if loaded.trouble is not None:
            raise BrokenBot(loaded.trouble)
        found += loaded.bots
    return found


def _overrides(place: Place, bots: "Sequence[Bot]") -> "dict[str, list[Override]]":
    """What is live from the console: told by the running server, else read from the database."""
    from gutenbot.editing.pulling import Override

    server = place.server()
    if server is not None:
        answers = {
            bot.name: server.call("GET", f"/api/v1/bots/{part(bot.name)}/content/overrides")["items"] for bot in bots
        }
        return {
            bot: [
                Override(
                    one["id"],
                    one["locale"],
                    one["yaml"],
                    one["revision"],
                    base_hash=one["base_hash"],
                    behind=one["behind"],
                    behind_hash=one["behind_hash"],
                )
                for one in items
            ]
            for bot, items in answers.items()
        }

    from gutenbot.editing.sync import live_texts

    return {bot.name: with_desk(place, bot, lambda desk, name=bot.name: live_texts(desk, name)) for bot in bots}  # type: ignore[misc]


def _drop(place: Place, side: Side, own: "Sequence[Override]") -> int:
    server = place.server()
    if server is not None:
        body = {"items": [{"id": one.item, "locale": one.locale} for one in own]}
        return int(server.call("POST", f"/api/v1/bots/{part(side.bot.name)}/content/push", body)["reverted"])

    async def work(desk: "ContentDesk") -> int:
        from gutenbot.cli.desk import COMMAND_LINE
        from gutenbot.editing.rows import Spot
        from gutenbot.editing.sync import let_go

        bot = side.bot.name
        return await let_go(desk, COMMAND_LINE, bot, [Spot(bot, one.item, one.locale) for one in own])

    return with_desk(place, side.bot, work)


def _is_in_files(side: Side, one: "Override") -> bool:
    from gutenbot.editing.defaults import Defaults

    return (one.item, one.locale) in Defaults(side.bot.content_folder, side.bot.locale).read()


def _coloured(context: Context, line: str) -> str:
    out = context.output
    if line.startswith(("+++", "---")):
        return out.strong(line)
    if line.startswith("+"):
        return out.good(line)
    return out.bad(line) if line.startswith("-") else out.dim(line) if line.startswith("@@") else line
