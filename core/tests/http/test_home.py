"""The first page: one answer with what each role may see."""

import json
from typing import Any

import sqlalchemy as sa
from core.tests.http.house import House

from gutenbot.accounts.lines import SYSTEM, Who
from gutenbot.app import pipeline
from gutenbot.app.attention import BACKUP_NOTE
from gutenbot.app.breaker import switch_wrap
from gutenbot.editing.tables import RELEASE, TEXT
from gutenbot.turns.stages import STAGES, Stage


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
    (tmp_path / BACKUP_NOTE).write_text(json.dumps({"at_ms": 1}), "utf-8")
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
            "wrap": None,
        }
    ]
    now = found["now"]
    assert (now["conversations"], now["waiting"], now["events_per_minute"]) == (4, 1, 4)
    assert [one["mode"] for one in now["items"]] == ["bot", "bot", "human", "bot"]
    assert found["health"]["status"] == "ok"
    assert found["recent"][0]["verb"] == "invite.accepted"


async def test_home_shows_a_wrap_that_was_switched_off_until_it_is_on_again(house: House) -> None:
    owner = await house.owner()
    shown = pipeline.shown(house.served.app)
    stage: Stage = next(one for one in STAGES if shown[one])
    name = shown[stage][0].wrap.name
    await switch_wrap(house.served.app, stage, name, on=False, who=Who("account", "1", "Ada"))
    assert (await owner.get("/home"))["attention"] == [], "somebody wanted it"
    await switch_wrap(house.served.app, stage, name, on=True, who=Who("account", "1", "Ada"))
    await switch_wrap(house.served.app, stage, name, on=False, who=SYSTEM, reason="It failed 3 times in a row.")
    (item,) = (await owner.get("/home"))["attention"]
    at = item["wrap"]
    assert (item["kind"], item["name"], item["reason"]) == ("wrap", name, "It failed 3 times in a row.")
    await owner.do("PUT", f"/modules/{at['module']}/wraps/{at['stage']}/{at['wrap']}", {"on": True})
    assert (await owner.get("/home"))["attention"] == []


async def test_home_says_what_waits_for_review_and_what_is_planned(house: House) -> None:
    owner = await house.owner()
    editor = await house.member(owner, "editor")
    agent = await house.member(owner, "agent")
    soon = house.desk.now_ms() + 3_600_000
    text = {"bot_id": "echo", "locale": "en", "draft_n": 1}

    def plans(db: sa.Connection) -> None:
        db.execute(TEXT.insert().values(**text, item_id="a", review="asked", reviewer=editor.id))
        db.execute(TEXT.insert().values(**text, item_id="b", review="asked"))
        db.execute(TEXT.insert().values(**text, item_id="c", review="approved", expire_ms=soon + 1))
        rows = [("Autumn", soon, "scheduled"), ("gone", 1, "scheduled"), ("off", soon, "cancelled")]
        for seq, (name, go_ms, state) in enumerate(rows):
            values = {
                "bot_id": "echo",
                "seq": seq,
                "name": name,
                "go_ms": go_ms,
                "state": state,
                "zone": "Europe/Paris",
            }
            db.execute(RELEASE.insert().values(**values))

    await house.desk.write(plans)
    for someone, number in ((editor, 2), (owner, 1)):
        found = await someone.get("/home?bot=echo")
        assert [(one["kind"], one["count"]) for one in found["attention"]] == [("review", number)]
        assert [(one["kind"], one["name"], one["zone"]) for one in found["coming"]] == [
            ("publish", "Autumn", "Europe/Paris"), ("expire", "c (en)", ""),
        ]  # fmt: skip
    assert (await agent.get("/home?bot=echo"))["attention"] == []


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
