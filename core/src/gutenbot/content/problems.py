"""What is wrong with content, with its place in the file. Problems are collected, never raised: one never hides another."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
"""`error`: the item cannot be used. `warning`: it is used, but should be mended. `info`: good to know."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend: where, what, and what to do about it. Line and column count from 1."""

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message} [{self.code}]"
        return f"{text}\n    {self.hint}" if self.hint else text


class Report:
    """A growing list of problems."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, severity: Severity, place: Place, code: str, message: str, hint: str = "") -> None:
        """Notes a problem; `code` gets the prefix `content.`."""
        self.problems.append(Problem(place.file, place.line, place.column, f"content.{code}", message, hint, severity))

    def error(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Notes something that keeps an item from being used."""
        self.add("error", place, code, message, hint)

    def warning(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Notes something that should be mended."""
        self.add("warning", place, code, message, hint)


def did_you_mean(word: str, known: Iterable[str], count: int = 3) -> str:
    """A hint with the closest known words; empty when nothing is close."""
    close = difflib.get_close_matches(word, sorted(known), n=count, cutoff=0.6)
    return f"Did you mean {' or '.join(f'`{match}`' for match in close)}?" if close else ""
