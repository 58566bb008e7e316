"""The converse route: what goes in, what comes out, and what a repeated call gives."""

import asyncio
from pathlib import Path

from core.tests.http.served import Served, echo_bot, serving

from gutenbot import Bot, Chat
from gutenbot.app.app import Mode
from gutenbot.app.default import API
from gutenbot.events.messages import TextMessage
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.ids import BotId, conversation_id


async def test_what_is_said_comes_back_as_the_answer_of_the_bot(served: Served) -> None:
    answer = await served.say({"text": "hi"})
    assert answer.status_code == 200
    body = answer.json()
    assert [message["text"] for message in body["messages"]] == ["hi"]
    assert (body["conversation"], body["n"]) == ("ann", 2)


async def test_a_conversation_goes_on_over_several_calls(served: Served) -> None:
    assert await served.texts({"text": "name"}) == ["Your name?"]
    assert await served.texts({"text": "Ann"}) == ["Hello Ann"]


async def test_conversations_do_not_mix(served: Served) -> None:
    await served.texts({"text": "name"}, "ann")
    assert await served.texts({"text": "Bob"}, "bob") == ["Bob"]


async def test_an_event_and_a_list_of_messages_are_taken_too(served: Served) -> None:
    event = {"event": {"type": "payload", "payload": "twice", "title": "twice"}}
    assert await served.texts(event) == ["one", "two"]
    assert await served.texts([{"text": "a"}, {"text": "twice"}, {"text": "b"}]) == ["a", "one", "two", "b"]


async def test_a_bot_that_says_nothing_gives_an_empty_answer_at_once(served: Served) -> None:
    assert await served.texts({"text": "nothing"}) == []


async def test_the_same_id_again_gives_the_same_answer_and_no_new_turn(served: Served) -> None:
    first = (await served.say({"text": "twice", "id": "1"})).json()
    await served.texts({"text": "something else"})
    again = (await served.say({"text": "twice", "id": "1"})).json()
    assert [m["text"] for m in again["messages"]] == [m["text"] for m in first["messages"]] == ["one", "two"]
    assert again["n"] == first["n"]
    thread = await served.client.get("/api/v1/converse/ann")
    assert len(thread.json()["messages"]) == 3


async def test_a_repeated_id_of_a_silent_turn_is_answered_at_once_too(served: Served) -> None:
    assert await served.texts({"text": "nothing", "id": "1"}) == []
    assert await served.texts({"text": "nothing", "id": "1"}) == []


async def test_a_repeated_id_gives_what_that_message_caused_whatever_else_was_said_at_that_moment(
    served: Served,
) -> None:
    now = served.app.clock.now()
    served.app.clock.now = lambda: now  # type: ignore[method-assign]
    conversation = conversation_id(BotId("echo"), API, "ann")
    await served.texts({"text": "hi"})
    calls = [asyncio.create_task(served.say({"text": "twice", "id": str(n)})) for n in range(3)]
    for n in range(20):
        await served.app.storage.send(conversation, str(n), [TextMessage("news")], deliver=False, now_ms=to_ms(now))
    first = [(await call).json() for call in calls]
    again = [(await served.say({"text": "twice", "id": str(n)})).json() for n in range(3)]
    assert again == first
    assert [[m["text"] for m in one["messages"]] for one in again] == [["one", "two"]] * 3


async def test_a_repeated_event_that_people_do_not_see_gives_its_answer_too(tmp_path: Path) -> None:
    bot = echo_bot()

    @bot.hear({"name": "paid"})
    async def paid(chat: Chat) -> None:
        await chat.say("Thank you")

    event = {"event": {"type": "custom", "name": "paid", "data": {}}, "id": "1"}
    async with serving(tmp_path, bot) as served:
        assert await served.texts(event) == ["Thank you"]
        await served.texts({"text": "something else"})
        assert await served.texts(event) == ["Thank you"]


async def test_a_repeated_id_finds_its_answer_far_down_the_thread(served: Served) -> None:
    first = (await served.say({"text": "twice", "id": "1"})).json()
    await served.say([{"text": f"m {n}"} for n in range(100)])
    last = (await served.say({"text": "twice", "id": "2"})).json()
    await served.say([{"text": f"m {n}"} for n in range(100)])
    assert (await served.say({"text": "twice", "id": "1"})).json() == first
    assert (await served.say({"text": "twice", "id": "2"})).json() == last


async def test_the_same_words_with_another_id_are_another_message(served: Served) -> None:
    assert await served.texts({"text": "hi", "id": "1"}) == ["hi"]
    assert await served.texts({"text": "hi", "id": "2"}) == ["hi"]
    assert (await served.client.get("/api/v1/converse/ann")).json()["n"] == 4


async def test_the_same_id_in_another_conversation_is_another_message(served: Served) -> None:
    await served.texts({"text": "hi", "id": "1"}, "ann")
    assert await served.texts({"text": "ho", "id": "1"}, "bob") == ["ho"]


async def test_twenty_equal_calls_at_once_make_one_turn_and_twenty_equal_answers(served: Served) -> None:
    answers = await asyncio.gather(*(served.say({"text": "twice", "id": "same"}) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert {tuple(m["text"] for m in answer.json()["messages"]) for answer in answers} == {("one", "two")}
    assert (await served.client.get("/api/v1/converse/ann")).json()["n"] == 3


async def test_the_same_id_after_a_restart_gives_the_same_answer(tmp_path: Path) -> None:
    async with serving(tmp_path) as first:
        await first.texts({"text": "twice", "id": "1"})
        await first.texts({"text": "more"})
    async with serving(tmp_path, keep=True) as second:
        assert await second.texts({"text": "twice", "id": "1"}) == ["one", "two"]


async def test_a_turn_that_takes_too_long_gives_202_and_says_where_the_rest_will_be(tmp_path: Path) -> None:
    bot, gate = Bot("slow"), asyncio.Event()

    async def work() -> str:
        await gate.wait()
        return "done"

    @bot.fallback
    async def slow(chat: Chat) -> None:
        await chat.say(await chat.step(work))

    async with serving(tmp_path, bot) as served:
        answer = await served.say({"text": "go", "wait_s": 0})
        assert answer.status_code == 202
        body = answer.json()
        assert (body["messages"], body["pending"]) == ([], True)
        poll = asyncio.create_task(served.client.get(body["poll"]))
        gate.set()
        assert [message["text"] for message in (await poll).json()["messages"]] == ["done"]


async def test_those_who_wait_are_answered_when_the_server_stops(tmp_path: Path) -> None:
    bot, gate, begun = Bot("slow"), asyncio.Event(), asyncio.Event()

    async def work() -> str:
        begun.set()
        await gate.wait()
        return "done"

    @bot.fallback
    async def slow(chat: Chat) -> None:
        await chat.say(await chat.step(work))

    async with serving(tmp_path, bot) as served:
        waiting = asyncio.create_task(served.say({"text": "go"}))
        await begun.wait()
        served.server.close()
        assert (await waiting).status_code == 202
        refused = await served.say({"text": "more"})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        gate.set()


async def test_with_several_bots_the_call_says_which_one(tmp_path: Path) -> None:
    other = Bot("other")

    @other.fallback
    async def say(chat: Chat) -> None:
        await chat.say("I am the other")

    async with serving(tmp_path, echo_bot(), other) as served:
        unclear = await served.say({"text": "hi"})
        assert unclear.status_code == 422
        assert "echo, other" in unclear.json()["detail"]
        assert await served.texts({"text": "hi", "bot": "other"}) == ["I am the other"]
        unknown = await served.say({"text": "hi", "bot": "nobody"})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "turns.unknown-bot")


async def test_a_handler_that_fails_says_where_in_development(served: Served) -> None:
    (text,) = await served.texts({"text": "boom"})
    assert "RuntimeError: broken on purpose" in text
    assert "served.py:" in text
    assert "raise RuntimeError" in text


async def test_too_many_waiting_events_are_refused_and_told_when_to_come_back(tmp_path: Path) -> None:
    async with serving(tmp_path, mode=Mode(threaded=False, backlog_limit=1)) as served:
        answer = await served.say([{"text": "a"}, {"text": "b"}])
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert answer.json()["code"] == "turns.overloaded"


async def test_inp_06_long_words_are_not_cut_inside_of_what_is_seen_as_one(served: Served) -> None:
    family = "👩\u200d👩\u200d👧\u200d👦"
    answer = await served.say({"text": "a" * 63_998 + family * 2})
    said = "".join(message["text"] for message in answer.json()["messages"])
    assert said.endswith(f"… [cut: {2 * len(family)} more characters]")
    assert "👩" not in said


async def test_dup_04_what_says_that_it_comes_again_and_was_never_seen_is_handled(served: Served) -> None:
    again = {"X-Slack-Retry-Num": "2", "Retry-Attempt": "3"}
    answer = await served.client.post("/api/v1/converse/ann", json={"text": "hi", "id": "1"}, headers=again)
    assert [message["text"] for message in answer.json()["messages"]] == ["hi"]


async def test_long_words_are_cut_and_say_so(served: Served) -> None:
    answer = await served.say({"text": "x" * 100_000})
    assert answer.status_code == 200
    assert "cut: 36000 more characters" in "".join(m["text"] for m in answer.json()["messages"])
