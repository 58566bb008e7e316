"""Content that people edit, over the API: drafts, publishing, history, both engines."""

from pathlib import Path

import pytest
from core.tests.http.house import House, Someone
from core.tests.http.served import serving

from gutenbot import Bot
from gutenbot.app.content import MANY
from gutenbot.kernel.ids import BotId

FILE = """# Words of orders.
order.eta:
  # what users ask most
  - text: It comes {{ eta }}.
    quick_replies: [Thanks, Where is it?]
order.size: Which size?   # small or large
"""
ECHO = BotId("echo")
AT = "/bots/echo/content"
TEXT = f"{AT}/items/order.eta/locales/en"


async def with_files(house: House, folder: Path, **files: str) -> None:
    """Gives the echo bot content files."""
    bot = house.served.app.bots[ECHO]
    bot.folder = folder / "bot"
    bot.content_folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (bot.content_folder / f"{name.replace('_', '.')}.yaml").write_text(text, encoding="utf-8")
    house.served.app.replace_bot(bot)


@pytest.fixture
async def owner(house: House, tmp_path: Path) -> Someone:
    """The owner of a server whose bot has content."""
    await with_files(house, tmp_path, order=FILE)
    return await house.owner()


async def draft(someone: Someone, words: str, version: int = 0, text: str = TEXT) -> int:
    """Saves a draft; returns the version."""
    body = {"yaml": f"- text: {words}\n", "version": version}
    return int((await someone.do("PUT", f"{text}/draft", body))["version"])


def said(house: House, item: str = "order.eta", locale: str = "en") -> str:
    """What a turn that begins now would say."""
    import random

    library = house.served.app.runtimes[ECHO].library
    found = library.render(item, {"eta": "today"}, locale=locale, channel="web", random=random.Random(0))
    return getattr(found.messages[0], "text", "")


async def test_what_is_published_is_said_and_undone_again(house: House, owner: Someone) -> None:
    listed = await owner.get(f"{AT}?source=code")
    assert [line["id"] for line in listed["items"]] == ["order.eta", "order.size"]
    assert listed["items"][0]["source"] == {"kind": "code", "place": "content/order.yaml:2"}
    before = await owner.get(f"{AT}/items/order.eta")
    assert before["locales"]["en"]["default"]["yaml"].startswith("# what users ask most\n- text:")

    version = await draft(owner, "It comes soon.")
    assert said(house) == "It comes today."
    line = (await owner.get(f"{AT}?q=soon"))["items"][0]
    assert (line["state"], line["source"]["kind"]) == ("draft", "override")
    release = (await owner.do("POST", f"{TEXT}/publish", {"version": version, "reason": "shorter"}))["release"]
    assert said(house) == "It comes soon."
    shown = await owner.get(f"{AT}/releases/{release}")
    assert (shown["state"], shown["live_on"], shown["workers"]) == ("live", 1, 1)
    assert (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]["state"] == "live"

    await owner.do("POST", f"{AT}/releases/{release}/undo")
    assert said(house) == "It comes today."
    after = (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]
    assert (after["live"], after["draft"]["yaml"]) == (None, "- text: It comes soon.\n")
    assert (await owner.refused("POST", f"{AT}/releases/{release}/undo")) == "content.not-undone"


async def test_a_malformed_brace_is_told_and_reaches_no_user(house: House, owner: Someone) -> None:
    saved = await owner.do("PUT", f"{TEXT}/draft", {"yaml": "- text: 'It comes {{ eta'\n", "version": 0})
    assert saved["problems"][0]["severity"] == "error"
    assert (await owner.refused("POST", f"{TEXT}/publish", {})) == "content.not-sound"
    assert said(house) == "It comes today."
    checked = await owner.do("POST", f"{AT}/check", {"id": "order.eta", "locale": "en", "yaml": "- text: '{{ a'\n"})
    assert (checked["problems"][0]["path"], checked["problems"][0]["line"]) == ("0.text", 1)


async def test_two_who_write_different_fields_both_win_and_the_same_field_is_shown(
    house: House, owner: Someone
) -> None:
    eli = await house.member(owner, "editor", "eli")
    value = {"text": "It comes {{ eta }}.", "quick_replies": ["Thanks", "Where is it?"]}
    first = await owner.do("PUT", f"{TEXT}/draft", {"value": [value], "version": 0})
    mine = {**value, "text": "Soon."}
    second = await owner.do("PUT", f"{TEXT}/draft", {"value": [mine], "version": first["version"]})
    theirs = {**value, "quick_replies": ["Thank you", "Where is it?"]}
    merged = await eli.do("PUT", f"{TEXT}/draft", {"value": [theirs], "version": first["version"]})
    assert merged["merged"]
    both = (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]["draft"]["value"]
    assert both == [{"text": "Soon.", "quick_replies": ["Thank you", "Where is it?"]}]
    answer = await eli.call(
        "PUT", f"{TEXT}/draft", {"value": [{**value, "text": "Later."}], "version": first["version"]}
    )
    assert answer.status_code == 409
    assert answer.json()["same_fields"] == ["0.text"]
    assert answer.json()["theirs"]["value"][0]["text"] == "Soon."
    assert second["version"] < merged["version"]


async def test_preview_shows_what_the_channel_gets(house: House, owner: Someone) -> None:
    body = {
        "id": "order.eta",
        "locale": "en",
        "yaml": "- text: Hello {{ user.first_name }}, {{ eta }}.\n",
        "channel": "web",
    }
    shown = await owner.do("POST", f"{AT}/preview", body)
    assert shown["messages"][0]["text"] == "Hello Uma, ‹eta›."
    named = await owner.do(
        "POST", f"{AT}/preview", {**body, "data": {"eta": "at 9", "user": {"first_name": "{{7*7}}"}}}
    )
    assert named["messages"][0]["text"] == "Hello {{7*7}}, at 9."
    assert {one["name"] for one in await owner.get(f"{AT}/channels")}
    assert (await owner.get(f"{AT}/variables"))["filters"][0]["example"]


HARD = ("a # b: c", "“quotes” 'and' \"more\"", "two\nlines\n\nof it", "{ not: a map }", "مرحبا بك", "{{ '{{7*7}}' }}", "- dash",
        "yes", "1.10", "nothing\x00there")  # fmt: skip


@pytest.mark.parametrize("words", HARD)
async def test_inp_10_whatever_the_words_are_they_come_out_as_they_were_written(
    house: House, owner: Someone, words: str
) -> None:
    import json

    body = json.dumps({"value": [{"text": words}], "version": 0})
    headers = {"content-type": "application/json"}
    answer = await owner.call("PUT", f"{TEXT}/draft", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    await owner.do("POST", f"{TEXT}/publish", {"reason": "odd\x00", "zone": "\x00"})
    assert said(house) == ("{{7*7}}" if "7*7" in words else words)
    await owner.do("POST", f"{AT}/items/order.eta/comments", {"words": "odd\x00 words", "path": "\x00"})
    assert await owner.refused("PUT", f"{TEXT}/draft", {"yaml": "- text: odd\x00"}) == "content.not-yaml"
    assert await owner.refused("PUT", f"{TEXT}/draft", {"version": 3}) == "content.not-yaml"


async def test_lists_of_much_content_are_ready_before_somebody_asks(tmp_path: Path) -> None:
    bots = [Bot(name) for name in ("large", "small")]
    for bot, count in zip(bots, (MANY, 3), strict=True):
        bot.folder = tmp_path / bot.name
        bot.content_folder.mkdir(parents=True)
        text = "".join(f"item.{n}: Number {n}\n" for n in range(count))
        (bot.content_folder / "all.yaml").write_text(text, encoding="utf-8")
    async with serving(tmp_path, *bots) as served:
        content = served.app.content
        assert await content.lists_made()
        made = {shelf.bot: shelf for shelf in content.shelves.made()}
        assert made.keys() == {"large"}, "a small bot starts without the room that edits"
        assert len(made["large"].catalogue.lines.keys() - made["large"].layers().behind) >= MANY
