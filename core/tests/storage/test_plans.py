"""Every statement finds its rows by an index: none reads a growing table from end to end."""

import re
import sqlite3

from core.tests.storage.databases import SqliteDatabase
from core.tests.storage.everything import use_everything

_WALKED_WHOLE = {"timer": "timer_due", "access_key": "", "inbox": "inbox_open", "outbox": "outbox_waiting"}
"""Tables that may be scanned, if only by this index: it holds nothing but what is due, open or waiting."""


async def test_no_statement_scans_a_growing_table(database: SqliteDatabase) -> None:
    storage = await database.open()
    statements: set[str] = set()
    assert storage._writer is not None
    await storage._writer.submit(lambda db: db.set_trace_callback(statements.add), alone=True)
    storage._readers.connection().set_trace_callback(statements.add)
    await use_everything(storage)
    await storage._writer.submit(lambda db: db.set_trace_callback(None), alone=True)
    await database.close()
    db = database.raw()
    bad = [f"{step}: {sql}" for sql in sorted(statements) for step in _scans(db, sql)]
    db.close()
    assert len(statements) > 50
    assert bad == []


def _scans(db: sqlite3.Connection, sql: str) -> list[str]:
    """The steps of the plan that read a whole table, or a whole index that holds all of one."""
    if not re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)", sql):
        return []
    aliases = re.findall(r"(?:FROM|JOIN) (\w+) (?!ON|USING|WHERE)(\w+)", sql)
    names = {str(alias): str(table) for table, alias in aliases}
    found = []
    for _, _, _, step in db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall():
        if re.search(r"\(bot_id=\?( AND channel_id=\?)?\)$", step):
            found.append(step)  # finds all that a bot or a channel has
        scan = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", step)
        if scan is None or scan[1] in ("CONSTANT", "chain", "page"):
            continue
        table = str(scan[1])
        allowed = _WALKED_WHOLE.get(names.get(table, table))
        if allowed is None or (allowed and scan[2] != allowed):
            found.append(step)
    return found
