"""The contract of tables: how the console and modules reach the database."""

import asyncio
import threading
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from gutenbot.kernel.ids import user_id
from gutenbot.storage.errors import TransactionEnded
from gutenbot.storage.names import fill
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import UserPatch
from gutenbot.testing.contracts.storage_kit import BOT, NOW, WEB, Database, arrival, begin, finish

_META = sa.MetaData()
COUNT = sa.Table(
    "contract_count", _META, sa.Column("name", sa.Text, primary_key=True), sa.Column("n", sa.Integer, nullable=False)
)


class _Stop(Exception):
    """Ends a piece of work."""


def _make(db: sa.Connection) -> None:
    _META.create_all(db)
    db.execute(COUNT.insert(), [{"name": "a", "n": 0}, {"name": "b", "n": 0}])


def _raise_by_one(db: sa.Connection, name: str = "a") -> int:
    """Reads and then writes: what is lost when nobody takes care."""
    n = int(db.execute(sa.select(COUNT.c.n).where(COUNT.c.name == name)).scalar_one())
    db.execute(COUNT.update().where(COUNT.c.name == name).values(n=n + 1))
    return n + 1


def _count(db: sa.Connection, name: str = "a") -> int:
    return int(db.execute(sa.select(COUNT.c.n).where(COUNT.c.name == name)).scalar_one())


def _as_of_an_earlier_release(db: sa.Connection) -> None:
    """Nobody wrote down any word, but for one that is wrong by now."""
    word = sa.table("user_word", *(sa.column(name, sa.Text) for name in ("bot_id", "user_id", "word")))
    db.execute(word.delete())
    for one in ("wrong", "person"):
        db.execute(word.insert().values(bot_id=BOT, user_id=user_id(BOT, WEB, "t1"), word=one))


class TablesContract:
    """What must be true of `read` and `write`."""

    async def test_what_was_written_is_there_also_after_a_crash(self, storage: Storage, database: Database) -> None:
        await storage.write(_make)
        assert await storage.write(_raise_by_one) == 1
        assert await storage.read(_count) == 1
        again = await database.open()
        assert await again.read(_count) == 1

    async def test_an_error_undoes_everything_and_reaches_the_caller(self, storage: Storage) -> None:
        await storage.write(_make)

        def fails(db: sa.Connection) -> None:
            _raise_by_one(db)
            raise _Stop

        with pytest.raises(_Stop):
            await storage.write(fails)
        assert await storage.read(_count) == 0

    async def test_a_broken_rule_of_the_database_is_sqlalchemys_error_and_harms_nobody_else(
        self, storage: Storage
    ) -> None:
        await storage.write(_make)

        def twice(db: sa.Connection) -> None:
            db.execute(COUNT.insert().values(name="a", n=9))

        found = await asyncio.gather(
            storage.write(_raise_by_one), storage.write(twice), storage.write(_raise_by_one), return_exceptions=True
        )
        assert [type(one) for one in found] == [int, IntegrityError, int]
        assert await storage.read(_count) == 2

    async def test_a_small_question_finds_a_number_as_of_the_last_commit(self, storage: Storage) -> None:
        await storage.write(_make)
        question = "SELECT n FROM contract_count WHERE name = :name AND n >= :least -- 100 % of ':name'"
        assert await storage.peek(question, name="a", least=0) == 0
        await storage.write(_raise_by_one)
        assert await storage.peek(question, name="a", least=1) == 1
        assert await storage.peek(question, name="nobody's", least=0) == 0, "no row"
        assert await storage.peek("SELECT max(n) FROM contract_count WHERE n > 7") == 0, "nothing"

    async def test_an_inner_transaction_can_fail_alone(self, storage: Storage) -> None:
        await storage.write(_make)

        def work(db: sa.Connection) -> None:
            _raise_by_one(db, "b")
            try:
                with db.begin_nested():
                    _raise_by_one(db)
                    db.execute(COUNT.insert().values(name="a", n=9))
            except IntegrityError:
                _raise_by_one(db, "b")

        await storage.write(work)
        assert await storage.read(lambda db: (_count(db), _count(db, "b"))) == (0, 2)

    @pytest.mark.parametrize("place", ["", "contract.counts"])
    async def test_con_08_no_change_is_lost_whoever_else_writes(self, storage: Storage, place: str) -> None:
        await storage.write(_make)
        tries = 40 if place else 3  # without a place some may be told to try again when very many meet
        await asyncio.gather(*(storage.write(_raise_by_one, place=place) for _ in range(tries)))
        assert await storage.read(_count) == tries

    async def test_a_read_sees_one_moment_and_can_change_nothing(self, storage: Storage) -> None:
        await storage.write(_make)
        looked, changed = threading.Event(), threading.Event()

        def twice(db: sa.Connection) -> tuple[int, int]:
            first = _count(db)
            looked.set()
            assert changed.wait(10)
            return first, _count(db)

        reading = asyncio.ensure_future(storage.read(twice))
        await asyncio.to_thread(looked.wait, 10)
        await storage.write(_raise_by_one)
        changed.set()
        assert await reading == (0, 0)
        with pytest.raises(DBAPIError):
            await storage.read(_raise_by_one)
        assert await storage.read(_count) == 1

    @pytest.mark.parametrize("end", ["commit", "rollback"])
    async def test_work_that_ends_the_transaction_itself_is_refused(self, storage: Storage, end: str) -> None:
        await storage.write(_make)

        def ends(db: sa.Connection) -> None:
            _raise_by_one(db)
            getattr(db, end)()

        with pytest.raises(TransactionEnded):
            await storage.write(ends)
        assert await storage.read(_count) in (0, 1)
        assert await storage.write(_raise_by_one) >= 1

    async def test_slow_work_does_not_hold_the_event_loop(self, storage: Storage) -> None:
        await storage.write(_make)
        begun, go_on = threading.Event(), threading.Event()

        def slow(db: sa.Connection) -> None:
            _raise_by_one(db)
            begun.set()
            assert go_on.wait(10)

        writing = asyncio.ensure_future(storage.write(slow))
        await asyncio.to_thread(begun.wait, 10)
        assert await storage.read(_count) == 0  # the loop is free, and what is not committed is not seen
        go_on.set()
        await writing
        assert await storage.read(_count) == 1

    async def test_turns_and_tables_go_on_beside_each_other(self, storage: Storage) -> None:
        await storage.write(_make)
        claim = await begin(storage)
        ending = asyncio.ensure_future(finish(storage, claim, "hi"))
        counted = await asyncio.gather(*(storage.write(_raise_by_one, place="contract") for _ in range(5)))
        assert (await ending).applied
        assert sorted(counted) == [1, 2, 3, 4, 5]

    async def test_names_that_were_kept_before_are_found_once_they_are_filled_in(self, storage: Storage) -> None:
        await storage.accept([arrival(thread=f"t{i}") for i in range(5)])
        for i in range(5):
            patch = UserPatch(set_attributes={"name": f"Person {i}"})
            await storage.patch_user(BOT, user_id(BOT, WEB, f"t{i}"), patch, NOW)
        await storage.write(_as_of_an_earlier_release)
        assert await storage.count_users(BOT, words=["person"]) == 1
        after, portions = ("", ""), 0
        while last := await storage.write(partial(fill, after=after, limit=2)):
            after, portions = last, portions + 1
        assert portions == 3
        assert [await storage.count_users(BOT, words=[word]) for word in ("person", "4", "wrong")] == [5, 1, 0]
