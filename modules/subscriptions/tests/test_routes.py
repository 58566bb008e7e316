"""The routes: categories with their words, the people in them, and what the audit log says."""

from typing import Any

from core.tests.http.house import Someone

BASE = "/m/subscriptions/harbour"
NEWS: dict[str, Any] = {"name": "News", "join_words": ["news please"], "leave_words": ["no news"]}


async def made(owner: Someone, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = await owner.do("POST", f"{BASE}/categories", {**NEWS, **more})
    return found


async def test_a_category_is_made_heard_counted_and_listed(office: Any) -> None:
    owner = await office.owner()
    news = await made(owner, joined="Hello {{ name }}!")
    assert (news["category"], news["source"], news["version"], news["language"]) == ("news", "CONSOLE", 1, "en")
    ann = await office.visitor("ann", "News Please")
    (listed,) = (await owner.get(f"{BASE}/categories"))["items"]
    assert (listed["name"], listed["subscribers"], listed["words"]) == ("News", 1, "news please · no news")
    (member,) = (await owner.get(f"{BASE}/categories/news/people"))["items"]
    assert (member["user"], member["by"]) == (ann, "user")
    assert await owner.get(f"{BASE}/totals") == {"categories": 1, "people": 1}
    assert await owner.refused("GET", f"{BASE}/categories/none") == "subscriptions.unknown-category"
    assert await owner.refused("GET", "/m/subscriptions/nobot/categories") == "turns.unknown-bot"


async def test_sub_12_a_word_that_is_taken_is_refused_and_says_by_what(office: Any) -> None:
    owner = await office.owner()
    await made(owner)
    for words, use in (
        ({"join_words": ["NEWS  please"]}, "news"),
        ({"join_words": ["a b"], "leave_words": ["A  B"]}, "join and to leave"),
        ({"join_words": ["Subscriptions"]}, "the menu"),
    ):
        answer = await owner.call("POST", f"{BASE}/categories", {"name": "Other", **words})
        assert (answer.status_code, answer.json()["code"]) == (409, "subscriptions.word-taken"), words
        assert use in answer.json()["detail"]
    assert len((await owner.get(f"{BASE}/categories"))["items"]) == 1


async def test_sub_13_a_removed_category_is_brought_back_with_its_people(office: Any) -> None:
    owner = await office.owner()
    await made(owner)
    ann = await office.visitor("ann", "news please")
    await owner.do("DELETE", f"{BASE}/categories/news")
    assert (await owner.get(f"{BASE}/categories"))["items"] == []
    assert [one["subscribers"] for one in (await owner.get(f"{BASE}/removed"))["items"]] == [1]
    await office.visitor("ben", "news please")  # means nothing now
    back = await owner.do("POST", f"{BASE}/categories/news/restore")
    assert back["subscribers"] == 1
    assert [one["user"] for one in (await owner.get(f"{BASE}/categories/news/people"))["items"]] == [ann]
    await office.visitor("ben", "news please")
    assert (await owner.get(f"{BASE}/categories/news"))["subscribers"] == 2


async def test_sub_14_it_cannot_be_brought_back_while_another_one_has_its_words(office: Any) -> None:
    owner = await office.owner()
    await made(owner)
    await owner.do("DELETE", f"{BASE}/categories/news")
    assert (
        await owner.refused("POST", f"{BASE}/categories", {**NEWS, "category": "news"})
        == "subscriptions.category-exists"
    )
    other = await made(owner)
    assert other["category"] == "news-2"
    assert await owner.refused("POST", f"{BASE}/categories/news/restore") == "subscriptions.word-taken"


async def test_sub_15_what_was_removed_is_forgotten_after_some_days_and_not_before(office: Any) -> None:
    owner = await office.owner()
    await made(owner)
    await made(owner, name="Weather", join_words=["weather"], leave_words=[])
    await office.visitor("ann", "news please")
    await owner.do("DELETE", f"{BASE}/categories/news")
    office.clock.ahead_s += 6 * 86400
    key = await office.served.key("admin", "later")
    later = {"headers": key}
    assert (await owner.call("DELETE", f"{BASE}/categories/weather", **later)).status_code == 204
    assert len((await owner.call("GET", f"{BASE}/removed", **later)).json()["items"]) == 2
    office.clock.ahead_s += 2 * 86400
    await owner.call("POST", f"{BASE}/categories", {"name": "x", "join_words": ["x y"]}, **later)
    await owner.call("DELETE", f"{BASE}/categories/x", **later)
    left = [one["category"] for one in (await owner.call("GET", f"{BASE}/removed", **later)).json()["items"]]
    assert left == ["x", "weather"]


async def test_sub_16_who_changes_what_somebody_else_has_changed_is_told(office: Any) -> None:
    owner = await office.owner()
    news = await made(owner)
    changed = await owner.do("PUT", f"{BASE}/categories/news", {**NEWS, "name": "The news", "version": news["version"]})
    assert (changed["name"], changed["version"]) == ("The news", 2)
    again = {**NEWS, "name": "My news", "version": news["version"]}
    assert await owner.refused("PUT", f"{BASE}/categories/news", again) == "subscriptions.changed-meanwhile"
    assert (await owner.get(f"{BASE}/categories/news"))["name"] == "The news"


async def test_words_in_other_languages_come_change_and_go(office: Any) -> None:
    owner = await office.owner()
    await made(owner)
    french = {"language": "FR", "name": "Actualités", "join_words": ["actus"], "leave_words": ["plus d’actus"]}
    await owner.do("POST", f"{BASE}/categories/news/languages", french)
    await office.visitor("ann", "ACTUS")
    assert (await owner.get(f"{BASE}/categories/news"))["subscribers"] == 1
    tags = [one["language"] for one in (await owner.get(f"{BASE}/categories/news/languages"))["items"]]
    assert tags == ["en", "fr"]
    body = {"name": "Infos", "join_words": ["infos"]}
    await owner.do("PUT", f"{BASE}/categories/news/languages/fr", body)
    assert await owner.refused("PUT", f"{BASE}/categories/news/languages/de", body) == "subscriptions.unknown-language"
    wrong = {**body, "language": "French"}
    assert await owner.refused("POST", f"{BASE}/categories/news/languages", wrong) == "subscriptions.no-language"
    assert await owner.refused("DELETE", f"{BASE}/categories/news/languages/en") == "subscriptions.first-language-stays"
    await owner.do("DELETE", f"{BASE}/categories/news/languages/fr")
    await made(owner, name="Info", join_words=["infos"], leave_words=[])  # its words are free again


async def test_texts_that_could_not_be_said_are_refused(office: Any) -> None:
    owner = await office.owner()
    for text in ("{{ name", "{% if x %}never ended", "#no.such.item"):
        body = {**NEWS, "joined": text}
        assert await owner.refused("POST", f"{BASE}/categories", body) == "subscriptions.wrong-text", text
    hostile = "<script>alert(1)</script> ${7*7} '; DROP TABLE subscriptions_category;--"
    await made(owner, name=hostile[:80], joined=hostile)
    assert (await owner.get(f"{BASE}/categories"))["items"][0]["joined"] == hostile


async def test_people_are_put_in_and_taken_out_by_the_team(office: Any) -> None:
    owner = await office.owner()
    await made(owner)
    ann = await office.visitor("ann")
    await owner.do("PUT", f"{BASE}/categories/news/people/{ann}")
    (of_ann,) = (await owner.get(f"{BASE}/people/{ann}"))["items"]
    assert (of_ann["category"], of_ann["subscribed"], of_ann["by"]) == ("news", True, "account Olga")
    await owner.do("DELETE", f"{BASE}/categories/news/people/{ann}")
    assert not (await owner.get(f"{BASE}/people/{ann}"))["items"][0]["subscribed"]
    assert await owner.refused("PUT", f"{BASE}/categories/news/people/nobody") == "subscriptions.unknown-person"
    lines = [one["what"] for one in (await owner.get("/audit?limit=5"))["items"]]
    assert lines[:3] == ["took a person out of News", "put a person into News", "made the category News"]


async def test_people_of_a_category_come_page_by_page(office: Any) -> None:
    owner = await office.owner()
    await made(owner)
    wanted = sorted([await office.visitor(f"p{number}", "news please") for number in range(5)])
    found: list[str] = []
    after = ""
    while True:
        page = await owner.get(f"{BASE}/categories/news/people?limit=2&after={after}")
        found += [one["user"] for one in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert found == wanted


async def test_sub_17_categories_of_code_are_shown_and_changed_in_code_alone(coded_office: Any) -> None:
    owner = await coded_office.owner()
    listed = (await owner.get(f"{BASE}/categories"))["items"]
    assert [(one["category"], one["source"]) for one in listed] == [("tides", "CODE"), ("storms", "CODE")]
    for method, path, body in (
        ("PUT", "tides", NEWS), ("DELETE", "tides", None), ("POST", "tides/languages", {**NEWS, "language": "de"}),
    ):  # fmt: skip
        assert await owner.refused(method, f"{BASE}/categories/{path}", body) == "subscriptions.from-code"
    taken = {"name": "X", "join_words": ["TIDES please"]}
    assert await owner.refused("POST", f"{BASE}/categories", taken) == "subscriptions.word-taken"


async def test_rba_roles_see_and_change_what_they_may(office: Any) -> None:
    owner = await office.owner()
    await made(owner)
    for role, may in (("marketer", True), ("editor", True), ("analyst", False), ("agent", False), ("developer", False)):
        someone = await office.member(owner, role)
        assert len((await someone.get(f"{BASE}/categories"))["items"]) >= 1
        answer = await someone.call("POST", f"{BASE}/categories", {"name": role, "join_words": [f"join {role}"]})
        assert answer.status_code == (201 if may else 403), role
    auditor = await office.member(owner, "auditor")
    assert await auditor.refused("GET", f"{BASE}/categories") == "http.forbidden"
