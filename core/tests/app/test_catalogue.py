"""The list of known modules, and the central list of bad ones: with the release, from an address, and with no network at all."""

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from core.tests.app.indexes import Index, index_server
from core.tests.app.test_installing import install
from core.tests.http.house import Someone
from core.tests.http.served import Served, serving

from gutenbot.app.installing import forget_code
from gutenbot.modules.sources.catalogue import read_catalogue
from gutenbot.modules.store import Store

NEWS = "# Changes\n\n## 2.0\n\nLouder.\n\n## 1.0\n\nThe first."


def known(**options: Any) -> dict[str, Any]:
    """An entry of a list."""
    return {"name": "shouter", "distribution": "gb-shouter", "version": "2.0", "summary": "Shouts", "core": ">=0.1,<0.2",
            "python": ">=3.9", "adds": {"wraps": 1}, "changelog": NEWS, **options}  # fmt: skip


@pytest_asyncio.fixture
async def index() -> AsyncIterator[Index]:
    async with index_server() as one:
        yield one


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path) as one:
        one.app.installing.use(Store(tmp_path))
        yield one
    forget_code(tmp_path)
    sys.path[:] = [path for path in sys.path if not path.startswith(str(tmp_path))]


async def test_the_list_of_the_release_is_there_without_any_network(served: Served) -> None:
    found = await Someone(served.client).get("/module-index")
    assert {"channel-web", "notes", "subscriptions"} <= {one["name"] for one in found["items"]}
    assert (found["renewable"], found["fetched"], found["error"]) == (False, None, "")
    notes = next(one for one in found["items"] if one["name"] == "notes")
    assert (notes["installed"], notes["here"], notes["obstacles"], notes["adds"]["pages"]) == ("", True, [], 3)


async def test_a_newer_version_is_an_update_with_what_is_new(served: Served, index: Index) -> None:
    someone = Someone(served.client)
    served.app.installing.catalogue.renewed.url = index.list("index.json", {"format": 1, "modules": [known()]})
    await install(served)
    found = await someone.do("POST", "/module-index/renew")
    assert (found["error"], found["renewable"]) == ("", True)
    (one,) = found["items"]
    assert (one["installed"], one["update"], one["here"]) == ("1.0", True, True)
    assert "Louder." in one["news"]
    assert "The first." not in one["news"]
    went = await install(served, version="2.0")
    assert went["pending"]
    (one,) = (await someone.get("/module-index"))["items"]
    assert (one["installed"], one["update"]) == ("2.0", False)


@pytest.mark.parametrize(
    "broken",
    [
        {"index.json": "no list"},
        {"index.json.sha256": "0" * 64},
        {"index.json.sha256": ""},
        {"index.json": "x" * (3 << 20)},
    ],
)
async def test_what_is_no_list_changes_nothing_and_is_said(
    served: Served, index: Index, broken: dict[str, str]
) -> None:
    someone = Someone(served.client)
    served.app.installing.catalogue.renewed.url = index.list("index.json", {"format": 1, "modules": [known()]})
    first = await someone.do("POST", "/module-index/renew")
    index.texts |= broken
    found = await someone.do("POST", "/module-index/renew")
    assert found["error"]
    assert (found["items"], found["fetched"]) == (first["items"], first["fetched"]), "the last good one counts"


async def test_offline_says_so_and_goes_on_with_the_list_that_is_there(served: Served) -> None:
    served.app.installing.catalogue.renewed.url = "http://127.0.0.1:9/index.json"
    found = await Someone(served.client).do("POST", "/module-index/renew")
    assert "Is this server online" in found["error"]
    assert "notes" in [one["name"] for one in found["items"]]


async def test_a_list_of_another_address_does_not_count(served: Served, index: Index) -> None:
    renewed = served.app.installing.catalogue.renewed
    renewed.url = index.list("index.json", {"format": 1, "modules": [known()]})
    await renewed.renew()
    assert [one.name for one in served.app.installing.catalogue.known()] == ["shouter"]
    renewed.url = index.list("other.json", {"format": 1, "modules": []})
    await renewed.load()
    assert "notes" in [one.name for one in served.app.installing.catalogue.known()]


@pytest.mark.parametrize(
    "wrong",
    [{"version": "newest"}, {"homepage": "javascript:alert(1)"}, {"name": "../x"}, {"core": "any"}, {"adds": 1}],
)
def test_a_list_of_another_shape_is_none(wrong: dict[str, Any]) -> None:
    read_catalogue(json.dumps({"format": 1, "modules": [known()]}))
    with pytest.raises(ValueError, match=r"\S"):
        read_catalogue(json.dumps({"format": 1, "modules": [known(**wrong)]}))
    with pytest.raises(ValueError, match="twice"):
        read_catalogue(json.dumps({"format": 1, "modules": [known(), known()]}))


async def test_mod_14_the_central_list_switches_off_and_tells_those_who_look_after_modules(
    served: Served, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = served.app.switching.known_bad
    someone, app = Someone(served.client), served.app
    told: list[tuple[str, str]] = []

    async def notify(message: str, level: str, *more: Any, to: str = "", **about: Any) -> None:
        told.append((message, to))

    monkeypatch.setattr(app, "notify", notify)
    await install(served)
    entry = {"distribution": "gb-shouter", "versions": "<2", "reason": "It shouts at people."}
    bad.central.url = index.list("bad.json", {"format": 1, "modules": [entry]})
    assert await served.texts({"text": "hi"}) == ["HI"]
    assert await bad.central.renew_when_due()
    await bad.look_and_tell()
    assert await served.texts({"text": "hi"}, "b") == ["hi"]
    assert (await someone.get("/modules/shouter"))["locked"] == "the list of bad modules"
    assert told == [("shouter is known to be bad and was switched off: It shouts at people.", "may:modules:read")]
    await bad.look_and_tell()
    assert len(told) == 1, "it is told once"
    index.texts["bad.json"] = "broken"
    await bad.central.renew()
    await bad.look_and_tell()
    assert (await someone.get("/modules/shouter"))["state"] == "disabled", "a list that is broken changes nothing"
    bad.central.url = index.list("bad.json", {"format": 1, "modules": []})
    await bad.central.renew()
    await bad.look_and_tell()
    assert (await someone.get("/modules/shouter"))["state"] == "running"
