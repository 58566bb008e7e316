"""Lets modules write the same SQL on both engines: `:name` stands for a value, wherever it is not inside quotes."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.rows import Execute

_TOKEN = re.compile(r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | ::\w+ | :([A-Za-z_]\w*) | %""", re.VERBOSE)


def execute_on(db: Connection) -> Execute:
    """The function by which a turn's records write in its transaction."""

    def execute(sql: str, parameters: Mapping[str, Any] | None = None, /) -> Sequence[tuple[Any, ...]]:
        cursor = db.execute(translate(sql).encode(), parameters or {})
        return cursor.fetchall() if cursor.description else []

    return execute


@lru_cache(1024)
def translate(sql: str) -> str:
    """The statement as the driver takes it."""
    return _TOKEN.sub(_translated, sql)


def _translated(token: re.Match[str]) -> str:
    name = token.group(1)
    return f"%({name})s" if name else token.group(0).replace("%", "%%")
