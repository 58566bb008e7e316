"""Modules are installed and removed while the bot keeps answering; what fails leaves everything as it was."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from core.tests.app.installs import installed
from core.tests.app.wheels import CODE, MIGRATION, packed, wheel
from core.tests.http.house import Someone
from core.tests.http.served import Served, serving

from gutenbot.app.installing import forget_code
from gutenbot.app.staged import STAGES
from gutenbot.kernel.crashpoints import EXIT_CODE
from gutenbot.modules.packages import Package, Packages
from gutenbot.modules.store import Kept, Store
from gutenbot.modules.wheels import BadPackage


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    store = Store(tmp_path)
    async with serving(tmp_path) as one:
        one.app.installing.use(store)
        yield one
    forget_code(tmp_path)
    sys.path[:] = [path for path in sys.path if not path.startswith(str(tmp_path))]


async def upload(served: Served, name: str, data: bytes) -> Any:
    answer = await served.client.post(f"/api/v1/packages?name={name}", content=data)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def install(served: Served, *made: Any, **options: Any) -> Any:
    name, data = made or wheel(**options)
    package = await upload(served, name, data)
    return await installed(Someone(served.client), package["id"])


async def test_a_wheel_is_looked_at_installed_used_and_removed_without_a_restart(served: Served) -> None:
    assert await served.texts({"text": "hi"}, "a") == ["hi"]
    package = await upload(served, *wheel())
    assert (package["module"], package["version"], package["publisher"]) == ("shouter", "1.0", "Shout Ltd")
    assert (package["obstacles"], package["installed"]) == ([], "")
    assert "gb_shouter" not in sys.modules, "nothing runs before it is installed"
    someone = Someone(served.client)
    went = await installed(someone, package["id"])
    assert (went["ok"], went["pending"], went["failed"]) == (True, False, "")
    job = went["job"]
    assert (job["state"], job["done"], job["total"], job["link"]) == ("done", 5, 5, "/modules/shouter")
    assert list(dict.fromkeys(line["stage"] for line in went["lines"])) == list(STAGES)
    assert await served.texts({"text": "hi"}, "b") == ["HI"]
    found = await someone.get("/modules/shouter")
    assert (found["state"], found["version"], found["removable"]) == ("running", "1.0", True)
    await someone.do("PUT", "/modules/shouter/state", {"on": False})
    assert await served.texts({"text": "hi"}, "c") == ["hi"]
    await someone.do("PUT", "/modules/shouter/state", {"on": True})
    await someone.do("DELETE", "/modules/shouter")
    assert await served.texts({"text": "hi"}, "d") == ["hi"]
    assert "shouter" not in [one["name"] for one in await someone.get("/modules")]
    assert (await install(served))["ok"], "and it can come again"
    assert await served.texts({"text": "hi"}, "e") == ["HI"]


BROKEN = {
    "load": "raise RuntimeError('out of order')",
    "start": CODE + "\n@part.on_start\nasync def start(app):\n    raise RuntimeError('out of order')\n",
}


@pytest.mark.parametrize("step", BROKEN)
async def test_mod_01_what_fails_on_the_way_is_rolled_back(served: Served, step: str) -> None:
    went = await install(served, code=BROKEN[step])
    assert (went["ok"], went["failed"], went["reason"]) == (False, step, "RuntimeError: out of order")
    assert "out of order" in went["traceback"]
    assert await served.texts({"text": "hi"}) == ["hi"]
    assert "shouter" not in [one["name"] for one in await Someone(served.client).get("/modules")]
    assert served.app.installing.store.read() == {}
    assert (await install(served, version="1.1"))["ok"], "a mended one can be installed at once"
    assert await served.texts({"text": "hi"}, "b") == ["HI"]


async def test_mig_06_a_migration_that_fails_is_rolled_back(served: Served) -> None:
    files = {
        "migrations/versions/0001_note.py": MIGRATION.replace("op.create_table", "raise RuntimeError; op.create_table")
    }
    went = await install(served, files=files)
    assert (went["ok"], went["failed"]) == (False, "migrate")
    assert await served.texts({"text": "hi"}) == ["hi"]


async def test_tables_are_kept_or_dropped_as_it_was_asked(served: Served) -> None:
    files = {"migrations/versions/0001_note.py": MIGRATION}
    someone = Someone(served.client)

    def names(db: sa.Connection) -> set[str]:
        return {name for name in sa.inspect(db).get_table_names() if "shouter" in name}

    assert (await install(served, files=files))["ok"]
    await someone.do("DELETE", "/modules/shouter")
    assert await served.app.storage.read(names) == {"shouter_note", "alembic_version__shouter"}
    assert (await install(served, files=files))["ok"]
    gone = await someone.do("DELETE", "/modules/shouter?data=drop")
    assert gone["dropped"] == ["shouter_note"]
    assert await served.app.storage.read(names) == set()


async def test_another_version_of_what_is_loaded_counts_from_the_next_start_on(served: Served) -> None:
    await install(served)
    went = await install(served, version="2.0")
    assert (went["ok"], went["pending"], went["before"]) == (True, True, "1.0")
    found = await Someone(served.client).get("/modules/shouter")
    assert (found["version"], found["pending"]) == ("1.0", "2.0")
    assert await served.texts({"text": "hi"}) == ["HI"]


async def test_what_cannot_run_here_says_why_before_it_is_installed(served: Served) -> None:
    headers = "Requires-Dist: gutenbot>=9\nRequires-Dist: no-such-thing>=2\nRequires-Python: >=9\n"
    package = await upload(served, *wheel(headers=headers))
    told = " ".join(package["obstacles"])
    assert "gutenbot >=9" in told
    assert "no-such-thing>=2" in told
    assert "Python >=9" in told
    someone = Someone(served.client)
    assert await someone.refused("POST", f"/packages/{package['id']}/install") == "modules.obstacles"
    await someone.do("DELETE", f"/packages/{package['id']}")
    assert await someone.refused("POST", f"/packages/{package['id']}/install") == "modules.no-package"


async def test_a_bundle_brings_what_the_module_needs(served: Served) -> None:
    helper = wheel("helper", code="WORD = 'brought'", headers="", entry=False)
    code = "import gb_helper\n" + CODE.replace("message.text.upper()", "gb_helper.WORD")
    main = wheel(code=code, headers="Requires-Dist: gb-helper>=1\n")
    went = await install(served, "bundle.zip", packed(dict([helper, main])))
    assert went["ok"], went
    assert await served.texts({"text": "hi"}) == ["brought"]


def evil(path: str) -> bytes:
    return packed({path: "x", "a-1.dist-info/METADATA": "Name: a\nVersion: 1\n", "a-1.dist-info/RECORD": ""})


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a-1-py3-none-any.whl", evil("../outside.py"), "outside of itself"),
        ("a-1-py3-none-any.whl", evil("/etc/passwd"), "outside of itself"),
        ("a-1-py3-none-any.whl", evil("a\\..\\b.py"), "outside of itself"),
        ("a-1-py3-none-any.whl", evil("a.py"), "not in its list of hashes"),
        ("a-1-py3-none-any.whl", b"no zip", "no whole wheel"),
        ("a-1-cp27-cp27m-win32.whl", evil("a.py"), "another Python"),
        ("bundle.zip", packed({"a.txt": "x"}), "neither a wheel"),
        ("bundle.zip", b"", "neither a wheel"),
        (*wheel(tamper=True), "does not have the hash"),
        (*wheel(entry=False), "exactly one module"),
    ],
)
def test_mod_11_what_is_no_honest_package_is_refused_before_anything_is_written(
    tmp_path: Path, name: str, data: bytes, why: str
) -> None:
    with pytest.raises(BadPackage, match=why):
        Packages(Store(tmp_path), lambda: "one").take(name, data)
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


def test_mod_11_a_bomb_is_refused_by_what_it_says_of_itself(tmp_path: Path) -> None:
    data = packed({"a.py": b"\0" * (201 << 20)})
    assert len(data) < 1 << 20
    with pytest.raises(BadPackage, match="unpacks to more"):
        Packages(Store(tmp_path), lambda: "one").take("a-1-py3-none-any.whl", data)


def kept_of(package: Package) -> Kept:
    """As the manifest names it."""
    one = package.wheel
    return Kept(package.module, one.distribution, one.version, one.folder, one.sha256, package.file, 0)


VICTIM = """
import os, sys
from pathlib import Path
from gutenbot.kernel import crashpoints
from gutenbot.modules.packages import Packages
from gutenbot.modules.store import Store
from core.tests.app.installs import installed, job_ended
from core.tests.app.test_installing import kept_of
from core.tests.app.wheels import wheel
packages = Packages(Store(Path(sys.argv[1])), lambda: "two")
package = packages.take(*wheel(version="2.0"))
crashpoints.arm({"GUTENBOT_CRASH_AT": sys.argv[2]})
packages.place(package, anew=True)
packages.store.add(kept_of(package))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "version"),
    [("module.unpacked", "1.0"), ("module.placed", "1.0"), ("module.manifest", "1.0"), ("module.installed", "2.0")],
)
def test_cra_15_killed_while_installing_there_is_the_old_version_or_the_new_one(
    tmp_path: Path, point: str, version: str
) -> None:
    store = Store(tmp_path)
    packages = Packages(store, lambda: "one")
    made = packages.take(*wheel())
    packages.place(made, anew=True)
    store.add(kept_of(made))
    died = subprocess.run([sys.executable, "-c", VICTIM, str(tmp_path), point], check=False, timeout=60)
    assert died.returncode == EXIT_CODE
    kept = store.read()["shouter"]
    assert kept.version == version
    assert (store.folder / kept.folder / "gb_shouter" / "__init__.py").is_file()
    again = packages.take(*wheel(version="2.0"))
    packages.place(again, anew=True)
    store.add(kept_of(again))
    assert store.read()["shouter"].version == "2.0"
