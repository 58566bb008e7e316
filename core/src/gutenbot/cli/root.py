"""The group of all commands. A command's file is imported when the command runs, not before."""

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from gutenbot.cli.output import Output
from gutenbot.kernel.clock import SystemClock

COMMANDS: dict[str, tuple[str, str]] = {
    "new": ("gutenbot.cli.new:new", "Make a bot from a template."),
    "dev": ("gutenbot.cli.dev:dev", "Run a bot and reload it when its files change."),
    "serve": ("gutenbot.cli.serve:serve", "Run bots as a server."),
    "chat": ("gutenbot.cli.chat:chat", "Talk to a bot in the terminal."),
    "test": ("gutenbot.cli.test:test", "Run a bot's tests and transcripts."),
    "import": ("gutenbot.cli.importing:import_", "Import a bot that was made with something else."),
    "content": ("gutenbot.cli.content:content", "Check what bots say."),
    "user": ("gutenbot.cli.user:user", "Let people into the console."),
    "key": ("gutenbot.cli.key:key", "Give programs access to the API."),
    "audit": ("gutenbot.cli.audit:audit", "Check and export who did what."),
    "module": ("gutenbot.cli.module:module", "Show the installed modules."),
    "dead": ("gutenbot.cli.dead:dead", "Show and replay events that could not be handled."),
    "replay": ("gutenbot.cli.dead:replay_one", "Run an event that could not be handled again."),
    "migrate": ("gutenbot.cli.migrate:migrate", "Bring the database up to date."),
    "backup": ("gutenbot.cli.backup:backup", "Write the database to one file, while the server runs."),
    "restore": ("gutenbot.cli.restore:restore", "Put a backup into an empty database."),
    "move": ("gutenbot.cli.move:move", "Move the data from SQLite to PostgreSQL."),
    "sending": ("gutenbot.cli.sending:sending", "See, stop and allow the sending of messages."),
    "doctor": ("gutenbot.cli.doctor:doctor", "Check that everything a server needs is there."),
    "demo": ("gutenbot.cli.demo:demo", "Run the example bots with the web chat."),
}


@dataclass(slots=True)
class Context:
    """What every command is given."""

    output: Output = field(default_factory=Output)
    started: float = field(default_factory=lambda: SystemClock().monotonic())
    """When the command began, by the monotonic clock."""


class Commands(click.Group):
    """Core's commands by file, then those that modules contribute."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            path, _, name = COMMANDS[cmd_name][0].partition(":")
            command: click.Command = getattr(importlib.import_module(path), name)
            return command
        return _contributed().get(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from gutenbot.kernel.settings import suggestion

            known = [*COMMANDS, *_contributed()]
            hint = suggestion(args[0], known) or "See `gutenbot --help`."
            raise click.UsageError(f"There is no command `{args[0]}`. {hint}", ctx) from None


def _contributed() -> dict[str, click.Command]:
    """Commands of installed modules: the registry `cli_commands`, name → click command."""
    from gutenbot.modules.load import discover

    found: dict[str, click.Command] = {}
    for one in discover():
        for part in one.module.parts if one.module is not None else ():
            found |= {note.name: note.value for note in part.notes.contributions if note.registry == "cli_commands"}
    return found


@click.group(cls=Commands, invoke_without_command=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@click.version_option(package_name="gutenbot", message="gutenbot %(version)s")
@click.pass_context
def root(ctx: click.Context, as_json: bool) -> None:
    """Bots in Python: code first, on your own server, made of modules.

    Start with `gutenbot new bot hello`, then `gutenbot dev` in its folder.
    """
    from gutenbot.kernel.log import configure

    configure(json=as_json, level="critical")
    ctx.obj = Context(Output(as_json=as_json))


def run(arguments: Sequence[str]) -> int:
    """Runs a command; returns the exit code. People's mistakes are told in words, without a traceback."""
    from gutenbot.kernel.errors import GutenbotError

    try:
        result = root.main(list(arguments), prog_name="gutenbot", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("\n")
        return 130
    except GutenbotError as error:
        Output(as_json="--json" in arguments).error(error)
        return 1
