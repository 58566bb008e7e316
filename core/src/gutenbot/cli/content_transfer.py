"""`gutenbot content export` and `import`: for translators, for other tools, and from one server to another."""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import click

from gutenbot.cli.access import Place, dev_option, place_of, project_option
from gutenbot.cli.content_desk import with_desk
from gutenbot.cli.output import Output
from gutenbot.cli.root import Context
from gutenbot.cli.server_file import part
from gutenbot.kernel.errors import UserMistake

if TYPE_CHECKING:
    from gutenbot.editing.desk import ContentDesk
    from gutenbot.editing.transfer import Order
    from gutenbot.modules.bot import Bot

FORMATS = ("json", "yaml", "csv", "xliff")
_BY_ENDING = {".json": "json", ".yaml": "yaml", ".yml": "yaml", ".csv": "csv", ".xlf": "xliff", ".xliff": "xliff"}
_SHOWN = 20

bot_option = click.option("--bot", "wanted", metavar="NAME", help="Which bot, where there are several.")
format_option = click.option("--format", "kind", type=click.Choice(FORMATS), help="Without it: as the file is named.")


class WhichFormat(UserMistake):
    """{file} does not say what it is. Give --format json, yaml, csv or xliff."""

    code = "cli.which-format"


@click.command()
@project_option
@dev_option
@bot_option
@format_option
@click.option("--from", "source", default="", metavar="LANGUAGE", help="The source language; the bot's own.")
@click.option("--to", "language", default="", metavar="LANGUAGE", help="The language of the translation.")
@click.option("--only", type=click.Choice(["all", "missing", "stale", "todo"]), default="all", help="Which items.")
@click.option("--drafts", is_flag=True, help="What editors see, instead of what users get.")
@click.option("--out", "file", type=click.Path(dir_okay=False, path_type=Path), help="Into this file.")
@click.pass_obj
def export(
    context: Context, /, target: str | None, in_dev: bool, wanted: str | None, file: Path | None, **asked: Any
) -> int:
    """Write content into a file: whole items (json, yaml), or texts beside their translation (csv, xliff)."""
    kind = asked["kind"] or (_BY_ENDING.get(file.suffix.lower()) if file is not None else None) or "json"
    place = place_of(target, dev=in_dev)
    bot = _bot(place, wanted)
    question = {"format": kind, "from": asked["source"], "to": asked["language"], "only": asked["only"]}
    question |= {"drafts": "true"} if asked["drafts"] else {}
    server = place.server()
    if server is not None:
        data = server.send("GET", f"/api/v1/bots/{part(bot.name)}/content/export?{urlencode(question)}", None)
    else:
        data = with_desk(place, bot, lambda desk: _exported(desk, bot, question))
    if file is None:
        click.echo(data, nl=False)
        return 0
    file.write_bytes(data)
    context.output.line(f"{context.output.good('✓')} {file}: {len(data)} bytes.")
    return 0


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@project_option
@dev_option
@bot_option
@format_option
@click.option("--from", "source", default="", metavar="LANGUAGE", help="The source language of the file.")
@click.option("--to", "language", default="", metavar="LANGUAGE", help="Take this language only.")
@click.option("--mode", type=click.Choice(["merge", "replace"]), default="merge", help="replace: the rest goes.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--publish", is_flag=True, help="Live at once, as one release; else drafts.")
@click.option("--reason", default="", help="For the history.")
@click.pass_obj
def import_file(
    context: Context, /, file: Path, target: str | None, in_dev: bool, wanted: str | None, dry_run: bool, **asked: Any
) -> int:
    """Take a file of content in, all of it or nothing; exit code 1 where texts had to be left out."""
    kind = asked["kind"] or _BY_ENDING.get(file.suffix.lower())
    if kind is None:
        raise WhichFormat(file=file)
    place = place_of(target, dev=in_dev)
    bot = _bot(place, wanted)
    question = {"format": kind, "from": asked["source"], "to": asked["language"], "mode": asked["mode"],
                "reason": asked["reason"]}  # fmt: skip
    question |= {name: "true" for name, on in (("dry_run", dry_run), ("publish", asked["publish"])) if on}
    data = file.read_bytes()
    server = place.server()
    if server is not None:
        path = f"/api/v1/bots/{part(bot.name)}/content/import?{urlencode(question)}"
        found = _json(server.send("POST", path, data))
    else:
        found = with_desk(place, bot, lambda desk: _imported(desk, bot, data, question))
    return _report(context.output, found, live=bool(asked["publish"]))


def _json(data: bytes) -> Any:
    import json

    return json.loads(data)


async def _exported(desk: "ContentDesk", bot: "Bot", question: dict[str, str]) -> bytes:
    from gutenbot.editing import transfer
    from gutenbot.editing.desk import locale_of
    from gutenbot.editing.errors import WrongLocale
    from gutenbot.editing.exporting import Wanted

    kind: Any = question["format"]
    only: Any = question["only"]
    source = locale_of(question["from"]) if question["from"] else bot.locale
    target = locale_of(question["to"]) if question["to"] else ""
    if kind in ("csv", "xliff") and target in ("", source):
        raise WrongLocale(locale=target or "Nothing behind --to")
    return await transfer.export(desk, bot.name, Wanted(kind, source, target, only, "drafts" in question))


async def _imported(desk: "ContentDesk", bot: "Bot", data: bytes, question: dict[str, str]) -> dict[str, Any]:
    from gutenbot.cli.desk import COMMAND_LINE
    from gutenbot.editing import transfer

    order = _order(question)
    if "dry_run" in question:
        plan, release = (await transfer.plan(desk, bot.name, data, order))[0], 0
    else:
        done = await transfer.run(desk, COMMAND_LINE, bot.name, data, order)
        plan, release = done.plan, done.release
    kinds = [change.kind for change in plan.changes]
    return {
        "added": kinds.count("added"), "changed": kinds.count("changed"), "removed": kinds.count("removed"),
        "unchanged": plan.unchanged, "release": release, "dry_run": "dry_run" in question,
        "problems": [{"id": one.item, "locale": one.locale, "severity": one.severity, "code": one.code,
                      "message": one.message} for one in plan.problems],
    }  # fmt: skip


def _order(question: dict[str, str]) -> "Order":
    from gutenbot.editing.desk import locale_of
    from gutenbot.editing.transfer import Order

    kind: Any = question["format"]
    mode: Any = question["mode"]
    source, target = (locale_of(question[name]) if question[name] else "" for name in ("from", "to"))
    return Order(kind, mode, source, target, "publish" in question, question["reason"])


def _bot(place: Place, wanted: str | None) -> "Bot":
    """The bot that is meant. Raises `WhichBot`, `UnknownBot`."""
    from gutenbot.cli.content_files import bots_of

    bots = bots_of(place)
    found = [bot for bot in bots if wanted in (None, bot.name)]
    if not found:
        from gutenbot.turns.errors import UnknownBot

        raise UnknownBot(bot=wanted or "", known=", ".join(bot.name for bot in bots))
    if len(found) > 1:
        from gutenbot.cli.dead import WhichBot

        raise WhichBot(bots=", ".join(bot.name for bot in found))
    return found[0]


def _report(out: Output, found: dict[str, Any], *, live: bool) -> int:
    out.data(found)
    errors = [one for one in found["problems"] if one["severity"] == "error"]
    for one in found["problems"][:_SHOWN]:
        mark = out.bad("✗") if one["severity"] == "error" else out.warn("!")
        out.line(f"{mark} {one['id']} ({one['locale']}): {one['message']} {out.dim('[' + one['code'] + ']')}")
    if len(found["problems"]) > _SHOWN:
        out.line(out.dim(f"… and {len(found['problems']) - _SHOWN} more"))
    counts = ", ".join(f"{found[name]} {name}" for name in ("added", "changed", "removed", "unchanged"))
    then = (
        "nothing was written"
        if found["dry_run"]
        else f"live as release {found['release']}"
        if found["release"]
        else "drafts"
    )
    done = "nothing to do" if live and not found["release"] and not found["dry_run"] else then
    out.line(f"{out.good('✓')} {counts}: {done}.")
    return 1 if errors else 0
