"""The log in the console: what is kept and shown of it, safe to look at, and levels that change for a while."""

import asyncio
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from core.tests.http.house import House
from core.tests.http.sockets import connected, cookies_of

from gutenbot.kernel.log import configure, get_logger
from gutenbot.kernel.logfile import LogFile
from gutenbot.kernel.logring import Line, Ring

log = get_logger("bakery")


@pytest.fixture(autouse=True)
def ring() -> Iterator[Ring]:
    """Logging as a server sets it up."""
    found = Ring("info")
    configure(json=True, level="error", stream=io.StringIO(), ring=found)
    yield found
    structlog.reset_defaults()


async def lines(house: House, query: str = "") -> list[dict[str, Any]]:
    owner = house.begin or await house.owner()
    house.begin = owner
    return list((await owner.get(f"/logs?logger=bakery{query}"))["items"])


async def test_lines_are_kept_below_what_is_written_out_and_found_by_level_words_and_turn(house: House) -> None:
    log.debug("oven.warmed")
    log.info("bread.baked", conversation="c1", loaves=3)
    try:
        raise ValueError("no flour")
    except ValueError:
        log.exception("bread.failed", seq=17)
    assert [line["event"] for line in await lines(house)] == ["bread.failed", "bread.baked"]
    assert [line["event"] for line in await lines(house, "&level=error")] == ["bread.failed"]
    assert [line["event"] for line in await lines(house, "&turn=c1")] == ["bread.baked"]
    assert [line["event"] for line in await lines(house, "&q=NO+FLOUR")] == ["bread.failed"]
    failed, baked = await lines(house)
    assert baked["data"] == {"conversation": "c1", "loaves": 3}
    assert "ValueError: no flour" in failed["traceback"]
    page = await house.begin.get("/logs?logger=bakery&limit=1")
    assert page["next"] == failed["seq"]
    assert [one["seq"] for one in await lines(house, f"&before={page['next']}")] == [baked["seq"]]


async def test_inp_09_xss_01_a_line_stays_one_line_of_harmless_text(house: House) -> None:
    hostile = "Ann\nroot: ok\x1b[31mred\x1b]0;title\x07 \x00<script>alert(1)</script>\u202egnp.exe"
    log.info("user.named", name=hostile, password="hunter2", long="x" * 5000)
    (line,) = await lines(house)
    assert line["data"]["name"] == (
        "Ann\\nroot: ok\ufffd[31mred\ufffd]0;title\ufffd \ufffd<script>alert(1)</script>\ufffdgnp.exe"
    )
    assert line["data"]["password"] == "•••"
    assert len(line["data"]["long"]) == 2001
    answer = await house.begin.call("GET", "/logs/download?logger=bakery")
    assert answer.headers["content-disposition"] == 'attachment; filename="log.jsonl"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert json.loads(answer.text)["event"] == "user.named"


async def test_a_level_changes_for_a_while_without_a_restart(house: House, ring: Ring) -> None:
    owner = await house.owner()
    log.debug("oven.warmed")
    await owner.do("PUT", "/logs/levels/bakery", {"level": "debug", "minutes": 10})
    log.debug("oven.checked")
    get_logger("other").debug("nothing.happened")
    house.begin = owner
    assert [line["event"] for line in await lines(house)] == ["oven.checked"]
    assert "other" not in ring.loggers
    (level,) = (await owner.get("/logs/levels"))["items"]
    assert (level["logger"], level["level"], level["by"]) == ("bakery", "debug", "Olga")
    house.clock.ahead_s += 601
    await house.served.app.bridge.logs.follow()
    log.debug("oven.cooled")
    house.clock.ahead_s -= 601
    assert len(await lines(house)) == 1
    assert await owner.refused("PUT", "/logs/levels/bakery", {"level": "loud"}) == "http.invalid"
    agent = await house.member(owner, "analyst")
    assert await agent.refused("GET", "/logs") == "http.forbidden"


async def test_pages_see_lines_as_they_are_written_and_not_more_than_they_can_read(house: House) -> None:
    owner = await house.owner()
    async with connected(house.served.server, cookies_of(owner)) as page:
        await page.subscribe("logs")
        await page.say(say="logs", data={"logger": "bakery", "level": "info"})
        await page.say(unsubscribe="nothing")
        await page.say(subscribe="jobs")
        assert (await page.told())["topic"] == "jobs"
        for n in range(200):
            log.info("bread.baked", n=n)
        told = [await page.told() for _ in range(60)]
        assert [one["data"]["data"]["n"] for one in told] == list(range(60))
        assert told[0]["data"]["worker"]
        await asyncio.sleep(0.6)
        log.info("oven.cooled")
        last = await page.told()
        assert (last["data"]["event"], last["data"]["skipped"]) == ("oven.cooled", 140)


async def test_after_a_break_lines_go_on_where_they_stopped(house: House) -> None:
    owner = await house.owner()
    async with connected(house.served.server, cookies_of(owner)) as page:
        log.info("bread.baked", n=0)
        seq = await page.subscribe("logs")
    log.info("bread.baked", n=1)
    async with connected(house.served.server, cookies_of(owner)) as page:
        await page.say(subscribe="logs", after=seq)
        message = await page.told()
        while message["data"].get("logger") != "bakery":
            message = await page.told()
        assert message["data"]["data"] == {"n": 1}
        await page.say(subscribe="logs", after=7)
        while not message.get("gap"):
            message = await page.told()


def test_files_are_renewed_and_each_process_has_its_own(tmp_path: Path) -> None:
    first, second = LogFile(tmp_path, 1), LogFile(tmp_path, 1)
    first.open()
    second.open()
    assert (first.path, second.path) == (tmp_path / "gutenbot-1.jsonl", tmp_path / "gutenbot-2.jsonl")
    for n in range(6_000):
        first.write(Line(n, n, "info", "x", "it.happened", {"text": "é" * 200}))
    first.close()
    second.close()
    sizes = {path.name: path.stat().st_size for path in tmp_path.glob("gutenbot-1.jsonl*")}
    assert set(sizes) == {"gutenbot-1.jsonl", *(f"gutenbot-1.jsonl.{n}" for n in range(1, 5))}
    assert sum(sizes.values()) <= 1.5 * (1 << 20)
    last = (tmp_path / "gutenbot-1.jsonl").read_text("utf-8").splitlines()[-1]
    assert json.loads(last)["seq"] == 5_999


async def test_a_worker_alone_has_its_own_log_only(house: House) -> None:
    owner = await house.owner()
    found = await owner.get("/logs/workers")
    assert found["items"] == [found["this"]]
    assert await owner.refused("GET", "/logs?worker=gone:3") == "logs.no-such-worker"
