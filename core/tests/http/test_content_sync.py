"""Content and the files under it: conflicts after a deploy, pulling into the files, names, and what nobody may change."""

from pathlib import Path

import pytest
from core.tests.http.house import House, Someone
from core.tests.http.test_content import AT, ECHO, FILE, TEXT, draft, said, with_files

CODE = """from gutenbot import Bot, Chat

bot = Bot("echo")


@bot.hear("eta")
async def eta(chat: Chat) -> None:
    await chat.say("#order.eta", eta="now")  # the only one
"""


@pytest.fixture
async def owner(house: House, tmp_path: Path) -> Someone:
    """The owner of a server whose bot has content and code."""
    await with_files(house, tmp_path, order=FILE, order_fr="order.eta: Il arrive {{ eta }}.\n")
    (tmp_path / "bot" / "bot.py").write_text(CODE, encoding="utf-8")
    return await house.owner()


async def publish(someone: Someone, words: str, text: str = TEXT) -> int:
    await someone.do("PUT", f"{text}/draft", {"yaml": f"- text: {words}\n"})
    return int((await someone.do("POST", f"{text}/publish", {}))["release"])


def file_of(house: House, name: str = "order.yaml") -> Path:
    folder: Path = house.served.app.bots[ECHO].content_folder
    return folder / name


async def deployed(house: House, text: str, name: str = "order.yaml") -> None:
    """The file has changed, and the server has seen it."""
    file_of(house, name).write_text(text, encoding="utf-8")
    house.served.app.reload_content(ECHO)


async def test_a_file_that_changes_under_an_override_is_a_conflict_until_somebody_decides(
    house: House, owner: Someone
) -> None:
    await publish(owner, "Mine.")
    await deployed(house, FILE.replace("It comes {{ eta }}.", "Theirs {{ eta }}."))
    assert said(house) == "Mine."
    shown = (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]
    assert shown["state"] == "conflict"
    assert ["It comes" in shown["conflict"]["base"], "Theirs" in shown["conflict"]["theirs"]] == [True, True]
    assert "Mine." in shown["conflict"]["mine"]
    assert [line["id"] for line in (await owner.get(f"{AT}?state=conflict"))["items"]] == ["order.eta"]
    await owner.do("POST", f"{TEXT}/resolve", {"keep": "mine"})
    assert (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]["state"] == "live"
    assert said(house) == "Mine."
    assert await owner.refused("POST", f"{TEXT}/resolve", {"keep": "mine"}) == "content.no-conflict"

    await deployed(house, FILE.replace("It comes {{ eta }}.", "Again {{ eta }}."))
    await owner.do("POST", f"{TEXT}/resolve", {"keep": "merged", "yaml": "- text: Both {{ eta }}.\n"})
    assert said(house) == "Both today."
    await deployed(house, FILE.replace("It comes {{ eta }}.", "Last {{ eta }}."))
    await owner.do("POST", f"{TEXT}/resolve", {"keep": "theirs"})
    assert said(house) == "Last today."
    assert (await owner.get(f"{AT}/items/order.eta"))["source"]["kind"] == "code"


async def test_what_was_pulled_and_deployed_is_the_files_own_and_nothing_differs_any_more(
    house: House, owner: Someone
) -> None:
    from gutenbot.editing.pulling import pull, write
    from gutenbot.editing.sync import overrides

    await publish(owner, "Soon.")
    await publish(owner, "Bientôt.", f"{AT}/items/order.eta/locales/fr")
    await owner.do("POST", f"{AT}/items", {"id": "order.late", "locale": "en", "value": "It is: late"})
    await owner.do("POST", f"{AT}/items/order.late/locales/en/publish", {})
    found = await owner.get(f"{AT}/sync")
    assert {(one["id"], one["locale"]) for one in found["items"]} == {
        ("order.eta", "en"), ("order.eta", "fr"), ("order.late", "en"),
    }  # fmt: skip
    assert "+++ b/content/order.yaml" in found["diff"]
    rows = await house.desk.read(lambda db: overrides(db, "echo"))
    folder = file_of(house).parent
    assert write(folder, pull(folder, "en", rows)) == ["order.fr.yaml", "order.yaml"]
    text = file_of(house).read_text(encoding="utf-8")
    assert text == (
        "# Words of orders.\norder.eta:\n  - text: Soon.\norder.size: Which size?   # small or large\n\n"
        'order.late: "It is: late"\n'
    )
    house.served.app.reload_content(ECHO)
    await house.served.app.content.settle()
    after = await owner.get(f"{AT}/sync")
    assert (after["items"], after["diff"]) == ([], "")
    assert said(house) == "Soon."
    assert (await owner.get(f"{AT}/items/order.late"))["source"] == {"kind": "code", "place": "content/order.yaml:6"}
    assert house.served.app.notices() == []


async def test_what_was_pulled_waits_until_workers_of_the_deploy_before_are_gone(house: House, owner: Someone) -> None:
    from gutenbot.editing.workers import beat, leave

    app = house.served.app
    await publish(owner, "Soon.")
    file_of(house).write_text("order.eta:\n  - text: Soon.\n", encoding="utf-8")
    await beat(app.storage, "0", {"echo": 1}, app.content.now_ms())
    app.reload_content(ECHO)
    await app.content.settle()
    live = (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]["live"]
    assert (live is not None) == app.storage.shared  # alone, there is nobody to wait for
    await leave(app.storage, "0")
    await app.content.settle()
    assert (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]["live"] is None
    assert said(house) == "Soon."


async def test_a_text_over_gutenbots_own_or_a_modules_is_pulled_and_is_no_conflict(
    house: House, owner: Someone
) -> None:
    await publish(owner, "Yes!", f"{AT}/items/gutenbot.yes/locales/en")
    (one,) = (await owner.get(f"{AT}/sync"))["items"]
    assert (one["id"], one["conflict"], one["place"]) == ("gutenbot.yes", False, "")
    assert one["behind"].startswith("gutenbot/system.en.yaml:")
    assert one["behind_hash"] == one["base_hash"] != ""
    assert (await owner.get(f"{AT}/overrides"))["items"] == [one]
    assert "+++ b/content/gutenbot.yaml" in (await owner.get(f"{AT}/sync"))["diff"]


async def test_reverting_gives_users_the_files_text_and_can_be_undone(house: House, owner: Someone) -> None:
    await publish(owner, "Mine.")
    release = (await owner.do("POST", f"{AT}/items/order.eta/revert", {}))["release"]
    assert said(house) == "It comes today."
    await owner.do("POST", f"{AT}/releases/{release}/undo")
    assert said(house) == "Mine."
    assert (await owner.do("POST", f"{AT}/push", {"items": [{"id": "order.eta", "locale": "en"}]})) == {"reverted": 1}
    assert said(house) == "It comes today."


async def test_a_new_name_moves_what_the_database_knows_and_proposes_the_rest_as_a_patch(
    house: House, owner: Someone
) -> None:
    await publish(owner, "Mine {{ eta }}.")
    found = await owner.do("POST", f"{AT}/items/order.eta/rename", {"to": "order.arrival"})
    assert '-    await chat.say("#order.eta", eta="now")  # the only one' in found["patch"]
    assert '+    await chat.say("#order.arrival", eta="now")  # the only one' in found["patch"]
    assert "+order.arrival:\n" in found["patch"]
    assert said(house) == said(house, "order.arrival") == "Mine today."
    history = await owner.get(f"{AT}/items/order.arrival/locales/en/revisions")
    assert [one["kind"] for one in history["items"]] == ["published"]
    assert await owner.refused("POST", f"{AT}/items/order.size/rename", {"to": "order.eta"}) == "content.exists"


async def test_what_is_used_is_not_removed_and_what_is_not_may_come_back(house: House, owner: Someone) -> None:
    from gutenbot.editing.references import ContentUser, Reference

    october = [Reference("promo", "broadcast", "b1", "October")]
    house.served.app.content.desk.users = lambda: [ContentUser(lambda _, __: october, lambda *_: None)]
    assert await owner.refused("DELETE", f"{AT}/items/order.eta") == "content.in-files"
    await owner.do("POST", f"{AT}/items", {"id": "promo", "locale": "en", "value": "Now!"})
    await owner.do("POST", f"{AT}/items/promo/locales/en/publish", {})
    answer = await owner.call("DELETE", f"{AT}/items/promo")
    assert (answer.status_code, answer.json()["uses"][0]["words"]) == (409, "October")
    october.clear()
    await owner.do("POST", f"{AT}/items/promo/archive")
    assert "promo" not in house.served.app.runtimes[ECHO].library
    assert (await owner.get(f"{AT}?q=promo"))["items"] == []
    await owner.do("POST", f"{AT}/items/promo/unarchive")
    assert said(house, "promo") == "Now!"
    await owner.do("DELETE", f"{AT}/items/promo")
    assert "promo" not in house.served.app.runtimes[ECHO].library
    assert await owner.refused("PUT", f"{AT}/items/promo/locales/en/draft", {"value": "x"}) == "content.no-item"
    await owner.do("POST", f"{AT}/items", {"id": "promo", "locale": "en", "value": "Again"})
    assert (await owner.get(f"{AT}/items/promo"))["locales"]["en"]["draft"]["value"] == "Again"


async def test_a_role_limited_to_french_changes_french_only(house: House, owner: Someone) -> None:
    role = {"title": "French", "permissions": ["content:read", "content:write", "content:publish"],
            "scopes": {"content:write": {"language": ["fr"]}, "content:publish": {"language": ["fr"]}}}  # fmt: skip
    await owner.do("PUT", "/roles/french", role)
    yves = await house.member(owner, "french", "yves")
    assert (await yves.get("/session"))["scopes"] == role["scopes"]
    assert (await owner.get("/session"))["scopes"] == {}
    assert await yves.refused("PUT", f"{TEXT}/draft", {"value": "x"}) == "http.forbidden"
    for tag in ("fr", "fr-CA"):
        await draft(yves, "Bonjour", text=f"{AT}/items/order.eta/locales/{tag}")
        await yves.do("POST", f"{AT}/items/order.eta/locales/{tag}/publish", {})
    assert said(house, locale="fr-CA") == "Bonjour"
    assert await yves.refused("POST", f"{AT}/items/order.eta/rename", {"to": "x"}) == "http.forbidden"
    items = [{"id": "order.eta", "locale": tag} for tag in ("fr", "en")]
    assert await yves.refused("POST", f"{AT}/releases", {"items": items}) == "http.forbidden"


async def test_where_content_is_locked_nothing_is_edited(house: House, owner: Someone) -> None:
    house.served.app.content.desk.overrides = "locked"
    assert await owner.refused("PUT", f"{TEXT}/draft", {"value": "x"}) == "content.locked"
    assert await owner.refused("POST", f"{AT}/items", {"id": "x", "locale": "en", "value": "x"}) == "content.locked"
    assert (await owner.get(f"{AT}/facets"))["overrides"] == "locked"


async def test_where_review_is_required_another_person_must_have_approved_the_very_text(
    house: House, owner: Someone
) -> None:
    house.served.app.content.desk.overrides = "review"
    eli = await house.member(owner, "editor", "eli")
    version = await draft(eli, "Soon.")
    assert await eli.refused("POST", f"{TEXT}/publish", {}) == "content.needs-review"
    await eli.do("POST", f"{TEXT}/review", {"do": "ask", "reviewer": "Olga", "words": "Short enough?"})
    assert [line["id"] for line in (await owner.get(f"{AT}?state=review"))["items"]] == ["order.eta"]
    assert await eli.refused("POST", f"{TEXT}/review", {"do": "approve"}) == "content.own-review"
    assert (await owner.do("POST", f"{TEXT}/review", {"do": "approve"}))["state"] == "approved"
    await draft(eli, "Changed after it was approved.", version + 9)
    assert await eli.refused("POST", f"{TEXT}/publish", {}) == "content.needs-review"
    await owner.do("POST", f"{TEXT}/review", {"do": "approve"})
    await eli.do("POST", f"{TEXT}/publish", {})
    assert said(house) == "Changed after it was approved."
    (comment,) = (await owner.get(f"{AT}/items/order.eta/comments"))["items"]
    await owner.do("PATCH", f"{AT}/comments/{comment['id']}", {"done": True})
    assert (await owner.get(f"{AT}/items/order.eta"))["comments_open"] == 0


async def test_many_items_are_put_away_at_once_and_come_back_and_those_that_cannot_are_named(
    house: House, owner: Someone
) -> None:
    names = ["promo.a", "promo.b", "promo.c"]
    for name in names:
        await owner.do("POST", f"{AT}/items", {"id": name, "locale": "en", "value": "Now!"})
        await owner.do("POST", f"{AT}/items/{name}/locales/en/publish", {})
    assert (await owner.get(f"{AT}/ids?q=promo"))["items"] == names
    assert set((await owner.get(f"{AT}/ids"))["items"]) > {"order.eta", *names}
    await owner.do("POST", f"{AT}/items/promo.b/archive")
    chosen = [*names, "promo.a", "order.eta", "nothing.here"]
    found = await owner.do("POST", f"{AT}/archive", {"items": chosen})
    assert found["items"] == ["promo.a", "promo.c"], "what is away already is no change"
    assert [(one["id"], one["code"]) for one in found["refused"]] == [
        ("order.eta", "content.in-files"),
        ("nothing.here", "content.no-item"),
    ]
    assert "content/order" in found["refused"][0]["why"]
    library = house.served.app.runtimes[ECHO].library
    assert [name in library for name in ("order.eta", *names)] == [True, False, False, False]
    line = (await owner.get("/audit?verb=content.archived"))["items"][0]
    assert (line["object_id"], line["after"]["items"]) == ("echo", ["promo.a", "promo.c"])
    assert (await owner.get(f"{AT}/ids?q=promo"))["items"] == []
    back = await owner.do("POST", f"{AT}/archive", {"items": found["items"], "archived": False})
    assert back == {"items": ["promo.a", "promo.c"], "refused": []}
    assert (said(house, "promo.a"), said(house, "promo.c")) == ("Now!", "Now!")
    assert (await owner.get(f"{AT}/ids?q=promo"))["items"] == ["promo.a", "promo.c"]
