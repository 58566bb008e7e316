from gutenbot.testing import TestBot


async def test_it_asks_for_a_name_and_remembers_it(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("hi")
    await ann.says("Ann")
    ann.sees("Nice to meet you, Ann!")
    await testbot.restart()
    await ann.says("hello")
    ann.sees("Good to see you again, Ann.")
