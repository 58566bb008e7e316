"""The kinds of messages, and their parts."""

from typing import Any

import pytest
from core.tests.content.shelf import Shelf

from gutenbot.events.messages import (
    Audio,
    Button,
    Buttons,
    Card,
    Carousel,
    Choices,
    Field,
    FileMessage,
    FormMessage,
    Image,
    LocationMessage,
    QuickReply,
    Raw,
    Template,
    Video,
)


def _replies(shelf: Shelf, yaml: str, item: str = "x", **data: Any) -> list[tuple[str, str]]:
    (message,) = shelf.write(yaml).says(item, **data)
    return [(reply.title, reply.payload) for reply in message.quick_replies]


def test_a_shorthand_gives_an_upper_case_payload_and_a_title(shelf: Shelf) -> None:
    assert _replies(shelf, 'x: {text: T, choices: ["<buy> Buy it", "<A.B>C", Plain]}') == [
        ("Buy it", "BUY"),
        ("C", "A.B"),
        ("Plain", ""),
    ]


def test_a_payload_with_a_dot_in_front_is_put_after_the_items_id(shelf: Shelf) -> None:
    yaml = 'order.size: {text: T, choices: ["<.X> Ex", "<.large> Large"]}'
    assert _replies(shelf, yaml, "order.size") == [("Ex", "ORDER.SIZE.X"), ("Large", "ORDER.SIZE.LARGE")]


def test_choices_by_payload_keep_their_payload_as_written(shelf: Shelf) -> None:
    yaml = "x: {text: T, choices: {s: Small, 1: One, no: Nein, XL: {title: Huge, image: xl.png}}}"
    assert _replies(shelf, yaml) == [("Small", "s"), ("One", "1"), ("Nein", "no"), ("Huge", "XL")]


def test_quick_replies_may_be_mappings_with_templates(shelf: Shelf) -> None:
    yaml = 'x: {text: T, quick_replies: [{title: "Buy {{ n }}", payload: "BUY:{{ id }}", image: a.png}, "<item_{{ id }}> It"]}'
    (message,) = shelf.write(yaml).says(n="<X> y", id="a")
    assert message.quick_replies == (QuickReply("Buy <X> y", "BUY:a", "a.png"), QuickReply("It", "ITEM_A"))


def test_quick_replies_go_with_pictures_too(shelf: Shelf) -> None:
    (message,) = shelf.write("x: {image: a.png, alt: A, quick_replies: [Nice]}").says()
    assert isinstance(message, Image)
    assert message.quick_replies == (QuickReply("Nice"),)


def test_each_button_does_one_thing(shelf: Shelf) -> None:
    yaml = """
x:
  text: What now?
  buttons:
    - <more> More
    - Plain words
    - {title: Say it, say: hello}
    - {title: Post, postback: As-Written}
    - {title: Open, link: "https://example.org/{{ path }}"}
    - {title: Ring, call: +33 1 23 45 67 89}
    - {title: Copy, copy: CODE-7}
"""
    (message,) = shelf.write(yaml).says(path="a b")
    assert isinstance(message, Buttons)
    assert message.buttons == (
        Button("More", "postback", "MORE"),
        Button("Plain words", "say"),
        Button("Say it", "say", "hello"),
        Button("Post", "postback", "As-Written"),
        Button("Open", "link", "https://example.org/a b"),
        Button("Ring", "call", "+33 1 23 45 67 89"),
        Button("Copy", "copy", "CODE-7"),
    )


@pytest.mark.parametrize(
    "button", ["{title: A}", "{title: A, link: https://a.org, call: '123'}", "{link: https://a.org}", "'<A>'"]
)
def test_a_button_without_one_thing_to_do_or_without_title_is_a_problem(shelf: Shelf, button: str) -> None:
    assert shelf.write(f"x: {{text: T, buttons: [{button}]}}").problem().severity == "error"


def test_media_have_captions_and_words_for_those_who_do_not_see_them(shelf: Shelf) -> None:
    yaml = """
x:
- {image: a.png, alt: A pizza, caption: "For {{ name }}"}
- {image: line.png, alt: ""}
- {image: b.png, alt: B, text: beside}
- {audio: a.mp3, alt: Hello}
- {video: "{{ film }}", caption: Look}
- {file: "https://example.org/docs/menu.pdf?v=2", mime: application/pdf}
- {file: menu.pdf, name: "Menu {{ name }}"}
"""
    assert shelf.write(yaml).says(name="Ann", film="f.mp4") == [
        Image(url="a.png", alt="A pizza", caption="For Ann", content_id="x", locale="en"),
        Image(url="line.png", alt="", content_id="x", locale="en"),
        Image(url="b.png", alt="B", caption="beside", content_id="x", locale="en"),
        Audio(url="a.mp3", alt="Hello", content_id="x", locale="en"),
        Video(url="f.mp4", caption="Look", content_id="x", locale="en"),
        FileMessage(
            url="https://example.org/docs/menu.pdf?v=2",
            name="menu.pdf",
            mime="application/pdf",
            content_id="x",
            locale="en",
        ),
        FileMessage(url="menu.pdf", name="Menu Ann", content_id="x", locale="en"),
    ]


def test_a_picture_without_alt_is_a_problem_but_is_still_shown(shelf: Shelf) -> None:
    problem = shelf.write("x:\n- image: a.png").problem("missing-alt")
    assert (problem.severity, problem.line, problem.column) == ("warning", 2, 10)
    assert 'alt: ""' in problem.hint
    assert shelf.library().find("x").broken == ""


def test_cards_stand_alone_side_by_side_and_in_lists(shelf: Shelf) -> None:
    yaml = """
x:
- card: {title: Margherita, subtitle: "{{ price }} €", image: m.png, alt: M, url: https://example.org, buttons: ["<BUY> Buy"]}
- carousel: [{title: A}, {title: B}]
- carousel: {cards: [{title: A}], layout: list}
- list: [{title: A}]
"""
    one = Card(
        title="Margherita",
        subtitle="9 €",
        image="m.png",
        alt="M",
        url="https://example.org",
        buttons=(Button("Buy", "postback", "BUY"),),
        content_id="x",
        locale="en",
    )
    a, b = Card(title="A"), Card(title="B")
    assert shelf.write(yaml).says(price=9) == [
        one,
        Carousel(cards=(a, b), content_id="x", locale="en"),
        Carousel(cards=(a,), layout="list", content_id="x", locale="en"),
        Carousel(cards=(a,), layout="list", content_id="x", locale="en"),
    ]


def test_a_place_is_given_in_degrees(shelf: Shelf) -> None:
    shelf.write('x: {location: {latitude: "{{ lat }}", longitude: 2.35, title: Paris, address: "1 rue"}}')
    assert shelf.says(lat=48.85) == [
        LocationMessage(latitude=48.85, longitude=2.35, title="Paris", address="1 rue", content_id="x", locale="en")
    ]


@pytest.mark.parametrize("latitude", ["91", "-90.1", "north", "nan"])
def test_a_place_outside_the_globe_is_a_problem(shelf: Shelf, latitude: str) -> None:
    shelf.write(f"x: {{location: {{latitude: {latitude}, longitude: 0}}}}").problem("bad-value")


def test_a_form_has_fields_of_known_kinds(shelf: Shelf) -> None:
    yaml = """
x:
  form:
    title: About you
    submit: Send
    fields:
      - {name: email, label: Your email, kind: email}
      - {name: size, kind: select, required: false, options: {S: Small, L: Large}}
      - {name: age, label: Age, kind: number, minimum: 18, maximum: 99.5, placeholder: ""}
      - {name: note, label: Note, kind: textarea, min_length: 2, max_length: 300}
"""
    (message,) = shelf.write(yaml).says()
    assert message == FormMessage(
        form_id="x",
        title="About you",
        submit="Send",
        content_id="x",
        locale="en",
        fields=(
            Field("email", "Your email", "email"),
            Field(
                "size", "size", "select", required=False, options=(QuickReply("Small", "S"), QuickReply("Large", "L"))
            ),
            Field("age", "Age", "number", minimum=18, maximum=99.5),
            Field("note", "Note", "textarea", min_length=2, max_length=300),
        ),
    )


def test_an_unknown_kind_of_field_gets_a_suggestion(shelf: Shelf) -> None:
    problem = shelf.write("x: {form: {fields: [{name: a, kind: emial}]}}").problem("bad-value")
    assert problem.hint == "Did you mean `email`?"


def test_templates_and_raw_bodies_are_filled_in_deeply(shelf: Shelf) -> None:
    yaml = """
x:
- template: {name: order_ready, parameters: {body: ["{{ name }}", 7, true], note: null}}
- raw: {channel: slack, body: {blocks: [{type: section, text: {type: mrkdwn, text: "Hi *{{ name }}*", n: 1.5}}]}}
"""
    template, raw = shelf.write(yaml).says(name='A"n')
    assert template == Template(
        name="order_ready", parameters={"body": ['A"n', 7, True], "note": None}, content_id="x", locale="en"
    )
    assert isinstance(raw, Raw)
    assert raw.body == {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": 'Hi *A"n*', "n": 1.5}}]}


LIST = """
x:
- text: "You did {{ activities | length }} things:"
- each: activities
  as: a
  if: a.minutes > 0
  text: "{{ loop_index }}. {{ a.title }}"
cards:
- carousel:
    cards:
      - each: activities
        as: a
        title: "{{ a.title }}"
        buttons:
          - {each: a.links, as: link, title: "{{ link }} of {{ a.title }}", link: "https://example.org/{{ link }}"}
          - <MORE> More
      - title: The end
quick:
- text: Pick
  quick_replies:
    - {each: "{{ activities }}", title: "{{ item.title }}", payload: "DO:{{ loop_index }}"}
    - <NONE> None
"""


@pytest.mark.parametrize("count", [0, 1, 30])
def test_a_list_in_the_data_makes_as_many_messages_cards_and_replies(shelf: Shelf, count: int) -> None:
    activities = [{"title": f"# Run: {n}", "minutes": 5, "links": ["a", "b"]} for n in range(count)]
    library = shelf.write(LIST)
    said = library.words("x", activities=activities)
    assert said == [f"You did {count} things:", *(f"{n + 1}. # Run: {n}" for n in range(count))]
    (carousel,) = library.says("cards", activities=activities)
    assert isinstance(carousel, Carousel)
    assert [card.title for card in carousel.cards] == [*(f"# Run: {n}" for n in range(count)), "The end"]
    assert all(len(card.buttons) == 3 for card in carousel.cards[:-1])
    (question,) = library.says("quick", activities=activities)
    assert isinstance(question, Choices)
    assert [reply.payload for reply in question.quick_replies] == [*(f"DO:{n + 1}" for n in range(count)), "NONE"]
