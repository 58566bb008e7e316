"""Users, profiles and tags (section 2.7 of the features)."""

import pytest
from core.tests.turns.bots import echo_bot

from gutenbot import Bot, Chat
from gutenbot.testing import TestBot, TestUser
from gutenbot.turns.errors import UnknownChannel
from gutenbot.turns.sending import Sending
from gutenbot.users import People


async def known(testbot: TestBot, *names: str) -> tuple[People, list[TestUser]]:
    """Users that have said something."""
    users = [testbot.user(name) for name in names]
    for user in users:
        await user.says("hi")
    return testbot.app.people(testbot.bot.id), users


async def test_2_7_tags_are_upper_case_with_one_value_each() -> None:
    async with TestBot(echo_bot()) as testbot:
        people, (ann,) = await known(testbot, "Ann")
        await people.tag(ann.id, "vip")
        await people.tag(ann.id, "Vip", "gold")
        await people.tag(ann.id, "city", "Paris")
        assert await people.tags(ann.id) == {"VIP": "gold", "CITY": "Paris"}
        assert await people.has_tag(ann.id, "vip")
        await people.untag(ann.id, "VIP")
        assert await people.tags(ann.id) == {"CITY": "Paris"}
        assert not await people.has_tag(ann.id, "vip")


async def test_2_7_lists_have_tags_and_search_wants_all_of_them() -> None:
    """⚠ Lists once came without tags, and the search by tags did not work."""
    async with TestBot(echo_bot()) as testbot:
        people, (ann, bob, cid) = await known(testbot, "Ann", "Bob", "Cid")
        for user, *tags in ((ann, "a", "b"), (bob, "b"), (cid, "a", "b", "c")):
            for tag in tags:
                await people.tag(user.id, tag)

        async def found(*tags: str) -> set[str]:
            return {person.user.profile["first_name"] for person in await people.list(tags=tags)}

        assert {frozenset(person.tags) for person in await people.list()} == {
            frozenset("AB"),
            frozenset("B"),
            frozenset("ABC"),
        }
        assert await found("a", "B") == {"Ann", "Cid"}
        assert await found("c", "b", "a") == {"Cid"}
        assert await found("none") == set()
        assert [await people.count(), await people.count(tags=["b"]), await people.count(tags=["a", "b"])] == [3, 3, 2]


async def test_2_7_lists_come_in_pages() -> None:
    async with TestBot(echo_bot()) as testbot:
        people, users = await known(testbot, *(f"User {number}" for number in range(7)))
        seen: list[str] = []
        after = ""
        while page := await people.list(limit=3, after=after):
            seen += [person.user.user_id for person in page]
            after = seen[-1]
        assert seen == sorted(user.id for user in users)


async def test_2_7_a_profile_is_fetched_once_and_again_when_it_is_old() -> None:
    """⚠ A profile was once kept for ever."""
    bot = Bot("b")

    @bot.fallback
    async def who(chat: Chat) -> None:
        await chat.say(chat.user.first_name)

    async with TestBot(bot) as testbot:
        ann = testbot.user("Ann")
        await ann.says("x")
        testbot.channels["web"].people["ann"]["first_name"] = "Anna"  # type: ignore[attr-defined]
        await ann.says("x")
        assert ann.dialogue[-1] == "Ann"
        await testbot.advance(days=2)
        await ann.says("x")
        assert ann.dialogue[-1] == "Anna"


async def test_2_7_two_addresses_of_one_person_share_what_is_remembered() -> None:
    bot = Bot("b")

    @bot.fallback
    async def count(chat: Chat) -> None:
        chat.user["count"] = chat.user.get("count", 0) + 1
        await chat.say(str(chat.user["count"]))

    async with TestBot(bot) as testbot:
        web, sms = testbot.user("Ann"), testbot.user("Ann", channel="sms")
        await web.says("x")
        await sms.says("x")
        await testbot.app.people("b").link("sms", "ann", web.id)
        await sms.says("x")
        assert sms.dialogue[-1] == "2"
        assert await testbot.app.people("b").count() == 1
        found = await testbot.app.people("b").find("sms", "ann")
        assert found is not None
        assert found.user_id == web.id


async def test_saying_something_from_outside_reaches_the_latest_conversation_once_per_key() -> None:
    async with TestBot(echo_bot()) as testbot:
        web, sms = testbot.user("Ann"), testbot.user("Ann", channel="sms")
        await web.says("x")
        await testbot.advance(minutes=1)
        await sms.says("x")
        await testbot.app.people("echo").link("sms", "ann", web.id)
        await testbot.send(web, "news", key="1")
        await testbot.send(web, "news", key="1")
        assert sms.dialogue == ["> x", "x", "news"]
        assert web.dialogue == ["> x", "x"]


async def test_what_is_said_to_somebody_whose_channel_is_gone_is_refused_by_its_name() -> None:
    async with TestBot(echo_bot()) as testbot:
        sms = testbot.user("Ann", channel="sms")
        await sms.says("x")
        app = testbot.app
        elsewhere = Sending(app.storage, app.clock, app.turns, {})
        with pytest.raises(UnknownChannel, match="no channel sms here"):
            await elsewhere.send(app.runtimes[testbot.bot.id], sms.id, "news", {}, None)
