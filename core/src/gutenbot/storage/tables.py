"""SQLAlchemy over a connection whose transactions are somebody else's: what both engines give to the console and modules."""

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from gutenbot.storage.errors import TransactionEnded

T = TypeVar("T")
Work = Callable[[sa.Connection], T]


def engine_over(url: str, connection: Any, **options: Any) -> sa.Engine:
    """An engine whose only connection is this one. It neither begins nor ends transactions, and is never disposed of."""
    engine = sa.create_engine(
        url, creator=lambda: connection, poolclass=StaticPool, pool_reset_on_return=None, **options
    )
    for name in ("do_begin", "do_commit", "do_rollback"):
        setattr(engine.dialect, name, _nothing)
    return engine


def run(engine: sa.Engine, work: Work[T]) -> T:
    """The result of work inside the transaction that the connection is in. The driver's errors come as SQLAlchemy's."""
    with engine.connect() as connection:
        transaction = connection.begin()
        result = work(connection)
        if not transaction.is_active:
            raise TransactionEnded
        return result


def driver_error(error: BaseException) -> BaseException:
    """What the driver raised, if it did."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    return cause or error


def _nothing(connection: Any) -> None:
    """Instead of the dialect's own: the transaction is not ours."""
