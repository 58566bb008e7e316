"""What handlers listen to (section 2.4 of the features): text, patterns, functions, deep paths, lists."""

import re
from re import Pattern
from typing import Any

import pytest
from core.tests.dialogs.running import Run

from gutenbot import Bot, Chat, Choice, Intent, Location, Payload
from gutenbot.dialogs.hear import Heard, holds
from gutenbot.dialogs.waits import Match
from gutenbot.events.incoming import (
    CustomEvent,
    Incoming,
    LocationEvent,
    MessageEvent,
    PayloadEvent,
    ReactionEvent,
    ReferralEvent,
)


def heard(text: str, condition: Any, **more: Any) -> Match | None:
    return holds(condition, Heard(MessageEvent(body=text), **more))


def test_2_4_a_string_is_the_whole_text_trimmed_and_without_case() -> None:
    assert heard("  HELLO ", "hello")
    assert heard("STRASSE", "straße")
    assert not heard("hello you", "hello")
    assert not heard("", "hello")


def test_2_4_a_pattern_is_searched_and_its_groups_are_kept() -> None:
    found = heard("order 3 large", re.compile(r"(\d+) (?P<size>\w+)"))
    assert found is not None
    assert (found[0], found[1], found["size"], found.groups()) == ("3 large", "3", "large", ("3", "large"))
    assert not heard("nothing", re.compile(r"\d+"))


def test_2_4_a_pattern_keeps_no_state_between_messages() -> None:
    """⚠ A global flag once made every second message miss."""
    pattern = re.compile("a")
    assert all(heard("banana", pattern) for _ in range(5))


def test_2_4_a_function_must_return_exactly_true() -> None:
    assert heard("x", lambda event: event.text == "x")
    for almost in (1, "yes", [1], None):
        assert not heard("x", lambda event, almost=almost: almost)


def test_2_4_all_paths_of_a_mapping_must_hold_and_captures_add_up() -> None:
    event = MessageEvent(body="to Paris", raw={"nlp": {"city": "Paris", "sure": 0.9}, "tags": ["a", "b"], "none": None})
    heard_event = Heard(event, channel="web", user=lambda: {"first_name": "Ann"})

    def found(condition: dict[str, Any]) -> Match | None:
        return holds(condition, heard_event)

    both = found({"text": re.compile(r"to (\w+)"), "raw.nlp.city": re.compile(r"P(a)(?P<end>ris)")})
    assert both is not None
    assert both.groups() == ("Paris", "a", "ris")
    assert both["end"] == "ris"
    assert found({"user.first_name": "ann", "channel": "web"})
    assert found({"raw.tags.1": "b"})
    assert found({"raw.nlp.sure": lambda sure: sure > 0.5})
    assert found({"text": ["from", re.compile("^to")]})
    assert not found({"text": re.compile("to"), "raw.nlp.city": "Rome"})
    assert not found({"raw.nlp.city.deeper": "Paris"})
    assert not found({"nowhere": "x"})


def test_2_4_nothing_is_never_the_word_null() -> None:
    """⚠ Missing values were once tested as the text "null"."""
    event = Heard(MessageEvent(body="x", raw={"none": None}))
    for word in ("null", "None", ""):
        assert not holds({"raw.none": word}, event)
        assert not holds({"raw.missing": re.compile(word)}, event)
    assert holds({"raw.none": None}, event)


def test_2_4_a_list_is_one_or_the_other() -> None:
    assert heard("b", ["a", ["b", "c"]])
    assert not heard("d", ["a", "b"])


def test_booleans_and_numbers_are_compared_by_type_too() -> None:
    event = Heard(MessageEvent(body="x", raw={"one": 1, "yes": True}))
    assert holds({"raw.one": 1}, event)
    assert not holds({"raw.one": True}, event)
    assert not holds({"raw.yes": 1}, event)


@pytest.mark.parametrize("wanted", ["BUY_1", "buy_1", re.compile(r"^BUY_(\d+)$")])
def test_payloads_are_heard_whole_or_by_pattern(wanted: str | Pattern[str]) -> None:
    assert holds(Payload(wanted), Heard(PayloadEvent(payload="BUY_1", title="Buy")))
    assert not holds(Payload(wanted), Heard(PayloadEvent(payload="BUY_1_2")))
    assert not holds(Payload(wanted), Heard(MessageEvent(body="BUY_1")))


def test_intents_are_heard_when_sure_enough() -> None:
    assert heard("x", Intent("order"), intents={"order": 0.5})
    assert not heard("x", Intent("order"), intents={"order": 0.49})
    assert not heard("x", Intent("order", least=0.9), intents={"order": 0.8})


def test_event_types_are_heard() -> None:
    place = LocationEvent(latitude=1, longitude=2)
    assert holds(LocationEvent, Heard(place))
    assert not holds(LocationEvent, Heard(MessageEvent(body="x")))
    assert not holds("x", Heard(place))
    assert not holds(re.compile(""), Heard(place))


def test_inp_17_a_catastrophic_pattern_finds_nothing_and_is_reported() -> None:
    slow: list[str] = []
    pattern = re.compile(r"^(a|a)*$")
    event = Heard(MessageEvent(body="a" * 5000 + "!"), slow=slow.append)
    assert holds(pattern, event) is None
    assert slow == [pattern.pattern]


async def test_inp_17_a_catastrophic_pattern_does_not_stop_the_others(run: Run) -> None:
    bot = Bot("b")

    @bot.hear(re.compile(r"^(a|a)*$"))
    async def slow(chat: Chat) -> None:
        await chat.say("slow")

    @bot.fallback
    async def fallback(chat: Chat) -> None:
        await chat.say("fallback")

    ann = (await run(bot)).user("Ann")
    await ann.says("a" * 5000 + "!")
    ann.sees("fallback")


async def test_handlers_are_tried_in_the_order_of_their_declaration(run: Run) -> None:
    bot = Bot("b")
    bot.hear(re.compile("a"), handler=_saying("first"))
    bot.hear("ab", handler=_saying("second"))
    bot.hear("b", handler=_saying("third"))
    ann = (await run(bot)).user("Ann")
    for words, seen in (("ab", "first"), ("b", "third")):
        await ann.says(words)
        assert ann.dialogue[-1] == seen


def _saying(words: str) -> Any:
    async def handler(chat: Chat) -> None:
        await chat.say(words)

    handler.__name__ = words
    return handler


async def test_a_tap_is_heard_by_its_title_and_its_payload(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("buy now")
    async def by_title(chat: Chat) -> None:
        await chat.say("title")

    @bot.hear("BUY")
    async def by_payload(chat: Chat) -> None:
        await chat.say("payload")

    ann = (await run(bot)).user("Ann")
    await ann.sends(PayloadEvent(payload="BUY", title="Buy now"))
    ann.sees("title")
    await ann.sends(PayloadEvent(payload="BUY", title="Other"))
    ann.sees("payload")


@pytest.mark.parametrize(
    "event", [ReactionEvent(emoji="👍", target="1"), ReferralEvent(ref="advert"), CustomEvent(name="ping")]
)
async def test_what_is_no_message_wakes_no_fallback_and_answers_no_question(run: Run, event: Incoming) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say(await chat.ask("Size?", Choice("S", "L")))

    @bot.fallback
    async def fallback(chat: Chat) -> None:
        await chat.say("fallback")

    ann = (await run(bot)).user("Ann")
    await ann.sends(event)
    ann.sees_nothing()
    await ann.says("go")
    await ann.sends(event)
    ann.sees_nothing()
    await ann.says("S")
    ann.sees("S")


async def test_events_of_one_type_or_name_start_what_listens_to_them(run: Run) -> None:
    bot = Bot("b")

    @bot.on(ReferralEvent)
    async def referred(chat: Chat) -> None:
        await chat.say("welcome")

    @bot.on("shipped")
    async def shipped(chat: Chat) -> None:
        await chat.say("It is on its way.")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.sends(ReferralEvent(ref="advert"))
    ann.sees("welcome")
    await testbot.emit(ann, "shipped")
    ann.sees("on its way")


async def test_a_place_answers_a_question_for_a_place(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        place = await chat.ask("Where?", Location())
        await chat.say(f"{place.latitude}")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    await ann.says("here")
    ann.sees("Please send a location.", "Where?")
    await ann.sends_location(48.5, 2.25)
    ann.sees("48.5")
