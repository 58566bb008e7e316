"""Words: who may add them, what is counted, and that nothing is lost."""

import pytest

from gutenbot.testing import Refused, TestBot

WORDS = "/m/my-module/echo/words"


async def test_words_that_are_watched_for_are_counted_once_a_message(testbot: TestBot) -> None:
    console = testbot.console("developer")
    await console.post(WORDS, {"word": "Pizza"})
    await console.post(WORDS, {"word": "order"})
    ann = testbot.user("Ann")
    await ann.says("A PIZZA, please. Pizza!")
    await ann.says("No order today")
    await testbot.restart()
    await ann.says("orders and pizzas are other words")
    assert await console.get("/m/my-module/echo/top") == [{"word": "order", "heard": 1}, {"word": "pizza", "heard": 1}]
    assert await console.get("/m/my-module/echo/total") == {"heard": 2}
    assert (await console.get(f"{WORDS}?limit=1"))["next"] == "order"


async def test_only_those_with_the_permission_change_words(testbot: TestBot) -> None:
    await testbot.console("developer").post(WORDS, {"word": "pizza"})
    assert await testbot.console("analyst").get(WORDS) == {"items": [{"word": "pizza", "heard": 0}], "next": None}
    with pytest.raises(Refused) as refused:
        await testbot.console("analyst").delete(f"{WORDS}/pizza")
    assert refused.value.code == "http.forbidden"
    with pytest.raises(Refused):
        await testbot.console("editor").get(WORDS)


@pytest.mark.parametrize("word", ["", "two words", "x" * 41])
async def test_what_is_no_word_is_refused_and_told(testbot: TestBot, word: str) -> None:
    with pytest.raises(Refused) as refused:
        await testbot.console("owner").post(WORDS, {"word": word})
    assert (refused.value.status, list(refused.value.fields)) == (422, ["word"])


async def test_a_word_that_is_not_there_cannot_be_removed(testbot: TestBot) -> None:
    console = testbot.console("owner")
    await console.post(WORDS, {"word": "pizza"})
    await console.delete(f"{WORDS}/pizza")
    with pytest.raises(Refused) as refused:
        await console.delete(f"{WORDS}/pizza")
    assert (refused.value.status, refused.value.code) == (404, "my-module.no-word")


async def test_there_are_not_more_words_than_the_settings_allow(testbot: TestBot) -> None:
    testbot.app.module_settings["my-module"] = {"most_words": 1}
    console = testbot.console("owner")
    await console.post(WORDS, {"word": "one"})
    await console.post(WORDS, {"word": "one"})
    with pytest.raises(Refused) as refused:
        await console.post(WORDS, {"word": "two"})
    assert refused.value.code == "my-module.too-many-words"


async def test_every_change_is_in_the_audit_log(testbot: TestBot) -> None:
    console = testbot.console("owner")
    await console.post(WORDS, {"word": "pizza"})
    await console.delete(f"{WORDS}/pizza")
    lines = (await console.get("/audit?object=word"))["items"]
    assert [line["what"] for line in lines] == ["watches for the word pizza no more", "watches for the word pizza"]


async def test_its_pages_are_shown_to_those_who_may_see_them(testbot: TestBot) -> None:
    (module,) = (await testbot.console("analyst").get("/console/pages"))["items"]
    assert [page["name"] for page in module["pages"]] == ["words", "cloud"]
    assert (await testbot.console("editor").get("/console/pages"))["items"] == []
