"""The audit log: what it tells, that it cannot be changed unseen, and that repeated writes are written once."""

import asyncio
import json

import pytest
import sqlalchemy as sa
from core.tests.http.house import PASSWORD, House
from sqlalchemy.exc import DBAPIError

from gutenbot.accounts import audit
from gutenbot.accounts.lines import SYSTEM, Line
from gutenbot.accounts.tables import ANSWER, AUDIT


async def test_a_line_tells_who_what_before_after_and_from_where_and_no_secret(house: House) -> None:
    owner = await house.owner()
    member = await house.member(owner, "editor")
    await owner.do("PATCH", f"/accounts/{member.id}", {"role": "agent"})
    (line,) = (await owner.get("/audit?verb=account.managed"))["items"]
    assert line["actor"] == {"kind": "account", "id": owner.id, "name": "Olga"}
    assert (line["object"], line["object_id"], line["address"]) == ("account", member.id, "127.0.0.1")
    assert (line["before"], line["after"]) == ({"role": "editor"}, {"role": "agent"})
    key = (await owner.do("POST", "/keys", {"name": "k", "role": "agent"}))["key"]
    everything = json.dumps(await owner.get("/audit?limit=200"))
    assert PASSWORD not in everything
    assert key not in everything
    assert audit.masked({"a": {"password": "x", "api_key": "y", "name": "z"}}) == {
        "a": {"password": "•••", "api_key": "•••", "name": "z"}
    }


async def test_lines_are_found_by_page_and_by_filter_and_exported(house: House) -> None:
    owner = await house.owner()
    for number in range(5):
        await owner.do("POST", "/invites", {"role": "agent", "name": f"N{number}"})
    first = await owner.get("/audit?limit=4")
    rest = await owner.get(f"/audit?limit=4&after={first['next']}")
    assert [one["what"] for one in first["items"] + rest["items"]] == [
        *(f"invited N{number} as agent" for number in (4, 3, 2, 1, 0)),
        "Olga set the server up and owns it",
    ]
    assert len((await owner.get("/audit?q=n3"))["items"]) == 1
    assert (await owner.get("/audit?q=%25"))["items"] == []
    assert (await owner.get("/audit?from=2199-01-01T00:00:00Z"))["items"] == []
    exported = (await owner.call("GET", "/audit/export?verb=invite.made")).text.splitlines()
    assert [json.loads(line)["after"]["name"] for line in exported] == [f"N{number}" for number in range(5)]


async def test_the_chain_has_no_fork_whoever_writes_at_once(house: House) -> None:
    owner = await house.owner()
    desk = house.desk

    async def note(number: int) -> None:
        line = Line(verb="x.y", object="thing", what=f"line {number} ü \x00 \ud800")
        if number % 2:
            await desk.note(SYSTEM, line)
        else:  # as another module would, without waiting for its turn
            await desk.tables.write(lambda db: audit.append(db, SYSTEM, line, desk.now_ms()), place=f"p{number}")

    await asyncio.gather(*(note(number) for number in range(30)))
    assert await owner.get("/audit/check") == {"ok": True, "checked": 31, "broken_at": None}


@pytest.mark.parametrize("change", ["UPDATE audit SET what = 'nothing' WHERE n = 2", "DELETE FROM audit WHERE n = 2"])
async def test_lines_cannot_be_changed_and_if_somebody_forces_it_it_is_seen(house: House, change: str) -> None:
    owner = await house.owner()
    for name in ("a", "b"):
        await owner.do("POST", "/invites", {"role": "agent", "name": name})
    with pytest.raises(DBAPIError, match="append-only"):
        await house.desk.write(lambda db: db.execute(sa.text(change)))

    def force(db: sa.Connection) -> None:
        if db.dialect.name == "postgresql":
            db.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER audit_append_only"))
        else:
            for one in ("update", "delete"):
                db.execute(sa.text(f"DROP TRIGGER audit_append_only_{one}"))
        db.execute(sa.text(change))

    await house.desk.write(force)
    assert await owner.get("/audit/check") == {"ok": False, "checked": 1, "broken_at": 2}


async def test_an_end_that_was_cut_off_is_seen(house: House) -> None:
    owner = await house.owner()
    await owner.do("POST", "/invites", {"role": "agent"})

    def cut(db: sa.Connection) -> None:
        if db.dialect.name == "postgresql":
            db.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER audit_append_only"))
        else:
            db.execute(sa.text("DROP TRIGGER audit_append_only_delete"))
        db.execute(AUDIT.delete().where(AUDIT.c.n == 2))

    await house.desk.write(cut)
    assert await owner.get("/audit/check") == {"ok": False, "checked": 1, "broken_at": 2}


async def test_a_write_that_is_sent_again_is_answered_as_before_and_done_once(house: House) -> None:
    owner = await house.owner()
    key = {"idempotency-key": "one"}
    body = {"name": "k", "role": "agent"}
    first = await owner.call("POST", "/keys", body, headers=key)
    again = await owner.call("POST", "/keys", body, headers=key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = {"name": "other", "role": "agent"}
    assert await owner.refused("POST", "/keys", other, headers=key) == "http.idempotency-key-reused"
    member = await house.member(owner, "admin")
    assert (await member.call("POST", "/keys", other, headers=key)).status_code == 201, "keys are of one actor"
    assert (
        await owner.refused("POST", "/keys", {"name": "", "role": "x"}, headers={"idempotency-key": ""})
        == "http.invalid"
    )
    kept = await house.desk.read(lambda db: [bytes(row.answer) for row in db.execute(sa.select(ANSWER))])
    assert not any(first.json()["key"].encode() in answer for answer in kept), "a secret is not kept in the open"
    house.later(25 * 3600)
    await owner.sign_in("olga@example.org")
    assert await owner.refused("POST", "/keys", body, headers=key) == "keys.name-taken", "forgotten after a day"


async def test_of_many_equal_writes_at_once_one_is_done(house: House) -> None:
    owner = await house.owner()
    calls = [owner.call("POST", "/invites", {"role": "agent"}, headers={"idempotency-key": "x"}) for _ in range(8)]
    statuses = sorted([answer.status_code for answer in await asyncio.gather(*calls)])
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert len((await owner.get("/invites"))["items"]) == 1


async def test_a_refusal_for_lack_of_rights_is_not_remembered(house: House) -> None:
    owner = await house.owner()
    editor = await house.member(owner, "editor")
    key = {"idempotency-key": "x"}
    assert await editor.refused("POST", "/invites", {"role": "agent"}, headers=key) == "http.forbidden"
    await owner.do("PATCH", f"/accounts/{editor.id}", {"role": "admin"})
    await editor.get("/session")
    assert (await editor.call("POST", "/invites", {"role": "agent"}, headers=key)).status_code == 201
