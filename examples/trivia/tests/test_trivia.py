"""Rounds, points, time limits, and two people who play at the same time."""

from pathlib import Path

import yaml

from gutenbot.sdk import Choices
from gutenbot.testing import TestBot, TestUser

QUESTIONS = yaml.safe_load(Path(__file__).parents[1].joinpath("content", "questions.yaml").read_text("utf-8")).values()
RIGHT = {question["text"]: str(question["answers"][0]) for question in QUESTIONS}
WRONG = {question["text"]: str(question["answers"][1]) for question in QUESTIONS}


def asked(user: TestUser) -> str:
    """The question that is open, without its number."""
    question = next(message for message in reversed(user.messages) if isinstance(message, Choices))
    return question.text.partition(": ")[2]


async def play(user: TestUser) -> list[str]:
    """Plays a round with only right answers; returns the questions."""
    await user.says("play")
    questions = []
    for _ in range(3):
        questions.append(asked(user))
        await user.taps(RIGHT[questions[-1]])
    return questions


async def test_a_round_of_right_answers_is_perfect(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await play(ann)
    ann.sees("Right!", "You have 3 of 3 points.", "A perfect round!")


async def test_no_question_comes_twice_until_all_were_asked(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    questions = [*await play(ann), *await play(ann), *await play(ann)]
    assert sorted(questions) == sorted(RIGHT)
    await play(ann)  # all of them again
    ann.sees("A perfect round!")


async def test_who_is_too_late_gets_no_point_and_the_next_question(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("play")
    first = asked(ann)
    await testbot.advance(seconds=31)
    ann.sees(f"Time is up. It was: {RIGHT[first]}.", "Question 2: ")
    await testbot.advance(seconds=31)
    await testbot.advance(seconds=31)
    ann.sees("You have 0 of 3 points.")


async def test_two_people_play_at_the_same_time(testbot: TestBot) -> None:
    ann, bob = testbot.user("Ann"), testbot.user("Bob")
    await ann.says("play")
    await bob.says("play")
    for _ in range(3):
        await ann.taps(RIGHT[asked(ann)])
        await testbot.restart()
        await bob.taps(WRONG[asked(bob)])
    assert any("You have 3 of 3 points." in line for line in ann.dialogue)
    assert any("You have 0 of 3 points." in line for line in bob.dialogue)


async def test_a_round_cannot_be_begun_in_the_middle_of_another(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("play")
    first = asked(ann)
    await ann.says("play")
    assert asked(ann) == first
    await ann.says("cancel")
    await ann.says("play")
    ann.sees("Here we go!")
