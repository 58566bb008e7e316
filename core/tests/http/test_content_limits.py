"""What a channel cannot show is told while somebody writes, from the same tables that turns obey: one test for each limit."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from core.tests.http.served import serving

from gutenbot.app.checks import check_text
from gutenbot.app.previews import Shown
from gutenbot.content.library import load_library
from gutenbot.editing.rows import Spot
from gutenbot.editing.shelf import Shelf
from gutenbot.modules.module import Module
from gutenbot.testing.fake_channel import FakeChannel
from gutenbot.turns.channel import Capabilities

AT = "/api/v1/bots/echo/content"
CAN = Capabilities(
    text_limit=40, caption_limit=20, title_limit=12, unit="utf16", quick_replies=3, buttons=2, carousel=2, forms=False,
    media=frozenset({"image", "file"}), media_bytes=900, location=False,
)  # fmt: skip
NO_CARDS = Capabilities(text_limit=50, unit="utf8", cards=False, carousel=0, quick_replies=0)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """That of a bot without any words."""
    folder = tmp_path_factory.mktemp("bot")
    (folder / "content").mkdir()
    files = load_library(folder / "content")
    return Shelf("echo", files, folder, files)


def told(
    shelf: Shelf, yaml: str, can: Capabilities = CAN, media: Mapping[str, int] | None = None
) -> list[tuple[str, str]]:
    """What the editor says of a channel's limits: message and field."""
    channels = [Shown("pigeon", "Pigeon", can)]
    found = check_text(shelf, Spot("echo", "some.item", "en"), f"{yaml}\n", channels, media or {})
    found = [one for one in found if one.channel]
    assert all((one.problem.code, one.problem.severity) == ("content.channel-limit", "warning") for one in found)
    assert all(one.problem.hint for one in found)
    return [(one.problem.message, one.path) for one in found]


LIMITS: dict[str, tuple[str, str, str]] = {
    "text": (f"- text: {'a' * 41}", "a text of 41 characters (at most 40)", "0.text"),
    "text in utf-16": (f"- text: {'😀' * 21}", "a text of 42 characters (at most 40)", "0.text"),
    "a question": (f"- text: {'a' * 41}\n  quick_replies: [Yes]", "a text of 41 characters (at most 40)", "0.text"),
    "words over buttons": (f"- text: {'a' * 41}\n  buttons: [Yes]", "a text of 41 characters (at most 40)", "0.text"),
    "caption": (
        f"- {{image: a.png, alt: A, caption: {'b' * 21}}}", "a caption of 21 characters (at most 20)", "0.caption",
    ),
    "title of a quick reply": (
        "- text: Where?\n  quick_replies: [Here, Track my parcel]",
        "“Track my parcel” on a button (15 characters, at most 12); it shows “Track my pa…”.", "0.quick_replies.1",
    ),
    "title of a button": (
        "- text: Where?\n  buttons: [{title: Track my parcel, link: 'https://example.org'}]", "(15 characters, at most 12)",
        "0.buttons.0.title",
    ),
    "quick replies": ("- text: Which?\n  quick_replies: [A, B, C, D]", "4 quick replies (at most 3)", ""),
    "buttons": ("- text: Which?\n  buttons: [A, B, C]", "3 buttons (at most 2)", ""),
    "carousel": ("- carousel: [{title: A}, {title: B}, {title: C}]", "3 cards beside each other (at most 2)", ""),
    "form": ("- form: {name: f, title: F, fields: [{name: a, label: A}]}", "a form", ""),
    "media": ("- {video: a.mp4, alt: A}", "this video", ""),
    "location": ("- location: {latitude: 1, longitude: 2}", "a place on a map", ""),
    "a variant that is seldom said": (
        f"variants:\n  - text: Hi\n  - text: {'c' * 41}\n    share: 0", "a text of 41 characters", "variants.1.text",
    ),
    "one of many wordings": (f"- text: [Hi, Hello, {'d' * 41}]", "a text of 41 characters", "0.text.2"),
    "words on a condition": (f"- text: {'e' * 41}\n  if: user.vip", "a text of 41 characters", "0.text"),
    "words with names in them": ("- text: Good morning {{ user.first_name }} {{ greeting }}, how are you?",
                                 "a text of ", ""),
}  # fmt: skip
"""Which limit → a text that is over it, what is said of it, and at which field."""


@pytest.mark.parametrize("limit", LIMITS)
def test_what_is_over_a_limit_is_told_at_its_field(shelf: Shelf, limit: str) -> None:
    yaml, words, path = LIMITS[limit]
    found = told(shelf, yaml)
    assert [(words in message, message.startswith("Pigeon cannot show "), at) for message, at in found] == [
        (True, True, path)
    ], found


@pytest.mark.parametrize(
    "yaml",
    [
        f"- text: {'a' * 40}", f"- {{image: a.png, alt: A, caption: {'b' * 20}}}", "- text: A\n  buttons: [A, B]",
        "- text: A\n  quick_replies: [A, B, Track it now]", "- carousel: [{title: A}, {title: B}]", "- text: ''",
        f"- text: {'a' * 41}\n  on: {{pigeon: Short.}}", f"- text: {'a' * 41}\n  on: {{sms: Short., pigeon: false}}",
    ],
)  # fmt: skip
def test_what_fits_or_has_words_of_its_own_is_not_told(shelf: Shelf, yaml: str) -> None:
    assert told(shelf, yaml) == []


def test_each_channel_is_told_of_by_its_own_table(shelf: Shelf) -> None:
    ((message, path),) = told(shelf, f"- text: {'é' * 26}", NO_CARDS)
    assert ("a text of 52 bytes (at most 50); it shows 2 messages: text." in message, path) == (True, "0.text")
    ((message, _),) = told(shelf, "- card: {title: A, subtitle: B}", NO_CARDS)
    assert "cannot show a card; it shows" in message
    ((message, _),) = told(shelf, "- text: A\n  quick_replies: [B]", NO_CARDS)
    assert "1 quick replies (at most 0); it shows words." in message


def test_a_file_that_is_larger_than_a_channel_takes_is_told(shelf: Shelf) -> None:
    yaml = "- {file: list.pdf, name: The list}"
    ((message, path),) = told(shelf, yaml, media={"list.pdf": 901})
    assert (message, path) == ("Pigeon takes files of 900 bytes at most; list.pdf has 901.", "0.file")
    assert told(shelf, yaml, media={"list.pdf": 900}) == []


async def test_the_editor_is_told_of_the_channel_of_a_module(tmp_path: Path) -> None:
    module = Module("birds")
    module.channel(lambda app: FakeChannel("pigeon", capabilities=CAN))
    async with serving(tmp_path, modules=[module]) as served:
        for name, body in {"list.pdf": 1_000, "short.pdf": 500}.items():
            pdf = b"%PDF-1.4\n" + b"x" * body + b"\n%%EOF\n"
            answer = await served.client.post(f"/api/v1/bots/echo/media?name={name}", content=pdf)
            assert answer.status_code == 201, answer.text

        async def asked(yaml: str) -> list[tuple[str, str]]:
            body = {"id": "some.item", "locale": "en", "yaml": f"{yaml}\n"}
            found = (await served.client.post(f"{AT}/check", json=body)).json()["problems"]
            return [(one["message"], one["path"]) for one in found if one["channel"] == "pigeon"]

        for limit, (yaml, words, path) in LIMITS.items():
            ((message, at),) = await asked(yaml)
            assert (words in message, at) == (True, path), limit
        ((message, _),) = await asked("- {file: list.pdf, name: The list}")
        assert message.startswith("Pigeon takes files of 900 bytes at most; list.pdf has 10")
        assert await asked("- {file: short.pdf, name: The list}") == []
        listed = {one["name"]: one["limits"] for one in (await served.client.get(f"{AT}/channels")).json()}
        found = listed["pigeon"]
        assert (found["caption_limit"], found["title_limit"], found["media_bytes"]) == (20, 12, 900)
