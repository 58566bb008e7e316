"""A wrap that fails again and again is switched off by itself, and no event is lost to it."""

import asyncio
from pathlib import Path
from typing import Any

from core.tests.http.house import Someone
from core.tests.http.served import serving

from gutenbot.app.app import Mode
from gutenbot.modules.module import Module, Part


def moody() -> tuple[Module, dict[str, int]]:
    part, calls = Part(), {"calls": 0, "broken": 1}

    @part.wrap("receive", name="moody")
    async def wrap(turn: Any, call_next: Any) -> None:
        """Fails as long as it is broken."""
        calls["calls"] += 1
        if calls["broken"]:
            raise RuntimeError("out of order")
        await call_next()

    return Module("moods", parts=[part]), calls


async def test_mod_03_after_three_errors_in_a_row_a_wrap_is_off_and_the_event_gets_through(tmp_path: Path) -> None:
    module, calls = moody()
    async with serving(tmp_path, modules=[module], mode=Mode(threaded=False)) as served:
        someone, told = Someone(served.client), []

        async def notify(message: str, *more: Any, **about: Any) -> None:
            told.append(message)

        served.app.notify = notify
        assert await served.texts({"text": "hi", "wait_s": 20}) == ["hi"]
        assert calls["calls"] == 3
        async with asyncio.timeout(30):
            while not (await someone.get("/modules/moods"))["wraps"][0]["reason"]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        found = await someone.get("/modules/moods")
        assert (found["wraps"][0]["enabled"], found["errors"], found["state"]) == (False, 3, "running")
        assert "3 times in a row" in found["wraps"][0]["reason"]
        assert told == ["moody of moods failed 3 times in a row and was switched off."]
        assert await served.texts({"text": "again"}) == ["again"]
        assert calls["calls"] == 3
        calls["broken"] = 0
        after = await someone.do("PUT", "/modules/moods/wraps/receive/moody", {"on": True})
        assert after["wraps"][0]["enabled"] is True
        assert await served.texts({"text": "and again"}) == ["and again"]
        assert calls["calls"] == 4


async def test_what_fails_now_and_then_stays(tmp_path: Path) -> None:
    module, calls = moody()
    async with serving(tmp_path, modules=[module], mode=Mode(threaded=False)) as served:
        for number in range(4):
            calls["broken"] = 0
            assert await served.texts({"text": f"well {number}"}) == [f"well {number}"]
        found = await Someone(served.client).get("/modules/moods")
        assert (found["wraps"][0]["enabled"], found["errors"]) == (True, 0)
