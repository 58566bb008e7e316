"""A quiz: rounds of three questions against the clock, no question twice until all were asked, a best score."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import yaml

from gutenbot import PASS, Bot, Chat, Choice, Payload

ROUND = 3
TIME_LIMIT = timedelta(seconds=30)

bot = Bot("trivia")


@dataclass(frozen=True)
class Question:
    """One question; the first answer is the right one."""

    id: str
    text: str
    answers: list[str]


QUESTIONS = [
    Question(**entry) for entry in yaml.safe_load(Path(__file__).with_name("questions.yaml").read_text("utf-8"))
]


@bot.hear("hi", "hello", Payload("GET_STARTED"))
async def welcome(chat: Chat) -> None:
    await chat.say("#welcome")


@bot.hear("play", "quiz", Payload("PLAY"))
async def play(chat: Chat) -> object:
    if chat.conversation.get("playing"):
        return PASS  # not in the middle of a round: the open question is asked again
    chat.conversation["playing"] = True
    await chat.say("#quiz.start", count=ROUND, seconds=TIME_LIMIT.seconds)
    score = 0
    for number, question in enumerate(draw(chat), 1):
        # Each question has a scope of its own: its answers are kept under its name, whatever comes before or after.
        score += await ask(chat.within(question.id), question, number)
    best = max(score, chat.user.get("best", 0))
    chat.user["best"] = best
    await chat.say("#quiz.result", score=score, count=ROUND, best=best)
    return None


@play.on_exit
async def over(chat: Chat) -> None:  # however it ends: at the last question, or because somebody says "cancel"
    chat.conversation["playing"] = False


def draw(chat: Chat) -> list[Question]:
    """Questions for a round that this person has not had; all of them again when too few are left."""
    seen = set(chat.user.get("seen", []))
    fresh = [question for question in QUESTIONS if question.id not in seen]
    if len(fresh) < ROUND:
        fresh, seen = QUESTIONS, set()
    # `chat.random` and `chat.user` give the same when the dialog is run again; `random` and a global would not.
    drawn = chat.random.sample(fresh, ROUND)
    chat.user["seen"] = sorted(seen | {question.id for question in drawn})
    return drawn


async def ask(chat: Chat, question: Question, number: int) -> int:
    """Asks one question; returns the points."""
    right = question.answers[0]
    shuffled = chat.random.sample(question.answers, len(question.answers))
    try:
        given = await chat.ask("#question", Choice(*shuffled), timeout=TIME_LIMIT, number=number, text=question.text)
    except TimeoutError:
        await chat.say("#question.late", right=right)
        return 0
    await chat.say("#question.right" if given == right else "#question.wrong", right=right)
    return int(given == right)


@bot.fallback
async def not_understood(chat: Chat) -> None:
    await chat.say("#fallback")
