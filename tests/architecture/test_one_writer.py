"""One place opens the database file, so that a second connection that writes cannot slip in (DSK-07)."""

from tests.architecture.source import calls, product_sources

OPENS = ("sqlite3.connect", "sqlite3.dbapi2.connect", "sqlite3.Connection")
ALLOWED = {
    "core/src/gutenbot/storage/sqlite/connections.py": 2,  # the writer, which needs the lock; the readers
    "core/src/gutenbot/storage/snapshot.py": 1,  # a database in memory
    "core/src/gutenbot/storage/copies/sqlite_files.py": 3,  # a reader, a new file that nobody else knows, one in memory
}
ELSEWHERE = ("core/src/gutenbot/testing/",)
"""Databases of tests."""


def test_dsk_07_connections_are_opened_in_one_file() -> None:
    found: dict[str, int] = {}
    for path in product_sources():
        if path.startswith(ELSEWHERE):
            continue
        number = sum(name in OPENS for _, name in calls(path))
        if number:
            found[path] = number
    assert found == ALLOWED
