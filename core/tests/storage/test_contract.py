"""SQLite keeps the storage contract."""

from gutenbot.testing.contracts.storage import StorageContract


class TestSqlite(StorageContract):
    """The fixture `database` is in `conftest`."""
