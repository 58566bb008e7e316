"""`gutenbot dead` and `gutenbot replay`: events that could not be handled, and another try once the cause is mended."""

from typing import TYPE_CHECKING, Any

import click

from gutenbot.cli.access import Place, dev_option, place_of, project_option, with_storage
from gutenbot.cli.root import Context
from gutenbot.cli.server_file import part
from gutenbot.kernel.errors import UserMistake

if TYPE_CHECKING:
    from gutenbot.storage.port import Storage

_PAGE = 200
_WIDTH = 70


class WhichBot(UserMistake):
    """Several bots run here: {bots}. Say which one with `--bot`."""

    code = "cli.which-bot"


bot_option = click.option("--bot", help="The bot, where there are several.")


@click.group()
def dead() -> None:
    """Show and replay events that could not be handled."""


@dead.command("list")
@bot_option
@project_option
@dev_option
@click.pass_obj
def list_all(context: Context, bot: str | None, target: str | None, in_dev: bool) -> int:
    """Show the events that could not be handled, oldest first."""
    place = place_of(target, dev=in_dev)
    found = _letters(place, bot)
    context.output.data(found)
    rows = [(one["seq"], str(one["died"])[:19], one["attempts"], _short(one["error"])) for one in found]
    context.output.table(("seq", "died", "tries", "error"), rows, "Nothing was left unhandled.")
    if rows:
        context.output.line("\nOnce the cause is mended: gutenbot replay SEQ")
    return 0


@dead.command("replay")
@click.argument("seq", type=click.IntRange(min=1))
@bot_option
@project_option
@dev_option
@click.pass_obj
def replay_dead(context: Context, seq: int, bot: str | None, target: str | None, in_dev: bool) -> int:
    """Put one event back at the end of its conversation's queue."""
    return _replay(context, seq, bot, target, in_dev)


@click.command("replay")
@click.argument("seq", type=click.IntRange(min=1))
@bot_option
@project_option
@dev_option
@click.pass_obj
def replay_one(context: Context, seq: int, bot: str | None, target: str | None, in_dev: bool) -> int:
    """Run an event that could not be handled again."""
    return _replay(context, seq, bot, target, in_dev)


def _replay(context: Context, seq: int, bot: str | None, target: str | None, in_dev: bool) -> int:
    place = place_of(target, dev=in_dev)
    running = _put_back(place, bot, seq)
    context.output.data({"seq": seq, "replayed": True, "running": running})
    when = "runs again now" if running else "runs again when the server starts"
    context.output.line(f"{context.output.good('✓')} Event {seq} {when}.")
    return 0


def _put_back(place: Place, bot: str | None, seq: int) -> bool:
    """Whether a server runs it at once."""
    server = place.server()
    if server is not None:
        name = one_bot(bot, server.bots())
        server.call("POST", f"/api/v1/bots/{part(name)}/dead-letters/{seq}/replay")
        return True
    from gutenbot.kernel.clock import SystemClock, to_ms
    from gutenbot.kernel.ids import BotId
    from gutenbot.storage.rows import Seq

    name = one_bot(bot, _declared(place))

    async def work(storage: "Storage") -> None:
        await storage.replay(BotId(name), Seq(seq), to_ms(SystemClock().now()))

    with_storage(place, work)
    return False


def _letters(place: Place, bot: str | None) -> list[dict[str, Any]]:
    server = place.server()
    if server is not None:
        name = one_bot(bot, server.bots())
        page = server.call("GET", f"/api/v1/bots/{part(name)}/dead-letters?limit={_PAGE}")
        items: list[dict[str, Any]] = page["items"]
        return items
    from gutenbot.kernel.clock import from_ms
    from gutenbot.kernel.ids import BotId

    name = one_bot(bot, _declared(place))

    async def work(storage: "Storage") -> list[dict[str, Any]]:
        rows = await storage.dead_letters(BotId(name), limit=_PAGE)
        return [
            {"seq": row.seq, "conversation": row.conversation_id, "error": row.error, "attempts": row.attempts,
             "died": from_ms(row.died_ms).isoformat()}
            for row in rows
        ]  # fmt: skip

    return with_storage(place, work)


def _declared(place: Place) -> list[str]:
    """The bots of the project's files."""
    from gutenbot.app.project import guessed_name, with_bots

    return [guessed_name(file) for file in with_bots(place.project, place.settings.bots).files]


def one_bot(wanted: str | None, known: list[str]) -> str:
    """The bot that is meant. Raises `WhichBot`."""
    if wanted is not None:
        return wanted
    if len(known) == 1:
        return known[0]
    raise WhichBot(bots=", ".join(known) or "none")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _WIDTH else f"{flat[: _WIDTH - 1]}…"
