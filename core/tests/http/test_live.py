"""The live socket: who may open it and hear what, what is told, and what becomes of a page that goes too far."""

import asyncio
from typing import Any

import pytest
from core.tests.http.house import House, Someone
from core.tests.http.sockets import LiveSocket, Message, connected, cookies_of

from gutenbot.http.live.connection import LARGEST, SIGNED_OUT, TOO_LARGE, TOO_MANY, WRONG


def page(house: House, someone: Someone) -> Any:
    return connected(house.served.server, cookies_of(someone))


async def refused(socket: LiveSocket, topic: str) -> str:
    await socket.say(subscribe=topic)
    answer = await socket.told()
    code: str = answer["refused"]["code"]
    return code


async def test_sock_01_a_page_of_another_site_is_refused_at_the_handshake(house: House) -> None:
    owner = await house.owner()
    headers = cookies_of(owner)
    for wrong in ({"origin": "https://evil.example"}, {"origin": ""}, {"sec-fetch-site": "cross-site"}):
        async with connected(house.served.server, {**headers, **wrong}) as socket:
            assert (socket.handshake["type"], socket.handshake["status"]) == ("websocket.http.response.start", 403)
    async with connected(house.served.server, {"origin": "http://localhost"}) as nobody:
        assert nobody.handshake["status"] == 401
    async with connected(house.served.server, headers) as socket:
        assert socket.handshake["type"] == "websocket.accept"


async def test_a_program_with_a_key_may_listen_too(house: House) -> None:
    headers = await house.served.key("developer")
    async with connected(house.served.server, headers) as socket:
        await socket.subscribe("content:echo")


async def test_what_is_published_is_told_to_everybody_in_order(house: House) -> None:
    owner = await house.owner()
    agent = await house.member(owner, "agent")
    feed = house.served.app.feed
    async with page(house, owner) as one, page(house, agent) as other:
        start = await one.subscribe("content:echo")
        await other.subscribe("content:echo")
        numbers = [await feed.publish("content:echo", {"generation": n}) for n in range(3)]
        for socket in (one, other):
            found = [await socket.told() for _ in range(3)]
            assert [message["seq"] for message in found] == numbers
            assert [message["data"]["generation"] for message in found] == [0, 1, 2]
        assert start < numbers[0]
        await one.say(unsubscribe="content:echo")
        await feed.publish("content:echo", {"generation": 4})
        assert (await other.told())["data"] == {"generation": 4}
        assert one.quiet()


async def test_after_a_break_what_was_missed_comes_once_and_in_order(house: House) -> None:
    owner = await house.owner()
    feed = house.served.app.feed
    async with page(house, owner) as socket:
        known = await socket.subscribe("content:echo")
    missed = [await feed.publish("content:echo", {"n": n}) for n in range(5)]
    await feed.publish("jobs", {"other": True})
    async with page(house, owner) as socket:
        await socket.say(subscribe="content:echo", after=known)
        found = [await socket.told() for _ in range(6)]
        assert [message["seq"] for message in found[:5]] == missed
        assert found[5]["subscribed"]
        last = await feed.publish("content:echo", {"n": 9})
        assert (await socket.told())["seq"] == last
        await socket.say(subscribe="content:echo", after=last)
        assert (await socket.told())["subscribed"], "nothing was missed"


async def test_who_was_away_for_too_long_is_told_that_something_is_lost(house: House) -> None:
    owner = await house.owner()
    feed = house.served.app.feed
    await feed.publish("content:echo", {"n": 0})
    for n in range(3):
        await feed.publish("content:echo", {"n": n})
    house.later(3601)
    assert await feed.prune() == 3, "the newest stays: its number must not come again"
    house.later(-3601)
    async with page(house, owner) as socket:
        for known in (1, 10**9):
            await socket.say(subscribe="content:echo", after=known)
            assert (await socket.told()).get("gap"), known
            assert (await socket.told())["subscribed"]


async def test_sock_02_each_topic_asks_for_its_own_permission(house: House) -> None:
    owner = await house.owner()
    auditor = await house.member(owner, "auditor")
    await owner.do("PUT", "/roles/narrow", {"title": "Narrow", "permissions": ["content:read", "bots:read"],
                                            "scopes": {"content:read": {"bot": ["other"]}}})  # fmt: skip
    narrow = await house.member(owner, "narrow")
    async with page(house, auditor) as socket:
        await socket.subscribe("audit")
        for topic in ("content:echo", "conversations:echo", "conversation:none", "logs", "presence:content/echo/x"):
            assert await refused(socket, topic) == "http.forbidden", topic
        for topic in ("", "nothing", "content", "content:", "presence:nowhere/x", "audit:x"):
            await socket.say(subscribe=topic or "content:" + "x" * 290)
            assert "refused" in await socket.told(), topic
    async with page(house, narrow) as socket:
        assert await refused(socket, "content:echo") == "http.forbidden"
    async with page(house, owner) as socket:
        assert await refused(socket, "content:other") == "turns.unknown-bot"
        assert await refused(socket, "conversation:none") == "storage.no-conversation"


async def test_events_for_some_reach_only_those(house: House) -> None:
    owner = await house.owner()
    agent = await house.member(owner, "agent")
    feed = house.served.app.feed
    async with page(house, owner) as hers, page(house, agent) as his:
        await hers.subscribe("jobs")
        await his.subscribe("jobs")
        await feed.publish("jobs", "hers", to=f"account:{owner.id}")
        await feed.publish("jobs", "his", to=f"account:{agent.id} may:jobs:read")
        assert [(await hers.told())["data"], (await hers.told())["data"]] == ["hers", "his"]
        assert (await his.told())["data"] == "his"


async def test_sock_03_a_changed_role_loses_its_topics_within_five_seconds(house: House) -> None:
    owner = await house.owner()
    member = await house.member(owner, "developer", "dev")
    async with page(house, member) as socket:
        await socket.subscribe("audit")
        await owner.do("PATCH", f"/accounts/{member.id}", {"role": "agent"})
        message = await socket.told()
        while "data" in message:
            message = await socket.told()
        assert message["refused"]["code"] == "http.forbidden"
        assert await refused(socket, "audit") == "http.forbidden"


@pytest.mark.parametrize("means", ["disabled", "signed out", "sessions ended"])
async def test_aut_02_a_socket_dies_with_its_session(house: House, means: str) -> None:
    owner = await house.owner()
    member = await house.member(owner, "agent", "gone")
    async with page(house, member) as socket:
        await socket.subscribe("jobs")
        if means == "disabled":
            await owner.do("PATCH", f"/accounts/{member.id}", {"disabled": True})
        elif means == "signed out":
            await member.do("DELETE", "/session")
        else:
            await owner.do("DELETE", f"/accounts/{member.id}/sessions")
        async with asyncio.timeout(30):
            assert await socket.told() == {"closed": SIGNED_OUT}


async def test_aut_02_a_revoked_key_closes_its_socket(house: House) -> None:
    headers = await house.served.key("developer")
    async with connected(house.served.server, headers) as socket:
        await socket.subscribe("jobs")
        await house.served.app.storage.revoke_key("developer")
        async with asyncio.timeout(30):
            assert await socket.told() == {"closed": SIGNED_OUT}


async def test_a_page_that_is_only_open_does_not_make_a_session_last(house: House) -> None:
    owner = await house.owner()
    before = (await owner.get("/account/sessions"))["items"][0]["seen"]
    async with page(house, owner) as socket:
        await socket.subscribe("jobs")
        house.later(3600)
        await asyncio.sleep(1.5)
        rows = await house.desk.read(lambda db: db.exec_driver_sql("SELECT max(seen_ms) FROM account_session").scalar())
    house.later(-3600)
    house.served.server.gate.forget()
    assert (await owner.get("/account/sessions"))["items"][0]["seen"] >= before
    assert rows < house.desk.now_ms() + 60_000


async def test_sock_04_what_goes_too_far_is_closed(house: House) -> None:
    owner = await house.owner()
    for wrong, code in (("x" * (LARGEST + 1), TOO_LARGE), ("[1]", WRONG), ("{", WRONG), ('{"what": 1}', WRONG)):
        async with page(house, owner) as socket:
            await socket.feed(wrong)
            assert await socket.told() == {"closed": code}
    async with page(house, owner) as socket:
        for _ in range(200):
            await socket.say(unsubscribe="jobs")
        assert await socket.told() == {"closed": TOO_MANY}
    async with page(house, owner) as socket:
        for n in range(100):
            await socket.say(subscribe=f"presence:bot/echo/{n}")
            await asyncio.sleep(0.05 if n > 50 else 0)
        answers: list[Any] = []
        while len([one for one in answers if "subscribed" in one]) < 100:
            answers.append(await socket.told())
        await asyncio.sleep(0.5)
        await socket.say(subscribe="jobs")
        while "refused" not in (answer := await socket.told()):
            pass
        assert answer["refused"]["code"] == "live.too-many-topics"


async def test_sock_04_a_page_that_never_reads_is_let_go(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gutenbot.http.live.connection.QUEUE", 50)
    owner = await house.owner()
    stuck = asyncio.Event()

    class Deaf(LiveSocket):
        async def send(self, message: Message) -> None:
            if message["type"] == "websocket.send" and self.handshake:
                await stuck.wait()
            await super().send(message)

    monkeypatch.setattr("core.tests.http.sockets.LiveSocket", Deaf)
    async with page(house, owner) as socket:
        await socket.say(subscribe="jobs")
        await asyncio.sleep(0.2)
        for n in range(60):
            await house.served.app.feed.publish("jobs", {"n": n})
        async with asyncio.timeout(30):
            while house.served.server.live.connections:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        stuck.set()


async def test_sock_04_one_account_has_a_limit_of_sockets(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gutenbot.http.live.endpoint.MOST_OF_ONE", 1)
    owner = await house.owner()
    agent = await house.member(owner, "agent")
    async with page(house, owner) as first, page(house, owner) as second, page(house, agent) as other:
        assert first.handshake["type"] == other.handshake["type"] == "websocket.accept"
        assert second.handshake["status"] == 429
    async with page(house, owner) as again:
        assert again.handshake["type"] == "websocket.accept"


async def test_a_thread_is_told_as_it_grows_and_caught_up_by_position(house: House) -> None:
    owner = await house.owner()
    key = await owner.do("POST", "/keys", {"name": "talk", "role": "agent"})
    bearer = {"authorization": f"Bearer {key['key']}"}
    served = house.served
    assert (await served.say({"text": "one", "user": "ann"}, headers=bearer)).status_code == 200
    conversation = (await owner.get("/bots/echo/users"))["items"] and served.conversation("ann")
    async with page(house, owner) as socket:
        n = await socket.subscribe(f"conversation:{conversation}")
        await served.say({"text": "two", "user": "ann"}, headers=bearer)
        lines: list[Any] = []
        while len(lines) < 2:
            message = await socket.told()
            if "seq" in message:
                lines.append(message)
        assert [one["seq"] for one in lines] == [n + 1, n + 2]
        assert [one["data"]["dir"] for one in lines] == ["in", "out"]
        assert lines[1]["data"]["body"]["text"] == "two"
    async with page(house, owner) as socket:
        await socket.say(subscribe=f"conversation:{conversation}", after=n)
        assert [(await socket.told())["seq"] for _ in range(3)] == [n + 1, n + 2, n + 2]


async def test_changed_conversations_of_a_bot_are_told_with_their_rows(house: House) -> None:
    owner = await house.owner()
    key = await owner.do("POST", "/keys", {"name": "talk", "role": "agent"})
    async with page(house, owner) as socket:
        await socket.subscribe("conversations:echo")
        await house.served.say({"text": "hi", "user": "ann"}, headers={"authorization": f"Bearer {key['key']}"})
        message = await socket.told()
        assert message["passing"]
        (row,) = message["data"]["changed"]
        assert (row["id"], row["channel"], row["mode"]) == (house.served.conversation("ann"), "api", "bot")


async def test_the_audit_log_is_told_line_by_line(house: House) -> None:
    owner = await house.owner()
    async with page(house, owner) as socket:
        n = await socket.subscribe("audit")
        await owner.do("PUT", "/instance/sending-lock", {"why": "a test"})
        message = await socket.told()
        assert (message["seq"], message["data"]["verb"]) == (n + 1, "sending.locked")
    async with page(house, owner) as socket:
        await socket.say(subscribe="audit", after=n)
        assert (await socket.told())["seq"] == n + 1


async def test_people_see_who_is_present_and_how(house: House) -> None:
    owner = await house.owner()
    editor = await house.member(owner, "editor", "eli")
    topic = "presence:content/echo/greeting"
    async with page(house, owner) as hers:
        await hers.subscribe(topic)
        assert [one["name"] for one in (await hers.told())["data"]["present"]] == ["Olga"]
        async with page(house, editor) as his:
            await his.subscribe(topic)
            assert [one["name"] for one in (await his.told())["data"]["present"]] == ["Olga", "eli"]
            assert len((await hers.told())["data"]["present"]) == 2
            await his.say(say=topic, data={"state": "editing", "field": "en"})
            present = (await hers.told())["data"]["present"]
            assert (present[1]["state"], present[1]["field"]) == ("editing", "en")
        assert [one["name"] for one in (await hers.told())["data"]["present"]] == ["Olga"]


async def test_health_is_told_at_once_and_when_it_changes(house: House) -> None:
    owner = await house.owner()
    agent = await house.member(owner, "agent")
    async with page(house, owner) as hers, page(house, agent) as his:
        await hers.subscribe("health")
        await his.subscribe("health")
        detail = {one["name"]: one["detail"] for one in (await hers.told())["data"]["components"]}
        assert detail["backlog"]
        assert not any(one["detail"] for one in (await his.told())["data"]["components"])
        await owner.do("PUT", "/instance/sending-lock", {"why": "a test"})
        states: dict[str, str] = {}
        while states.get("sending") != "degraded":
            states = {one["name"]: one["status"] for one in (await his.told())["data"]["components"]}
