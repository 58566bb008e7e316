"""Modules from an index, from folders of the server, and what may not be asked."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from core.tests.app.indexes import Index, index_server
from core.tests.app.installs import installed, job_ended
from core.tests.app.wheels import CODE, wheel
from core.tests.http.house import Someone
from core.tests.http.served import Served, serving

from gutenbot.app.fetching import Sources
from gutenbot.app.installing import forget_code
from gutenbot.jobs import rows
from gutenbot.modules.sources.pip_settings import PYPI, pip_settings
from gutenbot.modules.sources.resolve import Collector
from gutenbot.modules.sources.simple import File
from gutenbot.modules.sources.web import BlockedAddress, NoAnswer, TooMuch, Web, is_public, shown
from gutenbot.modules.store import Store
from gutenbot.modules.wheels import Wheel


@pytest_asyncio.fixture
async def index() -> AsyncIterator[Index]:
    async with index_server() as one:
        yield one


@pytest_asyncio.fixture
async def served(tmp_path: Path, index: Index) -> AsyncIterator[Served]:
    async with serving(tmp_path) as one:
        shelf = tmp_path / "shelf"
        sources = Sources({"PIP_CONFIG_FILE": "/dev/null", "PIP_INDEX_URL": f"{index.url}/simple"}, [shelf])
        one.app.installing.use(Store(tmp_path), sources)
        yield one
    forget_code(tmp_path)
    sys.path[:] = [path for path in sys.path if not path.startswith(str(tmp_path))]


async def fetched(served: Served, name: str, version: str = "") -> Any:
    """The job, once it has ended."""
    someone = Someone(served.client)
    job = await someone.do("POST", "/packages/from-index", {"name": name, "version": version})
    return await job_ended(someone, job["id"])


@pytest.mark.parametrize("as_json", [True, False])
async def test_a_module_comes_from_the_index_with_what_it_needs_and_is_installed(
    served: Served, index: Index, *, as_json: bool
) -> None:
    index.as_json = as_json
    code = "import gb_helper\n" + CODE.replace("message.text.upper()", "gb_helper.WORD")
    needs = "Requires-Dist: gb-helper>=1\nRequires-Dist: gutenbot>=0.1,<0.2\n"
    index.add(
        wheel(code=code, headers=needs), wheel(version="0.9"), wheel(version="2.0rc1"),
        wheel("helper", version="1.5", code="WORD = 'brought'", headers="", entry=False),
    )  # fmt: skip
    job = await fetched(served, "gb_shouter")
    assert (job["state"], job["words"], job["done"]) == ("done", "gb-shouter 1.0", 2)
    someone = Someone(served.client)
    work = await someone.get(f"/packages/work/{job['id']}")
    assert (work["ended"], job["link"]) == (True, f"/modules?package={work['package']}")
    assert {one["stage"] for one in work["lines"]} == {"resolve", "download", "verify"}
    assert "gb-shouter: 1.0" in " ".join(one["text"] for one in work["lines"])
    package = await someone.get(f"/packages/{work['package']}")
    assert (package["along"], package["obstacles"]) == (["gb-helper 1.5"], [])
    went = await installed(someone, package["id"])
    assert went["ok"], went
    assert await served.texts({"text": "hi"}) == ["brought"]
    assert [one["stage"] for one in went["lines"]][-3:] == ["load", "migrate", "start"]


async def test_a_version_that_was_named_comes_and_another_one_says_what_there_is(served: Served, index: Index) -> None:
    index.add(wheel(version="1.0"), wheel(version="0.9"))
    assert (await fetched(served, "gb-shouter", "0.9"))["words"] == "gb-shouter 0.9"
    job = await fetched(served, "gb-shouter", "7")
    assert job["state"] == "failed"
    assert "There is: 1.0, 0.9." in job["error"]
    job = await fetched(served, "no-such-thing")
    assert "Is the name right?" in job["error"]
    assert list(served.app.installing.store.staging.glob("*/*.part")) == []


async def test_mod_13_what_does_not_have_the_hash_of_the_index_or_of_itself_is_refused(
    served: Served, index: Index
) -> None:
    index.add(wheel())
    name = next(iter(index.files))
    index.hashes[name] = "0" * 64
    job = await fetched(served, "gb-shouter")
    assert "SHA-256 that the index states" in job["error"]
    index.hashes[name] = ""
    assert "states no SHA-256" in (await fetched(served, "gb-shouter"))["error"]
    index.hashes.clear()
    index.add(wheel(tamper=True))
    assert "does not have the hash that is stated" in (await fetched(served, "gb-shouter"))["error"]
    staging = served.app.installing.store.staging
    assert [one for one in staging.rglob("*") if one.is_file()] == [], "nothing of them is kept"


@pytest.mark.parametrize("metadata", [True, False])
@pytest.mark.parametrize("as_json", [True, False])
async def test_an_older_release_comes_when_the_newest_needs_what_cannot_be_had(
    served: Served, index: Index, *, as_json: bool, metadata: bool
) -> None:
    index.as_json, index.metadata = as_json, metadata
    index.add(
        wheel(version="3.0", headers="Requires-Dist: gb-helper>=2\n"),
        wheel(version="2.0", headers="Requires-Dist: gutenbot>=9\n"),
        wheel(version="1.0", headers="Requires-Dist: gb-helper[loud]>=1\n"),
        wheel("helper", version="1.5", headers='Requires-Dist: gb-horn; extra == "loud"\n', entry=False),
        wheel("horn", version="0.1", headers="", entry=False),
    )
    job = await fetched(served, "gb-shouter")
    assert (job["words"], job["done"]) == ("gb-shouter 1.0", 3)
    package = await Someone(served.client).get(job["link"].replace("/modules?package=", "/packages/"))
    assert (package["along"], package["obstacles"]) == (["gb-helper 1.5", "gb-horn 0.1"], [])
    wheels = served.app.installing.store.staging / package["id"]
    assert len(list(wheels.glob("*.whl"))) == 3, "what was only looked at is gone"
    assert ("files/gb_shouter-3.0-py3-none-any.whl" in index.asked) is not metadata
    job = await fetched(served, "gb-shouter", "3.0")
    assert "gb-shouter 3.0 needs gb-helper>=2. Of gb-helper there is 1.5." in job["error"]


async def test_a_fetch_that_failed_half_way_leaves_nothing_and_is_tried_again(served: Served, index: Index) -> None:
    needs = "Requires-Dist: gb-helper>=1\nRequires-Dist: gutenbot>=0.1,<0.2\n"
    helper = wheel("helper", version="1.5", code="", headers="", entry=False)
    index.add(wheel(headers=needs), helper)
    index.hashes[helper[0]] = "0" * 64
    someone = Someone(served.client)
    job = await fetched(served, "gb-shouter")
    staging = served.app.installing.store.staging
    assert (job["state"], [one for one in staging.rglob("*") if one.is_file()]) == ("failed", [])
    assert (await someone.get(f"/packages/work/{job['id']}"))["lines"][-1]["stage"] == "failed"
    index.hashes.clear()
    await someone.do("POST", f"/jobs/{job['id']}/resume")
    assert (await job_ended(someone, job["id"]))["state"] == "done"
    work = await someone.get(f"/packages/work/{job['id']}")
    assert "failed" not in [one["stage"] for one in work["lines"]], "the log is that of the try that counts"
    assert (await someone.get(f"/packages/{work['package']}"))["along"] == ["gb-helper 1.5"]


async def test_a_fetch_that_is_cancelled_on_its_way_leaves_nothing(
    served: Served, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = "Requires-Dist: gb-helper>=1\nRequires-Dist: gutenbot>=0.1,<0.2\n"
    index.add(wheel(headers=needs), wheel("helper", version="1.5", code="", headers="", entry=False))
    index.metadata = True  # else all of it has come at the first step
    app, jobs = served.app, []
    bring = Collector.bring

    async def cancelled_meanwhile(self: Collector, file: File) -> Wheel:
        found = await bring(self, file)
        jobs.append((await app.storage.read(lambda db: rows.page(db, account=None, states=(), limit=1)))[0]["id"])
        await app.jobs.ask(jobs[-1], "cancel")
        return found

    monkeypatch.setattr(Collector, "bring", cancelled_meanwhile)
    job = await fetched(served, "gb-shouter")
    assert (job["state"], len(jobs)) == ("cancelled", 1)
    assert list(app.installing.store.staging.iterdir()) == []


@pytest.mark.parametrize("name", ["https://evil.example/x.whl", "x @ file:///etc/passwd", "../x", "-r/etc/passwd", ""])
async def test_mod_12_an_address_is_no_name(served: Served, name: str) -> None:
    answer = await Someone(served.client).call("POST", "/packages/from-index", {"name": name})
    assert answer.status_code == 422, answer.text


async def test_mod_12_addresses_of_the_own_network_are_not_asked(served: Served, index: Index) -> None:
    index.add(wheel())
    name = next(iter(index.files))
    job: Any = None
    for target in ("http://169.254.169.254/latest", "https://127.0.0.1:1/x", "https://[::1]/x", "https://10.0.0.1/x",
                   "https://localhost/x", "file:///etc/passwd", "https://[::ffff:127.0.0.1]/x"):  # fmt: skip
        index.redirects[f"files/{name}"] = target
        job = await fetched(served, "gb-shouter")
        assert job["state"] == "failed"
        assert "is not asked" in job["error"], target
    assert "failed" in [
        one["stage"] for one in (await Someone(served.client).get(f"/packages/work/{job['id']}"))["lines"]
    ]


async def test_mod_12_a_name_that_leads_into_the_own_network_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(
        socket, "getaddrinfo",
        lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 443))],
    )  # fmt: skip
    monkeypatch.setattr("gutenbot.modules.sources.web._proxy_of", lambda url: "")
    with pytest.raises(BlockedAddress, match=r"10\.1\.2\.3"):
        await Web().text("https://looks-public.example/x", most=10)


async def test_what_is_too_large_or_goes_in_circles_is_left(index: Index) -> None:
    index.texts["big"] = "x" * 2000
    index.redirects["round"] = "/round"
    web = Web([index.url])
    with pytest.raises(TooMuch):
        await web.text(f"{index.url}/big", most=1000)
    with pytest.raises(NoAnswer, match="redirects"):
        await web.text(f"{index.url}/round", most=1000)
    with pytest.raises(NoAnswer, match="404"):
        await web.text(f"{index.url}/absent", most=1000)


def test_addresses_are_told_without_passwords_and_know_what_is_public() -> None:
    assert shown("https://ann:secret@pypi.example/simple/x/?token=1") == "https://pypi.example/simple/x/"
    public = {"1.1.1.1": True, "2606:4700::1111": True, "192.168.1.1": False, "fe80::1%eth0": False, "100.64.0.1": False,
              "::ffff:10.0.0.1": False, "0.0.0.0": False, "224.0.0.1": False}  # fmt: skip
    assert {one: is_public(one) for one in public} == public


async def test_a_file_of_a_folder_is_offered_and_installed(served: Served, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    name, data = wheel()
    (shelf / name).write_bytes(data)
    (shelf / "notes.txt").write_text("no package", "utf-8")
    (tmp_path / "outside.whl").write_bytes(data)
    (shelf / "link.whl").symlink_to(tmp_path / "outside.whl")
    someone = Someone(served.client)
    sources = await someone.get("/packages/sources")
    assert [one["name"] for one in sources["files"]] == [name]
    assert sources["folders"] == [str(shelf)]
    package = await someone.do("POST", "/packages/from-folder", {"folder": 0, "name": name})
    assert (await installed(someone, package["id"]))["ok"]
    assert await served.texts({"text": "hi"}) == ["HI"]
    for wrong in ("link.whl", "../outside.whl", "notes.txt"):
        refused = await someone.refused("POST", "/packages/from-folder", {"folder": 0, "name": wrong})
        assert refused == "modules.no-file"


def test_settings_of_pip_are_read_as_pip_reads_them(tmp_path: Path) -> None:
    weak, strong = tmp_path / "a.conf", tmp_path / "b.conf"
    weak.write_text("[global]\nindex-url = https://a.example/simple/\ntimeout = 60\nproxy = http://proxy:1\n", "utf-8")
    strong.write_text(
        "[global]\nextra-index-url = https://b.example/s https://c.example/s\n[download]\ntrusted-host = h:1 i\n",
        "utf-8",
    )
    found = pip_settings({"PIP_INDEX_URL": "https://env.example/simple", "PIP_FIND_LINKS": "/wheels"}, [weak, strong])
    assert found.indexes == ("https://env.example/simple", "https://b.example/s", "https://c.example/s")
    assert (found.timeout_s, found.proxy, found.trusted_hosts) == (60, "http://proxy:1", ("h", "i"))
    assert found.find_links == ("/wheels",)
    assert pip_settings({}, []).indexes == (PYPI,)
    assert pip_settings({"PIP_NO_INDEX": "1"}, [weak]).indexes == ()
    broken = tmp_path / "c.conf"
    broken.write_text("no section", "utf-8")
    assert pip_settings({}, [broken]).indexes == (PYPI,)


async def test_wheels_of_find_links_come_without_any_network(tmp_path: Path) -> None:
    shelf = tmp_path / "links"
    shelf.mkdir()
    name, data = wheel()
    (shelf / name).write_bytes(data)
    async with serving(tmp_path) as served:
        sources = Sources({"PIP_CONFIG_FILE": "/dev/null", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(shelf)})
        served.app.installing.use(Store(tmp_path), sources)
        assert (await fetched(served, "gb-shouter"))["words"] == "gb-shouter 1.0"
