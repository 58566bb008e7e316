"""What is done with many things at once: found, counted, done, and taken back where it can be."""

import asyncio
from typing import Any

from core.tests.http.house import House, Someone

from gutenbot.app.names import KEY, SCOPE, VERSION, fill_names
from gutenbot.kernel.ids import BotId, user_id
from gutenbot.storage.rows import UserPatch
from gutenbot.turns.playground import TAG

ECHO = BotId("echo")


def person(name: str) -> Any:
    return user_id("echo", "api", name)


async def talked(house: House, owner: Someone, text: str, *names: str) -> None:
    """People who have said something."""
    key = await owner.do("POST", "/keys", {"name": "talk", "role": "agent"})
    headers = {"authorization": f"Bearer {key['key']}"}
    for name in names:
        await house.served.say({"text": text, "user": name}, name, headers=headers)
        await house.served.app.storage.patch_user(ECHO, person(name), UserPatch(set_attributes={"name": name}), 0)


async def names(owner: Someone, query: str) -> set[str]:
    found = (await owner.get(f"/bots/echo/users?{query}"))["items"]
    assert (await owner.get(f"/bots/echo/users/count?{query}"))["count"] == len(found)
    return {one["attributes"]["name"] for one in found}


async def until(owner: Someone, job: str) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while (found := await owner.get(f"/jobs/{job}"))["state"] != "done":
            assert found["state"] != "failed", found
            await asyncio.sleep(0.02)
    return dict(found)


async def test_people_are_found_by_name_and_tagged_and_that_is_undone(house: House) -> None:
    owner = await house.owner()
    await talked(house, owner, "hi", "Ann Ardent", "anna", "Bo")
    assert await names(owner, "q=AN") == {"Ann Ardent", "anna"}
    assert await names(owner, "q=ard%20ann") == {"Ann Ardent"}
    assert await names(owner, "q=%25") == set(), "by what is no word nobody is found"
    before = [{"user": person("Bo"), "value": "gold"}]
    assert (await owner.do("POST", "/bots/echo/users/tags", {"tag": "vip", "people": before}))["people"] == [
        {"user": person("Bo"), "value": None}
    ]
    wanted = [{"user": person(name), "value": ""} for name in ("anna", "Bo")] + [{"user": "nobody", "value": ""}]
    undo = await owner.do("POST", "/bots/echo/users/tags", {"tag": " Vip", "people": wanted})
    assert undo == {"tag": "VIP", "people": [{"user": person("anna"), "value": None}, *before]}
    assert await names(owner, "tag=vip") == {"anna", "Bo"}
    await owner.do("POST", "/bots/echo/users/tags", undo)
    assert (await owner.get(f"/bots/echo/users/{person('Bo')}"))["tags"] == {"VIP": "gold"}
    assert await names(owner, "tag=vip") == {"Bo"}
    line = (await owner.get("/audit?verb=users.tagged"))["items"][0]
    assert line["what"] == "changed the tag VIP of 2 people of echo"


async def test_everybody_who_fits_is_tagged_by_a_job(house: House) -> None:
    owner = await house.owner()
    await talked(house, owner, "hi", "ann 1", "ann 2", "bo")
    await owner.do("POST", "/bots/echo/users/tags", {"tag": "OLD", "people": [{"user": person("ann 1"), "value": ""}]})
    await house.served.app.storage.patch_user(ECHO, person("ann 2"), UserPatch(tags={TAG: ""}), 0)
    body = {"name": "fan", "value": "yes", "q": "ann"}
    job = await owner.do("POST", "/bots/echo/users/tags/matching", body)
    assert (job["total"], job["unit"]) == (1, "people")
    await until(owner, job["id"])
    assert await names(owner, "tag=fan") == {"ann 1"}, "not who is only played in the playground"
    job = await owner.do("POST", "/bots/echo/users/tags/matching", {"name": "FAN", "tag": ["fan", "old"]})
    await until(owner, job["id"])
    assert (await owner.get(f"/bots/echo/users/{person('ann 1')}"))["tags"] == {"OLD": ""}
    refused = ("POST", "/bots/echo/users/tags/matching")
    assert await owner.refused(*refused, {"name": TAG, "value": ""}) == "users.reserved-tag"
    assert await owner.refused(*refused, {"name": "x", "q": "!?"}) == "users.nobody-fits"


async def test_names_of_an_earlier_release_are_filled_in_once(house: House) -> None:
    owner = await house.owner()
    app = house.served.app
    assert await fill_names(app.storage, app.clock) == 0, "nobody is there"
    await app.storage.kv_delete(SCOPE, KEY)
    await talked(house, owner, "hi", "ann", "bo", "cy")
    await app.storage.write(lambda db: db.exec_driver_sql("DELETE FROM user_word"))
    assert await names(owner, "q=bo") == set()
    assert await fill_names(app.storage, app.clock, portion=2) == 3
    assert await names(owner, "q=bo") == {"bo"}
    assert await app.storage.kv_get(SCOPE, KEY) == {"done": VERSION}
    assert await fill_names(app.storage, app.clock) == 0


async def test_events_that_could_not_be_handled_are_put_aside_and_brought_back(house: House) -> None:
    owner = await house.owner()
    await talked(house, owner, "boom", "ann", "bo", "cy")

    async def seqs(query: str = "") -> list[int]:
        found = [one["seq"] for one in (await owner.get(f"/bots/echo/dead-letters?{query}"))["items"]]
        assert (await owner.get(f"/bots/echo/dead-letters/count?{query}"))["count"] == len(found)
        return found

    first, second, third = await seqs()
    assert await seqs("q=ON%20PURPOSE&channel=api") == [first, second, third]
    assert await seqs("channel=web") == await seqs("q=on_purpose") == []
    assert (await owner.do("POST", "/bots/echo/dead-letters/discard", {"seqs": [first, third, 10**9]}))["seqs"] == [
        first, third,
    ]  # fmt: skip
    assert await seqs() == [second]
    assert await owner.refused("POST", f"/bots/echo/dead-letters/{first}/replay") == "storage.no-dead-letter"
    assert (await owner.do("POST", "/bots/echo/dead-letters/restore", {"seqs": [first, second]}))["seqs"] == [first]
    job = await owner.do("POST", "/bots/echo/dead-letters/discard-all", {"q": "nothing like it"})
    assert (await until(owner, job["id"]))["done"] == 0
    job = await owner.do("POST", "/bots/echo/dead-letters/discard-all", {"q": "purpose"})
    assert (await until(owner, job["id"]))["done"] == 2
    assert await seqs() == []


async def test_picked_events_are_run_again_by_a_job(house: House) -> None:
    owner = await house.owner()
    await talked(house, owner, "boom", "ann", "bo", "cy")
    letters = [one["seq"] for one in (await owner.get("/bots/echo/dead-letters"))["items"]]
    job = await owner.do("POST", "/bots/echo/dead-letters/replay", {"seqs": letters[:2]})
    assert (await until(owner, job["id"]))["done"] == 2
    await asyncio.wait_for(house.served.app.turns.idle(), 10)
    after = [one["seq"] for one in (await owner.get("/bots/echo/dead-letters"))["items"]]
    assert after[0] == letters[2] and len(after) == 3, "two ran again, and died again"
