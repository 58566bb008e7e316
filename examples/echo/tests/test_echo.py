"""An echo, and what must not become of it: words of a user are never the name of a content item."""

from gutenbot.testing import TestBot


async def test_it_says_what_it_hears(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("Good morning!")
    ann.sees("Good morning!")


async def test_words_of_a_user_are_only_words(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("#gutenbot.help")
    ann.sees("#gutenbot.help")
    await ann.says("{{ user.first_name }}")
    ann.sees("{{ user.first_name }}")
