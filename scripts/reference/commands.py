"""The page of the command line, from the commands themselves."""

from collections.abc import Iterator
from typing import Any

import click

from gutenbot.cli.root import COMMANDS, Context, root
from scripts.reference.authors import MARK


def cli_page() -> str:
    """Every command with its help."""
    parts = [f"# The command line\n\n{MARK}\n"]
    settings: Any = (
        root.context_settings
    )  # as when the command runs: a command keeps the help option that it first made
    top = click.Context(root, info_name="gutenbot", obj=Context(), terminal_width=96, max_content_width=96, **settings)
    parts.append(f"```text\n{root.get_help(top)}\n```\n")
    for name in COMMANDS:
        command = root.get_command(top, name)
        assert command is not None
        parts.extend(_section(command, name, top, "##"))
    return "\n".join(parts)


def _section(command: click.Command, name: str, parent: click.Context, heading: str) -> Iterator[str]:
    context = click.Context(
        command, info_name=name, parent=parent, obj=Context(), terminal_width=96, max_content_width=96
    )
    path = context.command_path
    yield f"{heading} `{path}` {{: #{path.replace(' ', '-')} }}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for inner_name in command.list_commands(context):
            inner = command.get_command(context, inner_name)
            if inner is not None:
                yield from _section(inner, inner_name, context, "###")
