"""What was planned is looked at again when its moment has come: users get nothing that breaks the rules as they are then."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from core.tests.http.house import House, Skipping, Someone
from core.tests.http.served import serving
from core.tests.http.test_content import AT, FILE, TEXT, draft, said, with_files
from core.tests.http.test_content_live import later, moment
from core.tests.storage.postgres.servers import Server

from gutenbot.kernel.crashpoints import EXIT_CODE
from gutenbot.storage.port import Storage
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.testing.database import open_storage

CODE = """from gutenbot import Bot, Chat

bot = Bot("echo")


@bot.fallback
async def eta(chat: Chat) -> None:
    await chat.say("#order.eta", {name}="now")
"""
WORDS = {"version": 0, "forbidden": ["Easter"], "instead": []}
OLD = "It comes today."


@pytest.fixture
async def owner(house: House, tmp_path: Path) -> Someone:
    await with_files(house, tmp_path, order=FILE)
    return await house.owner()


async def planned(house: House, someone: Someone, words: str = "Happy Easter!", version: int = 0, **more: Any) -> int:
    """A text that goes live in a minute; the number of the release."""
    await draft(someone, words, version)
    body = {"at": moment(house, 60), "zone": "Europe/Paris", **more}
    return int((await someone.do("POST", f"{TEXT}/publish", body))["release"])


async def told(someone: Someone) -> list[dict[str, Any]]:
    """What the bell has about releases."""
    rows = (await someone.get("/notifications"))["items"]
    return [one for one in rows if one["link"] == "/bots/echo/content/releases"]


async def test_a_word_that_was_forbidden_meanwhile_holds_a_planned_text_and_its_author_hears_why(
    house: House, owner: Someone
) -> None:
    other = await house.member(owner, "admin", "Ada")
    seq = await planned(house, owner)
    await owner.do("PUT", f"{AT}/wording/en", WORDS)
    assert await later(house, owner, 61) == 1
    await other.sign_in("Ada@example.org")
    assert said(house) == OLD
    release = await owner.get(f"{AT}/releases/{seq}")
    assert (release["state"], release["at"]) == ("held", None)
    assert "“Easter” is a word that this bot never uses" in release["items"][0]["held"]
    shown = (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]
    assert (shown["state"], shown["schedule"]["held"]) == ("scheduled", release["items"][0]["held"])
    bell = await told(owner)
    assert [(one["level"], one["times"]) for one in bell] == [("warning", 1)]
    assert "“Easter”" in bell[0]["message"]
    assert await told(other) == []
    lines = (await owner.get("/audit?verb=content.held"))["items"]
    assert [one["after"]["release"] for one in lines] == [seq]

    assert await later(house, owner, 600) == 0, "it waits for a person, and nobody is told again"
    assert await owner.refused("POST", f"{AT}/releases/{seq}/publish") == "content.not-sound"
    await owner.do("PUT", f"{AT}/wording/en", {"version": 1, "forbidden": [], "instead": []})
    await owner.do("POST", f"{AT}/releases/{seq}/publish")
    assert said(house) == "Happy Easter!"
    assert (await owner.get(f"{AT}/releases/{seq}"))["state"] == "live"
    assert (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]["schedule"] is None
    assert await owner.refused("POST", f"{AT}/releases/{seq}/publish") == "content.not-planned"


async def test_a_name_that_code_passes_no_more_holds_a_planned_text(
    house: House, owner: Someone, tmp_path: Path
) -> None:
    code = tmp_path / "bot" / "bot.py"
    code.write_text(CODE.format(name="eta"), encoding="utf-8")
    seq = await planned(house, owner, "It comes {{ eta }}!")
    code.write_text(CODE.format(name="when"), encoding="utf-8")
    assert await owner.refused("POST", f"{TEXT}/publish", {}) == "content.not-sound"
    assert await later(house, owner, 61) == 1
    assert (await owner.get(f"{AT}/releases/{seq}"))["items"][0]["held"].endswith("`eta` is not passed at bot.py:8.")
    assert said(house) == OLD


async def test_where_a_review_is_asked_for_meanwhile_a_planned_text_waits_for_it(house: House, owner: Someone) -> None:
    mia = await house.member(owner, "editor", "Mia")
    seq = await planned(house, owner)
    house.served.app.content.desk.overrides = "review"
    assert await later(house, owner, 61) == 1
    await mia.sign_in("Mia@example.org")
    assert (await owner.get(f"{AT}/releases/{seq}"))["state"] == "held"
    assert await owner.refused("POST", f"{AT}/releases/{seq}/publish") == "content.needs-review"
    await mia.do("POST", f"{TEXT}/review", {"do": "approve"})
    await owner.do("POST", f"{AT}/releases/{seq}/publish")
    assert said(house) == "Happy Easter!"


async def test_what_was_approved_when_it_was_planned_goes_live_though_somebody_writes_on(
    house: House, owner: Someone
) -> None:
    mia = await house.member(owner, "editor", "Mia")
    house.served.app.content.desk.overrides = "review"
    await draft(owner, "Happy Easter!")
    await mia.do("POST", f"{TEXT}/review", {"do": "approve"})
    await owner.do("POST", f"{TEXT}/publish", {"at": moment(house, 60)})
    await draft(owner, "Not yet approved.", 99)
    await owner.do("POST", f"{TEXT}/review", {"do": "ask"})
    assert await later(house, owner, 61) == 1
    assert said(house) == "Happy Easter!"


async def test_where_content_was_locked_meanwhile_nothing_planned_goes_live(house: House, owner: Someone) -> None:
    seq = await planned(house, owner)
    house.served.app.content.desk.overrides = "locked"
    assert await later(house, owner, 61) == 1
    assert (await owner.get(f"{AT}/releases/{seq}"))["state"] == "held"
    assert await owner.refused("POST", f"{AT}/releases/{seq}/publish") == "content.locked"
    assert said(house) == OLD


async def test_a_release_is_held_as_a_whole_and_says_which_text_is_the_reason(house: House, owner: Someone) -> None:
    await draft(owner, "Happy Easter!")
    await owner.do("PUT", f"{AT}/items/order.size/locales/en/draft", {"value": "Size?"})
    items = [{"id": item, "locale": "en"} for item in ("order.eta", "order.size")]
    body = {"name": "Spring", "items": items, "at": moment(house, 60), "expires": moment(house, 120)}
    seq = (await owner.do("POST", f"{AT}/releases", body))["release"]
    await owner.do("PUT", f"{AT}/wording/en", WORDS)
    assert await later(house, owner, 61) == 1
    held = {one["id"]: bool(one["held"]) for one in (await owner.get(f"{AT}/releases/{seq}"))["items"]}
    assert held == {"order.eta": True, "order.size": False}
    assert (said(house), said(house, "order.size")) == (OLD, "Which size?")
    assert (await told(owner))[0]["message"].startswith("Spring did not go live")
    await later(house, owner, 61)
    assert await owner.refused("POST", f"{AT}/releases/{seq}/publish") == "content.wrong-moment"
    await owner.do("POST", f"{AT}/releases/{seq}/undo")
    assert (await owner.get(f"{AT}/releases/{seq}"))["state"] == "cancelled"
    assert (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]["state"] == "draft"


async def test_what_is_published_or_removed_before_its_moment_is_not_planned_any_more(
    house: House, owner: Someone
) -> None:
    seq = await planned(house, owner)
    await draft(owner, "Better words.", 99)
    await owner.do("POST", f"{TEXT}/publish", {})
    assert (await owner.get(f"{AT}/releases/{seq}"))["state"] == "cancelled"
    await owner.do("POST", f"{AT}/items", {"id": "promo", "locale": "en", "value": "Now!"})
    gone = (await owner.do("POST", f"{AT}/items/promo/locales/en/publish", {"at": moment(house, 60)}))["release"]
    await owner.do("DELETE", f"{AT}/items/promo")
    assert (await owner.get(f"{AT}/releases/{gone}"))["state"] == "cancelled"
    assert await later(house, owner, 61) == 0
    assert said(house) == "Better words."


BOT = """from gutenbot import Bot

bot = Bot("echo")
"""


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_cra_16_a_server_killed_while_it_holds_a_planned_text_holds_it_once(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server: Server | None = request.getfixturevalue("postgres") if engine == "postgres" else None
    url = server.new_database() if server else ""
    (tmp_path / ".gutenbot").mkdir()
    (tmp_path / "bot.py").write_text(BOT, encoding="utf-8")
    clock = Skipping()
    clock.ahead_s = -600

    def storage() -> Storage:
        return PostgresStorage(url, clock) if server else open_storage(tmp_path / ".gutenbot" / "gutenbot.db", clock)

    async with serving(tmp_path, dev=False, storage=storage(), clock=clock) as served:
        house = House(served, clock)
        await with_files(house, tmp_path, order=FILE)
        owner = await house.owner()
        seq = await planned(house, owner)
        await owner.do("PUT", f"{AT}/wording/en", WORDS)
    environ = os.environ | {"GUTENBOT_CRASH_AT": "content.holding:1", "GUTENBOT_PORT": "0", "GUTENBOT_LEASE_S": "5"}
    environ |= {"GUTENBOT_DATABASE_URL": url} if url else {}
    command = [sys.executable, "-m", "gutenbot", "serve", "--no-supervise"]
    killed = await asyncio.to_thread(subprocess.run, command, cwd=tmp_path, env=environ, timeout=100, check=False)
    assert killed.returncode == EXIT_CODE
    clock.ahead_s = 0
    async with serving(tmp_path, dev=False, storage=storage(), clock=clock) as served:
        house = House(served, clock)
        await with_files(house, tmp_path, order=FILE)
        olga = house.stranger()
        await olga.sign_in("olga@example.org")
        async with asyncio.timeout(60):  # on PostgreSQL the killed one holds its lease a little longer
            while (state := (await olga.get(f"{AT}/releases/{seq}"))["state"]) == "scheduled":
                served.app.content._planned()
                await asyncio.sleep(0.05)
        assert state == "held"
        assert len((await olga.get("/audit?verb=content.held"))["items"]) == 1
        assert [one["times"] for one in await told(olga)] == [1]
        assert said(house) == OLD
    if server:
        server.drop(url)
