"""Collections and variants from inside a dialog: what chance gave is recorded, and nobody gets the same twice too soon."""

from pathlib import Path
from typing import Any

import pytest
from core.tests.dialogs.running import Run
from pydantic import BaseModel

from gutenbot import Bot, Chat
from gutenbot.content.items import NAMES_AT_HAND
from gutenbot.events.messages import plain_text
from gutenbot.testing import TestUser


class Joke(BaseModel):
    """A joke."""

    words: str
    kind: str = "dry"

    def render(self) -> list[Any]:
        """Says it."""
        return [self.words]


def bot_with(folder: Path, yaml: str) -> Bot:
    (folder / "content").mkdir(exist_ok=True)
    (folder / "content" / "c.yaml").write_text(yaml, "utf-8")
    bot = Bot("b")
    bot.folder = folder
    bot.content_type("joke")(Joke)
    return bot


def jokes(count: int, kind: str = "dry") -> str:
    return "".join(f"{kind}{n}: {{type: joke, words: '{kind} {n}', kind: {kind}}}\n" for n in range(count))


def teller(folder: Path, yaml: str, where: dict[str, Any] | None = None) -> Bot:
    bot = bot_with(folder, yaml)

    @bot.hear("joke")
    async def joke(chat: Chat) -> None:
        found = chat.content.pick("joke", where=where)
        await chat.say(found.ref if found else "None left")

    return bot


async def test_nobody_gets_an_element_twice_before_all_had_their_turn(run: Run, tmp_path: Path) -> None:
    testbot = await run(teller(tmp_path, jokes(5)))
    ann, bob = testbot.user("Ann"), testbot.user("Bob")
    told = [await _told(ann) for _ in range(5)]
    assert sorted(told) == [f"dry {n}" for n in range(5)]
    await testbot.restart()
    again = [await _told(ann) for _ in range(5)]
    assert sorted(again) == sorted(told)
    assert again[0] != told[-1]
    assert await _told(bob) in told


async def test_a_filter_has_its_own_round(run: Run, tmp_path: Path) -> None:
    testbot = await run(teller(tmp_path, jokes(3) + jokes(2, "wet"), {"kind": "wet"}))
    ann = testbot.user("Ann")
    told = [await _told(ann) for _ in range(4)]
    assert sorted(told[:2]) == sorted(told[2:]) == ["wet 0", "wet 1"]
    assert told[1] != told[2]


async def test_nothing_fits(run: Run, tmp_path: Path) -> None:
    testbot = await run(teller(tmp_path, jokes(1), {"kind": "wet"}))
    assert await _told(testbot.user("Ann")) == "None left"


async def test_what_is_remembered_of_picks_is_bounded_and_hidden(run: Run, tmp_path: Path) -> None:
    bot = bot_with(tmp_path, jokes(600))

    @bot.hear("many")
    async def many(chat: Chat) -> None:
        for _ in range(7):
            chat.content.pick("joke", n=100)
        await chat.say(f"{list(chat.user)}")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("many")
    ann.sees("[]")
    row = await testbot.app.storage.user(bot.id, ann.id)
    assert row is not None
    assert len(row.attributes["_picked.joke"]) == 500


async def test_what_was_found_stays_found_when_content_changes(run: Run, tmp_path: Path) -> None:
    bot = bot_with(tmp_path, jokes(3))

    @bot.hear("quiz")
    async def quiz(chat: Chat) -> None:
        found = chat.content.query("joke", sort="-words", limit=2)
        first, missing = chat.content.get("#dry0"), chat.content.get("nothing")
        await chat.ask("Ready?")
        assert first is not None
        assert missing is None
        await chat.say(", ".join([*(one["words"] for one in found), first.to(Joke).words]))

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("quiz")
    (tmp_path / "content" / "c.yaml").write_text("hello: Hello\n", "utf-8")
    testbot.app.reload_content(bot.id)
    await ann.says("yes")
    ann.sees("dry 2, dry 1, dry 0")


async def test_picks_in_a_scope_are_kept_apart(run: Run, tmp_path: Path) -> None:
    bot = bot_with(tmp_path, jokes(4))

    @bot.hear("two")
    async def two(chat: Chat) -> None:
        one, other = (chat.within(name).content.pick("joke") for name in ("a", "b"))
        assert one is not None
        assert other is not None
        await chat.ask("Ready?")
        await chat.say(str(one.id != other.id))

    ann = (await run(bot)).user("Ann")
    await ann.says("two")
    await ann.says("yes")
    ann.sees("True")


async def test_an_unknown_collection_names_the_known_ones(run: Run, tmp_path: Path) -> None:
    bot = bot_with(tmp_path, jokes(1))

    @bot.hear("x")
    async def x(chat: Chat) -> None:
        chat.content.pick("jokes")

    ann = (await run(bot)).user("Ann")
    with pytest.raises(Exception, match=r"no collection `jokes`.*`joke`"):
        await ann.says("x")


VARIANTS = "hello:\n  choose: sequence\n  variants:\n    - {name: first, text: One}\n    - Two\n"


async def test_a_sequence_of_variants_goes_on_for_each_person_over_restarts(run: Run, tmp_path: Path) -> None:
    bot = bot_with(tmp_path, VARIANTS)

    @bot.hear("joke")
    async def hello(chat: Chat) -> None:
        await chat.say("#hello")

    testbot = await run(bot)
    ann, bob = testbot.user("Ann"), testbot.user("Bob")
    assert await _told(ann) == "One"
    await testbot.restart()
    assert [await _told(ann), await _told(ann), await _told(bob)] == ["Two", "One", "One"]


async def test_the_record_of_a_turn_says_which_variant_was_chosen(run: Run, tmp_path: Path) -> None:
    bot = bot_with(tmp_path, VARIANTS)
    seen: list[Any] = []

    @bot.wrap("render")
    async def look(turn: Any, call_next: Any) -> None:
        await call_next()
        seen.extend(note for note in turn.trace.notes if note[0] == "variant")

    @bot.hear("joke")
    async def hello(chat: Chat) -> None:
        await chat.say("#hello")

    await (await run(bot)).user("Ann").says("joke")
    assert seen == [("variant", "hello: first")]


async def _told(user: TestUser) -> str:
    await user.says("joke")
    return plain_text(user.news[-1])


async def test_issue_every_name_that_is_promised_to_texts_is_at_hand(run: Run, tmp_path: Path) -> None:
    shown = {"user": "user.name", "bot": "bot", "channel": "channel", "locale": "locale", "now": "now | date"}
    shown |= {"conversation": "conversation.mood", "event": "event.type", "message": "message.text"}
    assert set(shown) == NAMES_AT_HAND
    line = " / ".join(f'{{{{ {one} | default("-") }}}}' for one in shown.values())
    bot = bot_with(tmp_path, f"all: '{line}'\n")

    @bot.fallback
    async def answer(chat: Chat) -> None:
        chat.conversation["mood"] = "glad"
        chat.user["name"] = "Ann"
        await chat.say("#all")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("hello")
    said = ann.dialogue[-1].split(" / ")
    assert said == ["Ann", "b", said[2], "en", said[4], "glad", "message", "hello"]
    assert "2026" in said[4]
