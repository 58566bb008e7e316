"""The PostgreSQL storage: any number of processes work on one database. Needs the extra `gutenbot[postgres]`."""

from gutenbot.storage.postgres.storage import PostgresStorage

__all__ = ["PostgresStorage"]
