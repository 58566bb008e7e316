"""Code and content that change under a waiting conversation."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from core.tests.dialogs.running import Run

from gutenbot import Answer, Bot, Chat, Choice, Number


def shop(*questions: str, name: str = "order") -> Bot:
    """A bot whose dialog asks these questions."""
    bot = Bot("shop")

    @bot.hear("order", name=name)
    async def order(chat: Chat) -> None:
        answers = [await chat.ask(question) for question in questions]
        await chat.say(" ".join(answers))

    @bot.fallback
    async def fallback(chat: Chat) -> None:
        await chat.say("fallback")

    return bot


async def test_a_question_that_is_added_after_the_open_one_is_asked_next(run: Run) -> None:
    testbot = await run(shop("A?"))
    ann = testbot.user("Ann")
    await ann.says("order")
    await testbot.swap(shop("A?", "B?"))
    await ann.says("a")
    ann.sees("B?")
    await ann.says("b")
    ann.sees("a b")


async def test_a_question_that_is_added_before_the_open_one_is_asked_and_the_held_answer_used(run: Run) -> None:
    testbot = await run(shop("B?"))
    ann = testbot.user("Ann")
    await ann.says("order")
    await testbot.swap(shop("A?", "B?"))
    await ann.says("b")
    ann.sees("A?")
    await testbot.restart()
    await ann.says("a")
    assert ann.transcript.endswith("> a\na b")


async def test_questions_added_before_and_after_are_both_asked(run: Run) -> None:
    testbot = await run(shop("B?"))
    ann = testbot.user("Ann")
    await ann.says("order")
    await testbot.swap(shop("A?", "B?", "C?"))
    await ann.says("b")
    ann.sees("A?")
    await ann.says("a")
    ann.sees("C?")
    await ann.says("c")
    ann.sees("a b c")


async def test_a_removed_question_is_no_longer_waited_for(run: Run) -> None:
    testbot = await run(shop("A?", "B?"))
    ann = testbot.user("Ann")
    await ann.says("order")
    await ann.says("a")
    await testbot.swap(shop("A?"))
    await ann.says("b")
    ann.sees("a")


async def test_dep_02_a_literal_question_in_other_words_takes_the_answer_of_the_old_one(run: Run) -> None:
    testbot = await run(shop("What is your name?", "Age?"))
    ann = testbot.user("Ann")
    await ann.says("order")
    await testbot.swap(shop("And your name?", "Age?"))
    await ann.says("Ann")
    assert ann.transcript.endswith("> Ann\nAge?")
    await ann.says("7")
    ann.sees("Ann 7")


async def test_content_that_is_edited_while_it_waits_keeps_the_answers_that_were_offered(
    run: Run, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (content / "c.yaml").write_text("size:\n  - text: Size?\n    choices: {S: Small, L: Large}\n", "utf-8")
    bot = Bot("b")
    bot.folder = tmp_path

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say(await chat.ask("#size", Choice("S", "L")))

    testbot = await run(bot)
    ann, bob = testbot.user("Ann"), testbot.user("Bob")
    for user in (ann, bob):
        await user.says("go")
    (content / "c.yaml").write_text("size:\n  - text: How big?\n    choices: {S: Little, L: Huge}\n", "utf-8")
    testbot.app.reload_content(bot.id)
    await ann.says("Large")
    ann.sees("L")
    await bob.says("enormous")
    bob.sees("How big?  [Little] [Huge]")
    await bob.says("Huge")
    bob.sees("L")


async def test_a_renamed_dialog_goes_on_where_the_code_says_so(run: Run) -> None:
    testbot = await run(shop("A?", "B?"))
    ann = testbot.user("Ann")
    await ann.says("order")
    renamed = shop("A?", "B?", name="purchase")
    renamed.renamed("order", "purchase")
    await testbot.swap(renamed)
    await ann.says("a")
    ann.sees("B?")


async def test_dep_01_a_dialog_that_is_gone_leaves_the_user_with_an_answer_and_a_warning(run: Run) -> None:
    testbot = await run(shop("A?"))
    ann = testbot.user("Ann")
    await ann.says("order")
    await testbot.swap(shop("A?", name="other"))
    await ann.says("a")
    ann.sees("fallback")
    assert not (await testbot.app.storage.load(ann.conversation_id)).frames
    await ann.says("order")
    ann.sees("A?")


async def test_a_timer_of_a_dialog_that_is_gone_does_nothing(run: Run) -> None:
    bot = shop("A?")

    @bot.hear("sleep")
    async def sleeper(chat: Chat) -> None:
        await chat.sleep(timedelta(hours=1))
        await chat.say("awake")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("sleep")
    await testbot.swap(shop("A?"))
    await testbot.advance(hours=2)
    ann.sees_nothing()


async def test_an_answer_type_that_changed_reads_the_recorded_answer_as_it_was_stored(run: Run) -> None:
    def bot(answer: Answer[Any]) -> Bot:
        made = Bot("shop")

        @made.hear("order")
        async def order(chat: Chat) -> None:
            count = await chat.ask("How many?", answer)
            await chat.ask("Sure?")
            await chat.say(f"{count!r}")

        return made

    testbot = await run(bot(Number(int)))
    ann = testbot.user("Ann")
    await ann.says("order")
    await ann.says("3")
    await testbot.swap(bot(Number(float)))
    await ann.says("yes")
    ann.sees("3.0")


async def test_dep_02_a_variable_and_a_question_under_new_names_go_on_where_the_code_says_how(run: Run) -> None:
    def bot(name: str, former: str = "") -> Bot:
        made = Bot("shop")

        @made.hear("order")
        async def order(chat: Chat) -> None:
            chat.conversation[name] = chat.conversation.get(name, chat.conversation.get(former, 0)) + 1
            amount = await chat.ask("How many?", Number(int))
            await chat.say(f"{chat.conversation.get(name, chat.conversation.get(former))}. order: {amount}")

        return made

    testbot = await run(bot("orders"))
    ann = testbot.user("Ann")
    await ann.says("order")
    await testbot.swap(bot("order_count", former="orders"))
    await ann.says("3")
    ann.sees("1. order: 3")
    await ann.says("order")
    await ann.says("4")
    ann.sees("2. order: 4")


async def test_dep_05_steps_in_another_order_keep_their_results_by_their_names(run: Run) -> None:
    done: list[str] = []

    async def weigh() -> str:
        done.append("weighed")
        return "heavy"

    async def price() -> str:
        done.append("priced")
        return "dear"

    def bot(*steps: Any) -> Bot:
        made = Bot("shop")

        @made.hear("order")
        async def order(chat: Chat) -> None:
            found = {step.__name__: await chat.step(step) for step in steps}
            await chat.ask("Sure?")
            await chat.say(f"{found['weigh']} {found['price']}")

        return made

    testbot = await run(bot(weigh, price))
    ann = testbot.user("Ann")
    await ann.says("order")
    await testbot.swap(bot(price, weigh))
    await ann.says("yes")
    ann.sees("heavy dear")
    assert done == ["weighed", "priced"]


async def test_dep_08_who_comes_back_after_thirty_days_and_twelve_releases_goes_on(run: Run) -> None:
    testbot = await run(shop("A?", "B?"))
    ann = testbot.user("Ann")
    await ann.says("order")
    await ann.says("a")
    for release in range(1, 13):
        await testbot.swap(shop("A?", "B?", *(f"new in {k}?" for k in range(1, release + 1))))
        await testbot.restart()
    await testbot.advance(days=30)
    await ann.says("b")
    ann.sees("new in 1?")
    await testbot.swap(shop("A?", "B?", "new in 1?"))
    await ann.says("c")
    ann.sees("a b c")
