"""PostgreSQL keeps the storage contract."""

from gutenbot.testing.contracts.storage import StorageContract


class TestPostgres(StorageContract):
    """The fixture `database` is in `conftest`."""
