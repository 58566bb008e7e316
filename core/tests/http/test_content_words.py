"""Words that a bot does not use, and how what it says is received, over the API."""

from pathlib import Path
from random import Random

import pytest
from core.tests.http.house import House, Someone
from core.tests.http.test_content import AT, ECHO, TEXT, with_files

from gutenbot.content.values import Scope

FILE = """order.eta:
  - text: It comes {{ eta }}.
hello:
  variants:
    - name: short
      text: Hi!
      quick_replies: [Thanks]
    - name: long
      text: Good morning, dear customer!
      quick_replies: [Thanks]
  choose: sequence
"""


@pytest.fixture
async def owner(house: House, tmp_path: Path) -> Someone:
    """The owner of a server whose bot has content."""
    await with_files(house, tmp_path, order=FILE)
    return await house.owner()


async def codes(someone: Someone, words: str, locale: str = "en") -> dict[str, tuple[str, str]]:
    """What the checks say of words: code → severity, path."""
    found = await someone.do("POST", f"{AT}/check", {"id": "order.eta", "locale": locale, "yaml": f"- text: {words}\n"})
    return {one["code"]: (one["severity"], one["path"]) for one in found["problems"]}


async def test_a_forbidden_word_is_told_and_not_published(house: House, owner: Someone) -> None:
    lists = {"version": 0, "forbidden": [" cheap ", "cheap"], "instead": [{"word": "hey", "better": "hello"}]}
    kept = await owner.do("PUT", f"{AT}/wording/en", lists)
    assert (kept["forbidden"], kept["version"], kept["by"]) == (["cheap"], 1, "Olga")
    assert (await owner.get(f"{AT}/wording"))["items"] == [kept]
    assert await owner.refused("PUT", f"{AT}/wording/en", lists) == "content.wording-changed"
    both = {"forbidden": ["hey"], "instead": [{"word": "hey"}]}
    assert await owner.refused("PUT", f"{AT}/wording/en", both) == "content.wrong-wording"

    told = await codes(owner, "Hey, cheap hats")
    assert told["content.forbidden-word"] == ("error", "0.text")
    assert told["content.other-word"] == ("warning", "0.text")
    assert not {"content.forbidden-word", "content.other-word"} & (await codes(owner, "Hey, cheap hats", "fr")).keys()

    await owner.do("PUT", f"{TEXT}/draft", {"yaml": "- text: Cheap!\n"})
    answer = await owner.call("POST", f"{TEXT}/publish", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "content.not-sound")
    assert "“cheap”" in answer.json()["detail"]
    await owner.do("PUT", f"{AT}/wording/en", {"version": 1, "forbidden": [], "instead": []})
    await owner.do("POST", f"{TEXT}/publish", {})


async def test_texts_that_are_merged_obey_what_a_publish_obeys(house: House, owner: Someone) -> None:
    await owner.do("PUT", f"{AT}/wording/en", {"version": 0, "forbidden": ["cheap"], "instead": []})
    await owner.do("PUT", f"{TEXT}/draft", {"yaml": "- text: Mine\n"})
    await owner.do("POST", f"{TEXT}/publish", {})
    file = house.served.app.bots[ECHO].content_folder / "order.yaml"
    file.write_text(FILE.replace("It comes", "Theirs"), encoding="utf-8")
    house.served.app.reload_content(ECHO)
    merged = {"keep": "merged", "yaml": "- text: Cheap and mine\n"}
    assert await owner.refused("POST", f"{TEXT}/resolve", merged) == "content.not-sound"
    house.served.app.content.desk.overrides = "review"
    merged["yaml"] = "- text: Theirs and mine\n"
    assert await owner.refused("POST", f"{TEXT}/resolve", merged) == "content.needs-review"
    house.served.app.content.desk.overrides = "allowed"
    await owner.do("POST", f"{TEXT}/resolve", merged)
    assert (await owner.get(f"{AT}/items/order.eta"))["locales"]["en"]["state"] == "live"


async def test_addresses_that_users_cannot_open_are_told(house: House, owner: Someone) -> None:
    for url, severity in (
        ("https://localhost:3000/x", "warning"),
        ("http://10.0.0.7/x", "warning"),
        ("http://example.org/x", "info"),
        ("https://example.org/x", None),
    ):
        told = await codes(owner, f"See\n  buttons: [{{title: Open, link: '{url}'}}]")
        assert told.get("content.link", (None,))[0] == severity, (url, told)


CHECKED = {
    "- text: It comes {{ when }}.": ("content.variable-not-passed", "error", "0.text"),
    "- text: It comes {{ eta": ("content.template", "error", "0.text"),
    "- text: {{ eta }}": ("content.key", "error", ""),
    "- texd: a": ("content.unknown-property", "warning", "0.texd"),
    "- image: https://example.org/a.png": ("content.missing-alt", "warning", "0.image"),
    "- {image: a.png, alt: A}": ("content.media", "error", "0.image"),
    "- {text: x, buttons: [{title: O, link: 'https:/nope'}]}": ("content.link", "error", "0.buttons.0.link"),
    "- text: Good morning to you all": ("content.twin", "info", ""),
    "- text: Fine": ("content.untranslated", "info", ""),
    f"- text: {'word ' * 60}": ("content.hard-to-read", "info", ""),
}
"""A text, and one of the things that the editor says of it: which, how bad, where."""
CODE = """from gutenbot import Bot, Chat

bot = Bot("echo")


@bot.fallback
async def eta(chat: Chat) -> None:
    await chat.say("#order.eta", eta="now")
"""


async def test_everything_that_is_wrong_with_a_text_is_told_where_it_is(
    house: House, owner: Someone, tmp_path: Path
) -> None:
    (tmp_path / "bot" / "bot.py").write_text(CODE, encoding="utf-8")
    await with_files(house, tmp_path, order=f"{FILE}morning: Good morning to you all\n", order_fr="hello: Bonjour\n")
    await owner.get(f"{AT}")  # the list is what twins and translations are found in
    passed = [one["name"] for one in (await owner.get(f"{AT}/variables?id=order.eta"))["names"] if one["passed"]]
    assert passed == ["eta"]
    for yaml, told in CHECKED.items():
        body = {"id": "order.eta", "locale": "en", "yaml": f"{yaml}\n"}
        found = (await owner.do("POST", f"{AT}/check", body))["problems"]
        assert told in [(one["code"], one["severity"], one["path"]) for one in found], (yaml, found)


async def test_an_item_is_counted_by_day_and_by_variant(house: House, owner: Someone) -> None:
    from gutenbot.app.content_counts import keys_of, offers_of

    app = house.served.app
    library = app.runtimes[ECHO].library
    item = library.find("hello", "en")
    short, long = (variant.entries[0].message.render(_scope()) for variant in item.variants)  # type: ignore[union-attr]
    assert (keys_of(short), offers_of(long)) == ([("hello",), ("hello", "short")], {"Thanks": ("hello", "long")})

    counts = app.content.counts
    for message, times in ((short, 3), (long, 1)):
        for key in keys_of(message):
            counts._counts[ECHO, *key][0] += times
    counts._counts[ECHO, "hello"][1] += 1
    counts._counts[ECHO, "hello", "long"][1] += 1
    found = await owner.get(f"{AT}/items/hello/results?days=7")
    assert (found["shown"], found["clicked"], len(found["days"])) == (4, 1, 7)
    assert [day["shown"] for day in found["days"]] == [0, 0, 0, 0, 0, 0, 4]
    told = [(one["name"], one["now"], one["shown"], one["clicked"]) for one in found["variants"]]
    assert told == [("short", True, 3, 0), ("long", True, 1, 1)]
    assert (await owner.get(f"{AT}/items/order.eta/results"))["shown"] == 0


async def test_counts_that_cannot_be_written_are_with_the_next(
    house: House, owner: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gutenbot.storage.errors import StorageFull

    app = house.served.app
    app.content.counts._counts[ECHO, "hello"][0] += 2

    async def full(*_: object, **__: object) -> None:
        raise StorageFull

    with monkeypatch.context() as patched:
        patched.setattr(app.storage, "write", full)
        assert (await owner.get(f"{AT}/items/hello/results"))["shown"] == 0
    assert (await owner.get(f"{AT}/items/hello/results"))["shown"] == 2


def _scope() -> Scope:
    return Scope("hello", {}, Random(0))
