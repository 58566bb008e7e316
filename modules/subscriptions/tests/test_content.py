"""What the module says is content like all other: listed, edited, and known by who says it."""

from typing import Any

from core.tests.http.house import Someone

AT = "/bots/harbour/content"
JOINED = f"{AT}/items/subscriptions.joined"
CATEGORIES = "/m/subscriptions/harbour/categories"


async def heard(office: Any, user: str, text: str) -> list[str]:
    """What a visitor gets."""
    answer = await office.served.client.post(
        f"/api/v1/converse/{user}", json={"text": text, "user": user, "wait_s": 2}, headers=await office.talks()
    )
    assert answer.status_code == 200, answer.text
    return [one.get("text", "") for one in answer.json()["messages"]]


async def published(owner: Someone, item: str, words: str) -> None:
    """Gives users these words."""
    text = f"{AT}/items/{item}/locales/en"
    saved = await owner.do("PUT", f"{text}/draft", {"yaml": words})
    await owner.do("POST", f"{text}/publish", {"version": saved["version"]})


async def test_sub_18_the_modules_texts_are_edited_and_given_back(office: Any) -> None:
    owner = await office.owner()
    await owner.do("POST", CATEGORIES, {"name": "News", "join_words": ["news please"], "leave_words": ["no news"]})
    listed = {line["id"]: line for line in (await owner.get(f"{AT}?source=module&limit=200"))["items"]}
    assert listed["subscriptions.joined"]["source"]["place"].startswith("subscriptions/subscriptions.en.yaml:")
    assert "gutenbot.yes" in listed
    assert await heard(office, "ann", "news please") == ["You now get “News”. To stop it, say “no news”."]

    await published(owner, "subscriptions.joined", "Welcome to {{ name }}!\n")
    assert await heard(office, "ben", "news please") == ["Welcome to News!"]
    item = await owner.get(JOINED)
    assert item["source"]["kind"] == "override"
    assert item["locales"]["fr"]["default"]["place"].startswith("subscriptions/subscriptions.fr.yaml:")

    await owner.do("POST", f"{JOINED}/revert", {})
    assert (await heard(office, "cid", "news please"))[0].startswith("You now get")
    assert (await owner.get(JOINED))["source"]["kind"] == "module"


async def test_sub_19_a_text_that_cannot_be_said_keeps_nobody_from_joining(office: Any) -> None:
    owner = await office.owner()
    await owner.do("POST", CATEGORIES, {"name": "News", "join_words": ["news please"]})
    await published(owner, "subscriptions.joined", "Welcome {{ nobody.passes.this }}!\n")
    assert await heard(office, "ann", "news please") == ["You now get “News”."]


async def test_sub_20_its_texts_go_and_come_with_the_module(office: Any) -> None:
    owner = await office.owner()
    assert (await owner.get(JOINED))["source"]["kind"] == "module"
    content = office.app.content
    office.app.installed["subscriptions"].state = "disabled"
    await content.follow_modules()
    assert await owner.refused("GET", JOINED) == "content.no-item"
    assert "subscriptions.joined" not in office.app.runtimes["harbour"].library
    office.app.installed["subscriptions"].state = "running"
    await content.follow_modules()
    assert (await owner.get(JOINED))["source"]["kind"] == "module"
    assert "subscriptions.joined" in office.app.runtimes["harbour"].library


async def test_sub_21_an_item_that_a_category_says_is_not_deleted_and_is_renamed_there(office: Any) -> None:
    item, to = "hello.news", "hello.readers"  # no text of this file names them as code does
    owner = await office.owner()
    await owner.do("POST", f"{AT}/items", {"id": "hello.news", "locale": "en", "yaml": "Hello {{ name }}!\n"})
    await published(owner, "hello.news", "Hello from {{ name }}!\n")
    await owner.do("POST", CATEGORIES, {"name": "News", "join_words": ["news please"], "joined": f"#{item}"})
    assert await heard(office, "ann", "news please") == ["Hello from News!"]
    use = {"kind": "subscription", "place": "news", "words": "News"}
    assert (await owner.get(f"{AT}/items/hello.news"))["uses"] == [use]
    assert [line["used_by"] for line in (await owner.get(f"{AT}?q=hello.news"))["items"]] == [1]
    answer = await owner.call("DELETE", f"{AT}/items/hello.news")
    assert (answer.status_code, answer.json()["code"], answer.json()["uses"]) == (409, "content.in-use", [use])

    renamed = await owner.do("POST", f"{AT}/items/hello.news/rename", {"to": "hello.readers"})
    assert "subscription News" in renamed["changed"]
    assert (await owner.get(f"{CATEGORIES}/news"))["joined"] == f"#{to}"
    assert await heard(office, "ben", "news please") == ["Hello from News!"]
    assert (await owner.get(f"{AT}/items/hello.readers"))["uses"] == [use]
