"""Waiting: for a time, an event, several things; over restarts and kills."""

from datetime import UTC, datetime, timedelta

from core.tests.dialogs.running import Run

from gutenbot import Bot, Chat, Number
from gutenbot.dialogs.errors import AnswerTimeout


async def test_sleep_survives_restarts(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say("first")
        await chat.sleep(timedelta(days=1))
        await chat.say("second")
        await chat.sleep_until(datetime(2026, 1, 10, tzinfo=UTC))
        await chat.say("third")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await testbot.restart()
    await testbot.advance(hours=23)
    ann.sees_nothing()
    await testbot.advance(hours=1)
    ann.sees("second")
    await testbot.kill()
    await testbot.advance(days=5)
    ann.sees("third")


async def test_sleeping_until_a_moment_that_is_over_does_not_wait_long(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.sleep_until(datetime(2020, 1, 1, tzinfo=UTC))
        await chat.say("on")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await testbot.advance(seconds=1)
    ann.sees("on")


async def test_an_outside_event_resumes_the_dialog(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("pay")
    async def pay(chat: Chat) -> None:
        await chat.say("waiting")
        paid = await chat.wait_for("paid")
        await chat.say(f"got {paid['amount']}")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("pay")
    await testbot.restart()
    await testbot.emit(ann, "other", {"amount": 1})
    ann.sees_nothing()
    await testbot.emit(ann, "paid", {"amount": 5})
    ann.sees("got 5")


async def test_with_a_key_only_the_event_of_this_key_counts(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("pay")
    async def pay(chat: Chat) -> None:
        await chat.wait_for("paid", key="7")
        await chat.say("seven is paid")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("pay")
    await testbot.emit(ann, "paid", {"key": "8"})
    ann.sees_nothing()
    await testbot.emit(ann, "paid", {"key": 7})
    ann.sees("seven is paid")


async def test_an_event_that_came_early_is_not_lost(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("pay")
    async def pay(chat: Chat) -> None:
        await chat.ask("Ready?")
        paid = await chat.wait_for("paid")
        await chat.say(f"got {paid['amount']}")
        await chat.wait_for("paid")
        await chat.say("and again")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("pay")
    await testbot.emit(ann, "paid", {"amount": 5})
    ann.sees_nothing()
    await testbot.restart()
    await ann.says("yes")
    assert ann.transcript.endswith("got 5")
    await testbot.emit(ann, "paid", {"amount": 6})
    ann.sees("and again")


async def test_waiting_for_an_event_ends_after_the_timeout(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("pay")
    async def pay(chat: Chat) -> None:
        try:
            await chat.wait_for("paid", timeout=timedelta(hours=1))
        except AnswerTimeout:
            await chat.say("not paid")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("pay")
    await testbot.advance(hours=1)
    ann.sees("not paid")


async def test_gather_waits_for_all_in_any_order(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        name, paid, _ = await chat.gather(chat.ask("Name?"), chat.wait_for("paid"), chat.sleep(timedelta(hours=1)))
        await chat.say(f"{name} paid {paid['n']}")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    ann.sees("Name?")
    await testbot.emit(ann, "paid", {"n": 3})
    await testbot.restart()
    await testbot.advance(hours=1)
    ann.sees_nothing()
    await ann.says("Ann")
    ann.sees("Ann paid 3")


async def test_a_wrong_answer_leaves_the_other_waits_alone(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        index, value = await chat.first(
            chat.wait_for("paid"), chat.ask("Age?", Number()), chat.sleep(timedelta(hours=1))
        )
        await chat.say(f"{index} {value}")

    testbot = await run(bot)
    ann, bob = testbot.user("Ann"), testbot.user("Bob")
    for user in (ann, bob):
        await user.says("go")
        await user.says("old")
        user.sees("Please answer with a number.", "Age?")
    await testbot.emit(ann, "paid", {})
    ann.sees("0 {}")
    await testbot.advance(hours=1)
    bob.sees("2 None")


async def test_first_takes_whatever_comes_first_and_forgets_the_rest(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        index, value = await chat.first(chat.ask("Name?"), chat.wait_for("paid"), chat.sleep(timedelta(hours=1)))
        await chat.say(f"{index} {value}")
        await chat.ask("Next?")
        await chat.say("end")

    testbot = await run(bot)
    ann, bob, cid = testbot.user("Ann"), testbot.user("Bob"), testbot.user("Cid")
    for user in (ann, bob, cid):
        await user.says("go")
        user.sees("Name?")
    await ann.says("Ann")
    ann.sees("0 Ann", "Next?")
    await testbot.emit(bob, "paid", {})
    bob.sees("1 {}", "Next?")
    await testbot.restart()
    await testbot.advance(hours=1)
    cid.sees("2 None", "Next?")
    ann.sees_nothing()
    for user in (ann, bob, cid):
        await user.says("x")
        user.sees("end")


async def test_a_sub_dialog_used_twice_keeps_its_answers_apart(run: Run) -> None:
    bot = Bot("b")

    async def address(chat: Chat) -> str:
        street = await chat.ask("Street?")
        return f"{street} {await chat.ask('Number?', Number())}"

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        home = await address(chat.within("home"))
        work = await address(chat.within("work"))
        await chat.say(f"{home} / {work}")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    for words in ("go", "A", "1", "B", "2"):
        await ann.says(words)
        await testbot.restart()
    assert ann.transcript.endswith("A 1 / B 2")


async def test_the_same_question_in_a_loop_is_a_new_question_each_time(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        names = [await chat.ask("Name?") for _ in range(3)]
        await chat.say(", ".join(names))

    testbot = await run(bot)
    ann = testbot.user("Ann")
    for words in ("go", "a", "b", "c"):
        await ann.says(words)
    ann.sees("a, b, c")


async def test_chance_and_time_are_the_same_on_every_replay(run: Run) -> None:
    bot = Bot("b")
    seen: list[tuple[int, int, datetime]] = []

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        first, second = chat.random.randint(0, 10**9), chat.random.randint(0, 10**9)
        now = chat.now()
        await chat.ask("Ready?")
        seen.append((first, second, now))

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    moment = testbot.clock.now()
    await testbot.advance(hours=5)
    await testbot.restart()
    await ann.says("yes")
    ((first, second, now),) = seen
    assert now == moment
    assert first != second
