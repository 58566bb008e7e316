"""How far a move came, kept at its other end in the same transactions as the rows. It goes when the move is finished."""

from typing import Any

import msgspec

from gutenbot.storage.copies.postgres_target import PostgresTarget, References
from gutenbot.storage.copies.shapes import MOVE_TABLE


class ProgressTable:
    """Names and values. While it is there, no server starts on the database."""

    NAME = MOVE_TABLE

    def __init__(self, target: PostgresTarget) -> None:
        self._target = target

    def move(self) -> str:
        """The id of the move; empty when there is none."""
        return str(self._get("move") or "")

    def source(self) -> str:
        """The file that is moved; empty when there is none."""
        return str(self._get("source") or "")

    def references(self) -> References:
        """What was set aside."""
        found: References = msgspec.json.decode(self._get("references") or "[]", type=References)
        return found

    def place(self, table: str) -> tuple[list[Any], int]:
        """The key of the last row that is here, and how many rows are."""
        value = self._get(f"table {table}")
        if value is None:
            return [], 0
        last, done = msgspec.msgpack.decode(bytes.fromhex(value))
        return list(last), int(done)

    def make(self, move: str, source: str, references: References) -> None:
        """Begins a move."""
        self._target.db.execute(f"CREATE TABLE {self.NAME} (name text PRIMARY KEY, value text NOT NULL)".encode())
        self._set("move", move)
        self._set("source", source)
        self._set("references", msgspec.json.encode(references).decode())

    def reached(self, table: str, last: list[Any], done: int) -> None:
        """The rows of a table are here up to this key."""
        self._set(f"table {table}", msgspec.msgpack.encode((last, done)).hex())

    def _get(self, name: str) -> Any:
        if not self._target.has(self.NAME):
            return None
        row = self._target.db.execute(f"SELECT value FROM {self.NAME} WHERE name = %s".encode(), (name,)).fetchone()
        return row[0] if row else None

    def _set(self, name: str, value: str) -> None:
        sql = f"INSERT INTO {self.NAME} VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        self._target.db.execute(sql.encode(), (name, value))
