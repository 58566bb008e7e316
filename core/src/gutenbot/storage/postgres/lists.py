"""Lists of texts and of numbers as PostgreSQL reads them. Columns of rows go to the server as such lists, and the driver's own
way would take a tenth of a turn: it asks each element anew how it is written."""

from typing import Any

from psycopg.adapt import Dumper, PyFormat
from psycopg.types.array import ListDumper
from psycopg.types.string import StrDumper

from gutenbot.storage.codec import clean


class PlainLists(ListDumper):
    """For all lists: those of texts or of numbers, with or without gaps, are written here; others by the driver."""

    def get_key(self, obj: list[Any], format: PyFormat) -> Any:  # noqa: A002
        return _KINDS.get(frozenset(map(type, obj))) or super().get_key(obj, format)

    def upgrade(self, obj: list[Any], format: PyFormat) -> Any:  # noqa: A002
        kind = _KINDS.get(frozenset(map(type, obj)))
        return super().upgrade(obj, format) if kind is None else kind(list, self._tx)


class _Texts(StrDumper):
    """All in quotes, and what the server cannot keep replaced."""

    oid = 1009  # text[], on every server

    def dump(self, obj: Any) -> Any:
        return super().dump(clean(f"{{{','.join(map(_quoted, obj))}}}"))


class _Numbers(Dumper):
    """One after the other."""

    oid = 1016  # bigint[]

    def dump(self, obj: list[int | None]) -> bytes:
        return f"{{{','.join(['NULL' if number is None else str(number) for number in obj])}}}".encode("ascii")


def _quoted(text: str | None) -> str:
    if text is None:
        return "NULL"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_KINDS: dict[frozenset[type], type[Dumper]] = {
    frozenset((str,)): _Texts,
    frozenset((str, type(None))): _Texts,
    frozenset((int,)): _Numbers,
    frozenset((int, type(None))): _Numbers,
}
