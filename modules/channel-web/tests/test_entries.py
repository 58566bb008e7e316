"""Messages in the words of the protocol."""

from typing import Any

import msgspec
import pytest

from gutenbot.sdk import (
    Audio,
    Button,
    Buttons,
    Card,
    Carousel,
    FileMessage,
    Image,
    MessageEvent,
    Outgoing,
    QuickReply,
    Raw,
    Template,
    TextMessage,
    ThreadEntry,
)
from gutenbot_channel_web.entries import entry_of, media_url, shown


def body(message: Outgoing) -> Any:
    return msgspec.json.decode(msgspec.json.encode(shown(message)))


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("pizza.png", "media/pizza.png"), ("./hot/soup.mp3", "media/hot/soup.mp3"), ("media/pizza.png", "media/pizza.png"),
        ("a b#?.png", "media/a%20b%23%3F.png"), ("https://x.example/a.png", "https://x.example/a.png"), ("", ""),
        ("/files/a.png", "/files/a.png"), ("//cdn.example/a.png", "//cdn.example/a.png"), ("data:image/png,x", "data:image/png,x"),
    ],
)  # fmt: skip
def test_files_of_a_bot_get_an_address(address: str, url: str) -> None:
    assert media_url(address) == url


def test_everything_with_a_picture_gets_its_address() -> None:
    card = Card(title="Pizza", image="a.png", buttons=(Button("Buy"),))
    assert body(Image("a.png", "A pizza"))["url"] == "media/a.png"
    assert body(Audio("a.mp3"))["url"] == "media/a.mp3"
    assert body(FileMessage("menu.pdf", "Menu"))["url"] == "media/menu.pdf"
    assert body(card)["image"] == "media/a.png"
    assert body(Carousel((card,)))["cards"] == [
        {"title": "Pizza", "image": "media/a.png", "buttons": [{"title": "Buy"}]}
    ]
    replies = body(TextMessage("Which?", quick_replies=(QuickReply("A", image="a.png"), QuickReply("B"))))[
        "quick_replies"
    ]
    assert replies == [{"title": "A", "image": "media/a.png"}, {"title": "B"}]


def test_a_message_without_files_is_sent_as_it_is() -> None:
    message = Buttons("Do", (Button("It"),))
    assert shown(message) is message
    assert body(message) == {"type": "buttons", "text": "Do", "buttons": [{"title": "It"}]}


def test_what_is_for_other_channels_is_left_out() -> None:
    assert body(TextMessage("hi", extra={"slack": {"token": 1}}))["text"] == "hi"
    assert "extra" not in body(TextMessage("hi", extra={"slack": {"token": 1}}))
    assert body(TextMessage("hi", extra={"slack": 1, "web": {"style": "big"}}))["extra"] == {"web": {"style": "big"}}
    assert body(Raw(channel="slack", body={"secret": 1})) == {"type": "raw"}
    assert body(Template(name="welcome", extra={"web": {"type": "text"}})) == {
        "type": "template",
        "extra": {"web": {"type": "text"}},
    }


def test_an_entry_says_who_when_and_where() -> None:
    entry = ThreadEntry(
        n=3, direction="in", body=MessageEvent(body="hi", raw={"x": 1}), at_ms=5, external_id="c:abc", author="user"
    )
    assert msgspec.to_builtins(entry_of(entry, "c", "echo")) == {
        "n": 3, "dir": "in", "at": 5, "id": "abc", "author": "user", "body": {"type": "message", "body": "hi"},
    }  # fmt: skip
    operator = ThreadEntry(n=4, direction="out", body=TextMessage("hello"), at_ms=6, author="operator:Ada")
    assert msgspec.to_builtins(entry_of(operator, "c", "echo", frame=True)) == {
        "t": "entry", "conversation": "c", "n": 4, "dir": "out", "at": 6, "author": "operator:Ada",
        "body": {"type": "text", "text": "hello"},
    }  # fmt: skip
