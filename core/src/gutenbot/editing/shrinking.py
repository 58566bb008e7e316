"""Smaller copies of pictures, drawn by a process that may fail: whatever happens to it, the picture stays as it was."""

import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from gutenbot.kernel.log import get_logger

log = get_logger("media")

WIDTHS = (320, 640, 1280)
DRAWN = frozenset({"image/jpeg", "image/png", "image/webp"})
TIMEOUT_S = 40
MOST = 12
"""Copies of one picture."""
_PROGRAM = Path(__file__).with_name("shrink_program.py")
_KEPT = ("PATH", "LANG", "SYSTEMROOT", "LD_LIBRARY_PATH")
_one_at_a_time = threading.Lock()


def can_draw() -> bool:
    """Whether the library that draws is installed: `pip install "gutenbot[pictures]"`."""
    return importlib.util.find_spec("PIL") is not None


def smaller(data: bytes, name: str, *, widths: Sequence[int] = WIDTHS, fit: int = 0) -> list[bytes]:
    """Copies of a picture in these widths, those that have fewer bytes than it; with `fit` also ones that have so many bytes at
    most. None of one that moves or cannot be drawn. Takes seconds: not for an event loop."""
    question = json.dumps({"widths": list(widths), "fit": fit}).encode() + b"\n"
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    with _one_at_a_time:  # a large picture takes memory
        try:
            done = subprocess.run(  # noqa: S603 - our own file
                [sys.executable, "-I", str(_PROGRAM)], input=question + data, capture_output=True, env=environment,
                timeout=TIMEOUT_S, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            log.warning("media.not_drawn", name=name, reason=type(error).__name__)
            return []
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
        log.warning("media.not_drawn", name=name, reason=reason or f"exit code {done.returncode}")
    return [copy for copy in _copies(done.stdout) if len(copy) < len(data)][:MOST]


def _copies(out: bytes) -> Iterator[bytes]:
    """The copies that were written whole."""
    place = 0
    while (end := out.find(b"\n", place)) >= 0:
        try:
            size = int(json.loads(out[place:end])["size"])
        except (ValueError, KeyError, TypeError):
            return
        place = end + 1 + size
        if place > len(out):
            return
        yield out[end + 1 : place]
