"""A call that succeeds for every route that brings modules in, and for what they keep."""

from core.tests.app.installs import installed, job_ended
from core.tests.app.wheels import MIGRATION, wheel
from core.tests.http.house import House, Someone
from core.tests.http.writes import write

from gutenbot.app.fetching import Sources
from gutenbot.app.installing import forget_code

NO_INDEX = {"PIP_CONFIG_FILE": "/dev/null", "PIP_NO_INDEX": "1"}


async def _uploaded(owner: Someone) -> str:
    name, data = wheel("listed")
    return str((await owner.send("POST", f"/packages?name={name}", data))["id"])


@write("POST", "/packages")
async def _(house: House, owner: Someone) -> None:
    await _uploaded(owner)


@write("DELETE", "/packages/{package}")
async def _(house: House, owner: Someone) -> None:
    package = await _uploaded(owner)
    await house.begin()
    await owner.do("DELETE", f"/packages/{package}")


@write("POST", "/packages/{package}/install")
async def _(house: House, owner: Someone) -> None:
    package = await _uploaded(owner)
    await house.served.app.jobs.stop()  # the line of how it went comes later
    await house.begin()
    await owner.do("POST", f"/packages/{package}/install")


@write("DELETE", "/modules/{module}")
async def _(house: House, owner: Someone) -> None:
    await house.served.app.jobs.run()
    house.served.app.jobs.wake()
    await job_ended(owner, (await owner.get("/jobs"))["items"][0]["id"])
    await house.begin()
    await owner.do("DELETE", "/modules/listed")


@write("POST", "/packages/from-folder")
async def _(house: House, owner: Someone) -> None:
    installing = house.served.app.installing
    shelf = installing.store.folder.parent / "shelf"
    shelf.mkdir()
    name, data = wheel("shelved")
    (shelf / name).write_bytes(data)
    installing.sources = Sources(NO_INDEX, [shelf])
    await owner.do("POST", "/packages/from-folder", {"folder": 0, "name": name})


@write("POST", "/packages/from-index")
async def _(house: House, owner: Someone) -> None:
    house.served.app.installing.sources = Sources(NO_INDEX)
    await owner.do("POST", "/packages/from-index", {"name": "gb-absent"})


@write("POST", "/module-index/renew")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", "/module-index/renew")


@write("POST", "/modules/{module}/data/exports")
async def _(house: House, owner: Someone) -> None:
    name, data = wheel("tabled", files={"migrations/versions/0001_note.py": MIGRATION})
    package = await owner.send("POST", f"/packages?name={name}", data)
    assert (await installed(owner, package["id"]))["ok"]
    await house.begin()
    await owner.do("POST", "/modules/tabled/data/exports")
    installing = house.served.app.installing
    forget_code(installing.store.folder / installing.loaded["tabled"].folder)


@write("POST", "/server/restart")
async def _(house: House, owner: Someone) -> None:
    renewal, told = house.served.app.renewal, []
    assert await owner.refused("POST", "/server/restart") == "server.cannot-restart"
    renewal.way, renewal.end = "here", lambda: told.append(1)
    assert (await owner.do("POST", "/server/restart"))["restarting"]
    assert told == [1]
