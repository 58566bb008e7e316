"""The first page: one answer with what each role may see."""

import json
from typing import Any

from core.tests.http.house import House

from gutenbot.app.attention import BACKUP_NOTE


async def test_home_tells_who_talks_now_what_failed_and_what_is_to_do(house: House, tmp_path: Any) -> None:
    owner = await house.owner()
    key = await owner.do("POST", "/keys", {"name": "talk", "role": "agent"})
    headers = {"authorization": f"Bearer {key['key']}"}
    house.served.app.bridge.attention.watch_backups(tmp_path, 0)
    before = await owner.get("/home?bot=echo")
    assert {one["id"]: one["done"] for one in before["steps"]} == {
        "hello": False, "second-factor": False, "invite": False, "backup": False,
    }  # fmt: skip
    assert before["attention"] == []
    await house.served.say({"text": "hi", "user": "ann"}, "ann", headers=headers)
    await house.served.say({"text": "person", "user": "bob"}, "bob", headers=headers)
    for n in range(2):
        await house.served.say({"text": "boom", "user": "cat"}, f"cat{n}", headers=headers)
    await house.member(owner, "agent")
    (tmp_path / BACKUP_NOTE).write_text(json.dumps({"at_ms": 1}))
    found = await owner.get("/home?bot=echo")
    assert {one["id"]: one["done"] for one in found["steps"]} == {
        "hello": True, "second-factor": False, "invite": True, "backup": True,
    }  # fmt: skip
    assert found["attention"] == [
        {
            "kind": "dead-letters",
            "name": "echo",
            "reason": "",
            "count": 2,
            "people": 2,
            "link": "/bots/echo/failed-events",
        }
    ]
    now = found["now"]
    assert (now["conversations"], now["waiting"], now["events_per_minute"]) == (4, 1, 4)
    assert [one["mode"] for one in now["items"]] == ["bot", "bot", "human", "bot"]
    assert found["health"]["status"] == "ok"
    assert found["recent"][0]["verb"] == "invite.accepted"


async def test_home_leaves_out_what_a_role_may_not_see(house: House) -> None:
    owner = await house.owner()
    house.served.app.installed["core"].state = "degraded"
    try:
        assert [one["kind"] for one in (await owner.get("/home?bot=echo"))["attention"]] == ["module"]
        back_office = await house.member(owner, "back-office", "otto")
        found = await back_office.get("/home?bot=echo")
    finally:
        house.served.app.installed["core"].state = "running"
    assert (found["attention"], found["now"], found["recent"]) == ([], None, None)
    assert not any(one["detail"] for one in found["health"]["components"])
    assert [one["id"] for one in found["steps"]] == ["second-factor"]
    assert (await owner.get("/home"))["now"] is None
