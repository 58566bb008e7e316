"""An installation goes stage by stage; wherever it is cut off, cancelled or fails, there is the module or nothing of it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from core.tests.app.wheels import CODE, MIGRATION, wheel
from core.tests.http.served import Served, serving

from gutenbot.accounts.lines import SYSTEM
from gutenbot.app import module_work, staged
from gutenbot.app.app import App, Mode
from gutenbot.app.installing import forget_code
from gutenbot.jobs import rows
from gutenbot.kernel import crashpoints
from gutenbot.modules.store import LOCK, MANIFEST, Store

FILES = {"migrations/versions/0001_note.py": MIGRATION}
BEFORE = [
    "module.stage-verify", "module.unpacked", "module.placed", "module.stage-unpack", "module.stage-load", "module.stage-migrate",
    "module.started", "module.manifest",
]  # fmt: skip
AFTER = ["module.installed", "module.stage-start"]


class Killed(BaseException):
    """The process is gone: nothing more of it runs, and nothing is cleaned up."""


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path) as one:
        one.app.installing.use(Store(tmp_path))
        yield one
    gone(tmp_path)


def gone(folder: Path) -> None:
    """What a process has in its memory ends with it."""
    forget_code(folder)
    sys.path[:] = [path for path in sys.path if not path.startswith(str(folder))]


async def begun(app: App, **options: Any) -> str:
    """The job that installs a package."""
    package = app.installing.packages.take(*wheel(**{"files": FILES, **options}))
    return str((await staged.begin(app, package, SYSTEM))["id"])


async def ended(app: App, job: str) -> Any:
    """The job, once it has ended."""
    async with asyncio.timeout(30):
        while (row := await app.storage.read(partial(rows.get, job_id=job)))["state"] in ("queued", "running"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return row


def tables(db: sa.Connection) -> set[str]:
    return {name for name in sa.inspect(db).get_table_names() if "shouter" in name}


async def nothing_is_left(served: Served) -> None:
    """Of the module: no row, no table, no file, no code."""
    store = served.app.installing.store
    assert store.read() == {}
    assert await served.app.storage.read(tables) == set()
    assert {one.name for one in store.folder.iterdir()} - {MANIFEST, LOCK, "staging"} == set()
    assert "shouter" not in served.app.installed
    assert "gb_shouter" not in sys.modules
    assert await served.texts({"text": "hi"}, "nothing") == ["hi"]


@pytest.mark.parametrize("point", BEFORE + AFTER)
async def test_cra_15_killed_at_any_stage_there_is_the_whole_module_or_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    killed = asyncio.Event()
    loop = asyncio.get_running_loop()

    def reach(name: str) -> None:
        if name == point:
            loop.call_soon_threadsafe(killed.set)
            raise Killed

    store = Store(tmp_path)
    async with serving(tmp_path) as first:
        first.app.installing.use(store)
        monkeypatch.setattr(crashpoints, "reach", reach)
        job = await begun(first.app)
        async with asyncio.timeout(20):
            await killed.wait()
            await first.app.jobs.stop()  # nobody takes it up in this process
        monkeypatch.undo()
    gone(tmp_path)
    store.tidy()
    async with serving(tmp_path, keep=True, mode=Mode(threaded=False, timers=False)) as second:
        second.app.installing.use(store)
        await second.app.installing.catch_up()
        await second.app.jobs.run()
        second.app.jobs.wake()
        found = await ended(second.app, job)
        if point in AFTER:
            assert found["state"] == "done"
            assert await second.texts({"text": "hi"}) == ["HI"]
            assert await second.app.storage.read(tables) == {"shouter_note", "alembic_version__shouter"}
        else:
            assert found["state"] == "failed"
            await nothing_is_left(second)
    gone(tmp_path)


async def test_what_was_cut_off_is_installed_when_somebody_tries_it_again(served: Served) -> None:
    app, code = served.app, CODE + "\nimport gb_flag\n"
    job = await begun(app, code=code)
    assert (await ended(app, job))["state"] == "failed"
    await nothing_is_left(served)
    helper = ModuleType("gb_flag")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "gb_flag", helper)
        await app.jobs.ask(job, "resume")
        assert (await ended(app, job))["state"] == "done"
        work = await module_work.read(app, job)
        assert work is not None
        assert (work.outcome["ok"], [line.stage for line in work.lines].count("failed")) == (True, 0)
        assert await served.texts({"text": "hi"}) == ["HI"]


@pytest.mark.parametrize("paused", [False, True])
async def test_one_that_is_cancelled_on_its_way_leaves_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch, *, paused: bool
) -> None:
    app = served.app
    migrate = staged._DO["migrate"]

    async def asked_meanwhile(app: App, going: staged.Going) -> None:
        await migrate(app, going)
        await app.jobs.ask(job, "pause" if paused else "cancel")

    monkeypatch.setitem(staged._DO, "migrate", asked_meanwhile)
    job = await begun(app)
    found = await ended(app, job)
    if paused:
        assert found["state"] == "paused"
        await app.jobs.ask(job, "cancel")
        found = await ended(app, job)
    assert found["state"] == "cancelled"
    await nothing_is_left(served)


async def test_a_module_that_is_being_installed_is_not_installed_a_second_time_meanwhile(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = served.app
    load = staged._DO["load"]

    async def pauses(app: App, going: staged.Going) -> None:
        await load(app, going)
        await app.jobs.ask(first, "pause")

    monkeypatch.setitem(staged._DO, "load", pauses)
    first = await begun(app)
    assert (await ended(app, first))["state"] == "paused"
    second = await begun(app, version="2.0")
    assert (await ended(app, second))["state"] == "failed"
    await app.jobs.ask(first, "resume")
    assert (await ended(app, first))["state"] == "done"
    work = await module_work.read(app, second)
    assert work is not None
    assert "being installed already" in work.outcome["reason"]


async def test_the_tables_of_a_module_that_was_here_before_stay_when_a_newer_one_fails(served: Served) -> None:
    app = served.app
    assert (await ended(app, await begun(app)))["state"] == "done"
    await app.installing.uninstall("shouter")
    starts = CODE + "\n@part.on_start\nasync def start(app):\n    raise RuntimeError('out of order')\n"
    failed = await ended(app, await begun(app, version="2.0", code=starts))
    assert (failed["state"], "at the stage start" in failed["error"]) == ("failed", True)
    assert await app.storage.read(tables) == {"shouter_note", "alembic_version__shouter"}
