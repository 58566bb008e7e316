"""No page names a command, an option or a verb that does not exist."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from gutenbot.cli.root import COMMANDS, Context, root
from tests.docs.pages import TOP, blocks, pages

_TARGETS = set(re.findall(r"^([a-z-]+):", TOP.joinpath("Makefile").read_text("utf-8"), re.MULTILINE))
_CODE = re.compile(r"`((?:gutenbot|make) [^`]+)`")
_PROMPT = re.compile(r"^\$ (.+?)(?:\s+#.*)?$")


HELP = ["-h", "--help"]
"""As when the commands run: click keeps the help option that a command first made."""


def mentioned() -> Iterator[tuple[str, str]]:
    """(where, command line) of everything that starts with `gutenbot` or `make`."""
    for block in blocks("console"):
        for number, line in enumerate(block.text.splitlines(), block.line + 1):
            if prompt := _PROMPT.match(line):
                command = re.sub(r"^(sudo -u \w+ )?(\S*/bin/)?(?=gutenbot |make )", "", prompt[1])
                if command.startswith(("gutenbot ", "make ")):
                    yield f"{block.page}:{number}", command
    for path, page in pages().items():
        for number, line in page.prose:
            for found in _CODE.finditer(line):
                if "{" not in found[1]:  # a message of an error, not yet filled in
                    yield f"{path}:{number}", found[1]


@pytest.mark.parametrize(("where", "line"), sorted(set(mentioned())))
def test_a_command_on_a_page_exists(where: str, line: str) -> None:
    words = shlex.split(line.replace("…", "").replace("&&", ";").split(";")[0])
    if words[0] == "make":
        assert [word for word in words[1:] if "=" not in word and word not in _TARGETS] == [], where
    else:
        _check(root, words[1:], where)


def _check(command: click.Command, words: list[str], where: str) -> None:
    context = click.Context(command, obj=Context(), help_option_names=HELP)
    options = {name for parameter in command.get_params(context) for name in parameter.opts + parameter.secondary_opts}
    for index, word in enumerate(words):
        if word.startswith("-") and word != "-":
            assert word.partition("=")[0] in options, f"{where}: {command.name} has no option {word}"
        elif isinstance(command, click.Group):
            found = command.get_command(context, word)
            assert found is not None, f"{where}: there is no command {word}"
            _check(found, words[index + 1 :], where)
            return


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    found = root.get_command(click.Context(root, obj=Context(), help_option_names=HELP), name)
    assert found is not None
    assert found.help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_on_the_page_of_commands(name: str) -> None:
    assert f"## `gutenbot {name}`" in TOP.joinpath("docs/reference/cli.md").read_text("utf-8")
