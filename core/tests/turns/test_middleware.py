"""Wraps around stages (section 2.3 of the features): order, swallowing, errors, and what modules may break."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from core.tests.turns.bots import echo_bot

from gutenbot import Bot, Chat, Handlers, Intent
from gutenbot.app.order import kept_form
from gutenbot.kernel.errors import AuthorMistake
from gutenbot.kernel.pipeline import Choice, DuplicateWrap, PipelineCycle, ordered
from gutenbot.modules.load import DuplicateModule, ModuleCycle, compatible, in_order
from gutenbot.modules.module import Module, Part
from gutenbot.testing import TestBot
from gutenbot.turns.signals import TurnFinished
from gutenbot.turns.stages import Stage
from gutenbot.turns.turn import Turn

Next = Callable[[], Awaitable[None]]


def noting(log: list[str], name: str, stage: Stage = "receive", **place: Any) -> Module:
    """A module with one wrap that notes when it runs."""
    module = Module(name)

    @module.wrap(stage, name=name, **place)
    async def note(turn: Turn, call_next: Next) -> None:
        log.append(name)
        await call_next()
        log.append(f"/{name}")

    return module


async def test_2_3_wraps_are_nested_in_the_order_of_their_declaration() -> None:
    log: list[str] = []
    async with TestBot(echo_bot(), modules=[noting(log, "a"), noting(log, "b")]) as testbot:
        await testbot.user("Ann").says("x")
    assert log == ["a", "b", "/b", "/a"]


async def test_2_3_before_and_after_bind_and_names_that_are_not_there_do_not() -> None:
    log: list[str] = []
    modules = [
        noting(log, "last", after=["middle", "absent"]),
        noting(log, "middle"),
        noting(log, "first", before=["middle"]),
    ]
    async with TestBot(echo_bot(), modules=modules) as testbot:
        await testbot.user("Ann").says("x")
    assert [name for name in log if "/" not in name] == ["first", "middle", "last"]


async def test_2_3_a_wrap_that_does_not_call_on_swallows_the_event() -> None:
    module = Module("silence")

    @module.wrap("decide")
    async def swallow(turn: Turn, call_next: Next) -> None:
        if turn.event.text != "secret":
            await call_next()

    async with TestBot(echo_bot(), modules=[module]) as testbot:
        ann = testbot.user("Ann")
        await ann.says("secret")
        ann.sees_nothing()
        await ann.says("hello")
        ann.sees("hello")
        assert await testbot.app.storage.dead_letters(testbot.bot.id) == []


@pytest.mark.parametrize("stage", ["receive", "understand"])
async def test_2_3_what_is_swallowed_early_reaches_no_later_stage(stage: Stage) -> None:
    log: list[str] = []
    module = Module("gate")

    @module.wrap(stage)
    async def swallow(turn: Turn, call_next: Next) -> None: ...

    async with TestBot(echo_bot(), modules=[module, noting(log, "later", "decide")]) as testbot:
        ann = testbot.user("Ann")
        await ann.says("hello")
        ann.sees_nothing()
    assert log == []


async def test_2_3_a_wrap_changes_what_the_next_stages_see_and_what_is_said() -> None:
    module = Module("changes")

    @module.wrap("understand")
    async def shout(turn: Turn, call_next: Next) -> None:
        await call_next()
        turn.intents["shout"] = 1.0

    @module.wrap("render")
    async def censor(turn: Turn, call_next: Next) -> None:
        turn.messages = turn.messages[:1]
        await call_next()

    bot = Bot("b")

    @bot.hear(Intent("shout"))
    async def shouting(chat: Chat) -> None:
        await chat.say("not so loud", "please")

    async with TestBot(bot, modules=[module]) as testbot:
        ann = testbot.user("Ann")
        await ann.says("HELLO")
        assert ann.dialogue == ["> HELLO", "not so loud"]


async def test_2_3_and_mod_02_an_error_in_a_wrap_ends_that_event_and_not_the_next() -> None:
    module = Module("faulty")

    @module.wrap("decide")
    async def fail(turn: Turn, call_next: Next) -> None:
        if turn.event.text == "bad":
            raise LookupError("in the wrap")
        await call_next()

    async with TestBot(echo_bot(), modules=[module]) as testbot:
        ann = testbot.user("Ann")
        with testbot.expect_errors() as errors:
            await ann.says("bad")
        assert "in the wrap" in str(errors[0])
        ann.sees("something went wrong")
        await ann.says("good")
        ann.sees("good")


async def test_2_3_the_order_is_changed_and_wraps_switched_off_while_the_bot_runs() -> None:
    log: list[str] = []
    modules = [noting(log, "a"), noting(log, "b"), noting(log, "c")]
    async with TestBot(echo_bot(), modules=modules) as testbot:
        testbot.app.order.take(1, kept_form({"receive": [Choice("c"), Choice("b", enabled=False)]}))
        await testbot.user("Ann").says("x")
    assert [name for name in log if "/" not in name] == ["c", "a"]


def test_2_3_the_choice_of_an_operator_counts_less_than_before_and_after() -> None:
    wraps = [w for m in (noting([], "a"), noting([], "b", after=["a"])) for _, w in m.notes.wraps]
    assert [wrap.name for wrap in ordered("receive", wraps, [Choice("b"), Choice("a")])] == ["a", "b"]


def test_2_3_a_circle_names_the_wraps_and_their_modules() -> None:
    wraps = [w for m in (noting([], "a", before=["b"]), noting([], "b", before=["a"])) for _, w in m.notes.wraps]
    with pytest.raises(PipelineCycle, match=r"a → b → a|b → a → b"):
        ordered("receive", wraps)


def test_2_3_two_wraps_of_one_name_are_refused() -> None:
    wraps = [w for m in (noting([], "a"), noting([], "a")) for _, w in m.notes.wraps]
    with pytest.raises(DuplicateWrap):
        ordered("receive", wraps)


async def test_mod_02_a_subscriber_that_raises_is_counted_and_hurts_nobody() -> None:
    module, other = Module("faulty"), Module("fine")
    heard: list[str] = []

    @module.subscribe(TurnFinished)
    async def fail(signal: TurnFinished) -> None:
        raise LookupError

    @other.subscribe(TurnFinished)
    async def note(signal: TurnFinished) -> None:
        heard.append(signal.handled_by)

    async with TestBot(echo_bot(), modules=[module, other]) as testbot:
        ann = testbot.user("Ann")
        await ann.says("x")
        ann.sees("x")
        assert testbot.app.signals.failures == {"faulty": 1}
    assert heard == ["echo"]


async def test_mod_01_a_module_that_fails_to_start_is_disabled_alone_with_its_traceback() -> None:
    module = Module("faulty")
    log: list[str] = []

    @module.on_start
    async def start(app: object) -> None:
        raise LookupError("cannot start")

    @module.wrap("receive", name="of-faulty")
    async def wrap(turn: Turn, call_next: Next) -> None:
        log.append("still here")
        await call_next()

    async with TestBot(echo_bot(), modules=[module]) as testbot:
        ann = testbot.user("Ann")
        await ann.says("x")
        ann.sees("x")
        entry = testbot.app.installed["faulty"]
        assert (entry.state, entry.reason) == ("failed", "LookupError: cannot start")
        assert 'raise LookupError("cannot start")' in entry.traceback
    assert log == [], "a wrap of a module that is disabled does not run"


async def test_mod_09_a_module_for_another_core_is_refused_with_the_reason() -> None:
    async with TestBot(echo_bot(), modules=[Module("future", core="^2")]) as testbot:
        assert testbot.app.installed["future"].state == "failed"
        assert "wants gutenbot ^2" in testbot.app.installed["future"].reason


@pytest.mark.parametrize(
    ("wanted", "core", "fits"),
    [
        ("^0.1", "0.1.5", True),
        ("^0.1", "0.2.0", False),
        ("^1.2", "1.9.0", True),
        ("^1.2", "2.0.0", False),
        (">=0.1", "3.0.0", True),
        ("==0.1", "0.1.9", True),
        ("0.1", "0.1.0", True),
        ("nonsense", "0.1.0", False),
    ],
)
def test_mod_09_ranges_of_versions(wanted: str, core: str, fits: bool) -> None:
    assert compatible(wanted, core) is fits


async def test_mod_09_what_requires_a_module_that_is_not_there_is_disabled_with_it() -> None:
    modules = [Module("needs", requires=["absent"]), Module("too", requires=["needs"])]
    async with TestBot(echo_bot(), modules=modules) as testbot:
        assert [testbot.app.installed[name].state for name in ("needs", "too", "echo")] == [
            "failed",
            "failed",
            "running",
        ]


async def test_mod_10_two_modules_that_contribute_the_same_name_are_told_apart() -> None:
    first, second = Module("first"), Module("second")
    first.contribute("cli_commands", "same", 1)
    second.contribute("cli_commands", "same", 2)
    async with TestBot(echo_bot(), modules=[first, second]) as testbot:
        assert testbot.app.registries["cli_commands"]["same"] == 1
        assert "first" in testbot.app.installed["second"].reason
        assert "second" in testbot.app.installed["second"].reason


def test_mod_10_two_modules_of_one_name_and_circles_are_refused() -> None:
    with pytest.raises(DuplicateModule):
        in_order([Module("a"), Module("a")])
    with pytest.raises(ModuleCycle):
        in_order([Module("a", requires=["b"]), Module("b", requires=["a"])])


async def test_a_part_brings_handlers_into_a_bot() -> None:
    part = Handlers("small-talk")

    @part.hear("how are you")
    async def fine(chat: Chat) -> None:
        await chat.say("fine")

    bot = echo_bot()
    bot.include(part)
    async with TestBot(bot) as testbot:
        ann = testbot.user("Ann")
        await ann.says("How are you")
        ann.sees("fine")


async def test_a_bot_with_a_mistake_is_an_error_at_the_start() -> None:
    bot = Bot("b")
    part = Part("p")

    @part.wrap("receive", name="x", before=["y"])
    async def x(turn: Turn, call_next: Next) -> None: ...

    @part.wrap("receive", name="y", before=["x"])
    async def y(turn: Turn, call_next: Next) -> None: ...

    bot.include(part)
    with pytest.raises(AuthorMistake):
        async with TestBot(bot):
            pass
