"""What commands print: plain or coloured for people, JSON for machines. Every error says what, where and what to do next."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from gutenbot.kernel.blame import Blame
from gutenbot.kernel.errors import GutenbotError


class Output:
    """Where and how a command prints."""

    def __init__(self, *, as_json: bool = False, colour: bool | None = None) -> None:
        self.as_json = as_json
        self.colour = (sys.stdout.isatty() and "NO_COLOR" not in os.environ) if colour is None else colour

    def line(self, text: str = "", *, err: bool = False) -> None:
        """One line for people; nothing when the output is for machines."""
        if not self.as_json:
            click.echo(text, err=err, color=self.colour)

    def data(self, value: Any) -> None:
        """The result for machines; nothing when the output is for people."""
        if self.as_json:
            click.echo(json.dumps(value, ensure_ascii=False, default=str))

    def strong(self, text: str) -> str:
        """Bold, where colours are on."""
        return click.style(text, bold=True) if self.colour else text

    def dim(self, text: str) -> str:
        """Pale, where colours are on."""
        return click.style(text, dim=True) if self.colour else text

    def good(self, text: str) -> str:
        """Green, where colours are on."""
        return click.style(text, fg="green") if self.colour else text

    def bad(self, text: str) -> str:
        """Red, where colours are on."""
        return click.style(text, fg="red") if self.colour else text

    def warn(self, text: str) -> str:
        """Yellow, where colours are on."""
        return click.style(text, fg="yellow") if self.colour else text

    def table(self, head: Sequence[str], rows: Sequence[Sequence[Any]], empty: str) -> None:
        """Columns as wide as their longest value; `empty` says what to do when there is nothing."""
        if not rows:
            self.line(empty)
            return
        texts = [list(head), *([str(value) for value in row] for row in rows)]
        widths = [max(len(row[column]) for row in texts) for column in range(len(head))]
        for number, row in enumerate(texts):
            line = "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip()
            self.line(self.dim(line) if number == 0 else line)

    def blame(self, found: Blame, *, indent: str = "  ", err: bool = False) -> None:
        """What went wrong, with the code around the line and a hint."""
        self.line(f"{indent}{self.bad('✗')} {found.what}", err=err)
        if found.where:
            place = f"{found.where}{f'  in {found.function}' if found.function else ''}"
            self.line(f"{indent}  {place}", err=err)
        for number, line in zip((number for number, _ in found.code), found.frame(), strict=True):
            self.line(f"{indent}    {line if number == found.line else self.dim(line)}", err=err)
        if found.hint:
            self.line(f"{indent}  {self.dim('hint')}  {found.hint}", err=err)

    def error(self, error: GutenbotError) -> None:
        """An error that somebody can mend."""
        if self.as_json:
            self.data({"error": error_data(error)})
            return
        found = getattr(error, "blame", None)
        problems = getattr(error, "problems", None)
        if isinstance(found, Blame):
            self.blame(found, indent="", err=True)
        elif problems:
            count = f"{len(problems)} problems" if len(problems) > 1 else "a problem"
            self.line(f"{self.bad('✗')} The settings have {count}:", err=True)
            for problem in problems:
                self.line(f"  {problem.where}: {problem.message}", err=True)
                if problem.hint:
                    self.line(f"    {self.dim('hint')}  {problem.hint}", err=True)
        else:
            what, _, next_step = str(error).partition(". ")
            self.line(f"{self.bad('✗')} {what}{'.' if next_step else ''}", err=True)
            if next_step:
                self.line(f"  {next_step}", err=True)


def error_data(error: GutenbotError) -> Mapping[str, Any]:
    """An error for machines."""
    data: dict[str, Any] = {"code": error.code, "message": str(error)}
    found = getattr(error, "blame", None)
    if isinstance(found, Blame):
        data |= {"file": found.path, "line": found.line, "hint": found.hint}
    if problems := getattr(error, "problems", None):
        data["problems"] = [{"where": p.where, "message": p.message, "hint": p.hint} for p in problems]
    return data
