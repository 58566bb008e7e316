"""Random histories of users, restarts, kills, timers and moods of a network, against a model of a few lines."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from gutenbot import Bot, Chat
from gutenbot.events.incoming import MessageEvent
from gutenbot.events.messages import TextMessage
from gutenbot.storage.rows import Arrival
from gutenbot.testing import FakeChannel, TestBot, TestUser
from gutenbot.testing.fake_channel import Mood

_USERS = st.integers(0, 3)
_WORDS = st.sampled_from(["hi", "ask", "nap 1", "nap 3", "work", "yes"])


def bot_under_test() -> Bot:
    """Counts what it hears; asks, naps and works on demand."""
    bot = Bot("model")

    async def work(number: int) -> int:
        await asyncio.sleep(0)
        return number * 2

    @bot.fallback
    async def count(chat: Chat) -> None:
        number = chat.conversation["count"] = chat.conversation.get("count", 0) + 1
        word, _, minutes = chat.message.text.partition(" ")
        if word == "ask":
            answer = await chat.ask(f"{number}?")
            await chat.say(f"{number} {answer}")
        elif word == "nap":
            await chat.sleep(timedelta(minutes=int(minutes)))
            await chat.say(f"{number} woke")
        elif word == "work":
            await chat.say(f"{number} {await chat.step(work, number)}")
        else:
            await chat.say(f"{number} {word}")

    return bot


@dataclass
class Modelled:
    """What a user should see, by a much simpler program."""

    count: int = 0
    asked: int = 0
    naps: list[tuple[datetime, int]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def hears(self, text: str, now: datetime) -> None:
        if self.asked:
            self.seen.append(f"{self.asked} {text}")
            self.asked = 0
            return
        self.count += 1
        word, _, minutes = text.partition(" ")
        if word == "ask":
            self.asked = self.count
            self.seen.append(f"{self.count}?")
        elif word == "nap":
            self.naps.append((now + timedelta(minutes=int(minutes)), self.count))
        else:
            self.seen.append(f"{self.count} {self.count * 2 if word == 'work' else word}")

    def wakes(self, now: datetime) -> None:
        for nap in sorted(nap for nap in self.naps if nap[0] <= now):
            self.naps.remove(nap)
            self.seen.append(f"{nap[1]} woke")


class Histories(RuleBasedStateMachine):
    """Users 0 and 1 read a thread; users 2 and 3 are on a network with moods."""

    @initialize()
    def start(self) -> None:
        self.runner = asyncio.Runner()
        self.channel = FakeChannel("push")
        self.testbot = TestBot(bot_under_test(), channels=[self.channel])
        self.do(self.testbot.__aenter__())
        self.users = [self.testbot.user(f"U{n}", channel="web" if n < 2 else "push") for n in range(4)]
        self.models: dict[TestUser, Modelled] = defaultdict(Modelled)
        self.sent: list[Arrival] = []
        self.moods = 0

    def do(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        self.runner.run(coroutine)

    def arrivals(self, messages: list[tuple[int, str]]) -> list[Arrival]:
        """New events, of which the model hears too."""
        made: list[Arrival] = []
        for number, words in messages:
            user = self.users[number]
            made.append(self.testbot.arrival(user, MessageEvent(body=words), user.new_external_id()))
            self.models[user].hears(words, self.testbot.clock.now())
        self.sent += made
        return made

    @rule(messages=st.lists(st.tuples(_USERS, _WORDS), min_size=1, max_size=6))
    def say(self, messages: list[tuple[int, str]]) -> None:
        self.do(self.testbot.accept(self.arrivals(messages)))
        self.do(self.testbot.settle())
        self.compare()

    @rule(messages=st.lists(st.tuples(_USERS, _WORDS), min_size=1, max_size=4), graceful=st.booleans())
    def say_and_end(self, messages: list[tuple[int, str]], graceful: bool) -> None:
        """The process ends right after the events were accepted."""

        async def accept_and_end() -> None:
            await self.testbot.accept(self.arrivals(messages))
            await asyncio.sleep(0)
            await (self.testbot.restart() if graceful else self.testbot.kill())

        self.do(accept_and_end())
        self.compare()

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """A channel delivers an event again."""
        self.do(self.testbot.accept([data.draw(st.sampled_from(self.sent))]))
        self.do(self.testbot.settle())
        self.compare()

    @rule(minutes=st.integers(1, 4))
    def pass_time(self, minutes: int) -> None:
        self.do(self.testbot.advance(minutes=minutes))
        for user in self.users:
            self.models[user].wakes(self.testbot.clock.now())
        self.moods = 0
        self.compare()

    @rule(graceful=st.booleans())
    def end(self, graceful: bool) -> None:
        self.do(self.testbot.restart() if graceful else self.testbot.kill())
        self.compare()

    @precondition(lambda self: self.moods < 3)
    @rule(mood=st.sampled_from(["retry", "busy", "lost", "unknown", "crash"]))
    def upset(self, mood: Mood) -> None:
        self.moods += 1
        self.channel.will(mood)

    def compare(self) -> None:
        """Readers see all at once; on the network at least nothing is out of order."""
        for user in self.users[:2]:
            assert texts(user) == self.models[user].seen
        for user in self.users[2:]:
            assert texts(user) == self.models[user].seen[: len(user.messages)]
        assert self.channel.seen_twice == []

    def teardown(self) -> None:
        if not hasattr(self, "testbot"):
            return
        try:
            self.pass_time(10)
            for user in self.users:
                assert texts(user) == self.models[user].seen
            assert not self.testbot.errors
        finally:
            self.do(self.testbot.__aexit__(None, None, None))
            self.runner.close()


def texts(user: TestUser) -> list[str]:
    """What the bot has said to a user."""
    return [message.text for message in user.messages if isinstance(message, TextMessage)]


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.reuse, Phase.generate],
)
