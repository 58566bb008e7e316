"""Content of 1.x, construct by construct: it says what it said, and what is not carried is named with its line."""

from typing import Any

import pytest
from core.tests.importing.desk import Desk

from gutenbot.events.messages import Button, Buttons, Card, Carousel, Choices, Image, Raw, TextMessage, Typing, Video

HELLO = """\
welcome: # the first thing that is said
  - typing: true
    text: # one of them
      - Hello there!
      - Hello {{user.first_name}}
  - text: I am only an example
    typing: 2s
  - wait: 5s
  - text: Say goodbye now
    typing: .5s

goodbye:
  - text: You go because of {{reason}}
    typing: 250
  - Come back soon! # a string is a message
"""


def test_the_hello_content_says_what_it_said(desk: Desk) -> None:
    first, second, pause, last = desk.bloc(HELLO).says("welcome", seed=2, user={"first_name": "Ann"})
    assert isinstance(first, TextMessage)
    assert {desk.words("welcome", seed=seed, user={"first_name": "Ann"})[0] for seed in range(9)} == {
        "Hello there!",
        "Hello Ann",
    }
    assert (first.typing_ms, second.typing_ms, last.typing_ms) == (1000, 2000, 500)
    assert isinstance(pause, Typing)
    assert pause.wait_ms == 5000
    assert desk.words("goodbye", reason="rain") == ["You go because of rain", "Come back soon!"]
    assert desk.words("goodbye") == ["You go because of ", "Come back soon!"]  # what is missing was empty, and is
    assert (desk.lost(), desk.changed()) == ([], [])


LIST = """\
x:
  - on: facebook
    template_type: generic
    elements:
      - title: First
      {{#activities}}
      -
        title: "{{name}}: #{{rank}}"
        subtitle: "{{place}} in {{town}}"
        image_url: https://example.org/{{{picture}}}?a=1
        buttons:
          {{#actions}}
          - type: postback
            title: "{{.}}"
            payload: "DO:{{@index}}:{{name}}"
          {{/actions}}
      {{/activities}}
"""


@pytest.mark.parametrize("count", [0, 1, 30])
def test_a_section_makes_cards(desk: Desk, count: int) -> None:
    activities = [{"name": f": 'a\" {n}", "rank": n, "actions": ["go\nnow", "# no"]} for n in range(count)]
    (message,) = desk.bloc(LIST).says(channel="messenger", activities=activities, place="Hall", town="Bonn")
    assert isinstance(message, Carousel)
    assert [card.title for card in message.cards] == ["First", *(f": 'a\" {n}: #{n}" for n in range(count))]
    for card in message.cards[1:]:
        assert card.subtitle == "Hall in Bonn"  # looked up around the element, as before
        assert [button.title for button in card.buttons] == ["go\nnow", "# no"]
    if count:
        assert message.cards[1].buttons[1] == Button(title="# no", value="DO:1:: 'a\" 0")
    assert desk.says(channel="web", activities=activities) == []


def test_a_section_takes_one_thing_true_or_nothing_as_mustache_did(desk: Desk) -> None:
    desk.bloc("x:\n  {{#deal}}\n  - Only {{price}}!\n  {{/deal}}\n  {{^deal}}\n  - No deal\n  {{/deal}}\n")
    assert desk.words(deal={"price": 5}) == ["Only 5!"]
    assert desk.words(deal=True, price=7) == ["Only 7!"]
    assert desk.words(deal=[{"price": 1}, {"price": 2}]) == ["Only 1!", "Only 2!"]
    nothings: list[dict[str, Any]] = [{}, {"deal": False}, {"deal": []}, {"deal": ""}, {"deal": None}]
    for nothing in nothings:
        assert desk.words(**nothing) == ["No deal"]
    assert desk.lost() == []


def test_sections_stand_within_words_and_in_texts_of_several_lines(desk: Desk) -> None:
    text = "x:\n  - Hi {{#vip}}dear {{name}}{{/vip}}{{^vip}}you{{/vip}}!\n  - text: |\n      List:\n      {{#all}}\n      * {{.}}\n"
    desk.bloc(text + "      {{/all}}\n      end\n")
    assert desk.words(vip=True, name="Ann", all=["a", "b"]) == ["Hi dear Ann!", "List:\n* a\n* b\nend"]
    assert desk.words() == ["Hi you!", "List:\nend"]


def test_a_section_around_a_property_holds_for_that_property(desk: Desk) -> None:
    desk.bloc("""x:
  - text: Pick
    {{#offer}}
    quick_replies:
      {{#replies}}
      - <.{{code}}> {{title}}
      {{/replies}}
    {{/offer}}
  - {{#late}}
    text: Too late
    {{/late}}
    {{^late}}
    text: In time
    {{/late}}
""")
    pick, _ = desk.says(offer={"replies": [{"code": "a", "title": "A"}]}, late=True)
    assert isinstance(pick, Choices)
    assert [(reply.payload, reply.title) for reply in pick.quick_replies] == [("X.A", "A")]
    assert desk.words() == ["Pick", "In time"]
    assert desk.words(late=True) == ["Pick", "Too late"]


def test_sections_stand_in_lists_in_one_line(desk: Desk) -> None:
    desk.bloc('x: [{text: Pick, quick_replies: [{{#all}}"<{{id}}> {{name}}",{{/all}} "<X> none"]}]')
    (pick,) = desk.says(all=[{"id": "a", "name": "A, b"}])
    assert [(reply.payload, reply.title) for reply in pick.quick_replies] == [("A", "A, b"), ("X", "none")]


def test_conditions_hold_as_before(desk: Desk) -> None:
    desk.bloc(
        "x:\n  - {if: '{{vip}}', text: a}\n  - {unless: '{{vip}}', text: b}\n  - {if: [], text: c}\n  - {unless: [], text: d}\n"
    )
    assert desk.words(vip=True) == ["a", "d"]
    for no in (False, "false", "", None):
        assert desk.words(vip=no) == ["b", "d"]


@pytest.mark.parametrize(
    ("channel", "said"), [("messenger", ["m", "both"]), ("slack", ["s", "both"]), ("web", ["w"]), ("sms", ["w"])]
)
def test_each_channel_gets_its_own(desk: Desk, channel: str, said: list[str]) -> None:
    desk.bloc("x:\n  - {text: w, on: {facebook: {text: m}, slack: {text: s}}}\n  - {text: both, on: facebook+slack}\n")
    assert desk.words(channel=channel) == said


def test_what_is_for_other_channels_only_can_be_said_on_one_more(desk: Desk) -> None:
    assert [note.construct for note in desk.bloc("x: [{text: a, on: facebook}]").changed()] == ["`on`"]
    assert desk.bloc("x: [{text: a, on: facebook}]", also_on="web").words() == ["a"]
    assert desk.words(channel="messenger") == ["a"]


def test_native_buttons_replies_media_and_cards(desk: Desk) -> None:
    desk.bloc("""x:
  - template_type: button
    text: Choose
    buttons:
      - <STOP> Stop it
      - {type: postback, title: Same, payload: same}
      - {type: web_url, title: Look, url: "https://example.org/"}
      - {type: phone_number, title: Call, payload: "+15105551234"}
  - text: And now?
    quick_replies:
      - {content_type: text, title: "yes: please", payload: QR_YES}
      - Maybe
  - image: https://example.org/a.png
  - {attachment: {type: video, payload: {url: "https://example.org/a.mp4"}}}
  - template_type: generic
    elements: [{title: One, subtitle: Two, default_action: {type: web_url, url: "https://example.org/1"}}]
""")
    first, second, image, video, card = desk.says()
    assert isinstance(first, Buttons)
    assert [(button.title, button.kind, button.value) for button in first.buttons] == [
        ("Stop it", "postback", "STOP"),
        ("Same", "postback", "same"),
        ("Look", "link", "https://example.org/"),
        ("Call", "call", "+15105551234"),
    ]
    assert [(reply.title, reply.payload) for reply in second.quick_replies] == [
        ("yes: please", "QR_YES"),
        ("Maybe", ""),
    ]
    assert isinstance(image, Image)
    assert isinstance(video, Video)
    assert isinstance(card, Card)
    assert (card.title, card.subtitle, card.url) == ("One", "Two", "https://example.org/1")


def test_messages_of_one_channels_own_go_there_as_they_are(desk: Desk) -> None:
    desk.bloc("x:\n  - {on: facebook, template_type: receipt, order: '{{number}}', items: [{price: 1}]}\n")
    (message,) = desk.says(channel="messenger", number=7)
    assert isinstance(message, Raw)
    assert message.body == {"template_type": "receipt", "order": "7", "items": [{"price": 1}]}


def test_documents_merge_and_aliases_and_merge_keys_are_resolved(desk: Desk) -> None:
    desk.bloc("x:\n  - &a {typing: 1s, text: one}\n  - {<<: *a, text: two}\n---\ny: three\n")
    assert desk.words() == ["one", "two"]
    assert [message.typing_ms for message in desk.says()] == [1000, 1000]
    assert desk.words("y") == ["three"]


def test_a_folder_of_files_is_addressed_by_file_and_bloc(desk: Desk) -> None:
    desk.write("content/shop.yml", "hello: in the shop").write("content/home.yml", "hello: at home").read()
    assert (desk.words("shop.hello"), desk.words("home.hello")) == (["in the shop"], ["at home"])


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("cat:\nx: y", ["content.yml:1 bloc"]),
        ("x: [{text: a, foo: b}]", ["content.yml:1 `foo`"]),
        ("x: y\ntext: - b: c: d\n", ["content.yml:2 bloc", "content.yml:2 YAML"]),
        ("x:\n  - a {{> part}} b", ["content.yml:2 Mustache tag"]),
        ("x:\n  - a {{/b}}", ["content.yml:2 section"]),
        ("x:\n  - a\n  {{#b}}\n  - c", ["content.yml:3 section"]),
        ("x:\n  - a\n  {{#b}}\n  {{/b}}\n", ["content.yml:3 section"]),
        ("x: [{text: a, if: b, unless: c}, d]", ["content.yml:1 message"]),
        ("x:\n  - text: a\n    quick_replies:\n      - content_type: location\n", ["content.yml:4 quick reply"]),
        ("x:\n  - text:\n      - a\n      - typing: 2s\n", ["content.yml:4 text"]),
        ("x: {text: a, text: b}", ["content.yml:1 `text`"]),
        ("x: a\nx: b", ["content.yml:2 YAML"]),
        ("x: a\ny: !!python/object:os.system b", ["content.yml:2 bloc", "content.yml:2 YAML"]),
        ("x: [{text: a, typing: soon}]", ["content.yml:1 `typing`"]),
        ("x: [{text: a}, {on: facebook}]", ["content.yml:1 message"]),
        ("x:\n  - text: a\n    {{#a}}{{#b}}", ["content.yml:3 section", "content.yml:3 section"]),
    ],
)
def test_every_line_that_is_not_carried_is_named(desk: Desk, text: str, places: list[str]) -> None:
    desk.bloc(text)
    assert desk.where() == places
    assert desk.library()


def test_names_that_ours_cannot_have_are_renamed_and_told(desk: Desk) -> None:
    desk.bloc('my bloc!:\n  - "{{first-name}} {{if}} {{user.last-name}} {{_id}} {{a.in}}"\n')
    data: dict[str, Any] = {"first_name": "A", "if_": "B", "user": {"last-name": "C"}, "id": "D", "a": {"in": "E"}}
    assert desk.words("my-bloc", **data) == ["A B C D E"]
    assert len(desk.changed()) == 4


def test_a_name_that_means_something_here_is_told_and_can_be_passed(desk: Desk) -> None:
    desk.bloc("x: 'Note {{message}}'")
    assert desk.words(message="hello") == ["Note hello"]
    assert [note.construct for note in desk.changed()] == ["variable"]


def test_what_is_always_at_hand_has_another_name_now(desk: Desk) -> None:
    desk.bloc("x: '{{originalEvent.text}} {{user.platform}}'")
    assert desk.words(message={"text": "hi"}, user={"platform": "gone"}) == ["hi "]
