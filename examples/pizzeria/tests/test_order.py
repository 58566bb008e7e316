"""An order: from the first question to the receipt, through mistakes, restarts and silence."""

from gutenbot.testing import TestBot


async def test_order(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("order")
    ann.sees("Which size?")
    await ann.says("XXL")
    ann.sees("Which size?")
    await testbot.restart()  # nothing lived in memory
    await ann.taps("Medium")
    ann.sees("Street?")
    await ann.says("1 Main Street")
    await ann.says("Springfield")
    ann.sees("A pizza of size M to 1 Main Street, Springfield.")
    await ann.taps("Yes")
    ann.sees("Done! Your order number is M-", "(image: A pizza)")


async def test_somebody_who_falls_silent_is_reminded_once_and_can_go_on(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("order")
    await testbot.advance(hours=3)
    ann.sees("Are you still there?")
    await testbot.advance(hours=3)
    ann.sees_nothing()
    await ann.taps("Small")
    ann.sees("Street?")


async def test_a_power_cut_after_the_booking_books_no_second_pizza(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    for words in ("order", "Large", "1 Main Street", "Springfield", "yes"):
        await ann.says(words)
    ann.sees("Done!")
    await testbot.kill()
    assert sum("Done!" in line for line in ann.dialogue) == 1


async def test_a_person_can_be_asked_for_in_the_middle(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("order")
    await ann.says("I want to talk to a person")
    ann.sees("colleague")
    await ann.says("hello?")
    ann.sees_nothing()  # people answer now


async def test_french(testbot: TestBot) -> None:
    zoe = testbot.user("Zoé", locale="fr")
    await zoe.says("order")
    zoe.sees("Quelle taille ?")
