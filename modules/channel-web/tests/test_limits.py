"""How much one visitor may do, and what is answered when the server can take no more."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from gutenbot import Bot
from gutenbot.sdk import StorageFull
from gutenbot_channel_web.errors import TooFast
from gutenbot_channel_web.rates import Addresses, Rate, Rates
from gutenbot_channel_web.testing import Website

HI = {"type": "message", "body": "hi"}


async def test_rat_01_one_visitor_is_slowed_down_and_others_are_not(site: Website) -> None:
    hasty, calm = await site.visitor(), await site.visitor()
    conversation = await hasty.conversation()
    answers = [await hasty.say(conversation, "hi", str(uuid4())) for _ in range(40)]
    refused = [answer for answer in answers if answer.status != 200]
    assert len(answers) - len(refused) == 10
    for answer in refused:
        assert (answer.status, answer.code) == (429, "too-fast")
        assert 1 <= answer.json()["retry_after"] <= 10
        assert answer.headers["retry-after"] == str(answer.json()["retry_after"])
    assert (await calm.say(await calm.conversation(), "hi", str(uuid4()))).status == 200
    async with hasty.socket() as socket:
        await socket.send(t="send", conversation=conversation, id=str(uuid4()), event=HI)
        assert (await socket.frame())["code"] == "too-fast"


async def test_rat_01_who_waits_as_long_as_told_may_go_on(site: Website, clock: Any) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    for _ in range(10):
        await visitor.say(conversation, "hi", str(uuid4()))
    refused = await visitor.say(conversation, "hi", str(uuid4()))
    clock.advance(seconds=refused.json()["retry_after"])
    assert (await visitor.say(conversation, "hi", str(uuid4()))).status == 200


async def test_many_visitors_of_one_address_share_a_wider_limit(site: Website) -> None:
    statuses = []
    for _ in range(12):
        visitor = await site.visitor()
        conversation = await visitor.conversation()
        statuses += [(await visitor.say(conversation, "hi", str(uuid4()))).status for _ in range(10)]
    assert statuses.count(200) in range(100, 120)  # a slow machine lets some of it come back meanwhile
    site.address = "198.51.100.1"
    visitor = await site.visitor()
    assert (await visitor.say(await visitor.conversation(), "hi", str(uuid4()))).status == 200


async def test_rat_05_a_header_does_not_change_the_address(site: Website) -> None:
    statuses = set()
    for number in range(130):
        headers = {"x-forwarded-for": f"192.0.2.{number}"}
        statuses.add((await site.request("POST", "/web/echo/session", {}, headers=headers)).status)
    assert statuses == {200, 429}


def test_rat_05_forwarded_addresses_are_believed_from_trusted_proxies_only() -> None:
    addresses = Addresses(["10.0.0.0/8"])
    assert addresses.client("198.51.100.1", "1.2.3.4") == "198.51.100.1"
    assert addresses.client("10.0.0.1", "1.2.3.4") == "1.2.3.4"
    assert addresses.client("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.1.1.1") == "1.2.3.4"
    assert addresses.client("10.0.0.1", "") == "10.0.0.1"
    assert addresses.client("2001:db8::1", "") == addresses.client("2001:db8::2", "") == "2001:db8::/64"
    assert addresses.client("unix:", "x" * 500) == "unix:"


def test_buckets_do_not_grow_without_end() -> None:
    rates = Rates(lambda: 0.0, most=100)
    for number in range(1000):
        rates.take((Rate("things", 1, 1), str(number)))
    assert len(rates) == 100


def test_a_bucket_that_is_empty_takes_nothing_from_the_others() -> None:
    now = 0.0
    rates = Rates(lambda: now)
    narrow, wide = (Rate("things", 1, 10), "a"), (Rate("things", 2, 10), "b")
    rates.take(narrow, wide)
    for _ in range(5):
        with pytest.raises(TooFast):
            rates.take(narrow, wide)
    now = 10.0
    rates.take(narrow, wide)


@pytest.mark.parametrize("declared", [True, False])
async def test_inp_01_a_body_that_is_too_long_is_refused(site: Website, declared: bool) -> None:
    visitor = await site.visitor()
    path = f"/conversations/{await visitor.conversation()}/messages"
    body = b'{"x":"' + b"a" * 5_000_000 + b'"}'
    headers = {"content-length": str(len(body))} if declared else {}
    answer = await visitor.call("POST", path, body, headers=headers)
    assert (answer.status, answer.code) == (413, "too-large")
    assert answer.headers["connection"] == "close"


async def test_inp_01_a_text_that_is_too_long_is_refused_with_its_length(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    assert (await visitor.say(conversation, "é" * 8000, str(uuid4()))).status == 200
    answer = await visitor.say(conversation, "é" * 8001, str(uuid4()))
    assert (answer.status, answer.code) == (422, "too-long")
    assert "8001" in answer.json()["detail"]


async def test_inp_01_a_body_that_drips_is_given_up(site: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gutenbot_channel_web.call.CHUNK_LIMIT_S", 0.1)
    scope = site.scope("http", "/web/echo/session") | {"method": "POST"}
    sent: list[Any] = []

    async def drip() -> Any:
        await asyncio.sleep(0 if not sent else 60)
        sent.append(1)
        return {"type": "http.request", "body": b"{", "more_body": True}

    answers: list[Any] = []

    async def take(message: Any) -> None:
        answers.append(message)

    await site.asgi(scope, drip, take)
    assert answers[0]["status"] == 408


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b"[" * 60_000, b'{"id":NaN}', b'{"id":1,"id":2}', b"[]", b"1", b"\x1f\x8b",
        b'{"n":' + b"1" * 5000 + b"}", b"a=1&b=2",
    ],
)  # fmt: skip
async def test_inp_04_inp_05_bodies_that_are_no_decent_json_are_refused(site: Website, body: bytes) -> None:
    visitor = await site.visitor()
    path = f"/conversations/{await visitor.conversation()}/messages"
    answer = await visitor.call("POST", path, body)
    assert (answer.status, answer.code) == (400, "bad-json")


async def test_a_client_that_leaves_in_the_middle_of_its_body_gets_no_answer_and_does_no_harm(site: Website) -> None:
    messages = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    answers: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        answers.append(message)

    await site.asgi(site.scope("http", "/web/echo/session") | {"method": "POST"}, receive, send)
    assert answers == []


async def test_overload_is_refused_and_nothing_is_kept(serve: Any) -> None:
    bot = Bot("echo")
    release = asyncio.Event()

    @bot.fallback
    async def slow(chat: Any) -> None:
        await chat.step(release.wait)

    async with serve(bot, threaded=False, backlog_limit=3) as site:
        visitor = await site.visitor()
        conversation = await visitor.conversation()
        answers = [await visitor.say(conversation, "hi", str(uuid4())) for _ in range(5)]
        assert [answer.status for answer in answers] == [200, 200, 200, 503, 503]
        assert answers[-1].code == "overloaded"
        assert int(answers[-1].headers["retry-after"]) > 0
        async with visitor.socket() as socket:
            await socket.send(t="send", conversation=conversation, id=str(uuid4()), event=HI)
            refused = await socket.frame()
            assert (refused["t"], refused["code"]) == ("error", "overloaded")
            assert refused["retry_after"] > 0
        assert (await visitor.history(conversation))["last_n"] == 3
        release.set()


async def test_a_full_disk_is_refused_and_nothing_is_kept(site: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()

    async def full(*_: Any) -> Any:
        raise StorageFull(path="/data")

    monkeypatch.setattr(site.app.storage, "accept", full)
    answer = await visitor.say(conversation, "hi", str(uuid4()))
    assert (answer.status, answer.code) == (503, "unavailable")
    assert "/data" not in answer.body.decode()


async def test_a_mistake_of_our_own_tells_strangers_nothing(site: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()

    async def broken(*_: Any) -> Any:
        raise RuntimeError("the password is 1234")

    monkeypatch.setattr(site.app.storage, "accept", broken)
    answer = await visitor.say(conversation, "hi", str(uuid4()))
    assert (answer.status, answer.code) == (500, "internal")
    assert b"1234" not in answer.body


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/web/echo/session", 405), ("PUT", "/web/echo/conversations", 405), ("GET", "/web/nobody/page", 404),
        ("POST", "/web/echo/nothing", 404), ("GET", "/web", 404), ("GET", "/web/", 404), ("POST", "/", 405),
        ("GET", "/web/echo/conversations/x/nothing", 404), ("GET", "/web/echo/conversations/x/y/z", 404),
        ("GET", "/web/%00/page", 404), ("GET", "/web/" + "x" * 5000 + "/page", 404), ("DELETE", "/web/echo/files/x", 404),
    ],
)  # fmt: skip
async def test_addresses_that_do_not_exist_are_answered_as_problems(
    site: Website, method: str, path: str, status: int
) -> None:
    answer = await site.request(method, path, {})
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", "code"}
