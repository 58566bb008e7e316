"""A quiz: rounds of three questions against the clock, no question twice until all were asked, a best score."""

from datetime import timedelta

from pydantic import BaseModel, Field

from gutenbot import PASS, Bot, Chat, Choice, Payload

ROUND = 3
TIME_LIMIT = timedelta(seconds=30)

bot = Bot("trivia")


@bot.content_type()
class Question(BaseModel):
    """A question of the quiz."""

    text: str = Field(title="Question", max_length=200)
    answers: list[str] = Field(title="Answers, the right one first", min_length=2, max_length=6)


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
    # Nobody gets a question again before all had their turn; what was picked stays picked when the dialog is run again.
    for number, picked in enumerate(chat.content.pick("question", n=ROUND), 1):
        # Each question has a scope of its own: its answers are kept under its name, whatever comes before or after.
        score += await ask(chat.within(picked.id), picked.to(Question), number)
    best = max(score, chat.user.get("best", 0))
    chat.user["best"] = best
    await chat.say("#quiz.result", score=score, count=ROUND, best=best)
    return None


@play.on_exit
async def over(chat: Chat) -> None:  # however it ends: at the last question, or because somebody says "cancel"
    chat.conversation["playing"] = False


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
