"""Notes: written, changed, removed, brought back, found; by the team and by bots."""

from typing import Any

import pytest

from gutenbot.testing import TestBot
from gutenbot_notes.desk import desk_of
from gutenbot_notes.errors import EmptyNote, UnknownNote, UnknownPerson

BASE = "/m/notes/shop"
HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE notes_note; --",
    "{{ 7 * 7 }} ${7*7} %s %(x)s",
    "\u202egnp.exe",
    "=HYPERLINK(1)",
    "a" * 5000,
)


async def test_a_note_is_written_changed_and_its_history_is_kept(office: Any) -> None:
    owner = await office.owner()
    ann = await office.visitor("ann")
    note = await owner.do("POST", f"{BASE}/people/{ann}/notes", {"text": "  Likes tea. "})
    assert (note["text"], note["author"], note["version"], note["edited"]) == ("Likes tea.", "Olga", 1, None)
    agent = await office.member(owner, "agent", "Ada")
    path = f"{BASE}/notes/{note['note']}"
    changed = await agent.do("PUT", path, {"text": "Likes coffee.", "version": 1})
    assert (changed["version"], changed["edited_by"], changed["author"]) == (
        2,
        agent.session["account"]["name"],
        "Olga",
    )
    assert await owner.refused("PUT", path, {"text": "Likes milk.", "version": 1}) == "notes.changed-meanwhile"
    history = (await owner.get(f"{path}/history"))["items"]
    assert [(one["version"], one["text"]) for one in history] == [(2, "Likes coffee."), (1, "Likes tea.")]
    (of_ann,) = (await owner.get(f"{BASE}/people/{ann}/notes"))["items"]
    assert of_ann["text"] == "Likes coffee."


async def test_a_removed_note_is_brought_back_with_its_history_and_forgotten_after_some_days(office: Any) -> None:
    owner = await office.owner()
    ann = await office.visitor("ann")
    note = (await owner.do("POST", f"{BASE}/people/{ann}/notes", {"text": "one"}))["note"]
    await owner.do("PUT", f"{BASE}/notes/{note}", {"text": "two"})
    await owner.do("DELETE", f"{BASE}/notes/{note}")
    assert await owner.refused("GET", f"{BASE}/notes/{note}") == "notes.unknown-note"
    assert [one["note"] for one in (await owner.get(f"{BASE}/removed"))["items"]] == [note]
    assert (await owner.get(f"{BASE}/notes"))["items"] == []
    assert (await owner.do("POST", f"{BASE}/notes/{note}/restore"))["text"] == "two"
    assert len((await owner.get(f"{BASE}/notes/{note}/history"))["items"]) == 2
    await owner.do("DELETE", f"{BASE}/notes/{note}")
    office.clock.ahead_s += 8 * 86400
    await desk_of(office.app).purge()
    with pytest.raises(UnknownNote):
        await desk_of(office.app).remove("shop", note)
    key = await office.served.key("admin", "later")
    assert (await owner.call("POST", f"{BASE}/notes/{note}/restore", headers=key)).status_code == 404


async def test_the_audit_log_says_who_did_it_to_whom_and_not_what_the_note_said(office: Any) -> None:
    owner = await office.owner()
    ann = await office.visitor("ann")
    note = (await owner.do("POST", f"{BASE}/people/{ann}/notes", {"text": "a private matter"}))["note"]
    await owner.do("PUT", f"{BASE}/notes/{note}", {"text": "another private matter"})
    await owner.do("DELETE", f"{BASE}/notes/{note}")
    lines = (await owner.get(f"/audit?object=person&object_id={ann}"))["items"]
    told = [(one["what"], one["object_id"], one["actor"]["name"]) for one in lines][:3]
    assert told == [
        ("removed a note on a person", ann, "Olga"),
        ("changed a note on a person", ann, "Olga"),
        ("wrote a note on a person", ann, "Olga"),
    ]
    assert "private" not in str(lines)


async def test_notes_are_found_by_all_of_the_words_in_any_case_page_by_page(office: Any) -> None:
    owner = await office.owner()
    ann, ben = await office.visitor("ann"), await office.visitor("ben")
    for number in range(5):
        await owner.do("POST", f"{BASE}/people/{ann}/notes", {"text": f"ÉTÉ number {number}"})
    await owner.do("POST", f"{BASE}/people/{ben}/notes", {"text": "100% sure_of it"})
    found: list[str] = []
    after = ""
    while True:
        page = await owner.get(f"{BASE}/notes?q=number+été&limit=2&after={after}")
        found += [one["text"] for one in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert found == [f"ÉTÉ number {number}" for number in (4, 3, 2, 1, 0)]
    for q, count in (("100%25", 1), ("%25", 1), ("sure_of", 1), ("sure%25of", 0), ("number 9", 0), ("", 6)):
        assert len((await owner.get(f"{BASE}/notes?q={q}"))["items"]) == count, q
    assert await owner.get(f"{BASE}/totals") == {"notes": 6, "people": 2}


async def test_whatever_is_written_is_kept_and_shown_as_text(office: Any) -> None:
    owner = await office.owner()
    ann = await office.visitor("ann")
    for text in HOSTILE:
        note = await owner.do("POST", f"{BASE}/people/{ann}/notes", {"text": text})
        assert (await owner.get(f"{BASE}/notes/{note['note']}"))["text"] == text
    odd = await owner.do("POST", f"{BASE}/people/{ann}/notes", {"text": "a\u0000b\u0007c\nd"})
    assert odd["text"] == "abc\nd"
    assert await owner.refused("POST", f"{BASE}/people/{ann}/notes", {"text": " \u0000\n "}) == "notes.empty"
    assert (await owner.call("POST", f"{BASE}/people/{ann}/notes", {"text": "a" * 5001})).status_code == 422
    assert await owner.refused("POST", f"{BASE}/people/nobody/notes", {"text": "x"}) == "notes.unknown-person"
    assert (await owner.get(f"{BASE}/notes?q=%00&after=1.%00"))["items"]
    for path in ("notes/%00", "notes/%00/history"):
        assert await owner.refused("GET", f"{BASE}/{path}") == "notes.unknown-note"


async def test_rba_roles_see_and_write_what_they_may(office: Any) -> None:
    owner = await office.owner()
    ann = await office.visitor("ann")
    roles = (("agent", 201, 200), ("back-office", 201, 200), ("marketer", 403, 200), ("editor", 403, 403))
    for role, writes, reads in roles:
        someone = await office.member(owner, role)
        answer = await someone.call("POST", f"{BASE}/people/{ann}/notes", {"text": role})
        assert (answer.status_code, (await someone.call("GET", f"{BASE}/notes")).status_code) == (writes, reads), role


async def test_a_bot_writes_a_note_once_also_when_its_step_runs_again(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("refund")
    ann.sees("We look into it.")
    desk = desk_of(testbot.app)
    (note,) = await desk.notes("shop", ann.id)
    assert (note.text, note.author) == ("Asked for a refund.", "bot")
    first = await desk.add("shop", ann.id, "once", idempotency_key="k")
    assert await desk.add("shop", ann.id, "once", idempotency_key="k") == first
    assert len(await desk.notes("shop", ann.id)) == 2
    with pytest.raises(UnknownPerson):
        await desk.add("shop", "nobody", "x")
    with pytest.raises(EmptyNote):
        await desk.add("shop", ann.id, "  ")
