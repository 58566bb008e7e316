"""Channels in the console: what came in and went out, what failed, and what each can show."""

from core.tests.http.house import House
from core.tests.http.served import Served

from gutenbot.testing.fake_channel import FakeChannel
from gutenbot.turns.playground import PlaygroundChannel


async def test_a_channel_tells_its_traffic_and_what_it_can_show(served: Served) -> None:
    before = (await served.client.get("/api/v1/channels")).json()["items"]
    (quiet,) = [one for one in before if one["name"] == "api"]
    assert (quiet["state"], quiet["taken"], quiet["last_in"]) == ("live", 0, None)
    await served.texts({"text": "twice"})
    found = (await served.client.get("/api/v1/channels/api")).json()
    assert (found["taken"], found["said"], found["failed"]) == (1, 2, 0)
    assert found["last_in"][:16] == found["last_out"][:16]
    assert found["capabilities"]["text_limit"] > 0
    assert (await served.client.get("/api/v1/channels/pigeon")).json()["code"] == "channels.unknown"


async def test_the_playground_is_no_channel_and_a_failing_one_says_why(served: Served) -> None:
    served.app.add_channel(PlaygroundChannel())
    served.app.add_channel(FakeChannel("sms"))
    served.app.measures.failing["sms"] = (5, "no route to host")
    found = {one["name"]: one for one in (await served.client.get("/api/v1/channels")).json()["items"]}
    assert "playground" not in found
    assert (found["sms"]["state"], found["sms"]["reason"]) == ("failing", "no route to host")


async def test_traffic_is_told_on_both_engines(house: House) -> None:
    owner = await house.owner()
    assert [one["last_in"] for one in (await owner.get("/channels"))["items"]] == [None] * len(
        (await owner.get("/channels"))["items"]
    )
