"""Going live: planned, ended, released together, on every worker, and never in the middle of a turn."""

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from core.tests.http.house import House, Someone
from core.tests.http.served import Served, serving
from core.tests.http.test_content import AT, ECHO, FILE, TEXT, draft, said, with_files
from core.tests.storage.postgres.servers import Server

from gutenbot import Bot, Chat
from gutenbot.kernel.clock import SystemClock
from gutenbot.storage.postgres import PostgresStorage


@pytest.fixture
async def owner(house: House, tmp_path: Path) -> Someone:
    await with_files(house, tmp_path, order=FILE)
    return await house.owner()


def moment(house: House, seconds: float) -> str:
    return (datetime.fromtimestamp(house.clock.now().timestamp(), UTC) + timedelta(seconds=seconds)).isoformat()


async def later(house: House, owner: Someone, seconds: float) -> int:
    """Time passes, and what is due is done; twice, as by two workers."""
    content = house.served.app.content
    for task in content._tasks:
        if task.get_name() == "content plans":  # it would do the same, now or a little later
            task.cancel()
            await asyncio.wait([task])
    house.later(seconds)
    content._planned()
    done = await content.carry_out()
    content._planned()
    assert await content.carry_out() == 0
    await owner.sign_in("olga@example.org")
    return done


async def test_a_planned_text_goes_live_at_its_moment_and_ends_at_the_other(house: House, owner: Someone) -> None:
    await draft(owner, "Happy Easter!")
    body = {"at": moment(house, 60), "expires": moment(house, 120), "zone": "Europe/Paris"}
    release = (await owner.do("POST", f"{TEXT}/publish", body))["release"]
    shown = (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]
    assert (shown["state"], shown["schedule"]["zone"]) == ("scheduled", "Europe/Paris")
    assert await later(house, owner, 30) == 0
    assert await later(house, owner, 31) == 1
    assert said(house) == "Happy Easter!"
    assert (await owner.get(f"{AT}/releases/{release}"))["state"] == "live"
    assert await later(house, owner, 61) == 1
    assert said(house) == "It comes today."


async def test_a_text_whose_end_was_moved_gives_way_to_what_was_there_before_it(house: House, owner: Someone) -> None:
    await draft(owner, "Always.")
    await owner.do("POST", f"{TEXT}/publish", {})
    await draft(owner, "Happy Easter!", version=2)
    await owner.do("POST", f"{TEXT}/publish", {"expires": moment(house, 600)})
    await owner.do("POST", f"{TEXT}/publish", {"expires": moment(house, 60)})
    assert said(house) == "Happy Easter!"
    assert await later(house, owner, 61) == 1
    assert said(house) == "Always."
    assert (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]["schedule"] is None


async def test_what_was_planned_can_be_called_off_and_moments_of_the_past_are_refused(
    house: House, owner: Someone
) -> None:
    await draft(owner, "Soon.")
    assert await owner.refused("POST", f"{TEXT}/publish", {"at": moment(house, -60)}) == "content.wrong-moment"
    assert (
        await owner.refused("POST", f"{TEXT}/publish", {"at": moment(house, 60), "zone": "Mars"})
        == "content.wrong-moment"
    )
    first = (await owner.do("POST", f"{TEXT}/publish", {"at": moment(house, 60)}))["release"]
    second = (await owner.do("POST", f"{TEXT}/publish", {"at": moment(house, 90)}))["release"]
    assert (await owner.get(f"{AT}/releases/{first}"))["state"] == "cancelled"
    await owner.do("POST", f"{AT}/releases/{second}/undo")
    assert await later(house, owner, 100) == 0
    assert said(house) == "It comes today."
    assert (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]["state"] == "draft"


async def test_a_release_is_all_or_nothing(house: House, owner: Someone) -> None:
    await draft(owner, "Soon.")
    await owner.do("PUT", f"{AT}/items/order.size/locales/en/draft", {"yaml": "- text: '{{ broken'\n"})
    items = [{"id": item, "locale": "en"} for item in ("order.eta", "order.size")]
    assert await owner.refused("POST", f"{AT}/releases", {"name": "Spring", "items": items}) == "content.not-sound"
    assert said(house) == "It comes today."
    await owner.do("PUT", f"{AT}/items/order.size/locales/en/draft", {"value": "Size?"})
    release = (await owner.do("POST", f"{AT}/releases", {"name": "Spring", "items": items}))["release"]
    assert (said(house), said(house, "order.size")) == ("Soon.", "Size?")
    assert [one["name"] for one in (await owner.get(f"{AT}/releases"))["items"]] == ["Spring"]
    await owner.do("POST", f"{AT}/releases/{release}/undo")
    assert (said(house), said(house, "order.size")) == ("It comes today.", "Which size?")


async def test_the_history_knows_every_text_and_what_users_saw_at_a_moment(house: House, owner: Someone) -> None:
    start = moment(house, 0)
    for words in ("First.", "Second."):
        house.clock.ahead_s += 10
        await draft(owner, words, 99)
        await owner.do("POST", f"{TEXT}/publish", {"reason": f"say {words}"})
    rows = (await owner.get(f"{TEXT}/revisions"))["items"]
    assert [(one["kind"], one["yaml"]) for one in rows] == [
        ("published", "- text: Second.\n"), ("published", "- text: First.\n"),
    ]  # fmt: skip
    stamp = moment(house, -5).replace("+00:00", "Z")
    assert (await owner.get(f"{TEXT}/at?time={stamp}"))["yaml"] == "- text: First.\n"
    assert (await owner.get(f"{TEXT}/at?time={start.replace('+00:00', 'Z')}"))["source"] == "files"
    await owner.do("POST", f"{TEXT}/restore", {"revision": rows[1]["n"]})
    assert (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]["draft"]["yaml"] == "- text: First.\n"


async def test_a_translation_is_stale_when_its_source_was_published_again(house: House, owner: Someone) -> None:
    french = f"{AT}/items/order.eta/locales/fr"
    await owner.do("PUT", f"{french}/draft", {"value": "Bientôt"})
    await owner.do("POST", f"{french}/publish", {})
    assert [line["id"] for line in (await owner.get(f"{AT}?missing=fr"))["items"]] == ["order.size"]
    assert (await owner.get(f"{AT}?stale=fr"))["items"] == []
    await draft(owner, "Other words.", 99)
    assert (await owner.get(f"{AT}?stale=fr"))["items"] == []
    await owner.do("POST", f"{TEXT}/publish", {})
    assert [line["id"] for line in (await owner.get(f"{AT}?stale=fr"))["items"]] == ["order.eta"]
    assert (await owner.get(f"{AT}/items/order.eta"))["locales"]["fr"]["stale"]


def talking(published: list[Any]) -> Bot:
    """Says two items, and publishes both between them."""
    bot = Bot("echo")

    @bot.hear("both")
    async def both(chat: Chat) -> None:
        await chat.say("#one")
        await chat.step(publish)
        await chat.say("#two")

    async def publish() -> None:
        while published:
            await published.pop()()

    return bot


async def test_what_is_published_during_a_turn_is_for_the_next_one(tmp_path: Path) -> None:
    published: list[Any] = []
    async with serving(tmp_path, talking(published)) as served:
        bot = served.app.bots[ECHO]
        bot.folder = tmp_path / "bot"
        bot.content_folder.mkdir(parents=True)
        (bot.content_folder / "words.yaml").write_text("one: Old one\ntwo: Old two\n", encoding="utf-8")
        served.app.replace_bot(bot)

        async def go() -> None:
            items = [{"id": item, "locale": "en"} for item in ("one", "two")]
            for one in items:
                path = f"/api/v1{AT}/items/{one['id']}/locales/en/draft"
                await served.client.put(path, json={"value": f"New {one['id']}"})
            answer = await served.client.post(f"/api/v1{AT}/releases", json={"items": items})
            assert answer.status_code == 201, answer.text

        published.append(go)
        assert await served.texts({"text": "both"}) == ["Old one", "Old two"]
        assert await served.texts({"text": "both"}) == ["New one", "New two"]


@pytest.mark.postgres
async def test_dep_06_three_workers_say_what_is_published_within_two_seconds(postgres: Server, tmp_path: Path) -> None:
    url = postgres.new_database()
    async with AsyncExitStack() as stack:
        workers: list[Served] = []
        for number in range(3):
            folder = tmp_path / str(number)
            folder.mkdir()
            storage = PostgresStorage(url, SystemClock())
            workers.append(await stack.enter_async_context(serving(folder, storage=storage)))
        first = workers[0]
        body = {"id": "promo", "locale": "en", "value": "Now!"}
        assert (await first.client.post(f"/api/v1{AT}/items", json=body)).status_code == 201
        started = time.monotonic()
        answer = await first.client.post(f"/api/v1{AT}/items/promo/locales/en/publish", json={})
        release = answer.json()["release"]
        published_s = time.monotonic() - started
        async with asyncio.timeout(max(2.0, 20 * published_s)):  # two seconds; more where publishing itself takes long
            while True:
                shown = (await workers[2].client.get(f"/api/v1{AT}/releases/{release}")).json()
                if (shown["live_on"], shown["workers"]) == (3, 3):
                    break
                await asyncio.sleep(0.02)
        print(f"live on three workers after {time.monotonic() - started:.2f} s")
        for worker in workers:
            assert "promo" in worker.app.runtimes[ECHO].library
        await stack.pop_all().aclose()
    postgres.drop(url)


async def counted(served: Served, shown: int, clicked: int) -> None:
    """Waits until an offer was counted so often: signals of a turn come after its answer."""
    content = served.app.content
    async with asyncio.timeout(30):
        while True:
            await content.counts.write()
            content.desk._counts.clear()  # as half a minute later
            (line,) = (await served.client.get(f"/api/v1{AT}?q=offer&source=code")).json()["items"]
            if (line["shown_7d"], line["clicked_7d"]) == (shown, clicked):
                return


async def test_what_is_said_and_tapped_is_counted_by_day(tmp_path: Path) -> None:
    bot = Bot("echo")

    @bot.fallback
    async def hello(chat: Chat) -> None:
        await chat.say("#offer")

    async with serving(tmp_path, bot) as served:
        bot.folder = tmp_path / "bot"
        bot.content_folder.mkdir(parents=True)
        text = "offer:\n  - text: What now?\n    quick_replies:\n      - {title: Stay, payload: STAY}\n      - Leave\n"
        (bot.content_folder / "words.yaml").write_text(text, encoding="utf-8")
        served.app.replace_bot(bot)
        await served.texts({"text": "hi"})
        await served.texts({"event": {"type": "payload", "payload": "STAY"}})
        await served.texts({"text": "Leave"})
        await served.texts({"text": "hello again"})
        await counted(served, 4, 2)
        served.app.content.counts._offered.clear()  # as after a restart: what was offered is looked up
        await served.texts({"event": {"type": "payload", "payload": "STAY"}})
        await counted(served, 5, 3)
        assert await served.app.content.counts.write() == 0
