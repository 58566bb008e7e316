"""Content in the manner of the first generation of bots, with each of the old engine's defects shown mended."""

import pytest
from core.tests.content.shelf import Shelf

from gutenbot.events.messages import Choices, TextMessage

CLASSIC = """
welcome:
  - typing: 250ms
    text:
      - Hello {{user.first_name}}! What a day.
      - Hello {{user.first_name}}, good to see you.
  - wait: 1s
  - What can I do for you?
  - text: I can do a few things
    typing: 2s
    quick_replies:
      - <.HELP> Help me
      - <TOPICS> Topics
  - unless: user.vip
    text: Not a member yet?
    on: facebook+web
---
bye: See you, {{user.first_name}}
"""


def test_classic_content_is_said_as_before(shelf: Shelf) -> None:
    shelf.write(CLASSIC, "content.yml")
    greeting, pause, question, offer, member = shelf.says("welcome", user={"first_name": "Ann", "vip": False})
    assert isinstance(greeting, TextMessage)
    assert greeting.text in ("Hello Ann! What a day.", "Hello Ann, good to see you.")
    assert (greeting.typing_ms, pause.wait_ms) == (250, 1000)
    assert question == TextMessage(text="What can I do for you?", content_id="welcome", locale="en")
    assert isinstance(offer, Choices)
    assert [reply.payload for reply in offer.quick_replies] == ["WELCOME.HELP", "TOPICS"]
    assert isinstance(member, TextMessage)
    assert len(shelf.says("welcome", channel="sms", user={"first_name": "Ann"})) == 4
    assert shelf.words("bye", user={"first_name": "Ann"}) == ["See you, Ann"]


@pytest.mark.parametrize(
    "title", ["#Bitcoin", "a: b", '"quoted', "two\nlines", "- text: more", "it's", "{{user}}", "&amp;"]
)
def test_no_value_corrupts_the_file_adds_to_it_or_is_escaped(shelf: Shelf, title: str) -> None:
    shelf.write(CLASSIC + "news: 'Read {{ title }} now'")
    assert shelf.words("news", title=title) == [f"Read {title} now"]
    assert shelf.words("bye", user={"first_name": title}) == [f"See you, {title}"]


def test_one_bad_item_breaks_only_itself(shelf: Shelf) -> None:
    library = shelf.write(CLASSIC + "bad: [{if: a, unless: b, text: x}]\nworse: {{oops}} again\nlast: fine").library()
    assert [problem.line for problem in library.problems] == [19, 20]
    for item in ("welcome", "bye", "last"):
        assert library.find(item).broken == ""
