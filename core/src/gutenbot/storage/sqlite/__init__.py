"""The embedded database: one file, one writing connection with group commit, read-only readers."""

from gutenbot.storage.sqlite.storage import SqliteStorage

__all__ = ["SqliteStorage"]
