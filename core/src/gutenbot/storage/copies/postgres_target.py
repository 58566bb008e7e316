"""Fills an empty PostgreSQL database: its tables are made by migrations, and what refers to other tables is checked last."""

from collections.abc import Iterable, Mapping, Sequence

import psycopg

from gutenbot.storage.copies.errors import TargetInUse, TargetNotEmpty
from gutenbot.storage.copies.owners import checked
from gutenbot.storage.copies.places import shown
from gutenbot.storage.copies.postgres_load import load
from gutenbot.storage.copies.postgres_source import RELATIONS, SEQUENCES, rows_of, shape_of, speaking_of, table_of
from gutenbot.storage.copies.shapes import LEFT_OUT, VERSION_PREFIX, Counters, Shape
from gutenbot.storage.copies.sqlite_source import quoted
from gutenbot.storage.copies.values import Row, Sum, sum_of
from gutenbot.storage.errors import MigrationFailed, StorageAway
from gutenbot.storage.migrate import History
from gutenbot.storage.postgres.driver import Connection, connect, is_lost
from gutenbot.storage.postgres.instance import host_of
from gutenbot.storage.postgres.migrating import LOCK

_SETTINGS = """SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET TimeZone = 'UTC';
SET synchronous_commit = on"""
_REFERENCES = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conparentid = 0 ORDER BY 1, 2"""
_KINDS = """SELECT DISTINCT t.oid::regtype::text FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s) AND t.typtype = 'e'"""
_FUNCTIONS = """SELECT DISTINCT p.oid::regprocedure::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND p.pronamespace = current_schema()::regnamespace
AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s)"""
_INDEXES = """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = current_schema()::regnamespace AND NOT c.relispartition
AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY 1"""
_KEYS = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype IN ('p', 'u') AND c.relkind = 'r' AND NOT c.relispartition
AND k.connamespace = current_schema()::regnamespace ORDER BY k.contype, 1, 2"""
_PARTS = "SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(%s)"
_MEMORY = "SET LOCAL maintenance_work_mem = '256MB'"
_WORKERS = "SELECT count(*) FROM worker WHERE lease_until > clock_timestamp()"
_INSTANCE = """INSERT INTO instance (one, instance_id, host, made_ms) VALUES (1, %s, %s, %s)
ON CONFLICT (one) DO NOTHING"""
_SHOWN = 5

References = list[tuple[str, str, str]]
"""(table, name, definition) of what refers to other tables."""
Indexes = list[str]
"""The statements that make keys and indexes again."""


class PostgresTarget:
    """One connection. The caller says with `begin` and `commit` what belongs together; else each statement is on its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        with speaking_of(shown(url)):
            self.db: Connection = connect(url)
            self.db.execute(_SETTINGS)

    def begin(self) -> None:
        """Begins a transaction in which nobody else makes tables."""
        self.db.execute(f"BEGIN; SELECT pg_advisory_xact_lock({LOCK})".encode())

    def commit(self) -> None:
        """Ends it."""
        self.db.execute("COMMIT")

    def close(self) -> None:
        """Lets go; what was not committed never happened."""
        self.db.close()

    def has(self, name: str) -> bool:
        """Whether there is such a table."""
        return self.db.execute("SELECT to_regclass(%s)::text", (quoted(name),)).fetchone() != (None,)

    def found(self) -> list[str]:
        """Everything that is there, besides what extensions brought."""
        return [row[0] for row in self.db.execute(RELATIONS.encode()).fetchall()]

    def refuse_full(self, replace: str = "") -> None:
        """Raises `TargetNotEmpty`."""
        found = self.found()
        if found:
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            raise TargetNotEmpty(target=shown(self.url), found=", ".join(found[:_SHOWN]) + more, replace=replace)

    def refuse_busy(self) -> None:
        """Raises `TargetInUse` while servers work on it."""
        row = self.db.execute(_WORKERS).fetchone() if self.has("worker") else None
        if row and row[0]:
            raise TargetInUse(workers=row[0], target=shown(self.url))

    def drop(self, tables: Iterable[str]) -> None:
        """Takes tables away, with what belongs to them."""
        for name in tables:
            self.db.execute(f"DROP TABLE IF EXISTS {quoted(name)} CASCADE".encode())

    def drop_all(self, shape: Shape) -> None:
        """Takes everything away that is or was a bot's."""
        names = [*shape.tables]
        kinds = self.db.execute(_KINDS, (names,)).fetchall()
        functions = self.db.execute(_FUNCTIONS, (names,)).fetchall()
        self.drop([*names, *(f"{VERSION_PREFIX}{module}" for module in shape.revisions), *LEFT_OUT])
        for (kind,) in kinds:
            self.db.execute(f"DROP TYPE IF EXISTS {kind}".encode())
        for (function,) in functions:
            self.db.execute(f"DROP FUNCTION IF EXISTS {function}".encode())

    def make(self, revisions: Mapping[str, str], histories: Sequence[History]) -> None:
        """Makes the tables, empty, as of these revisions, inside the running transaction."""
        for history in histories:
            if history.module in revisions:
                checked(history, revisions[history.module])
                self._migrate(history, revisions[history.module])
        names = list(self.shape().tables)
        for name in names:
            self._triggers(name, "DISABLE")
        if names:
            self.db.execute(f"TRUNCATE {', '.join(map(quoted, names))}".encode())

    def upgrade(self, history: History) -> None:
        """Brings one history to its head, inside the running transaction."""
        self._migrate(history, "head")

    def shape(self) -> Shape:
        """What is there now."""
        return shape_of(self.db)

    def set_indexes_aside(self) -> Indexes:
        """Takes away keys and indexes, which are made faster when the rows are there. What refers to keys is aside already."""
        keys = [(str(a), str(b), str(c)) for a, b, c in self.db.execute(_KEYS).fetchall()]
        for table, name, _ in keys:
            self.db.execute(f"ALTER TABLE {table} DROP CONSTRAINT {quoted(name)}".encode())
        found = [(str(name), str(sql)) for name, sql in self.db.execute(_INDEXES).fetchall()]
        for name, _ in found:
            self.db.execute(f"DROP INDEX {name}".encode())
        made = [f"ALTER TABLE {table} ADD CONSTRAINT {quoted(name)} {definition}" for table, name, definition in keys]
        return [*made, *(definition for _, definition in found)]

    def put_indexes_back(self, indexes: Indexes) -> None:
        """Makes them again."""
        self.db.execute(_MEMORY)
        for definition in indexes:
            self.db.execute(definition.encode())

    def set_references_aside(self) -> References:
        """Takes away what refers to other tables, so that rows may come in any order; see `put_back`."""
        found = [(str(a), str(b), str(c)) for a, b, c in self.db.execute(_REFERENCES).fetchall()]
        for table, name, _ in found:
            self.db.execute(f"ALTER TABLE {table} DROP CONSTRAINT {quoted(name)}".encode())
        return found

    def put_back(self, references: References) -> None:
        """The references, which checks every row, and the triggers."""
        for name in self.shape().tables:
            self._triggers(name, "ENABLE")
        for table, name, definition in references:
            self.db.execute(f"ALTER TABLE {table} ADD CONSTRAINT {quoted(name)} {definition}".encode())

    def load(self, table: str, columns: Sequence[str], rows: Iterable[Row], *, fresh: bool = False) -> None:
        """Adds rows; `fresh`: in the transaction that made the table. Raises `ValueUnfit`."""
        frozen = fresh and self.db.execute(_PARTS, (quoted(table),)).fetchone() == (False,)
        load(self.db, table_of(self.db, table), columns, rows, frozen=frozen)

    def sum(self, table: str, columns: Sequence[str]) -> Sum:
        """What is in a table now."""
        return sum_of(rows_of(self.db, table_of(self.db, table).only(columns)))

    def count_on(self, counters: Counters) -> None:
        """Sets all counters behind what was given out: no number comes twice."""
        for table, column, sequence in self.db.execute(SEQUENCES.encode()).fetchall():
            row = self.db.execute(f"SELECT max({quoted(column)}) FROM {quoted(table)}".encode()).fetchone()
            last = max(row[0] or 0 if row else 0, counters.get(table, {}).get(column, 0))
            self.db.execute("SELECT setval(%s, %s, %s)", (sequence, max(last, 1), last > 0))

    def settle(self, instance_id: str, host: str, lock: str, now_ms: int) -> None:
        """Says where the copy may send, and why it may not. Without a host, the place is found when it is first opened."""
        self.db.execute(_INSTANCE, (instance_id, host, now_ms))
        self.db.execute("UPDATE instance SET sending_lock = %s", (lock,))
        if host:
            self.db.execute("UPDATE instance SET host = %s", (host,))

    def host(self) -> str:
        """How this place is known."""
        return host_of(self.db)

    def _triggers(self, table: str, how: str) -> None:
        """Copied rows were seen by the triggers when they were new."""
        self.db.execute(f"ALTER TABLE {quoted(table)} {how} TRIGGER USER".encode())

    def _migrate(self, history: History, revision: str) -> None:
        from gutenbot.storage.tables import driver_error, engine_over
        from gutenbot.storage.tables import run as run_inside
        from gutenbot.storage.upgrade import run

        try:
            run_inside(engine_over("postgresql+psycopg://", self.db), lambda wrapped: run(wrapped, history, revision))
        except Exception as error:
            found = driver_error(error)
            if isinstance(found, psycopg.Error) and is_lost(found, self.db):
                raise StorageAway(reason=" ".join(str(found).split())) from error
            raise MigrationFailed(module=history.module, reason=f"{type(error).__name__}: {error}") from error
