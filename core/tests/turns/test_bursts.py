"""Quick messages that become one turn: nothing is swallowed, and secrets among them do not stay."""

from core.tests.turns.test_duplicates_and_order import on

from gutenbot import Bot, Chat, Text
from gutenbot.events.incoming import HIDDEN, MessageEvent, PayloadEvent
from gutenbot.testing import TestBot
from gutenbot.turns.channel import Burst
from gutenbot.turns.signals import TurnFinished


def asking(got: list[str]) -> Bot:
    """Asks for a secret when it hears "go"; says how long other words are."""
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        got.append(await chat.ask("Password?", Text(), secret=True))
        await chat.say("ok")

    @bot.fallback
    async def other(chat: Chat) -> None:
        got.append(chat.message.text)
        await chat.say(f"{len(chat.message.text)} characters")

    return bot


async def bodies(testbot: TestBot, place: str) -> list[str]:
    """The user's words as the thread keeps them."""
    entries = await testbot.app.storage.thread(testbot.user("Ann", channel=place).conversation_id)
    return [entry.body.text for entry in entries if entry.direction == "in"]  # type: ignore[union-attr]


async def together(testbot: TestBot, *words: str) -> None:
    """Messages that are all there before the first turn."""
    ann = testbot.user("Ann", channel="push")
    await testbot.accept([testbot.arrival(ann, MessageEvent(body=body), f"{body}-{n}") for n, body in enumerate(words)])
    await testbot.advance(seconds=5)
    await testbot.settle()


async def test_a_secret_that_came_in_several_messages_is_kept_in_none() -> None:
    for policy in ("burst", "debounce"):
        got: list[str] = []
        async with TestBot(asking(got), channels=[on(policy)]) as testbot:
            signals: list[TurnFinished] = []

            async def note(signal: TurnFinished, signals: list[TurnFinished] = signals) -> None:
                signals.append(signal)

            testbot.app.signals.subscribe(TurnFinished, note, "test")
            await together(testbot, "go")
            await together(testbot, "hunter2", "hunter3", "hunter4")
            await together(testbot, "good bye")
            assert got == ["hunter2\nhunter3\nhunter4", "good bye"]
            assert await bodies(testbot, "push") == ["go", HIDDEN, HIDDEN, HIDDEN, "good bye"]
            assert "hunter" not in str([signal.event for signal in signals]), "subscribers do not get it either"


async def test_a_secret_is_hidden_alone_where_each_message_has_its_turn() -> None:
    policies: list[Burst] = ["queue", "drop", "concurrent"]
    for policy in policies:
        got: list[str] = []
        async with TestBot(asking(got), channels=[on(policy)]) as testbot:
            for body in ("go", "hunter2", "good bye"):
                await together(testbot, body)
            assert got == ["hunter2", "good bye"]
            assert await bodies(testbot, "push") == ["go", HIDDEN, "good bye"]


async def test_words_that_follow_a_tap_are_not_swallowed() -> None:
    got: list[str] = []
    async with TestBot(asking(got), channels=[on("burst")]) as testbot:
        ann = testbot.user("Ann", channel="push")
        tap = testbot.arrival(ann, PayloadEvent(payload="TAP", title="Tap"), "m-1")
        words = testbot.arrival(ann, MessageEvent(body="and words"), "m-2")
        await testbot.accept([tap, words])
        await testbot.settle()
        assert got == ["Tap", "and words"]
