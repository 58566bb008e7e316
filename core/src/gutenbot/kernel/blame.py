"""Which line is to blame: the deepest one of an author's or a module's code, with the lines around it and a hint."""

import os
import sysconfig
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gutenbot.kernel.errors import GutenbotError

_OWN = str(Path(__file__).resolve().parent.parent) + os.sep
_LIBRARIES = tuple(
    {
        str(Path(path).resolve()) + os.sep
        for key, path in sysconfig.get_paths().items()
        if key in ("stdlib", "purelib", "platlib")
    }
)
_AROUND = 1


@dataclass(frozen=True, slots=True)
class Blame:
    """What went wrong, and the line where it did."""

    what: str
    """Type and message of the error."""
    path: str = ""
    line: int = 0
    function: str = ""
    code: tuple[tuple[int, str], ...] = ()
    """(line number, source) around the line."""
    hint: str = ""

    @property
    def where(self) -> str:
        """`file:line`, relative to the working folder where it lies in it."""
        return f"{short_path(self.path)}:{self.line}" if self.path else ""

    def frame(self) -> list[str]:
        """The code around the line, with an arrow, for a terminal or a chat."""
        return [f"{'→' if number == self.line else ' '} {number:>4} │ {source}" for number, source in self.code]

    def text(self) -> str:
        """All of it, in a few lines."""
        place = f"{self.where}{f'  in {self.function}' if self.function else ''}"
        return "\n".join(part for part in (self.what, place, *self.frame(), self.hint) if part)


def blame(error: BaseException) -> Blame:
    """Finds the line."""
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, GutenbotError):
        what = str(error)
    if isinstance(error, SyntaxError) and error.filename:
        line = error.lineno or 1
        what = f"{type(error).__name__}: {error.msg}"
        return Blame(what, error.filename, line, "", source_around(error.filename, line), hint_for(error))
    stack = traceback.extract_tb(error.__traceback__)
    entry = deepest(stack)
    if entry is None:
        return Blame(what, hint=hint_for(error))
    line = entry.lineno or 1
    function = "" if entry.name == "<module>" else entry.name
    return Blame(what, entry.filename, line, function, source_around(entry.filename, line), hint_for(error))


def deepest(stack: Iterable[traceback.FrameSummary]) -> traceback.FrameSummary | None:
    """The deepest frame that is neither Gutenbot's own nor a library's."""
    own = [entry for entry in stack if not is_machinery(entry.filename)]
    return own[-1] if own else None


def is_machinery(path: str) -> bool:
    """Whether a file is Gutenbot's own code or a library's, not an author's."""
    if path.startswith("<"):
        return True
    resolved = os.path.abspath(path)  # noqa: PTH100 - no symbolic links are followed: this runs for every frame
    return resolved.startswith((_OWN, *_LIBRARIES)) or f"{os.sep}site-packages{os.sep}" in resolved


def source_around(path: str, line: int) -> tuple[tuple[int, str], ...]:
    """The line with its neighbours; read anew, for the file may just have changed."""
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    numbers = range(max(1, line - _AROUND), min(len(lines), line + _AROUND) + 1)
    return tuple((number, lines[number - 1].rstrip()[:160]) for number in numbers)


def short_path(path: str) -> str:
    """Relative to the working folder where it lies in it."""
    found, here = Path(path), Path.cwd()
    return str(found.relative_to(here)) if found.is_relative_to(here) else path


def hint_for(error: BaseException) -> str:
    """What to do about the commonest mistakes."""
    if isinstance(error, GutenbotError):
        return ""
    if isinstance(error, ModuleNotFoundError):
        return f"Install it (`pip install {error.name}`), or mend its name." if error.name else ""
    if isinstance(error, IndentationError):
        return "Check the spaces at the beginning of the line."
    if isinstance(error, SyntaxError):
        return "Mend the line; it is tried again as soon as the file is saved."
    if isinstance(error, AttributeError) and "coroutine" in str(error):
        return "Write `await` before the call."
    if isinstance(error, NameError) and error.name:
        return f"`{error.name}` is not defined here: import it, or mend its spelling."
    if isinstance(error, KeyError):
        return "Ask with `.get(…)` where the key may be missing."
    return ""
