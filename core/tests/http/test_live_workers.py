"""Two workers on one PostgreSQL: whoever is connected to one hears what happens at the other, and takes its work over."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from core.tests.http.house import House, Skipping
from core.tests.http.served import serving
from core.tests.http.sockets import connected, cookies_of
from core.tests.storage.postgres.servers import Server

from gutenbot.accounts.lines import Who
from gutenbot.app.otherlogs import ASKS, SAID
from gutenbot.jobs import rows
from gutenbot.jobs.kinds import At, JobKind, Stepped
from gutenbot.storage.postgres import PostgresStorage

pytestmark = pytest.mark.postgres
WHO = Who("system", "test", "test")


@pytest_asyncio.fixture
async def houses(postgres: Server, tmp_path: Path) -> AsyncIterator[tuple[House, House]]:
    url = postgres.new_database()
    clock = Skipping()
    async with serving(tmp_path / "a", dev=False, storage=PostgresStorage(url, clock), clock=clock) as first:
        async with serving(tmp_path / "b", dev=False, storage=PostgresStorage(url, clock), clock=clock) as second:
            yield House(first, clock), House(second, clock)
    postgres.drop(url)


async def test_events_presence_threads_and_levels_reach_the_other_worker(houses: tuple[House, House]) -> None:
    here, there = houses
    owner = await here.owner()
    key = await owner.do("POST", "/keys", {"name": "talk", "role": "agent"})
    headers = {"authorization": f"Bearer {key['key']}"}
    await here.served.say({"text": "one", "user": "ann"}, headers=headers)
    conversation = here.served.conversation("ann")
    topic = "presence:content/echo/greeting"
    async with connected(there.served.server, cookies_of(owner)) as page:
        await page.subscribe("content:echo")
        numbers = [await here.served.app.feed.publish("content:echo", {"n": n}) for n in range(20)]
        assert [(await page.told())["seq"] for _ in numbers] == numbers
        n = await page.subscribe(f"conversation:{conversation}")
        await here.served.say({"text": "two", "user": "ann"}, headers=headers)
        seen: list[int] = []
        while len(seen) < 2:
            message = await page.told()
            seen += [message["seq"]] if "seq" in message else []
        assert seen == [n + 1, n + 2]
        await page.say(unsubscribe=f"conversation:{conversation}")
        await page.subscribe(topic)
        assert len((await page.told())["data"]["present"]) == 1
        async with connected(here.served.server, cookies_of(owner)) as other:
            await other.subscribe(topic)
            assert len((await page.told())["data"]["present"]) == 2
        assert len((await page.told())["data"]["present"]) == 1
    await owner.do("PUT", "/logs/levels/bakery", {"level": "debug"})
    async with asyncio.timeout(30):
        while "bakery" not in there.served.app.bridge.logs.ring.levels.some:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_many_who_publish_at_once_leave_no_hole_for_those_who_listen(houses: tuple[House, House]) -> None:
    here, there = houses
    owner = await here.owner()
    async with connected(there.served.server, cookies_of(owner)) as page:
        start = await page.subscribe("content:echo")

        async def publish(house: House, name: str) -> list[int]:
            return [await house.served.app.feed.publish("content:echo", {"of": name, "n": n}) for n in range(25)]

        made = await asyncio.gather(*(publish(house, f"{n}") for n in range(4) for house in houses))
        told = [(await page.told())["seq"] for _ in range(200)]
        assert told == sorted(number for some in made for number in some)
    async with connected(here.served.server, cookies_of(owner)) as page:
        await page.say(subscribe="content:echo", after=start)
        assert [(await page.told())["seq"] for _ in range(200)] == told


async def test_a_job_of_a_worker_that_stopped_goes_on_at_the_other_one(houses: tuple[House, House]) -> None:
    ran: list[tuple[str, int]] = []

    def kind(name: str) -> JobKind:
        async def step(app: Any, at: At) -> Stepped:
            ran.append((name, at.done))
            await asyncio.sleep(0.02)
            return Stepped(cursor=at.done, done=at.done + 1, pieces=(b"x",), finished=at.done == 99)

        return JobKind(step)

    for name, house in zip("ab", houses, strict=True):
        house.served.app.registries["jobs"].add("count", kind(name), "test")
    here, there = houses
    job: str = (await here.served.app.jobs.start("count", title="Count", by=WHO, total=100))["id"]
    async with asyncio.timeout(10):
        while len(ran) < 20:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    holder = ran[0][0]
    assert {name for name, _ in ran} == {holder}, "one of them runs it"
    first, second = (here, there) if holder == "a" else (there, here)
    await first.served.app.jobs.stop()
    async with asyncio.timeout(20):
        while (row := await second.served.app.storage.read(lambda db: rows.get(db, job)))["state"] != "done":  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    pieces = [await second.served.app.storage.read(lambda db, n=n: rows.piece(db, job, n)) for n in range(1, 102)]  # type: ignore[misc]
    assert pieces == [b"x"] * 100 + [None], "each step was kept once"
    assert row["done"] == 100


async def test_the_log_of_the_other_worker_is_read_from_here(houses: tuple[House, House]) -> None:
    here, there = houses
    owner = await here.owner()
    for name, house in (("here:1", here), ("there:2", there)):
        logs = house.served.app.bridge.logs
        logs.name = name
        for n in range(3):
            logs.ring.add(n, "warning", "bakery", {"event": f"{name} {n}", "loaves": n})
    assert await owner.get("/logs/workers") == {"this": "here:1", "items": ["here:1", "there:2"]}
    found = await owner.get("/logs?logger=bakery&worker=there:2&limit=2")
    assert [one["event"] for one in found["items"]] == ["there:2 2", "there:2 1"]
    assert (found["worker"], "bakery" in found["loggers"], found["items"][0]["data"]) == (
        "there:2",
        True,
        {"loaves": 2},
    )
    older = await owner.get(f"/logs?logger=bakery&worker=there:2&limit=2&before={found['next']}")
    assert [one["event"] for one in older["items"]] == ["there:2 0"]
    own = await owner.get("/logs?logger=bakery&worker=here:1")
    assert {one["event"] for one in own["items"]} == {f"here:1 {n}" for n in range(3)}
    assert await owner.refused("GET", "/logs?worker=gone:3") == "logs.no-such-worker"
    storage = here.served.app.storage
    assert await storage.kv_list(ASKS) == await storage.kv_list(SAID) == {}, "nothing is left behind"


async def test_the_log_of_the_other_worker_is_followed_from_here_until_it_ends(houses: tuple[House, House]) -> None:
    here, there = houses
    owner = await here.owner()
    for name, house in (("here:1", here), ("there:2", there)):
        house.served.app.bridge.logs.name = name
    ring = there.served.app.bridge.logs.ring

    def logs(*numbers: int, level: str = "warning") -> None:
        for n in numbers:
            ring.add(n, level, "bakery", {"event": f"loaf {n}"})

    logs(1, 2)
    known = (await owner.get("/logs?logger=bakery&worker=there:2"))["items"][0]["seq"]
    logs(3)
    async with connected(here.served.server, cookies_of(owner)) as page:
        await page.subscribe("logs")
        await page.say(say="logs", data={"logger": "bakery", "level": "warning", "worker": "there:2", "after": known})
        told = (await page.told())["data"]
        assert (told["event"], told["worker"], told["skipped"]) == ("loaf 3", "there:2", 0)
        logs(4, level="info")
        here.served.app.bridge.logs.ring.add(0, "warning", "bakery", {"event": "of here"})
        logs(*range(5, 105))
        some = [(await page.told())["data"] for _ in range(60)]
        assert [one["event"] for one in some] == [f"loaf {n}" for n in range(45, 105)]
        assert [one["skipped"] for one in some] == [40, *[0] * 59], "there is no room for more"
        await page.say(say="logs", data={"logger": "bakery"})
        await page.subscribe("jobs")  # so much is heard now
        here.served.app.bridge.logs.ring.add(0, "warning", "bakery", {"event": "of here again"})
        assert (await page.told())["data"]["event"] == "of here again"
        await page.say(say="logs", data={"worker": "gone:3"})
        assert (await page.told())["data"] == {"worker": "gone:3", "gone": True}
