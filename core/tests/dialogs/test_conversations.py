"""Conversations as they behaved in the classic API (section 2.6 of the features), and what it could not do."""

from datetime import timedelta

from core.tests.dialogs.running import Run

from gutenbot import Bot, Chat, Number
from gutenbot.dialogs.errors import AnswerTimeout
from gutenbot.events.incoming import MessageEvent


def quiz() -> Bot:
    bot = Bot("quiz")

    @bot.hear("start")
    async def start(chat: Chat) -> None:
        await chat.say("one", "two")
        await chat.say("three")
        name = await chat.ask("Name?")
        await chat.say(f"Hello {name}")
        age = await chat.ask("Age?", Number())
        await chat.say(f"{name} is {age}")

    @bot.fallback
    async def fallback(chat: Chat) -> None:
        await chat.say("fallback")

    return bot


async def test_2_6_a_message_starts_a_conversation_and_nothing_else_does(run: Run) -> None:
    testbot = await run(quiz())
    ann = testbot.user("Ann")
    await ann.says("other")
    ann.sees("fallback")
    await testbot.advance(days=1)
    ann.sees_nothing()


async def test_2_6_several_messages_come_in_their_order(run: Run) -> None:
    ann = (await run(quiz())).user("Ann")
    await ann.says("start")
    assert ann.transcript == "> start\none\ntwo\nthree\nName?"


async def test_2_6_a_question_waits(run: Run) -> None:
    testbot = await run(quiz())
    ann = testbot.user("Ann")
    await ann.says("start")
    await testbot.advance(days=30)
    ann.sees_nothing()
    await ann.says("Ann")
    ann.sees("Hello Ann", "Age?")


async def test_2_6_the_message_that_starts_is_no_answer(run: Run) -> None:
    ann = (await run(quiz())).user("Ann")
    await ann.says("start")
    assert "Hello start" not in ann.transcript


async def test_2_6_another_user_is_not_in_the_conversation(run: Run) -> None:
    testbot = await run(quiz())
    ann, bob = testbot.user("Ann"), testbot.user("Bob")
    await ann.says("start")
    await bob.says("Bob")
    bob.sees("fallback")
    await ann.says("Ann")
    ann.sees("Hello Ann")
    bob.sees("fallback")


async def test_2_6_the_same_name_on_another_channel_is_somebody_else(run: Run) -> None:
    testbot = await run(quiz())
    web, sms = testbot.user("Ann"), testbot.user("Ann", channel="sms")
    await web.says("start")
    await sms.says("Ann")
    sms.sees("fallback")
    await web.says("Ann")
    web.sees("Hello Ann")


async def test_2_6_while_it_is_active_it_takes_the_messages_of_its_user(run: Run) -> None:
    ann = (await run(quiz())).user("Ann")
    await ann.says("start")
    await ann.says("whatever this is")
    ann.sees("Hello whatever this is")


async def test_2_6_after_the_last_message_it_is_done(run: Run) -> None:
    testbot = await run(quiz())
    ann = testbot.user("Ann")
    for words in ("start", "Ann", "7"):
        await ann.says(words)
    ann.sees("Ann is 7")
    assert not (await testbot.app.storage.load(ann.conversation_id)).frames
    await ann.says("8")
    ann.sees("fallback")


async def test_2_6_the_first_declared_answer_wins_and_only_one_is_called(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        reply = await chat.ask("Yes or no?")
        match reply.casefold():
            case word if word.startswith("y"):
                await chat.say("first")
            case word if "e" in word:
                await chat.say("second")
            case _:
                await chat.say("default")

    ann = (await run(bot)).user("Ann")
    for reply, seen in (("yes", "first"), ("hey", "second"), ("no", "default")):
        await ann.says("go")
        await ann.says(reply)
        assert ann.dialogue[-1] == seen


async def test_2_6_conditions_skip_questions(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        if "email" not in chat.user:
            chat.user["email"] = await chat.ask("Your address?")
        await chat.say(f"Writing to {chat.user['email']}")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    await ann.says("ann@x.org")
    ann.sees("Writing to ann@x.org")
    await ann.says("go")
    assert ann.dialogue[-2:] == ["> go", "Writing to ann@x.org"]


async def test_2_6_switching_to_another_thread_and_to_the_same_one(run: Run) -> None:
    """⚠ A switch to the same thread once did nothing."""
    bot = Bot("b")

    @bot.dialog
    async def menu(chat: Chat) -> None:
        chosen = await chat.ask("menu: again or other?")
        await chat.goto(menu if chosen == "again" else other)

    @bot.dialog
    async def other(chat: Chat) -> None:
        await chat.ask("other: back?")
        await chat.goto(menu)

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.goto(menu)

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    for words, seen in (("again", "menu:"), ("other", "other:"), ("yes", "menu:"), ("again", "menu:")):
        await ann.says(words)
        await testbot.restart()
        assert ann.dialogue[-1].startswith(seen)


async def test_2_6_repeating_a_question_says_it_again(run: Run) -> None:
    ann = (await run(quiz())).user("Ann")
    await ann.says("start")
    await ann.says("Ann")
    await ann.says("old")
    assert ann.dialogue[-1] == "Age?"
    await ann.says("repeat")
    assert ann.dialogue[-2:] == ["> repeat", "Age?"]


async def test_2_6_variables_of_a_conversation_are_kept(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("set")
    async def put(chat: Chat) -> None:
        chat.conversation["count"] = chat.conversation.get("count", 0) + 1
        await chat.say(str(chat.conversation["count"]))

    testbot = await run(bot)
    ann, bob = testbot.user("Ann"), testbot.user("Bob")
    await ann.says("set")
    await testbot.restart()
    await ann.says("set")
    assert ann.dialogue[-1] == "2"
    await bob.says("set")
    assert bob.dialogue[-1] == "1"


async def test_2_6_inactivity_ends_a_conversation_also_after_a_restart(run: Run) -> None:
    """⚠ Timeouts of inactivity once crashed the process."""
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        try:
            await chat.ask("Name?", timeout=timedelta(minutes=5))
            await chat.ask("Age?", timeout=timedelta(minutes=5))
        except AnswerTimeout:
            await chat.say("Too late.")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await testbot.advance(minutes=4)
    await ann.says("Ann")
    await testbot.advance(minutes=4)
    ann.sees_nothing()
    await testbot.restart()
    await testbot.advance(minutes=1)
    ann.sees("Too late.")


async def test_2_6_a_running_conversation_survives_a_kill_at_every_question(run: Run) -> None:
    """⚠ Every running conversation once died with the process."""
    testbot = await run(quiz())
    ann = testbot.user("Ann")
    for words in ("start", "Ann", "seven", "7"):
        await ann.says(words)
        await testbot.kill()
    assert ann.transcript.count("Name?") == 1
    assert ann.dialogue[-1] == "Ann is 7"


async def test_2_6_stopping_gives_a_reason(run: Run) -> None:
    bot = Bot("b")
    reasons: list[str] = []

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.ask("Name?")
        await chat.end()
        await chat.say("never")

    @go.on_exit
    async def gone(chat: Chat, reason: str) -> None:
        reasons.append(reason)

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    await ann.says("Ann")
    ann.sees_nothing()
    assert reasons == ["done"]


async def test_2_6_what_is_said_is_made_when_it_is_sent(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        chat.user["name"] = await chat.ask("Name?")
        await chat.ask(f"{chat.user['name']}, sure?")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    await ann.says("Bea")
    ann.sees("Bea, sure?")


async def test_2_6_many_conversations_at_once_do_not_mix(run: Run) -> None:
    testbot = await run(quiz())
    users = [testbot.user(f"User {number}") for number in range(60)]
    for user in users:
        await testbot.accept([testbot.arrival(user, _words("start"), user.new_external_id())])
    await testbot.settle()
    for user in users:
        await testbot.accept([testbot.arrival(user, _words(user.name), user.new_external_id())])
    await testbot.settle()
    for user in users:
        user.sees("Name?", f"Hello {user.name}", "Age?")


def _words(text: str) -> MessageEvent:
    return MessageEvent(body=text)
