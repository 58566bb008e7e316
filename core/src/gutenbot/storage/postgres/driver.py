"""Opens connections to PostgreSQL, the way all of them are: our transactions, no prepared statements, nothing unstorable."""

from typing import Any

from gutenbot.storage.codec import clean
from gutenbot.storage.errors import PostgresMissing

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo
    from psycopg.types.string import StrDumper, StrDumperUnknown

    from gutenbot.storage.postgres.lists import PlainLists
except ImportError as missing:
    raise PostgresMissing from missing

_CANCELLED = "57014"

Connection = psycopg.Connection[tuple[Any, ...]]

_SETTINGS = {
    "application_name": "gutenbot",
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}


def connect(url: str) -> Connection:
    """A connection in autocommit mode. Statements are not prepared by name, so that a transaction pooler may stand between."""
    settings: dict[str, Any] = {**_SETTINGS, **conninfo_to_dict(url)}
    connection = psycopg.connect(make_conninfo("", **settings), autocommit=True, prepare_threshold=None)
    connection.adapters.register_dumper(str, _CleanText)
    connection.adapters.register_dumper(str, _Clean)
    connection.adapters.register_dumper(list, PlainLists)
    return connection


def is_lost(error: BaseException, connection: Connection | None) -> bool:
    """Whether the connection, not the statement, is what failed."""
    if connection is None:
        return isinstance(error, psycopg.OperationalError)
    return isinstance(error, psycopg.Error) and (connection.closed or _says_so(error))


def _says_so(error: psycopg.Error) -> bool:
    """Codes of a server that is starting, stopping or refusing connections."""
    return (error.sqlstate or "")[:2] in ("08", "57") and error.sqlstate != _CANCELLED


def is_conflict(error: BaseException) -> bool:
    """Another transaction was in the way: the same again may succeed (DBX-06)."""
    return isinstance(error, psycopg.errors.SerializationFailure | psycopg.errors.DeadlockDetected)


class _CleanText(StrDumper):
    """NUL and lone surrogates, which PostgreSQL refuses, are replaced also where nobody has done so before."""

    def dump(self, obj: str) -> Any:
        return super().dump(clean(obj))


class _Clean(StrDumperUnknown):
    """The same for parameters whose type the server finds out."""

    def dump(self, obj: str) -> Any:
        return super().dump(clean(obj))
