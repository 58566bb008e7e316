"""What people are told, by whom, and what each has read."""

import asyncio
import json
from typing import Any

from core.tests.http.house import House, Someone
from core.tests.http.sockets import connected, cookies_of

from gutenbot.app.attention import BACKUP_NOTE
from gutenbot.events.messages import TextMessage
from gutenbot.kernel.ids import ChannelId, ConversationId
from gutenbot.storage.rows import OutgoingRow
from gutenbot.turns.signals import SendFailed


async def messages(someone: Someone, query: str = "") -> list[str]:
    return [one["message"] for one in (await someone.get(f"/notifications{query}"))["items"]]


async def until(someone: Someone, words: str) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while True:
            for one in (await someone.get("/notifications"))["items"]:
                if words in one["message"]:
                    return dict(one)
            await asyncio.sleep(0.05)


async def test_code_tells_everybody_and_each_reads_for_themselves(house: House) -> None:
    owner = await house.owner()
    agent = await house.member(owner, "agent")
    async with connected(house.served.server, cookies_of(agent)) as page:
        await page.subscribe("notifications")
        bot = next(iter(house.served.app.bots.values()))
        await bot.notify("The price list is a week old.", "warning", "/modules")
        told = (await page.told())["data"]
        assert (told["message"], told["module"], told["bot"]) == ("The price list is a week old.", "echo", "echo")
    (first,) = (await agent.get("/notifications"))["items"]
    assert (first["read"], first["level"], first["link"]) == (False, "warning", "/modules")
    await house.served.app.notify("Second")
    found = await agent.get("/notifications")
    assert ([one["message"] for one in found["items"]], found["unread"]) == (["Second", first["message"]], 2)
    await agent.do("POST", f"/notifications/{first['id']}/read")
    assert await messages(agent, "?unread=true") == ["Second"]
    await agent.do("POST", "/notifications/read", {"up_to": found["items"][0]["id"]})
    assert (await agent.get("/notifications"))["unread"] == 0
    assert (await owner.get("/notifications"))["unread"] == 2
    await agent.do("POST", "/notifications/unknown/read")


async def test_they_are_narrowed_by_level_and_module_and_some_are_read(house: House) -> None:
    owner = await house.owner()
    app = house.served.app
    for n in range(3):
        await app.notify(f"core {n}", "warning")
        await asyncio.sleep(0.002)  # they sort by the millisecond
    await app.notify("of notes", "error", module="notes")
    await app.notify("for others", module="hidden", to="account:nobody")
    found = await owner.get("/notifications")
    assert found["modules"] == ["core", "notes"]
    assert await messages(owner, "?level=error") == await messages(owner, "?module=notes") == ["of notes"]
    assert await messages(owner, "?level=warning&limit=2") == ["core 2", "core 1"]
    ids = {one["message"]: one["id"] for one in found["items"]}
    await owner.do("POST", "/notifications/read", {"ids": [ids["core 0"], ids["of notes"], ids["core 0"], "unknown"]})
    assert await messages(owner, "?unread=true") == ["core 2", "core 1"]
    await owner.do("POST", "/notifications/read", {"ids": [ids["core 2"]], "up_to": ids["core 1"]})
    assert await messages(owner, "?unread=true") == []


async def test_all_that_fit_are_counted_and_read_and_nothing_that_came_later(house: House) -> None:
    owner = await house.owner()
    agent = await house.member(owner, "agent")
    app = house.served.app
    for n in range(4):
        await app.notify(f"core {n}", "warning" if n % 2 else "error")
        await asyncio.sleep(0.002)  # they sort by the millisecond
    await app.notify("of notes", "error", module="notes")
    await app.notify("for others", "error", to="account:nobody")
    counts = {query: (await owner.get(f"/notifications/count{query}"))["count"] for query in ("", "?level=error")}
    assert counts == {"": 5, "?level=error": 3}
    ids = {one["message"]: one["id"] for one in (await owner.get("/notifications"))["items"]}
    matching = {"level": "error", "module": "core", "up_to": ids["core 0"]}
    await owner.do("POST", "/notifications/read", {"matching": matching})
    assert await messages(owner, "?unread=true") == ["of notes", "core 3", "core 2", "core 1"]
    await owner.do("POST", "/notifications/read", {"matching": {"level": "error", "up_to": ids["of notes"]}})
    assert await messages(owner, "?unread=true") == ["core 3", "core 1"]
    assert (await owner.get("/notifications/count?unread=true&level=warning&module=core"))["count"] == 2
    assert (await agent.get("/notifications/count?unread=true"))["count"] == 5, "each reads for themselves"


async def test_what_comes_again_is_one_notification_with_a_count(house: House) -> None:
    owner = await house.owner()
    app = house.served.app
    for n in range(5):
        await app.notify(f"try {n}", "error", same="tries")
    assert await messages(owner) == ["try 0"], "within ten seconds it is written once"
    await app.bridge.notifications.stop()
    (one,) = (await owner.get("/notifications"))["items"]
    assert (one["message"], one["times"]) == ("try 4", 5)
    house.clock.ahead_s += 3_700
    await app.notify("try 5", "error", same="tries")
    house.clock.ahead_s -= 3_700
    assert await messages(owner) == ["try 5", "try 4"]


async def test_only_those_whom_it_concerns_are_told(house: House) -> None:
    owner = await house.owner()
    agent = await house.member(owner, "agent")
    app = house.served.app
    await app.notify("for auditors", to="may:audit:read")
    await app.notify("for the agent", to=f"account:{agent.id}")
    await app.notify("a bad link", link="javascript:alert(1)")
    assert await messages(owner) == ["a bad link", "for auditors"]
    assert await messages(agent) == ["a bad link", "for the agent"]
    assert (await agent.get("/notifications"))["items"][0]["link"] is None


async def test_events_that_could_not_be_handled_are_told(house: House) -> None:
    owner = await house.owner()
    key = await owner.do("POST", "/keys", {"name": "talk", "role": "agent"})
    headers = {"authorization": f"Bearer {key['key']}"}
    for n in range(2):
        await house.served.say({"text": "boom", "user": "ann"}, f"ann{n}", headers=headers)
    found = await until(owner, "An event of echo could not be handled: RuntimeError: broken on purpose")
    assert found["link"] == "/bots/echo/failed-events"
    marketer = await house.member(owner, "marketer")
    assert await messages(marketer) == []


async def test_messages_that_could_not_be_sent_for_good_are_told(house: House) -> None:
    owner = await house.owner()
    key = await owner.do("POST", "/keys", {"name": "talk", "role": "agent"})
    await house.served.say({"text": "hi", "user": "ann"}, headers={"authorization": f"Bearer {key['key']}"})
    conversation = house.served.conversation("ann")
    row = OutgoingRow(
        conversation_id=ConversationId(conversation), n=2, cause="1", k=0, channel_id=ChannelId("api"), thread="ann",
        message=TextMessage(text="hi"), state="failed",
    )  # fmt: skip
    await house.served.app.signals.send(SendFailed(row, "blocked by the user"))
    found = await until(owner, "A message of echo could not be sent through api: blocked by the user")
    assert found["link"] == f"/bots/echo/conversations/{conversation}"


async def test_parts_and_modules_that_do_not_work_are_told_once_and_once_when_they_do_again(house: House) -> None:
    owner = await house.owner()
    app = house.served.app
    attention = app.bridge.attention
    await app.storage.lock_sending("a test")
    for _ in range(4):
        await attention.look_at_parts()
    assert await messages(owner) == ["sending: nothing is sent"]
    await app.storage.unlock_sending(discard=False, now_ms=house.desk.now_ms())
    for _ in range(2):
        await attention.look_at_parts()
    assert (await messages(owner))[0] == "sending works again."
    entry = app.installed["core"]
    entry.state, entry.reason = "degraded", "task x: ValueError: no\nmore"
    for _ in range(2):
        await attention.look_at_modules()
    entry.state, entry.reason = "running", ""
    assert (await messages(owner))[0] == "The module core does only a part of its work: task x: ValueError: no"


async def test_a_sign_in_from_elsewhere_is_told_to_the_account(house: House) -> None:
    owner = await house.owner()
    agent = await house.member(owner, "agent", "amir")
    attention = house.served.app.bridge.attention
    await attention.look_at_sign_ins()
    for address in ("198.51.100.7", "198.51.100.9", "203.0.113.5"):
        await house.desk.sign_in("amir@example.org", "correct horse battery", _visitor(address))
        await attention.look_at_sign_ins()
    found = await messages(agent)
    assert len(found) == 1
    assert "203.0.113.5" in found[0]
    assert await messages(owner) == []


def _visitor(address: str) -> Any:
    from gutenbot.accounts.desk import Visitor

    return Visitor(address, "test")


async def test_a_backup_that_is_too_old_is_told(house: House, tmp_path: Any) -> None:
    owner = await house.owner()
    attention = house.served.app.bridge.attention
    attention.watch_backups(tmp_path, 7)
    await attention.look_at_backups()
    assert await messages(owner) == []
    house.clock.ahead_s += 8 * 86_400
    await attention.look_at_backups()
    (tmp_path / BACKUP_NOTE).write_text(json.dumps({"at_ms": int(house.clock.now().timestamp() * 1000)}), "utf-8")
    house.clock.ahead_s += 9 * 86_400
    await attention.look_at_backups()
    house.clock.ahead_s = 0
    assert await messages(owner) == [
        "The last backup is 9 days old. Make one with: gutenbot backup",
        "There is no backup yet. Make one with: gutenbot backup",
    ]
